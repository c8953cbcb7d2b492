// On the audio thread: what the line sends is queued and played at the context's rate.
// Takes {type: "audio", buffer}, {type: "mark", id}, {type: "clear"}; tells what Playout tells.

import { LINE_HZ, decode } from "./format.js";
import { Playout } from "./playout.js";
import { Resampler } from "./resampler.js";

const PULL_SAMPLES = 32;

class Playback extends AudioWorkletProcessor {
  constructor() {
    super();
    this.playout = new Playout((message) => this.port.postMessage(message));
    this.resampler = new Resampler(LINE_HZ, Math.round(sampleRate));
    this.ready = new Float32Array(0);
    this.port.onmessage = ({ data }) => this.obey(data);
  }

  obey(message) {
    if (message.type === "audio") this.playout.push(decode(message.buffer));
    else if (message.type === "mark") this.playout.mark(message.id);
    else if (message.type === "clear") {
      this.playout.clear();
      this.ready = new Float32Array(0);
    }
  }

  process(_inputs, [[speaker]]) {
    while (this.ready.length < speaker.length) this.prepare();
    speaker.set(this.ready.subarray(0, speaker.length));
    this.ready = this.ready.slice(speaker.length);
    return true;
  }

  prepare() {
    const more = this.resampler.push(this.playout.pull(PULL_SAMPLES));
    const joined = new Float32Array(this.ready.length + more.length);
    joined.set(this.ready);
    joined.set(more, this.ready.length);
    this.ready = joined;
  }
}

registerProcessor("playback", Playback);
