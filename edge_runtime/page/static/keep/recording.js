// From the microphone to a WAV file: samples as they come, nothing made nicer.

import { wavOf } from "./wav_writer.js";

// What calls need and music does not.
const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/** Whether there is a microphone to ask for: browsers have none on plain HTTP. */
export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia);

const FAULTS = {
  NotAllowedError: "The browser may not use the microphone. Allow it for this page.",
  NotFoundError: "There is no microphone here.",
};

async function openMicrophone() {
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: PLAIN });
  } catch (error) {
    throw new Error(FAULTS[error.name] ?? `The microphone does not start: ${error.message}`);
  }
}

/** Blocks of samples one after the other, as one sound. */
function joined(blocks, rate) {
  const length = blocks.reduce((sum, [first]) => sum + first.length, 0);
  if (!length) throw new Error("Nothing came from the microphone.");
  const numberOfChannels = Math.min(...blocks.map((channels) => channels.length));
  const buffer = new AudioBuffer({ length, numberOfChannels, sampleRate: rate });
  let at = 0;
  for (const channels of blocks) {
    for (let i = 0; i < numberOfChannels; i += 1) buffer.copyToChannel(channels[i], i, at);
    at += channels[0].length;
  }
  return buffer;
}

/**
 * Begin to record.
 *
 * @returns function that ends it and gives the bytes of a WAV file
 */
export async function record() {
  const stream = await openMicrophone();
  const context = new AudioContext();
  const blocks = [];
  try {
    await context.audioWorklet.addModule("/static/keep/record_worklet.js");
  } catch (error) {
    stream.getTracks().forEach((track) => track.stop());
    await context.close();
    throw error;
  }
  const recorder = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0 });
  recorder.port.onmessage = ({ data }) => blocks.push(data);
  context.createMediaStreamSource(stream).connect(recorder);
  return async () => {
    stream.getTracks().forEach((track) => track.stop());
    await context.close();
    return wavOf(joined(blocks, context.sampleRate));
  };
}
