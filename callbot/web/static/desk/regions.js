// Replaces parts of the page without taking anything away: the focus, and what somebody is writing.

import { clock } from "../timers.js";
import { restoreDraft } from "./drafts.js";

/** `regions`: HTML by an element's id. A part with data-keep stays as it is while the new one has the same. */
export function replaceRegions(regions) {
  Object.entries(regions).forEach(([id, html]) => replace(document.getElementById(id), html));
}

function replace(region, html) {
  const model = document.createElement("template");
  model.innerHTML = html;
  const kept = region.querySelector("[data-keep]");
  const next = model.content.querySelector("[data-keep]");
  if (kept && next && kept.dataset.keep === next.dataset.keep && isBeingWritten(kept)) return;
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  const open = [...region.querySelectorAll("details[open]")].length > 0 && focused?.closest("details");
  region.replaceChildren(model.content);
  if (open) region.querySelectorAll("details").forEach((part) => (part.open = true));
  region.querySelectorAll(".timer[data-since]").forEach(showTime);
  restoreDraft(region);
  if (focused) (focused.id && region.querySelector(`#${CSS.escape(focused.id)}`) || region).focus({ preventScroll: true });
}

function isBeingWritten(part) {
  return part.querySelector("form")?.dataset.changed === "yes" || part.contains(document.activeElement);
}

function showTime(timer) {
  timer.textContent = clock(Math.max(0, Math.floor((Date.now() - Date.parse(timer.dataset.since)) / 1000)));
}
