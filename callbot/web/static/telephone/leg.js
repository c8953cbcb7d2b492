// The line's dialect, as Asterisk's chan_websocket speaks it with JSON messages: this page plays the role of Asterisk.
// Messages in, messages out; no network here.

import { FRAME_BYTES, FRAME_MS } from "./format.js";

const event = (name, fields) => JSON.stringify({ event: name, ...fields });

export const opening = (id) =>
  event("MEDIA_START", {
    connection_id: id,
    channel: "browser",
    channel_id: id,
    format: "slin16",
    optimal_frame_size: FRAME_BYTES,
    ptime: FRAME_MS,
    channel_variables: {},
  });

export const digit = (key) => event("DTMF_END", { digit: key });
export const flow = (paused) => event(paused ? "MEDIA_XOFF" : "MEDIA_XON", {});
export const markPlayed = (id) => event("MEDIA_MARK_PROCESSED", { correlation_id: id });

/** What a text message asks: {type: "answer" | "hangUp" | "clear"}, {type: "mark", id}, {type: "event", data}; null for anything else. */
export function read(text) {
  const message = JSON.parse(text);
  if (message.event === "CALL_EVENT") return { type: "event", data: message.data };
  switch (message.command) {
    case "ANSWER":
      return { type: "answer" };
    case "HANGUP":
      return { type: "hangUp" };
    case "FLUSH_MEDIA":
      return { type: "clear" };
    case "MARK_MEDIA":
      return { type: "mark", id: message.correlation_id };
    default:
      return null;
  }
}
