// Call-backs: dials on arrival, has a key for each outcome, keeps the list current while somebody looks, and lets the arrow keys go
// from one request to the next.
// Without it everything works by forms and links.

import { startKeys } from "./desk/keys.js";
import { hush, tell } from "./notices.js";

const EVERY_MS = 8000;
const CHANGED = "La liste a changé : elle se range dès que vous en sortez.";

// A number that was just asked for is dialled once: reloading the page, or coming back to it, dials no second time.
const link = document.querySelector("[data-dials]");
if (link) {
  history.replaceState(null, "", location.pathname);
  link.click();
  link.focus();
}

// The same letters as at the desk: T for what is done, A for what is to be tried again, N for nobody answered.
if (document.getElementById("reessayer")) {
  startKeys({ T: "#resolu-oui", A: "#reessayer" });
  document.querySelector(".keys-hint").hidden = false;
}

const list = document.getElementById("liste");
const region = document.getElementById("nouvelles");
const sources = new Map();

const items = (root) => [...root.querySelectorAll(".callback")];

function remember() {
  for (const item of items(list)) if (!sources.has(item.id)) sources.set(item.id, item.outerHTML);
}

/** Tell it once: what is said already is not read out again at every round. */
function say(text) {
  if (region.textContent.trim() !== text) tell(region, "busy", text);
}

/** Put `fresh` in the place of `old`; what was unfolded stays so, what had the focus keeps it. */
function exchange(old, fresh) {
  const open = old.querySelector("details")?.open;
  const focused = [...old.querySelectorAll("a, button, summary")].indexOf(document.activeElement);
  old.replaceWith(fresh);
  fresh.querySelector("details").open = open;
  if (focused >= 0) ([...fresh.querySelectorAll("a, button, summary")][focused] ?? fresh.querySelector("a")).focus();
}

function merge(page) {
  const fresh = page.getElementById("liste");
  const now = items(fresh);
  const before = items(list);
  const news = now.filter((item) => !document.getElementById(item.id));
  const same = now.length === before.length && now.every((item, at) => item.id === before[at].id);
  if (same) {
    now.forEach((item, at) => {
      const source = item.outerHTML;
      if (sources.get(item.id) !== source) exchange(before[at], item);
      sources.set(item.id, source);
    });
  } else if (!list.querySelector(":focus-visible")) {
    const open = new Set(before.filter((item) => item.querySelector("details").open).map((item) => item.id));
    list.replaceChildren(...fresh.childNodes);
    sources.clear();
    remember();
    for (const item of items(list)) item.querySelector("details").open = open.has(item.id);
  } else {
    // Nothing moves away under who is in the list by keyboard: what is there is updated in its place, the order waits.
    for (const item of now) {
      const old = document.getElementById(item.id);
      const source = item.outerHTML;
      if (old && sources.get(item.id) !== source) exchange(old, item);
      if (old) sources.set(item.id, source);
    }
    say(CHANGED);
    return;
  }
  for (const part of ["vues", "combien"]) document.getElementById(part).innerHTML = page.getElementById(part).innerHTML;
  if (news.length) say(news.length > 1 ? `${news.length} nouvelles demandes.` : "Une nouvelle demande.");
  else if (region.textContent.trim() === CHANGED) hush(region);
}

async function refresh() {
  let response;
  try {
    response = await fetch(location.href, { redirect: "manual" });
  } catch {
    return; // the service is away; the next round tries again
  }
  if (response.type === "opaqueredirect") location.reload(); // the session is over: the server will ask for a sign-in
  else if (response.ok) merge(new DOMParser().parseFromString(await response.text(), "text/html"));
}

if (list) {
  remember();
  if (/[?&](fait|note|rendu)=/.test(location.search)) history.replaceState(null, "", location.pathname);
  document.querySelector(".keys-hint").hidden = false;
  setInterval(() => document.hidden || refresh(), EVERY_MS);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const here = event.target.closest(".callback");
    if (!step || !here || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = items(list);
    const next = all[all.indexOf(here) + step];
    if (!next) return;
    event.preventDefault();
    next.querySelector("a").focus();
    next.scrollIntoView({ block: "nearest" });
  });
}
