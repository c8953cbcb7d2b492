// Sends the forms without leaving the page. A follow-up that cannot be sent now is sent when the connection is back.

import { hush, tell } from "../notices.js";
import { dropDraft, keepDraft } from "./drafts.js";
import { refresh } from "./regions.js";

const notices = document.getElementById("poste-avis");
const waiting = new Map();
const LATER = "Pas encore enregistré : nouvel essai dès que la connexion revient. Rien n’est perdu.";
const ANSWER_MS = 8000;
const NO_ANSWER = "Pas de réponse : cette page montrera ce qu’il en est dès que la connexion revient.";
const NOT_NOW = "Pas de connexion : rien n’a été changé. Réessayez dans un instant.";
const ENDED = "Votre session est terminée : reconnectez-vous dans un autre onglet, puis réessayez. Ce que vous avez écrit reste ici.";

/** `show` puts what the server answers into the page. Gives what is to be called when the connection is back. */
export function startSending(show) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-send]")) return;
    event.preventDefault();
    const { submitter } = event;
    send(form, submitter?.getAttribute("formaction") || form.getAttribute("action"), new FormData(form, submitter), show);
  });
  return () => [...waiting.values()].forEach((again) => again());
}

async function send(form, address, data, show) {
  const key = `${address} ${data.get("appel")}`;
  waiting.delete(key);
  let response;
  try {
    const [headers, signal] = [{ accept: "application/json" }, AbortSignal.timeout(ANSWER_MS)];
    response = await fetch(address, { method: "POST", body: new URLSearchParams(data), headers, signal });
    if (response.status >= 502) throw new Error("the service is away");
  } catch (error) {
    const words = error.name === "TimeoutError" ? NO_ANSWER : NOT_NOW;
    if (!form.dataset.draft) return tell(notices, "bad", words);
    keepDraft(form);
    waiting.set(key, () => send(form, address, data, show));
    return tell(notices, "warn", LATER);
  }
  if (response.status === 401) return tell(notices, "bad", ENDED);
  const answer = await response.json();
  if (!form.dataset.draft) delete form.dataset.changed;
  if (response.ok && form.dataset.form === "ouvrir") refresh("poste-etat"); // it was kept as it was, open, while somebody wrote in it
  if (response.ok && form.dataset.draft && address === form.getAttribute("action")) {
    dropDraft(form);
    form.closest("[data-keep]").dataset.keep = "";
    refresh("poste-suivi");
  }
  show(answer.regions ?? {});
  if (answer.message) tell(notices, "bad", answer.message);
  else if (answer.done) tell(notices, "good", answer.done);
  else hush(notices);
}
