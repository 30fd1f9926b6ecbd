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
    if (typeof content === "string") data.append(name, content);
    else if (content) data.append(name, new Blob([content]), name);
  }
  return data;
}

/** @param name one of `models`; the first of them unless told */
export async function getModel(name) {
  const path = name ? `/api/model/${encodeURIComponent(name)}` : "/api/model";
  return (await ask(path)).json();
}

/** The models a session was made with must give what they gave: SHA-256 of each, by name. */
export async function checkModels(models) {
  for (const [name, sha256] of Object.entries(models)) {
    const model = await getModel(name);
    if ([model.sha256, ...model.earlier_sha256].includes(sha256)) continue;
    throw new Error(`This session was made with another model of the name ${name}.`);
  }
}

export async function getExample(name) {
  return (await ask(`/api/examples/${encodeURIComponent(name)}`)).arrayBuffer();
}

/**
 * Send a sound once; afterwards its id stands for it. Of one that was made here from a
 * sound the server knows, only what has changed is sent.
 */
export async function send(sound, signal) {
  const known = sound.base?.id;
  if (known && sound.first === sound.end) {
    sound.id = known; // nothing has changed
    return;
  }
  const parts = known
    ? { sound_id: known, patch: sound.patch, first_sample: String(sound.first) }
    : { sound: sound.wav };
  try {
    const response = await ask("/api/sounds", { method: "POST", body: form(parts), signal });
    sound.id = (await response.json()).id;
  } catch (error) {
    if (!known || error.status !== NOT_KEPT) throw error;
    sound.base.id = null;
    await send(sound, signal);
  }
}

/**
 * Edit a sound; gives the edited one.
 *
 * @param second sound to mix in, `{ wav }`, or nothing; it is sent once as well
 */
export async function edit(sound, request, { second, model }, signal) {
  const sounds = second ? [sound, second] : [sound];
  const attempt = async () => {
    for (const each of sounds) if (!each.id) await send(each, signal);
    const parts = { sound_id: sound.id, second_id: second?.id, model };
    const body = form({ ...parts, edit: JSON.stringify(request) });
    return ask("/api/edit", { method: "POST", body, signal });
  };
  let response;
  try {
    response = await attempt();
  } catch (error) {
    if (error.status !== NOT_KEPT) throw error;
    for (const each of sounds) each.id = null; // the server was started anew, or waited long
    response = await attempt();
  }
  const report = JSON.parse(response.headers.get("Edit-Report"));
  return sound.edited(report, await response.arrayBuffer());
}
