// Lets every timer of the page that knows when it began (data-since) count on, those that come later too.

const HOUR_S = 3600;

/** Whole seconds as 02:05, from an hour on as 1:02:05. */
export function clock(seconds) {
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0"));
  return (seconds >= HOUR_S ? `${Math.floor(seconds / HOUR_S)}:` : "") + parts.join(":");
}

function show(timer) {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(timer.dataset.since)) / 1000));
  timer.textContent = clock(seconds);
  timer.classList.toggle("timer--late", Boolean(timer.dataset.warnS) && seconds >= Number(timer.dataset.warnS));
}

const showAll = () => document.querySelectorAll(".timer[data-since]").forEach(show);

showAll();
setInterval(showAll, 1000);
