"""What `/a-apprendre` says, in French. Pure."""

from collections.abc import Mapping, Sequence

from callbot.learning_loop.effects import Effect
from callbot.learning_loop.groups import Group, GroupState
from callbot.learning_loop.language_model import Fault, LanguageModelError
from callbot.learning_loop.questions import Kind, Question, examples

__all__ = ["FAULTS", "KINDS", "REASONS", "STATES", "VIEWS", "effect_sentence", "fault", "title", "why"]

VIEWS = {
    "": (GroupState.OPEN, "À traiter"),
    "en-cours": (GroupState.DRAFTED, "En cours"),
    "apprises": (GroupState.TAUGHT, "Apprises"),
    "ecartees": (GroupState.DISMISSED, "Écartées"),
}
"""The tabs, by the value of `vue`."""
STATES = {
    GroupState.OPEN: ("warn", "À traiter"),
    GroupState.DRAFTED: ("busy", "Brouillon en cours"),
    GroupState.TAUGHT: ("good", "Apprise"),
    GroupState.DISMISSED: ("quiet", "Écartée"),
}
KINDS = {
    Kind.NO_MATCH: ("pas comprise", "pas comprises"),
    Kind.NO_ANSWER: ("sans réponse validée", "sans réponse validée"),
    Kind.LOW: ("répondue sans certitude", "répondues sans certitude"),
    Kind.CORRECTED: ("corrigée par un agent", "corrigées par un agent"),
}
REASONS = (
    "Hors de la compétence de la mairie",
    "Bavardage, bruit ou erreur de numéro",
    "Déjà traité par une autre réponse",
    "À laisser à une personne",
)
FAULTS = {
    Fault.UNREACHABLE: "Le modèle de langage ne répond pas : vérifiez son adresse, ou écrivez la réponse vous-même.",
    Fault.TOO_LATE: "Le modèle de langage a mis trop longtemps. Réessayez, ou écrivez la réponse vous-même.",
    Fault.REFUSED: "Le modèle de langage a refusé (erreur {detail}) : vérifiez sa clé et son nom.",
    Fault.UNREADABLE: "Le modèle de langage a rendu un texte inutilisable. Réessayez, ou écrivez la réponse vous-même.",
    Fault.NOTHING_TO_SEND: "Aucune phrase ne peut lui être envoyée : elles sont effacées, ou disent qui parle.",
}


def title(group: Group, questions: Sequence[Question]) -> str:
    """What a group is called: what a person named it, else one of its sentences."""
    if group.title:
        return group.title
    said = examples(questions, 1)
    return f"« {said[0]} »" if said else "Phrases effacées"


def why(counts: Mapping[Kind, int]) -> str:
    """« 4 pas comprises, 1 corrigée par un agent »."""
    counted = [(kind, counts.get(kind, 0)) for kind in Kind]
    return ", ".join(f"{count} {KINDS[kind][count > 1]}" for kind, count in counted if count)


def effect_sentence(effect: Effect) -> str:
    """What has changed, or when it will be known."""
    if not effect.days_after:
        return "L’effet sera mesuré demain : combien d’appels de ce sens, combien de réponses données."
    before = _share(effect.answered_before, effect.calls_before, effect.days_before, "avant")
    return f"{_share(effect.answered_after, effect.calls_after, effect.days_after, 'depuis')} ; {before}."


def _share(answered: int, calls: int, days: int, when: str) -> str:
    length = "un jour" if days == 1 else f"{days} jours"
    if not calls:
        return f"aucun appel de ce sens {when} ({length})"
    told = "une réponse" if answered == 1 else f"{answered} réponses" if answered else "aucune réponse"
    return f"{told} pour {calls} {'appel' if calls == 1 else 'appels'} {when} ({length})"


def fault(error: LanguageModelError) -> str:
    """What is told of a model that failed."""
    return FAULTS[error.fault].format(detail=error.detail)
