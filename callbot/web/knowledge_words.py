"""What the pages say about answers and their versions, in French. Pure."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence

from callbot.editing.checks import LONGEST, MAX_SECONDS, Finding
from callbot.editing.version_store import Machine
from callbot.editing.versions import FILE_VERSION, Hindrance, Standing, Version, VersionState
from callbot.humans.hours import PARIS
from callbot.knowledge.entries import Entry
from callbot.knowledge.store import Knowledge

__all__ = [
    "DECISIONS",
    "FIELD_NAMES",
    "HINDRANCES",
    "KINDS",
    "STANDINGS",
    "STATES",
    "in_service",
    "in_words",
    "name",
    "sentence",
    "version_name",
    "when",
]

KINDS = {
    "answer": "Réponse : elle est dite, puis la conversation continue",
    "orient": "Orientation : un autre organisme est nommé",
    "transfer": "Transfert : elle est dite, puis l’appelant est passé au service",
}
STANDINGS = {
    Standing.SPOKEN: ("good", "En service"),
    Standing.SOON: ("warn", "À relire bientôt"),
    Standing.EXPIRED: ("bad", "Plus dite"),
    Standing.UNVALIDATED: ("quiet", "Jamais validée"),
}
STATES = {
    VersionState.DRAFT: ("quiet", "Brouillon"),
    VersionState.SUBMITTED: ("busy", "À valider"),
    VersionState.APPROVED: ("good", "Validée"),
    VersionState.DISCARDED: ("quiet", "Abandonnée"),
}
FIELD_NAMES = {
    "answer": "Réponse",
    "subject": "Sujet",
    "kind": "Type",
    "service": "Service",
    "expires_on": "À relire le",
    "questions": "Questions",
    "sources": "Sources",
}


def in_words(own: Knowledge) -> Callable[[str, str], str]:
    """How a page says the value of an entry's field: types and services by their names, not by their identifiers."""
    services = {service.id: service.name for service in own.commune.services}
    said = {"kind": KINDS, "service": services}
    return lambda field, value: said[field].get(value, value) if field in said else value


HINDRANCES = {
    Hindrance.NOT_SUBMITTED: "Ce texte n’est pas, ou n’est plus, proposé à la validation.",
    Hindrance.OWN: "Vous avez écrit ce texte : une autre personne doit le valider.",
    Hindrance.NOT_HEARD: "Écoutez d’abord la réponse jusqu’au bout.",
}
DECISIONS = {
    "answer": ("good", "Il répond"),
    "orient": ("good", "Il oriente"),
    "clarify": ("warn", "Il demande à préciser"),
    "handover": ("busy", "Il passe une personne"),
    "emergency": ("bad", "Il reconnaît une urgence"),
    "act": ("quiet", "Il réagit à une parole de conversation"),
    "no_match": ("warn", "Il dit qu’il n’a pas compris"),
}
_EAR = (
    (
        re.compile(r"the answer has (\d+) words"),
        r"La réponse compte \1 mots : au-delà de 62 (25 secondes), on ne la retient plus.",
    ),
    (re.compile(r"the answer has (\d+) sentences"), r"La réponse compte \1 phrases : deux au plus, ou trois très courtes."),
    (re.compile(r"the answer has digits, .*: (« .* »)"), r"Des chiffres, à écrire en lettres : \1."),
    (re.compile(r"the answer has a symbol, .*: (« .* »)"), r"Un symbole, à écrire en toutes lettres : \1."),
    (re.compile(r"the answer has an abbreviation: (« .* »)"), r"Une abréviation, à écrire en entier : \1."),
    (re.compile(r"the answer has capitals: .*: (« .* »)"), r"Un sigle en capitales, à épeler ou à dire en entier : \1."),
    (re.compile(r"the answer has a web address: (« .* »)"), r"Une adresse de site, qui ne s’écoute pas : \1."),
    (re.compile(r"the answer has brackets, .*: (« .* »)"), r"Des parenthèses, guillemets ou points-virgules, qui ne s’entendent pas : \1."),
)  # fmt: skip
"""The sentences of the inspection (knowledge/inspection.py), which `callbot kb check` prints in English."""
_SENTENCES = {
    "email": "Une adresse électronique de quelqu’un n’a pas sa place dans une réponse.",
    "mobile": "Un numéro de portable est une donnée personnelle : donnez celui d’un service.",
    "number": "La réponse dit un numéro : vérifiez qu’il est public.",
    "no_subject": "Sans sujet, l’assistant ne peut pas demander « votre question porte sur … ? ».",
    "question_email": "Une question contient une adresse électronique : « {told} ».",
    "question_number": "Une question contient un long numéro : « {told} ».",
    "question_name": "Une question semble contenir un nom de personne, à retirer : « {told} ».",
    "elsewhere": "Cette question est déjà dans une autre réponse. {told}",
    "few_questions": "{told} questions différentes : douze ou plus aident l’assistant à comprendre.",
    "no_end": "Donnez le jour où cette réponse doit être relue.",
    "past_end": "Le jour de relecture est déjà passé.",
    "far_end": f"Une réponse se relit au plus tard dans {LONGEST.days // 366} ans.",
    "no_source": "Aucune source : dites d’où vient ce qui est affirmé.",
    "no_service": "Ce service n’existe pas dans la commune.",
    "translated": "Cette réponse existe aussi dans une autre langue ({told}) : elle est à relire de même.",
    "no_french": "Il n’y a pas de réponse en français de cet identifiant : écrivez-la d’abord.",
    "too_long": f"La réponse dure {{told}} secondes une fois dite : {MAX_SECONDS:.0f} au plus.",
    "unspoken": "La voix n’a pas pu dire cette réponse : réessayez.",
}


def sentence(finding: Finding) -> str:
    """What is to be mended, for who writes."""
    if finding.kind == "ear":
        for pattern, french in _EAR:
            if found := pattern.match(finding.told):
                return found.expand(french)
        return finding.told
    return _SENTENCES[finding.kind].format(told=finding.told)


def name(entry: Entry) -> str:
    """What an entry is called in lists."""
    said = entry.subject or entry.motive.replace("_", " ")
    return said[:1].upper() + said[1:]


def version_name(number: int) -> str:
    """« version 3 »."""
    return "version du fichier" if number == FILE_VERSION else f"version {number}"


def when(at: dt.datetime) -> str:
    """« 29/11/2026 à 14 h 05 »."""
    return f"{at.astimezone(PARIS):%d/%m/%Y à %H h %M}"


def in_service(version: Version, machines: Sequence[Machine]) -> tuple[str, str, str]:
    """Tone, word and sentence: whether an approved version has reached every machine."""
    assert version.edition is not None
    behind = [machine for machine in machines if machine.edition < version.edition]
    if not machines:
        return "quiet", "Service arrêté", "Elle entrera en service au prochain démarrage."
    if problems := list(_problems(behind)):
        told = " ; ".join(problems)
        return (
            "bad",
            "Pas en service",
            f"La réponse précédente reste dite. {told}. Nouvel essai dans une minute.",
        )
    if behind:
        return (
            "busy",
            "Mise en service",
            "L’assistant apprend : cela prend une minute environ, plus quand des appels occupent la machine. "
            "Les appels en cours gardent l’ancienne réponse.",
        )
    count = len(machines)
    return "good", "En service", "Sur cette machine." if count == 1 else f"Sur les {count} machines."


def _problems(machines: Iterable[Machine]) -> Iterable[str]:
    return (f"{machine.name} : {machine.problem}" for machine in machines if machine.problem)
