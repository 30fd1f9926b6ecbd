// Original and result in turn in one picture: the eye finds what has changed.

const TURN_MS = 700; // well below three flashes a second, the most that WCAG 2.3.1 allows

const byId = (id) => document.getElementById(id);

export function connectFlicker(session, view) {
  const still = matchMedia("(prefers-reduced-motion: reduce)"); // then A does it by hand
  const button = byId("flicker");
  let timer = null;
  let isOriginal = false;
  const show = () => {
    const { original, sound } = session.history;
    byId("turn").textContent = isOriginal ? "Original" : "Result";
    view.show(session.geometry, session.selection, (isOriginal ? original : sound).spectra);
  };
  const stop = () => {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    button.setAttribute("aria-pressed", "false");
    byId("turn").hidden = true;
    view.show(session.geometry, session.selection, session.sound.spectra);
  };
  button.addEventListener("click", () => {
    if (timer !== null) return stop();
    button.setAttribute("aria-pressed", "true");
    byId("turn").hidden = false;
    isOriginal = true;
    show();
    timer = setInterval(() => {
      isOriginal = !isOriginal;
      show();
    }, TURN_MS);
  });
  still.addEventListener("change", stop);
  session.addEventListener("sound", () => {
    const { history } = session;
    button.disabled = history.sound === history.original;
    if (button.disabled) stop();
    else if (timer !== null) show();
  });
}
