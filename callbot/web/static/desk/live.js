// Hears from the server what has changed; when it hears nothing, says so and tries again until it does.

import { hush, tell } from "../notices.js";

const SILENT_MS = 12000; // three beats of the server (desk_live.py)
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 5000;
const ANSWER_MS = 5000; // what is asked of a network that has gone without a word is never answered
const LOST = "Connexion perdue, nouvel essai… Ce que vous écrivez est gardé.";
const OLD = "La base de données ne répond pas : ce qui est affiché peut avoir changé. Nouvel essai…";
const ENDED = "Votre session est terminée. Rechargez la page pour vous reconnecter : ce que vous avez écrit est gardé.";

const banner = document.getElementById("poste-coupure");
const about = location.search;
let source = null;
let heardMs = 0;
let retryMs = FIRST_RETRY_MS;
let timer = 0;
let show = null;
let back = null;
let said = "";

function say(text) {
  if (text === said) return;
  said = text;
  if (text) tell(banner, "bad", text);
  else hush(banner);
}

/** `onRegions` gets the parts that have changed; `onBack` is called when the connection is there again. */
export function listen(onRegions, onBack) {
  [show, back] = [onRegions, onBack];
  open();
  setInterval(() => source && Date.now() - heardMs > SILENT_MS && lost(), 1000);
  window.addEventListener("offline", lost);
  window.addEventListener("online", tryAgain);
}

function open() {
  heardMs = Date.now();
  source = new EventSource(`/poste/vif${about}`);
  source.addEventListener("poste", ({ data }) => {
    heard();
    show(JSON.parse(data));
  });
  source.addEventListener("battement", heard);
  source.addEventListener("panne", () => {
    heardMs = Date.now();
    say(OLD);
  });
  source.addEventListener("error", lost);
}

function heard() {
  heardMs = Date.now();
  retryMs = FIRST_RETRY_MS;
  const wasLost = said !== "";
  say("");
  if (wasLost) back();
}

function lost() {
  source?.close();
  source = null;
  say(LOST);
  clearTimeout(timer);
  timer = setTimeout(tryAgain, retryMs);
  retryMs = Math.min(LAST_RETRY_MS, retryMs * 1.5);
}

/** Ask once what holds: an event source does not tell whether the session is over or the service away. */
async function tryAgain() {
  clearTimeout(timer);
  if (source) return;
  try {
    const [headers, signal] = [{ accept: "application/json" }, AbortSignal.timeout(ANSWER_MS)];
    const response = await fetch(`/poste/etat${about}`, { headers, signal });
    if (response.status === 401) return say(ENDED);
    if (!response.ok) throw new Error("not yet");
    show((await response.json()).regions);
    if (!source) open();
  } catch {
    lost();
  }
}
