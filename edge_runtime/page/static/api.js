// Talking to the server, and errors in its own words.

export class ServerError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

const NOT_KEPT = 410;

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ServerError("The server does not answer. Is it still running?", 0);
  }
  if (response.ok) return response;
  const text = await response.text();
  let message = `The server answered ${response.status}.`;
  try {
    message = JSON.parse(text).error ?? message;
  } catch {
    // Not JSON: the status says what there is to say.
  }
  throw new ServerError(message, response.status);
}

function form(parts) {
  const data = new FormData();
  for (const [name, content] of Object.entries(parts)) {
    if (content) data.append(name, new Blob([content]), name);
  }
  return data;
}

/** @param name one of `models`; the first of them unless told */
export async function getModel(name) {
  const path = name ? `/api/model/${encodeURIComponent(name)}` : "/api/model";
  return (await ask(path)).json();
}

export async function getExample(name) {
  return (await ask(`/api/examples/${encodeURIComponent(name)}`)).arrayBuffer();
}

/** Send a sound once; afterwards its id stands for it. */
export async function send(sound, signal) {
  const body = form({ sound: sound.wav });
  const response = await ask("/api/sounds", { method: "POST", body, signal });
  sound.id = (await response.json()).id;
}

/** The samples an edit has changed as WAV, and the server's report of what it did. */
export async function edit(sound, request, { second, model }, signal) {
  if (!sound.id) await send(sound, signal);
  const attempt = () =>
    ask("/api/edit", {
      method: "POST",
      body: form({ sound_id: sound.id, edit: JSON.stringify(request), second, model }),
      signal,
    });
  let response;
  try {
    response = await attempt();
  } catch (error) {
    if (error.status !== NOT_KEPT) throw error;
    await send(sound, signal); // the server was started anew, or waited long
    response = await attempt();
  }
  const report = JSON.parse(response.headers.get("Edit-Report"));
  return sound.edited(report, await response.arrayBuffer());
}
