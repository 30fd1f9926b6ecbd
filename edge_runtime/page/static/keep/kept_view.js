// Takes that were kept: A, B, C to compare, each with a name of one's own.

import { attempt, complain, say } from "../messages.js";

const byId = (id) => document.getElementById(id);

export function connectKept(session) {
  session.addEventListener("sound", () => show(session));
  byId("keep").addEventListener("click", () => {
    session.toggleKept();
    const { keptHere } = session.history;
    say(keptHere ? `Kept as ${keptHere.name}` : "Not kept any more");
  });
  byId("kept-name").addEventListener("change", ({ target }) => {
    const { kept, keptHere } = session.history;
    const name = target.value.trim();
    if (!keptHere || !name) return;
    if (kept.some((each) => each !== keptHere && each.name === name)) {
      complain(new Error(`Another take is kept as ${name}. Give this one another name.`));
      return show(session);
    }
    keptHere.name = name;
    session.dispatchEvent(new Event("sound"));
  });
}

function show(session) {
  const { history, comparing } = session;
  const { kept, keptHere } = history;
  byId("keep").disabled = !history.canUndo;
  byId("keep").setAttribute("aria-pressed", String(keptHere !== undefined));
  byId("kept").hidden = !kept.length;
  const place = byId("kept-takes");
  const focused = [...place.children].indexOf(document.activeElement);
  place.replaceChildren(
    ...kept.map((each) => {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.textContent = each.name;
      button.setAttribute("aria-pressed", String(each === keptHere && !comparing));
      button.addEventListener("click", () => attempt(() => session.goTo(each.take, each.share)));
      return button;
    }),
  );
  place.children[focused]?.focus();
  byId("kept-name").parentElement.hidden = !keptHere;
  byId("kept-name").value = keptHere?.name ?? "";
}
