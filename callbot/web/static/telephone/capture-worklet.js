// On the audio thread: the microphone at the context's rate becomes frames of the line, each with its level.

import { FRAME_SAMPLES, LINE_HZ, encode } from "./format.js";
import { Resampler } from "./resampler.js";

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(Math.round(sampleRate), LINE_HZ);
    this.frame = new Float32Array(FRAME_SAMPLES);
    this.filled = 0;
  }

  process([[microphone]]) {
    if (microphone) this.resampler.push(microphone).forEach((sample) => this.add(sample));
    return true;
  }

  add(sample) {
    this.frame[this.filled++] = sample;
    if (this.filled < FRAME_SAMPLES) return;
    this.filled = 0;
    const frame = encode(this.frame);
    const level = Math.sqrt(this.frame.reduce((sum, value) => sum + value * value, 0) / FRAME_SAMPLES);
    this.port.postMessage({ frame, level }, [frame]);
  }
}

registerProcessor("capture", Capture);
