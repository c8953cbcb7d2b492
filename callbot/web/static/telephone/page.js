// The page around the call: buttons, keys, timer, level and messages.

import { hush, tell as notify } from "../notices.js";
import { clock as duration } from "../timers.js";
import { Call, askLinesBusy, askSubjects, askTicket } from "./call.js";
import { Transcript } from "./transcript.js";
import { FAILURES, HINTS, STATES } from "./words.js";

const byId = (id) => document.getElementById(id);
const view = {
  call: byId("appel"),
  state: byId("etat"),
  timer: byId("duree"),
  hint: byId("ecoute"),
  level: byId("niveau"),
  notice: byId("avis"),
  start: byId("appeler"),
  stop: byId("raccrocher"),
  keys: [...document.querySelectorAll("[data-digit]")],
};
const form = document.querySelector("meta[name=form-token]");
const transcript = new Transcript(byId("fil"), byId("en-cours"));
const LIVE = ["asking", "dialing", "talking"];

let call = null;
let clock = null;

const tell = {
  state(state, failure) {
    view.call.dataset.state = state;
    view.state.textContent = STATES[failure ? "failed" : state];
    view.hint.textContent = HINTS[failure ? "failed" : state];
    view.keys.forEach((key) => (key.disabled = state !== "talking"));
    showButtons(LIVE.includes(state));
    if (failure) notify(view.notice, "bad", FAILURES[failure]);
    if (state === "talking") startClock();
    if (state === "ended") finish();
  },
  hint(name) {
    view.hint.textContent = HINTS[name];
    view.call.dataset.hint = name;
  },
  event(data) {
    transcript.show(data);
  },
  level(level) {
    // −60 dB to 0 dB full scale, as a length
    const height = Math.min(1, Math.max(0, 1 + Math.log10(level + 1e-9) / 3));
    view.level.style.setProperty("--level", height.toFixed(2));
  },
};

function showButtons(live) {
  const focused = [view.start, view.stop].includes(document.activeElement);
  view.start.hidden = live;
  view.stop.hidden = !live;
  if (focused) (live ? view.stop : view.start).focus();
}

function startClock() {
  const since = performance.now();
  clock = setInterval(() => (view.timer.textContent = duration(Math.floor((performance.now() - since) / 1000))), 250);
}

function finish() {
  tell.level(0);
  if (clock) transcript.remark(`Appel terminé, ${view.timer.textContent}`);
  clearInterval(clock);
  clock = null;
}

function press(key) {
  call?.press(key);
  const button = view.keys.find((candidate) => candidate.dataset.digit === key);
  button.classList.add("key--pressed");
  setTimeout(() => button.classList.remove("key--pressed"), 150);
}

view.start.addEventListener("click", () => {
  hush(view.notice);
  view.timer.textContent = "00:00";
  transcript.clear();
  call = new Call(tell, () => askTicket(form.dataset.header, form.content), askLinesBusy);
  call.start();
});
view.stop.addEventListener("click", () => call.end());
view.keys.forEach((key) => key.addEventListener("click", () => press(key.dataset.digit)));

// Digits typed while the telephone has the focus are keys of its keypad.
view.call.addEventListener("keydown", (event) => {
  const typed = !event.ctrlKey && !event.altKey && !event.metaKey && /^[0-9*#]$/.test(event.key);
  if (typed && call?.state === "talking") press(event.key);
});

askSubjects().then((subjects) => (transcript.subjects = subjects));

addEventListener("pagehide", () => call?.end());
