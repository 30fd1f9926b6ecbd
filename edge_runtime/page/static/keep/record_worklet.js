// Runs beside the sound: hands on what comes in, block by block, as it is.

class Recorder extends AudioWorkletProcessor {
  process([channels]) {
    if (channels.length) this.port.postMessage(channels.map((samples) => samples.slice()));
    return true;
  }
}

registerProcessor("recorder", Recorder);
