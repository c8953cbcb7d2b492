// How much waits behind a place in the navigation: a small figure beside its name, asked for now and then.

const EVERY_MS = 20_000;

const counts = [...document.querySelectorAll("[data-count]")];

async function show(count) {
  let response;
  try {
    response = await fetch(count.dataset.count, { headers: { accept: "application/json" } });
  } catch {
    return; // the service is away; the next round tries again
  }
  if (!response.ok) return;
  const { count: number } = await response.json();
  count.hidden = !number;
  count.querySelector("[data-number]").textContent = number;
}

const showAll = () => document.hidden || counts.forEach(show);

if (counts.length) {
  showAll();
  setInterval(showAll, EVERY_MS);
  document.addEventListener("visibilitychange", showAll);
}
