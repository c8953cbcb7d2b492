// Replaces parts of the page without taking anything away: the focus, and what somebody is writing.

import { restoreDraft } from "./drafts.js";

const latest = {};

/** Put again what was told last: of a part that was kept as it was, because somebody was writing in it. */
export function refresh(id) {
  if (id in latest) replace(document.getElementById(id), latest[id]);
}

/** `regions`: HTML by an element's id. A part with data-keep stays as it is while the new one has the same. */
export function replaceRegions(regions) {
  Object.assign(latest, regions);
  Object.entries(regions).forEach(([id, html]) => replace(document.getElementById(id), html));
}

function replace(region, html) {
  const model = document.createElement("template");
  model.innerHTML = html;
  const kept = region.querySelector("[data-keep]");
  const next = model.content.querySelector("[data-keep]");
  if (kept && next && kept.dataset.keep === next.dataset.keep && isBeingWritten(kept)) return renew(kept, next);
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  const written = region.querySelector("details:not([data-keep]):has(form[data-changed])");
  region.replaceChildren(model.content);
  if (written) region.querySelector("details")?.replaceWith(written);
  setTimers(region);
  restoreDraft(region);
  if (focused) (focused.id && region.querySelector(`#${CSS.escape(focused.id)}`) || region).focus({ preventScroll: true });
}

/** What is being written stays; what can be done with it, chosen from (data-fresh), and is told beside (data-told) may be another. */
function renew(kept, next) {
  next.querySelectorAll("select[data-fresh]").forEach((now) => {
    const old = kept.querySelector(`#${CSS.escape(now.id)}`);
    if (!old || old.innerHTML === now.innerHTML) return;
    const { value } = old;
    old.replaceChildren(...now.children);
    old.value = value;
    if (old.selectedIndex < 0) old.selectedIndex = 0;
  });
  next.querySelectorAll("[data-told]").forEach((now) => {
    kept.querySelector(`#${CSS.escape(now.id)}`)?.replaceChildren(...now.childNodes);
  });
  const [old, now] = [kept, next].map((part) => part.querySelector("form > .actions"));
  if (!old.contains(document.activeElement)) old.replaceWith(now);
}

function isBeingWritten(part) {
  return part.querySelector("form")?.dataset.changed === "yes" || part.contains(document.activeElement);
}

/** Let timers count from what the server has written, by this computer's clock, whatever it shows. */
export function setTimers(part) {
  part.querySelectorAll(".timer[data-since]").forEach((timer) => {
    const [minutes, seconds] = timer.textContent.split(":").map(Number);
    timer.dataset.since = new Date(Date.now() - 1000 * (60 * minutes + seconds)).toISOString();
  });
}
