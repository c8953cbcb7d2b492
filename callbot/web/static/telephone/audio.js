// The microphone and the loudspeaker of one call, on either side of the audio thread.

const MICROPHONE = { audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true } };
const MONO = { channelCount: 1, channelCountMode: "explicit", channelInterpretation: "speakers" };

export class Audio {
  /** Ask for the microphone and start both directions. Throws what getUserMedia throws. */
  static async open() {
    const context = new AudioContext({ latencyHint: "interactive" });
    try {
      const [stream] = await Promise.all([navigator.mediaDevices.getUserMedia(MICROPHONE), load(context)]);
      await context.resume();
      return new Audio(context, stream);
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  constructor(context, stream) {
    this.context = context;
    this.stream = stream;
    this.track = stream.getAudioTracks()[0];
    this.capture = new AudioWorkletNode(context, "capture", { numberOfInputs: 1, numberOfOutputs: 0, ...MONO });
    this.playback = new AudioWorkletNode(context, "playback", { numberOfInputs: 0, outputChannelCount: [1] });
    context.createMediaStreamSource(stream).connect(this.capture);
    this.playback.connect(context.destination);
  }

  /** `frame` receives an ArrayBuffer of 20 ms and its level (0–1); `played` what Playout tells. */
  listen({ frame, played, muted, unplugged }) {
    this.capture.port.onmessage = ({ data }) => frame(data.frame, data.level);
    this.playback.port.onmessage = ({ data }) => played(data);
    this.track.onmute = () => muted(true);
    this.track.onunmute = () => muted(false);
    this.track.onended = unplugged;
  }

  play(buffer) {
    this.playback.port.postMessage({ type: "audio", buffer }, [buffer]);
  }

  mark(id) {
    this.playback.port.postMessage({ type: "mark", id });
  }

  clear() {
    this.playback.port.postMessage({ type: "clear" });
  }

  close() {
    this.listen({ frame() {}, played() {}, muted() {}, unplugged() {} });
    this.stream.getTracks().forEach((track) => track.stop());
    this.context.close();
  }
}

const load = (context) =>
  Promise.all(["capture", "playback"].map((name) => context.audioWorklet.addModule(`/static/telephone/${name}-worklet.js`)));
