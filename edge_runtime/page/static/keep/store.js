// Sessions in this browser's own store (IndexedDB): a record each, and the sounds of it.

import { claim } from "./claim.js";

const NAME = "vqkeras-page";
const MOST_SESSIONS = 8;
const MOST_BYTES = 512 * 2 ** 20;

let opened = null;

function database() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("sessions", { keyPath: "id" });
      request.result.createObjectStore("parts");
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  return opened;
}

/** Run a job on both stores; gives the result of the request that it returns. */
async function run(mode, job) {
  const stored = await database();
  return new Promise((done, failed) => {
    const transaction = stored.transaction(["sessions", "parts"], mode);
    const request = job(transaction.objectStore("sessions"), transaction.objectStore("parts"));
    transaction.oncomplete = () => done(request?.result);
    transaction.onabort = () => failed(transaction.error);
  });
}

const partsOf = (id) => IDBKeyRange.bound([id], [id, []]);

/** Records of all sessions, the latest first. */
export async function storedSessions() {
  const records = await run("readonly", (sessions) => sessions.getAll());
  return records.sort((a, b) => b.changed - a.changed);
}

/**
 * Write a record, and parts of it that are new.
 *
 * @param record with an id, when it was changed in ms, and the bytes of its parts
 * @param parts pairs of a key and a value; the key is of words and numbers
 */
export async function store(record, parts) {
  await run("readwrite", (sessions, stored) => {
    sessions.put(record);
    for (const [key, value] of parts) stored.put(value, [record.id, ...key]);
  });
  const records = await storedSessions();
  let bytes = 0;
  for (const [number, each] of records.entries()) {
    bytes += each.bytes;
    const fits = number < MOST_SESSIONS && bytes <= MOST_BYTES;
    if (!fits && each.id !== record.id) await forget(each.id);
  }
}

/** Parts of a session, by their keys with slashes between. */
export async function storedParts(id) {
  const keys = await run("readonly", (_, parts) => parts.getAllKeys(partsOf(id)));
  const values = await run("readonly", (_, parts) => parts.getAll(partsOf(id)));
  return new Map(keys.map((key, i) => [key.slice(1).join("/"), values[i]]));
}

/** Whether there is a record of a session. */
export async function isStored(id) {
  return (await run("readonly", (sessions) => sessions.count(id))) > 0;
}

/** Forget a session, unless a window has it open. */
export async function forget(id) {
  const release = await claim(id);
  if (!release) return;
  try {
    await run("readwrite", (sessions, parts) => {
      parts.delete(partsOf(id));
      sessions.delete(id);
    });
  } finally {
    release();
  }
}
