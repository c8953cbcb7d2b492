// What the telephone says to the person in front of it.

export const STATES = {
  idle: "Prêt à appeler",
  asking: "Autorisez le microphone…",
  dialing: "Appel en cours…",
  talking: "En communication",
  ended: "Appel terminé",
  failed: "Échec de l’appel",
};

export const HINTS = {
  idle: "Votre microphone sert pendant l’appel seulement.",
  asking: "Votre navigateur vous le demande.",
  dialing: "Le callbot va décrocher.",
  talking: "Le callbot vous écoute.",
  speaking: "Le callbot parle.",
  muted: "Votre microphone est coupé : le callbot ne vous entend pas.",
  ended: "Vous pouvez rappeler quand vous voulez.",
  failed: "La raison est donnée ci-dessus.",
};

export const FAILURES = {
  insecure:
    "Le navigateur ne donne le microphone qu’aux adresses sûres. Ouvrez cette page en https://, ou sur le serveur lui-même par http://localhost.",
  refused: "Le microphone est refusé à cette page. Autorisez-le dans les réglages du site (près de l’adresse), puis appelez à nouveau.",
  missing: "Aucun microphone n’a été trouvé. Branchez-en un, puis appelez à nouveau.",
  taken: "Le microphone ne répond pas. Un autre programme s’en sert peut-être : fermez-le, puis appelez à nouveau.",
  unplugged: "Le microphone a été débranché : l’appel est terminé.",
  busy: "Toutes les lignes sont occupées. Rappelez dans quelques minutes.",
  unreachable: "Le service téléphonique ne répond pas. Rappelez dans quelques minutes ; si cela dure, prévenez la personne qui l’administre.",
  lost: "La communication a été coupée. Vérifiez votre connexion, puis appelez à nouveau.",
  session: "Votre session est terminée. Rechargez la page pour vous reconnecter.",
};

const MICROPHONE = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "missing", OverconstrainedError: "missing" };

/** The failure that an error of getUserMedia tells. */
export const microphoneFailure = (error) => MICROPHONE[error.name] ?? "taken";

const DECISIONS = {
  answer: "Réponse trouvée",
  clarify: "Précision demandée",
  orient: "Autre organisme",
  handover: "Mise en relation",
  emergency: "Urgence",
  no_match: "Non compris",
};

/** What the bot understood, in one line; empty for courtesies and the like. `subjects`: what answers are about, by their ids. */
export function understood({ decision, motive, aspect, emergency, confidence }, subjects) {
  if (!(decision in DECISIONS)) return "";
  const subject = emergency ?? subjects[`${motive}.${aspect}`] ?? subjects[motive] ?? plain(motive, aspect);
  const sure = subject && !emergency ? ` (${Math.round(confidence * 100)} %)` : "";
  return DECISIONS[decision] + (subject ? ` : ${subject}${sure}` : "");
}

const plain = (...ids) => ids.filter(Boolean).join(", ").replaceAll("_", " ");

export const queued = ({ service }) => `Mise en relation avec un agent (${service.replaceAll("_", " ")})`;

export const pressed = ({ digit }) => `Touche ${{ "*": "étoile", "#": "dièse" }[digit] ?? digit}`;

export const responseTime = (ms) => `réponse en ${(ms / 1000).toLocaleString("fr-FR", { maximumFractionDigits: 1 })} s`;
