// Talking to the server: three requests, and errors in its own words.

export class ServerError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

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

export async function getModel() {
  return (await ask("/api/model")).json();
}

export async function getExample(name) {
  return (await ask(`/api/examples/${encodeURIComponent(name)}`)).arrayBuffer();
}

/** What the model sees: `levels` holds a byte per frame and bin. */
export async function analyse(wav, signal) {
  const response = await ask("/api/analyse", {
    method: "POST",
    body: form({ sound: wav }),
    signal,
  });
  const analysis = await response.json();
  const bytes = atob(analysis.levels);
  analysis.levels = Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
  return analysis;
}

/** The edited sound as WAV, and the server's report of what it did. */
export async function edit(wav, request, second, signal) {
  const body = form({ sound: wav, edit: JSON.stringify(request), second });
  const response = await ask("/api/edit", { method: "POST", body, signal });
  const report = JSON.parse(response.headers.get("Edit-Report"));
  return { wav: await response.arrayBuffer(), report };
}
