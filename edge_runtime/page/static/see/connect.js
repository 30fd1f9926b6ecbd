// The picture, its axes, the overview and the playhead follow the sound there is.

import { drawFrequencyAxis, drawTimeAxis } from "./axes.js";
import { connectBoth } from "./both.js";
import { connectFlicker } from "./flicker.js";
import { listenToButtons, listenToWheel } from "./navigation.js";
import { Overview } from "./overview.js";
import { followPlayback } from "./playhead.js";
import { connectViewControls, suitColours } from "./view_controls.js";

const byId = (id) => document.getElementById(id);

export function connectPicture(session, view) {
  const { viewport } = view;
  const { player } = session;
  const overview = new Overview(byId("overview"), viewport);
  const drawOverview = () => {
    const bounds = session.selection.bounds;
    overview.draw(session.sound.buffer, bounds && [bounds.start, bounds.end]);
  };
  view.onDraw = () => {
    drawTimeAxis(byId("time-axis"), viewport);
    drawFrequencyAxis(byId("freq-axis"), viewport);
    if (view.original) drawFrequencyAxis(byId("original-freq-axis"), viewport);
    drawOverview();
  };
  const parts = () => [session.geometry, session.selection, session.sound.spectra];
  session.addEventListener("open", () => {
    byId("stage").hidden = false; // what is hidden has no size to draw in
    view.open(...parts());
    suitColours(view);
  });
  session.addEventListener("sound", () => view.show(...parts()));
  session.addEventListener("selection", () => {
    view.draw();
    drawOverview();
  });
  listenToButtons(viewport);
  connectBoth(session, view);
  connectFlicker(session, view);
  listenToWheel(byId("picture"), view);
  listenToWheel(byId("overview"), view);
  connectViewControls(view);
  const follow = followPlayback(byId("playhead"), viewport, () =>
    player.playing ? player.position : null,
  );
  player.addEventListener("change", follow);
  byId("time-axis").addEventListener("pointerdown", (event) => {
    const box = byId("time-axis").getBoundingClientRect();
    session.seek(viewport.secondAt((event.clientX - box.left) / box.width));
  });
}
