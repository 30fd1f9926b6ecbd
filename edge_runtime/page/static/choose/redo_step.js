// A step that was made: its settings in the controls, to change them and make it again.

import { getModel } from "../api.js";

const byId = (id) => document.getElementById(id);

/** Put what a take was made with into the controls: tool, selection, seed, model. */
export async function showSettings(session, tool, take) {
  const { step } = take;
  if (!step.edit) return; // the sound that was opened
  if (step.model.name !== session.model.name) session.useModel(await getModel(step.model.name));
  if (step.second) {
    session.second = step.second;
    byId("second-name").textContent = step.second.name;
  }
  tool.read(step.request(take));
  session.selection.read(step.edit);
  session.dispatchEvent(new Event("selection"));
}

export function connectRedo(session, tool) {
  const button = byId("redo-step");
  const update = () => {
    button.hidden = !session.history?.canUndo;
    button.disabled = byId("apply").disabled;
  };
  session.addEventListener("sound", update);
  tool.addEventListener("change", update);
  button.addEventListener("click", () => {
    if (!byId("tool").reportValidity()) return; // or the step would be gone for nothing
    session.undo();
    byId("tool").requestSubmit();
  });
}
