// Zooming and scrolling by wheel, keys and buttons; two fingers are in aim/pointing.js.

const STEP = 1.5;
const WHEEL = 0.0022; // of a zoom, per pixel that a wheel turns

const ACTIONS = {
  "zoom-in": (viewport) => viewport.zoom("time", 1 / STEP),
  "zoom-out": (viewport) => viewport.zoom("time", STEP),
  "zoom-higher": (viewport) => viewport.zoom("band", 1 / STEP),
  "zoom-lower": (viewport) => viewport.zoom("band", STEP),
  fit: (viewport) => viewport.fit(),
};

const KEYS = {
  "+": ACTIONS["zoom-in"],
  "=": ACTIONS["zoom-in"],
  "-": ACTIONS["zoom-out"],
  "]": ACTIONS["zoom-higher"],
  "[": ACTIONS["zoom-lower"],
  f: ACTIONS.fit,
  PageUp: (viewport) => viewport.scroll("band", 0.5),
  PageDown: (viewport) => viewport.scroll("band", -0.5),
  ",": (viewport) => viewport.scroll("time", -0.5),
  ".": (viewport) => viewport.scroll("time", 0.5),
};

/** What a key does to the view, if it does anything. */
export const viewKey = (key) => KEYS[key];

export function listenToButtons(viewport) {
  for (const [id, action] of Object.entries(ACTIONS)) {
    document.getElementById(id).addEventListener("click", () => action(viewport));
  }
}

/**
 * Wheel: zoom time around the pointer. Alt, or over the axis of frequency: zoom
 * frequency. Shift, or sideways: scroll. Ctrl, as two fingers on a trackpad send: both.
 */
export function listenToWheel(element, view) {
  const { viewport } = view;
  element.addEventListener(
    "wheel",
    (event) => {
      if (!viewport.scale) return;
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 20 : 1;
      const [across, along] = [event.deltaX * lines, event.deltaY * lines];
      const { x, y } = view.placeOf(event);
      const clamp = (share) => Math.min(1, Math.max(0, share));
      if (event.shiftKey || Math.abs(across) > Math.abs(along)) {
        viewport.scroll("time", (across || along) / view.size[0]);
        return;
      }
      const factor = Math.exp(along * WHEEL);
      if (event.altKey || event.ctrlKey || x < 0) viewport.zoom("band", factor, clamp(y));
      if (!(event.altKey || x < 0)) viewport.zoom("time", factor, clamp(x));
    },
    { passive: false },
  );
}
