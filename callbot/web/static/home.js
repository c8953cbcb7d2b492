// Keeps the live part of the home page current: asks the server for it again while somebody looks.

const EVERY_MS = 5000;

const live = document.querySelector("[data-live]");

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
    if (text === refresh.last) return;
    const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
    live.innerHTML = refresh.last = text;
    if (focused) document.getElementById(focused)?.focus();
  }
}

setInterval(() => document.hidden || refresh(), EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
