// A message may be switched on once it was listened to, to its end: tells the server so, and shows the button.

const token = document.querySelector('meta[name="form-token"]').content;
const header = document.querySelector('meta[name="form-token-header"]').content;

for (const player of document.querySelectorAll("audio[data-heard]")) {
  let heard = 0;
  let last = 0;
  player.addEventListener("timeupdate", () => {
    const step = player.currentTime - last;
    if (step > 0 && step < 1) heard += step; // a jump is no listening
    last = player.currentTime;
  });
  player.addEventListener("ended", async () => {
    if (heard < player.duration * 0.8) return;
    const answer = await fetch(player.dataset.heard, { method: "POST", headers: { [header]: token } });
    if (answer.ok) location.assign(answer.url);
  });
}

for (const models of document.querySelectorAll("[data-fills]")) {
  models.hidden = false;
  models.addEventListener("click", ({ target }) => {
    const chosen = target.closest("[data-fill]");
    if (!chosen) return;
    const field = document.getElementById(models.dataset.fills);
    field.value = chosen.dataset.fill;
    field.focus();
  });
}
