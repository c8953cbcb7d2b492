// Tells of a call that is offered: a sound, a notification of the system, the page's title, and words for a screen reader.

const RING_EVERY_MS = 3000;
const MUTE = "callbot-poste-muet";

const sound = document.getElementById("poste-son");
const spoken = document.getElementById("poste-annonce");
const soundButton = document.querySelector("[data-sound]");
const notifyButton = document.querySelector("[data-notify]");
const notifyWord = document.querySelector("[data-notify-word]");
const title = document.title;
let now = "";
let state = "";
let ringing = 0;
let notification = null;
let asked = "";

/** `headline`: the element that shows the receptionist's state; a change that they may not have made is read out. */
export function stateTo(headline) {
  const before = state;
  state = headline.dataset.state;
  if (before && before !== state) spoken.textContent = headline.querySelector(".headline__text").textContent;
}

/** `shown`: the element that shows the receptionist's call, with what there is to tell in its data. */
export function alertTo(shown) {
  const { dataset: call } = shown;
  const which = `${call.call} ${call.place}`;
  ask(call, which);
  if (which === now) return;
  const before = now;
  now = which;
  stop();
  if (call.place === "offered" || call.place === "calling_back") start(call, shown.querySelector(".timer"));
  else if (call.place === "connected") spoken.textContent = "Vous êtes en communication.";
  else if (before.endsWith("offered")) spoken.textContent = "L’appel n’est plus chez vous.";
}

/** Who has called somebody back for long is asked, with a sound, whether they talk still. */
function ask(call, which) {
  const asks = "asks" in call ? which : "";
  if (asks && asks !== asked) {
    spoken.textContent = "Toujours en ligne ?";
    ring();
  }
  asked = asks;
}

function start(call, timer) {
  const what = call.place === "offered" ? "Appel" : "À rappeler";
  const waited = inWords(Math.max(0, Math.round((Date.now() - Date.parse(timer.dataset.since)) / 1000)));
  const detail = [call.subject && `Au sujet de ${call.subject}`, `attend depuis ${waited}`].filter(Boolean).join(", ");
  spoken.textContent = `${what} pour ${call.service}. ${detail}.`;
  document.title = `☎ ${what} : ${call.service} – ${title}`;
  ring();
  ringing = setInterval(ring, RING_EVERY_MS);
  if (window.Notification?.permission === "granted") {
    notification = new Notification(`${what} : ${call.service}`, { body: detail, tag: "callbot-poste", icon: "/static/callbot.svg" });
    notification.onclick = () => window.focus();
  }
}

function inWords(seconds) {
  const words = (number, word) => `${number} ${word}${number > 1 ? "s" : ""}`;
  return seconds < 60 ? words(seconds, "seconde") : words(Math.floor(seconds / 60), "minute");
}

function stop() {
  clearInterval(ringing);
  document.title = title;
  notification?.close();
  notification = null;
}

function muted() {
  return localStorage.getItem(MUTE) === "oui";
}

function ring() {
  if (!muted()) play();
}

function play() {
  sound.currentTime = 0;
  sound.play().then(
    () => sound.dataset.played = String(Number(sound.dataset.played || 0) + 1),
    () => showNotify("Le navigateur retient le son : cliquez une fois dans la page pour l’entendre."),
  );
}

function showSound() {
  soundButton.setAttribute("aria-pressed", String(!muted()));
  soundButton.querySelector("[data-sound-word]").textContent = muted() ? "coupée" : "activée";
}

function showNotify(word = "") {
  const permission = window.Notification?.permission ?? "denied";
  notifyButton.hidden = permission !== "default";
  const words = { granted: "Les notifications sont autorisées.", denied: "Les notifications sont bloquées par le navigateur." };
  notifyWord.textContent = word || words[permission] || "";
}

soundButton.addEventListener("click", () => {
  localStorage.setItem(MUTE, muted() ? "non" : "oui");
  showSound();
});
document.querySelector("[data-try-sound]").addEventListener("click", play);
notifyButton.addEventListener("click", async () => {
  await Notification.requestPermission();
  showNotify();
});
showSound();
showNotify();
