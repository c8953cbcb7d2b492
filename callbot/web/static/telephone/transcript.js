// Writes the conversation as it happens: a bubble for each side's turn, and remarks between them.

import { pressed, queued, responseTime, understood } from "./words.js";

export class Transcript {
  /** `log` is read out by screen readers as it grows; `partial`, which changes with every syllable, is not. */
  constructor(log, partial) {
    this.log = log;
    this.partial = partial;
    this.subjects = {}; // what answers are about, by their ids
    this.placeholder = log.firstElementChild; // what stands there until somebody speaks
    this.said = null; // the bot's newest bubble
  }

  clear() {
    this.log.replaceChildren(this.placeholder);
    this.partial.replaceChildren();
    this.said = null;
  }

  /** Show one event of the call (callbot.events, as JSON); those that a reader need not see are left out. */
  show(data) {
    switch (data.event) {
      case "PartialTranscript":
        return this.showPartial(data.text);
      case "FinalTranscript":
        this.partial.replaceChildren();
        return data.text && this.append(bubble("caller", "Vous", data.text));
      case "PlaybackStarted":
        return this.showReply(data);
      case "PlaybackInterrupted":
        return this.said && note(this.said, "interrompu");
      case "IntentMatched":
        return this.remark(understood(data, this.subjects));
      case "CallerQueued":
        return this.remark(queued(data));
      case "DtmfReceived":
        return this.remark(pressed(data));
      case "NoInput":
        return this.remark("Silence");
      case "CallEnded":
        return this.showPartial("");
    }
  }

  remark(text) {
    if (!text) return;
    const element = document.createElement("p");
    element.className = "remark";
    element.textContent = text;
    this.append(element);
  }

  showPartial(text) {
    this.partial.replaceChildren(...(text ? [bubble("partial", "", text)] : []));
    this.scroll();
  }

  showReply({ text, response_ms: responseMs }) {
    this.said = bubble("bot", "Callbot", text);
    if (responseMs !== null) note(this.said, responseTime(responseMs));
    this.append(this.said);
  }

  append(element) {
    this.placeholder.remove();
    this.log.append(element);
    this.scroll();
  }

  scroll() {
    this.log.scrollTop = this.log.scrollHeight;
  }
}

function bubble(side, who, text) {
  const element = document.createElement("p");
  element.className = `bubble bubble--${side}`;
  if (who) element.append(span("bubble__who", who), " ");
  element.append(span("bubble__text", text));
  return element;
}

/** Add to what stands under a bubble, parts divided by a dot. */
function note(element, text) {
  const line = element.querySelector(".bubble__note");
  if (line) line.textContent += ` · ${text}`;
  else element.append(" ", span("bubble__note", text));
}

function span(name, text) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = text;
  return element;
}
