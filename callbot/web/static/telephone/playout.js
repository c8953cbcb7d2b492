// The order in which received sound, and the marks in it, are played. No audio interface: the worklet pulls samples.

import { FRAME_SAMPLES } from "./format.js";

export const MOST_FRAMES = 1000; // what comes beyond is thrown away, as Asterisk does
export const PAUSE_FRAMES = 900; // ask the sender to wait…
export const RESUME_FRAMES = 800; // …until there is room again
const PRIME_FRAMES = 3; // heard late rather than broken: wait for this much after a silence

export class Playout {
  /** `tell` receives what the sender must know: {type: "mark", id}, {type: "flow", paused}, {type: "playing", playing}. */
  constructor(tell) {
    this.tell = tell;
    this.items = []; // {samples, at} or {mark}
    this.queued = 0; // samples
    this.paused = false;
    this.playing = false;
    this.waited = 0; // samples of silence given since the first sound queued after a silence
  }

  /** Queue float samples. */
  push(samples) {
    if (this.queued + samples.length > MOST_FRAMES * FRAME_SAMPLES) return;
    this.items.push({ samples, at: 0 });
    this.queued += samples.length;
    this.setPaused(this.paused || this.queued >= PAUSE_FRAMES * FRAME_SAMPLES);
  }

  /** Tell when everything queued so far has been played. */
  mark(id) {
    this.items.push({ mark: id });
    if (!this.playing && this.queued === 0) this.passMarks();
  }

  /** Forget what has not been played, marks included. */
  clear() {
    this.items = [];
    this.queued = 0;
    this.setPaused(false);
    this.setPlaying(false);
  }

  /** The next `count` samples; silence where there are none. */
  pull(count) {
    const output = new Float32Array(count);
    if (!this.playing && !this.isPrimed(count)) return output;
    let filled = 0;
    while (filled < count && this.queued > 0) {
      this.passMarks();
      filled = this.take(output, filled);
    }
    this.passMarks();
    this.setPlaying(filled > 0);
    this.setPaused(this.paused && this.queued > RESUME_FRAMES * FRAME_SAMPLES);
    return output;
  }

  /** Whether to start: enough is there, or no more came while we waited for it. */
  isPrimed(count) {
    if (this.queued === 0) return false;
    this.waited += count;
    return Math.max(this.queued, this.waited) >= PRIME_FRAMES * FRAME_SAMPLES;
  }

  take(output, filled) {
    const item = this.items[0];
    const count = Math.min(output.length - filled, item.samples.length - item.at);
    output.set(item.samples.subarray(item.at, item.at + count), filled);
    item.at += count;
    this.queued -= count;
    if (item.at === item.samples.length) this.items.shift();
    return filled + count;
  }

  passMarks() {
    while (this.items.length && "mark" in this.items[0]) this.tell({ type: "mark", id: this.items.shift().mark });
  }

  setPaused(paused) {
    if (paused !== this.paused) this.tell({ type: "flow", paused });
    this.paused = paused;
  }

  setPlaying(playing) {
    if (playing !== this.playing) this.tell({ type: "playing", playing });
    this.playing = playing;
    if (playing) this.waited = 0;
  }
}
