// Writes the conversation as it happens: a bubble for each side's turn, and remarks between them.

import { pressed, queued, responseTime, understood } from "./words.js";

export class Transcript {
  /** `log` is read out by screen readers as it grows; `partial`, which changes with every syllable, is not. */
  constructor(log, partial) {
    this.log = log;
    this.partial = partial;
    this.said = null; // the bot's newest bubble
  }

  clear() {
    this.log.replaceChildren();
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
        return this.said?.append(remark("interrompu"));
      case "IntentMatched":
        return this.remark(understood(data));
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
    if (text) this.append(remark(text, "p"));
  }

  showPartial(text) {
    this.partial.replaceChildren(...(text ? [bubble("partial", "", text)] : []));
    this.scroll();
  }

  showReply({ text, response_ms: responseMs }) {
    this.said = bubble("bot", "Callbot", text);
    if (responseMs !== null) this.said.append(remark(responseTime(responseMs)));
    this.append(this.said);
  }

  append(element) {
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

function remark(text, tag = "span") {
  const element = document.createElement(tag);
  element.className = "remark";
  element.textContent = text;
  return element;
}

function span(name, text) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = text;
  return element;
}
