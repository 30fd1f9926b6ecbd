// Selecting: by pointer, by keyboard, by numbers, and what the buttons do.

import { followPointer } from "../see/view_controls.js";
import { say } from "../messages.js";
import { listenToArrows } from "./cell_cursor.js";
import { ExactFields } from "./exact_fields.js";
import { listenToPointer } from "./pointing.js";
import { connectTimeGrid } from "./time_grid.js";

const byId = (id) => document.getElementById(id);
const chosen = (name) => document.querySelector(`[name=${name}]:checked`).value;

export function connectAiming(session, view, tool) {
  const changed = () => session.dispatchEvent(new Event("selection"));
  const fields = new ExactFields(() => session.selection, changed);
  const mode = () => chosen("mode");
  const radius = () => Number(byId("brush").value);

  session.addEventListener("selection", () => {
    const { selection } = session;
    fields.show(selection);
    byId("selected").value = told(selection);
    byId("zoom-selection").disabled = !selection.count;
    tool.update();
  });
  session.addEventListener("open", changed);

  listenToPointer(byId("picture"), view, {
    mode,
    how: () => chosen("how"),
    radius,
    changed,
    clicked: (second) => session.seek(second),
  });
  followPointer(byId("picture"), view, { mode, radius });
  connectTimeGrid(session, view);
  const moved = ({ frame, bin }) => {
    const { start, end, low, high } = session.geometry.cellBox(frame, bin);
    say(
      `${start.toFixed(2)} to ${end.toFixed(2)} s, ${Math.round(low)} to ${Math.round(high)} Hz`,
    );
  };
  listenToArrows(view, { changed, moved, apply: () => byId("tool").requestSubmit() });

  byId("modes").addEventListener("change", () => {
    byId("brush-size").hidden = mode() !== "brush";
  });
  const actions = {
    "select-all": (selection) => selection.all(),
    "select-none": (selection) => selection.clear(),
    "select-invert": (selection) => selection.invert(),
    "select-band": (selection) => selection.widen(),
  };
  for (const [id, action] of Object.entries(actions)) {
    byId(id).addEventListener("click", () => {
      if (!session.selection) return;
      action(session.selection);
      changed();
    });
  }
  byId("zoom-selection").addEventListener("click", () => {
    const { bounds } = session.selection;
    if (bounds) view.viewport.showBox(bounds);
  });
}

function told(selection) {
  if (!selection.count) return "nothing selected";
  if (selection.box) return "selected exactly";
  return selection.count === 1 ? "1 whole cell" : `${selection.count} whole cells`;
}
