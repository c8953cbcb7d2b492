"""What the pages say about accounts, in French."""

import re

from callbot.accounts import PASSWORD_MIN, Wrong
from callbot.web.navigation import ROLE_NAMES

ERRORS = {
    Wrong.NAME: "L’identifiant compte de 2 à 64 lettres, chiffres, points, tirets ou arobases, et commence par une lettre ou un chiffre.",
    Wrong.TAKEN: "Cet identifiant est déjà pris.",
    Wrong.LENGTH: f"Le mot de passe compte au moins {PASSWORD_MIN} caractères.",
    Wrong.WEAK: "Ce mot de passe se devine trop vite : il se répète, ou contient l’identifiant.",
    Wrong.SAME: "C’est le mot de passe actuel : choisissez-en un autre.",
    Wrong.PASSWORD: "Le mot de passe actuel est incorrect.",
    Wrong.UNKNOWN: "Ce compte n’existe plus.",
    Wrong.LAST: "C’est le dernier compte d’administration : donnez d’abord ce rôle à une autre personne.",
}
THROTTLED = "Trop d’essais infructueux. Réessayez dans un quart d’heure."
ACTIONS = {
    "account added": "Compte ajouté",
    "account removed": "Compte retiré",
    "role changed": "Rôle changé",
    "password reset": "Mot de passe remis à zéro",
    "password changed": "Mot de passe changé",
    "signed out everywhere": "Déconnexion partout",
    "closure added": "Fermeture ajoutée",
    "closure lifted": "Fermeture levée",
    "hours set": "Horaires changés",
    "hours taken back": "Horaires retirés",
    "message written": "Message écrit",
    "message heard": "Message écouté",
    "message switched on": "Message diffusé",
    "message switched off": "Message arrêté",
    "transcripts purged": "Transcriptions effacées",
    "callbacks purged": "Demandes de rappel effacées",
    "audit purged": "Journal purgé",
    "notes purged": "Notes de l’accueil effacées",
    "sentences purged": "Phrases corrigées effacées",
    "cards purged": "Fiches de l’accueil effacées",
    "queue purged": "Places de la file effacées",
    "hashes purged": "Empreintes de numéros effacées",
    "events purged": "Déroulements d’appels effacés",
    "follow-ups purged": "Suivis effacés",
    "corrections purged": "Corrections effacées",
    "calls purged": "Appels effacés",
    "access log purged": "Journal des consultations purgé",
    "closures purged": "Fermetures passées effacées",
    "questions purged": "Questions à apprendre effacées",
    "announcements purged": "Messages passés effacés",
    "message words purged": "Transcriptions de messages effacées",
    "comments purged": "Commentaires effacés",
    "opening weeks purged": "Horaires passés effacés",
    "webhooks purged": "Avis de fin d’appel effacés",
    "token added": "Jeton d’API ajouté",
    "token removed": "Jeton d’API retiré",
    "purge run": "Purge demandée",
    "caller exported": "Données d’un appelant remises",
    "caller erased": "Données d’un appelant effacées",
    "callback taken": "Rappel pris en charge",
    "callback called": "Rappel : numéro composé",
    "callback tried": "Rappel à réessayer",
    "callback done": "Rappel fait",
    "callback given back": "Rappel rendu",
    "callback reopened": "Rappel à refaire",
    "desk opened": "Poste ouvert",
    "desk telephone changed": "Téléphone du poste changé",
    "desk closed": "Poste fermé",
    "call transferred": "Appel transféré à un numéro",
    "call looked up": "Appel cherché par numéro",
    "message listened": "Message d’un appelant écouté",
    "message handled": "Message d’un appelant traité",
    "message to call back": "Message d’un appelant : rappel demandé",
    "messages purged": "Messages d’appelants effacés",
    "answer edited": "Réponse modifiée (brouillon)",
    "answer submitted": "Réponse proposée à la validation",
    "answer given back": "Réponse rendue pour être changée",
    "answer approved": "Réponse validée",
    "answer restored": "Réponse rétablie",
    "answer suspended": "Réponse suspendue",
    "draft discarded": "Brouillon abandonné",
    "group dismissed": "Questions écartées",
    "group taken up": "Questions reprises",
}
"""What the journal's actions are called; one that is not here is shown as it is."""
DETAILS = (
    (re.compile(r"\brequest (\d+)"), r"demande \1"),
    (re.compile(r"^SIP address$"), "adresse SIP"),
    (re.compile(r"^outside number$"), "numéro extérieur"),
    (re.compile(r"^extension$"), "numéro de poste"),
    (re.compile(r"^telephone of the service$"), "téléphone du service"),
    (re.compile(r"\beverything\b"), "toute la mairie"),
    (re.compile(r"\b(\w+) to (\w+)$"), r"\1 devient \2"),
    (re.compile(r"\b(\d{4}-\d\d-\d\d(?: \d\d:\d\d)?) to (\d{4}-\d\d-\d\d)"), r"du \1 au \2"),
    (re.compile(r"\bfrom (\d{4}-)"), r"à partir du \1"),
    (re.compile(r"\buntil (\d{4}-)"), r"jusqu’au \1"),
    *((re.compile(rf"\b{role.value}\b"), name) for role, name in ROLE_NAMES.items()),
)
"""Words of a line's detail, and what staff read instead; the file for spreadsheets has the detail as it is kept."""


def detail_words(detail: str) -> str:
    """A line's detail as the page shows it."""
    for pattern, words in DETAILS:
        detail = pattern.sub(words, detail)
    return detail
