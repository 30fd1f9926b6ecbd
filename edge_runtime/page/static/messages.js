// What the page says: quiet news, errors, and how far an edit has come.

const byId = (id) => document.getElementById(id);
const PATIENCE_MS = 200; // what is done sooner needs no progress bar

let timer = null;

export function say(text) {
  byId("status").textContent = text;
  byId("alert").hidden = true;
}

export function complain(error) {
  byId("alert").textContent = error.message;
  byId("alert").hidden = false;
  byId("status").textContent = "";
}

/** Run something that may fail, and say so if it does. */
export async function attempt(action) {
  try {
    await action();
  } catch (error) {
    if (error.name !== "AbortError") complain(error);
  }
}

export function showProgress(done, count) {
  if (!done) byId("alert").hidden = true; // what was wrong before is over
  const bar = byId("progress");
  if (count > 1 && done > 0) {
    bar.max = count;
    bar.value = done;
  } else bar.removeAttribute("value"); // nobody knows how long one takes
  timer ??= setTimeout(() => {
    byId("busy").hidden = false;
  }, PATIENCE_MS);
}

export function hideProgress() {
  clearTimeout(timer);
  timer = null;
  byId("busy").hidden = true;
}
