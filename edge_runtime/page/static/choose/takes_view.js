// The variations of the last edit, to listen to and choose from.

import { makeDraggable } from "../keep/drag_out.js";

export function drawTakes(element, step, choose) {
  if (!step.from) {
    element.replaceChildren();
    return;
  }
  const focused = [...element.children].indexOf(document.activeElement);
  element.replaceChildren(
    ...step.takes.map((take, number) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${number + 1}: seed ${take.seed}`;
      button.setAttribute("aria-pressed", String(number === step.chosen));
      button.setAttribute("aria-keyshortcuts", String(number + 1));
      button.addEventListener("click", () => choose(number));
      makeDraggable(button, () => take.sound);
      return button;
    }),
  );
  element.children[focused]?.focus();
}
