// Keeps the figures of a period that is not over current, without closing the tables that somebody has opened.

const EVERY_MS = 20000;

const live = document.querySelector("[data-live]");

const opened = () => [...live.querySelectorAll("section:has(details[open])")].map((part) => part.getAttribute("aria-labelledby"));

function replace(text) {
  const before = opened();
  const held = document.activeElement?.closest("section[aria-labelledby]")?.getAttribute("aria-labelledby");
  live.innerHTML = text;
  for (const name of before) {
    live.querySelector(`section[aria-labelledby="${name}"] details`)?.setAttribute("open", "");
  }
  if (held) live.querySelector(`section[aria-labelledby="${held}"] :is(summary, a)`)?.focus({ preventScroll: true });
}

async function refresh() {
  let response;
  try {
    response = await fetch(live.dataset.live, { redirect: "manual" });
  } catch {
    return; // the service is away; the next round tries again
  }
  if (response.type === "opaqueredirect") {
    location.reload(); // the session is over: the server will ask for a sign-in
  } else if (response.ok) {
    const text = await response.text();
    if (text !== refresh.last) replace((refresh.last = text));
  }
}

setInterval(() => document.hidden || refresh(), EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
