// One button: begin to record, and open what was recorded.

import { attempt, say } from "../messages.js";
import { canRecord, record } from "./recording.js";

const byId = (id) => document.getElementById(id);

/** @param open function of a file */
export function connectRecording(session, open) {
  const button = byId("record");
  button.hidden = !canRecord();
  let end = null; // of what is being recorded

  const begin = async () => {
    session.player.stop(); // or it would be recorded too
    end = await record();
    say("Recording: press again to stop and open it");
  };
  const stop = async () => {
    const ended = end;
    end = null;
    const name = `recording ${new Date().toLocaleTimeString()}.wav`;
    await open(new File([await ended()], name));
  };
  button.addEventListener("click", async () => {
    button.disabled = true; // until the microphone is there
    await attempt(end ? stop : begin);
    button.disabled = false;
    button.textContent = end ? "Stop" : "Record";
    button.setAttribute("aria-pressed", String(end !== null));
  });
}
