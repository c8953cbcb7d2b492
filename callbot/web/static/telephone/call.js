// One call: from the microphone's permission to the end of the connection. Its state is one value, changed at one door.

import { Audio } from "./audio.js";
import * as leg from "./leg.js";
import { microphoneFailure } from "./words.js";

const NEXT = {
  idle: ["asking"],
  asking: ["dialing", "ended"],
  dialing: ["talking", "ended"],
  talking: ["ended"],
  ended: [],
};
const TRY_LATER = 1013; // WebSocket close code (RFC 6455 registry): all lines are busy

/** Why a call could not be, or could not go on; `reason` is a key of FAILURES in words.js. */
class CallFailure extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export class Call {
  /** `tell` has `state(state, failure)`, `event(data)`, `level(level)`, `hint(name)`; `ticket` asks the pages for {ticket, address}. */
  constructor(tell, ticket, linesBusy) {
    this.tell = tell;
    this.ticket = ticket;
    this.linesBusy = linesBusy;
    this.state = "idle";
  }

  async start() {
    this.become("asking");
    try {
      await this.openAudio();
      if (this.state === "ended") return this.audio.close();
      this.become("dialing");
      const { ticket, address } = await this.ticket();
      if (this.state !== "ended") this.connect(`${address}?ticket=${encodeURIComponent(ticket)}`);
    } catch (error) {
      this.end(error.reason ?? "unreachable");
      if (!(error instanceof CallFailure)) throw error;
    }
  }

  async openAudio() {
    if (!navigator.mediaDevices) throw new CallFailure("insecure");
    try {
      this.audio = await Audio.open();
    } catch (error) {
      throw new CallFailure(microphoneFailure(error));
    }
    this.audio.listen({
      frame: (frame, level) => this.sendFrame(frame, level),
      played: (message) => this.played(message),
      muted: (muted) => this.tell.hint(muted ? "muted" : this.state),
      unplugged: () => this.end("unplugged"),
    });
  }

  connect(address) {
    this.socket = new WebSocket(address, "media");
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.send(leg.opening(crypto.randomUUID()));
    this.socket.onmessage = ({ data }) => this.receive(data);
    this.socket.onclose = ({ code }) => this.closed(code);
  }

  receive(data) {
    if (typeof data !== "string") return this.audio.play(data);
    const message = leg.read(data);
    switch (message?.type) {
      case "answer":
        return this.state === "dialing" && this.become("talking");
      case "clear":
        return this.audio.clear();
      case "mark":
        return this.audio.mark(message.id);
      case "event":
        return this.tell.event(message.data);
      case "hangUp":
        return this.end();
    }
  }

  played(message) {
    if (message.type === "mark") this.send(leg.markPlayed(message.id));
    else if (message.type === "flow") this.send(leg.flow(message.paused));
    else this.tell.hint(message.playing ? "speaking" : this.state);
  }

  sendFrame(frame, level) {
    this.tell.level(level);
    this.send(frame);
  }

  press(key) {
    if (this.state === "talking") this.send(leg.digit(key));
  }

  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(message);
  }

  /** The server closed: after HANGUP, which has ended the call already, or without a word. */
  async closed(code) {
    if (this.state === "ended") return;
    if (this.state === "talking") return this.end(code === 1000 ? undefined : "lost");
    this.end(code === TRY_LATER || (await this.linesBusy()) ? "busy" : "unreachable");
  }

  /** End the call, by whichever side; `failure` says why when it should not have ended. */
  end(failure) {
    if (this.state === "ended") return;
    this.become("ended", failure);
    this.socket?.close(1000);
    this.audio?.close();
  }

  become(state, failure) {
    if (!NEXT[this.state].includes(state)) throw new Error(`a call does not go from ${this.state} to ${state}`);
    this.state = state;
    this.tell.state(state, failure);
  }
}

/** Ask the pages for a ticket; `header` and `token` prove that the form is ours. */
export async function askTicket(header, token) {
  const response = await ask("/telephone/ticket", { method: "POST", headers: { [header]: token } });
  if (response.status === 503) throw new CallFailure("busy");
  if (response.status === 401 || response.status === 403) throw new CallFailure("session");
  if (!response.ok) throw new CallFailure("unreachable");
  return response.json();
}

/** Whether all lines are busy: what a browser cannot see of a refused WebSocket. */
export async function askLinesBusy() {
  try {
    const response = await ask("/telephone/lignes", {});
    return response.ok && (await response.json()).busy;
  } catch {
    return false;
  }
}

/** What each answer is about, in words, by its id; nothing when the pages do not say, and ids are shown. */
export async function askSubjects() {
  try {
    const response = await ask("/telephone/sujets", {});
    return response.ok ? await response.json() : {};
  } catch {
    return {};
  }
}

async function ask(path, options) {
  try {
    return await fetch(path, { ...options, headers: { accept: "application/json", ...options.headers } });
  } catch {
    throw new CallFailure("unreachable");
  }
}
