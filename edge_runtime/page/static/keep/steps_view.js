// The steps that led here, to go back to any of them, and the settings of this one.

import { copyText } from "../clipboard.js";
import { attempt, say } from "../messages.js";
import { settingsJson, settingsText } from "./settings_text.js";

const byId = (id) => document.getElementById(id);

/** @param chosen async function of a take that somebody went to */
export function connectSteps(session, chosen) {
  session.addEventListener("sound", () => show(session, chosen));
  byId("copy-settings").addEventListener("click", () =>
    attempt(async () => {
      const { take } = session.history.step;
      await copyText(settingsJson(take));
      say(`Copied: the settings of ${take.step.label}, seed ${take.seed}`);
    }),
  );
}

function show(session, chosen) {
  const { history } = session;
  const list = byId("step-list");
  const focused = [...list.children].findIndex((item) => item.contains(document.activeElement));
  const here = history.steps.indexOf(history.step);
  list.replaceChildren(
    ...history.steps.map((step, number) => {
      const button = Object.assign(document.createElement("button"), { type: "button" });
      button.textContent = labelOf(step);
      if (number === here) button.setAttribute("aria-current", "step");
      if (number > here) button.classList.add("undone");
      button.addEventListener("click", () =>
        attempt(async () => {
          await session.goTo(step.take, shareAt(history, step));
          await chosen(step.take);
        }),
      );
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );
  list.children[focused]?.firstChild.focus();
  // In its list alone: scrollIntoView would move the page.
  list.scrollTop = list.children[here].offsetTop - list.offsetTop - list.clientHeight / 2;
  const { take } = history.step;
  byId("step-settings").textContent = history.canUndo
    ? settingsText(take)
    : `${take.sound.name}: as it was opened`;
  byId("copy-settings").hidden = !history.canUndo;
}

function labelOf(step) {
  const marks = step.from && step.take.inputShare !== null ? ", used as input" : "";
  if (!step.from) return `${step.take.sound.name}`;
  const which = step.takes.length > 1 ? `, take ${step.chosen + 1}` : "";
  return `${step.label}${which}${marks}`;
}

/** How much of a take there was on the way here; the last one's as it is. */
function shareAt(history, step) {
  const after = history.steps[history.steps.indexOf(step) + 1];
  return after && after.from === step.take ? after.fromShare : step.share;
}
