// Keys that work all over the page, except while something is being typed.

import { viewKey } from "./see/navigation.js";

function isTyping(element) {
  return element.matches(
    "select, textarea, input:not([type=radio], [type=checkbox], [type=range], [type=file])",
  );
}

// Whoever walks by Tab means the control with the focus; whoever points means the music.
let walking = false;

/** Space belongs to a control that was reached by keyboard; else it plays. */
function ownsSpace(element) {
  return isTyping(element) || (walking && element.matches("button, a, summary, input"));
}

/**
 * @param actions by the id of the button that does the same, and choose(number)
 * @param viewport what the keys of the view move
 */
export function listenToShortcuts(actions, viewport) {
  const actionOf = (event) => {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (isTyping(event.target)) return null;
      if (key === "z") return event.shiftKey ? actions.redo : actions.undo;
      return key === "y" ? actions.redo : null;
    }
    if (event.altKey) return null;
    if (key === " ") return ownsSpace(event.target) ? null : actions.play;
    if (isTyping(event.target)) return null;
    if (key === "a") return actions.compare;
    if (key === "b") return () => document.getElementById("both").click();
    if (key === "l") return actions.loop;
    if (key === "m") return actions["match-levels"];
    if (key === "s") return actions["hear-selection"];
    if (key === "d") return actions["hear-change"];
    if (key === "k") return actions.keep;
    if (viewKey(key) && viewport.scale) return () => viewKey(key)(viewport);
    return /^[1-8]$/.test(key) ? () => actions.choose(Number(key) - 1) : null;
  };

  document.addEventListener("pointerdown", () => {
    walking = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Tab") walking = true;
    const action = actionOf(event);
    if (!action) return;
    event.preventDefault();
    if (!event.repeat) action();
  });
  document.addEventListener("keyup", (event) => {
    // Firefox presses a focused button when Space is let go.
    if (event.key === " " && !ownsSpace(event.target)) event.preventDefault();
  });
}
