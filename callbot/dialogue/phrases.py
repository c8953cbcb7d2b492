"""Every fixed sentence that the bot says, in French, written for the ear.

A sentence is a name and a text with at most `{greeting}` or `{service}` inside; both come from `commune.toml`, so that the
whole set is known ahead of time and can be rendered before the first call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from callbot.dialogue.closed import closed_sentences
from callbot.dialogue.transfer_phrases import contracted, transfer_phrases
from callbot.knowledge.entries import Commune, Line, Service

EMERGENCY_NAMES = MappingProxyType(
    {
        "15": "composez le quinze, pour le SAMU",
        "17": "composez le dix-sept, pour la police ou la gendarmerie",
        "18": "composez le dix-huit, pour les pompiers",
        "112": "composez le cent douze, le numéro d'urgence",
        "114": "envoyez un SMS au cent quatorze",
        "119": "composez le cent dix-neuf, Allô enfance en danger",
        "3919": "composez le trente-neuf dix-neuf, Violences femmes info",
        "3114": "composez le trente et un quatorze, le numéro de prévention du suicide",
    }
)
"""What to do for each emergency number, as the bot says it."""

DISTRESS = MappingProxyType(
    {
        "119": "Vous faites bien d'en parler. Si un enfant est en danger en ce moment même, composez le dix-sept. "
        "Pour en parler et savoir quoi faire, {call} : c'est gratuit, jour et nuit.",
        "3919": "Vous faites bien d'en parler. En cas de danger immédiat, composez le dix-sept. "
        "Pour en parler et trouver de l'aide, {call} : c'est gratuit et anonyme, jour et nuit.",
        "3114": "Merci de me le dire, c'est important. Si une vie est en danger en ce moment même, composez le quinze. "
        "Pour en parler, pour vous ou pour un proche, {call} : c'est gratuit, jour et nuit.",
    }
)
"""What is said for numbers where people listen and help rather than come: such a caller is not told to hang up, and is told
first whom to call when it cannot wait. `{call}`: their words in EMERGENCY_NAMES."""

SENTENCES = MappingProxyType(
    {
        "disclosure": "{greeting} Je suis un assistant vocal automatique.",
        "greeting": "Dites-moi en une phrase ce que vous cherchez. Pour parler à une personne, dites « un agent », "
        "ou appuyez sur la touche zéro.",
        "greeting_closed": "Nos bureaux sont fermés en ce moment, mais je peux répondre à beaucoup de questions. "
        "Dites-moi en une phrase ce que vous cherchez.",
        "anything_else": "Avez-vous une autre question ?",
        "listening": "Je vous écoute.",
        "hello": "Bonjour. Quelle est votre question ?",
        "welcome": "Je vous en prie. Avez-vous une autre question ?",
        "take_your_time": "Bien sûr, prenez votre temps.",
        "nothing_to_repeat": "Je ne vous ai encore rien répondu. Quelle est votre question ?",
        "identity": "Oui, je suis un assistant vocal automatique. Je connais les réponses aux questions fréquentes de la "
        "mairie, et je peux vous passer une personne si vous dites « un agent ». Quelle est votre question ?",
        "insult": "Je suis désolé de ne pas vous aider comme il faut. Redites-moi votre question, ou dites « un agent » "
        "et je vous passe une personne.",
        "identity_closed": "Oui, je suis un assistant vocal automatique. Je connais les réponses aux questions fréquentes de la "
        "mairie. Quelle est votre question ?",
        "insult_closed": "Je suis désolé de ne pas vous aider comme il faut. Redites-moi votre question.",
        "emergency_closed": "Nos bureaux sont fermés, je ne peux pas vous passer une personne : appelez ce numéro tout de suite.",
        "distress_closed": "Nos bureaux sont fermés, je ne peux pas vous passer une personne. N'hésitez pas à appeler : "
        "on vous répondra à toute heure.",
        "no_input": "Je ne vous entends pas. Quelle est votre question ?",
        "no_match": "Excusez-moi, je n'ai pas bien compris. Pouvez-vous me le dire autrement, en quelques mots ?",
        "not_that": "D'accord, ce n'est pas ça. Pouvez-vous me le dire autrement, en quelques mots ?",
        "unknown_detail": "Je n'ai pas cette précision. Voulez-vous que je vous passe une personne ?",
        "unknown_detail_closed": "Je n'ai pas cette précision, et nos bureaux sont fermés. Avez-vous une autre question ?",
        "moment": "Un instant, s'il vous plaît.",
        "goodbye": "Merci de votre appel. Bonne journée, au revoir.",
    }
)

MENU_HEAD = "Prenons un autre chemin. Voici ce que l'on me demande souvent."
MENU = ("Dites ou tapez un, pour {subject}.", "Deux, pour {subject}.", "Trois, pour {subject}.")
MENU_LAST = "Pour parler à une personne, tapez zéro. Sinon, dites-moi en quelques mots ce que vous cherchez."
MENU_LAST_CLOSED = "Sinon, dites-moi en quelques mots ce que vous cherchez."
"""Explicit choices for a caller whom the bot did not understand twice."""

HANDOVERS = MappingProxyType(
    {
        "asked": "Très bien. Ne quittez pas, je vous passe {service}.",
        "entry": "Ne quittez pas, je vous passe {service}.",
        "no_match": "Je suis désolé, je ne sais pas vous répondre. Ne quittez pas, je vous passe {service}.",
        "no_input": "Je ne vous entends toujours pas. Ne quittez pas, je vous passe {service}.",
        "expired": "Pour cette question, le mieux est de demander à une personne. Ne quittez pas, je vous passe {service}.",
        "emergency": "Si vous ne pouvez pas appeler vous-même, restez en ligne, je vous passe {service}.",
        "callback": "Pour qu'on vous rappelle, une personne va noter votre numéro. Ne quittez pas, je vous passe {service}.",
        "language": "I am sorry, I speak French only. Please hold on. Ne quittez pas, je vous passe {service}.",
        "fault": "Excusez-moi, j'ai un problème technique. Ne quittez pas, je vous passe {service}.",
        "too_long": "Nous parlons depuis un bon moment, une personne vous aidera mieux. Ne quittez pas, je vous passe {service}.",
        "closing": "Je dois m'arrêter un moment. Ne quittez pas, je vous passe {service}.",
    }
)
"""What is said before the caller goes to a person, by reason."""

DISTRESS_HANDOVER = (
    "Si vous préférez parler d'abord à une personne de la mairie, restez en ligne, je vous passe {service}."
)
"""The same after a number of DISTRESS, in place of HANDOVERS["emergency"]."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences of one commune, on one of its lines (None: the first one)."""

    commune: Commune
    line: Line | None = None

    def say(self, name: str, *, closed: bool = False) -> str:
        """The sentence `name` of SENTENCES; `closed`: the one for when nobody is there, where it differs."""
        text = SENTENCES.get(f"{name}_closed", SENTENCES[name]) if closed else SENTENCES[name]
        return text.format(greeting=self._greeting)

    @property
    def _greeting(self) -> str:
        line = self.line or self.commune.line("")
        greeting = line.greeting or f"Bonjour, vous êtes bien {contracted('à', line.spoken)}"
        return greeting if greeting[-1] in ".!?…" else f"{greeting}."

    def handover(self, reason: str, service: Service) -> str:
        """What is said before the caller goes to `service` for `reason`, one of HANDOVERS."""
        return HANDOVERS[reason].format(service=service.spoken)

    def confirm(self, subject: str) -> str:
        """What is asked before a half-sure answer. `subject`: an entry's, as « le prix d'un passeport »."""
        return f"Si je comprends bien, votre question porte sur {subject}. C'est bien ça ?"

    def choose(self, first: str, second: str) -> str:
        """What is asked when two questions are close. Two sentences, so that each is rendered once for all pairs."""
        return f"{self.choice_sentences(first)[0]} {self.choice_sentences(second)[1]}"

    def menu(self, subjects: Sequence[str], *, closed: bool) -> tuple[str, ...]:
        """What is asked after two failures: to choose one of up to three subjects, by word or key; each text is rendered ahead."""
        choices = [MENU[place].format(subject=subject) for place, subject in enumerate(subjects[: len(MENU)])]
        return (MENU_HEAD, *choices, MENU_LAST_CLOSED if closed else MENU_LAST)

    def choice_sentences(self, subject: str) -> tuple[str, str]:
        """The sentences of `choose` that name `subject`, first and second."""
        return f"Est-ce pour {subject} ?", f"Ou bien pour {subject} ?"

    def emergency(self, number: str) -> str:
        """What is said first when the caller tells of an emergency. `number`: one of EMERGENCY_NAMES."""
        call = EMERGENCY_NAMES[number]
        return (
            DISTRESS[number].format(call=call)
            if number in DISTRESS
            else f"C'est une urgence. Raccrochez et {call}."
        )

    def emergency_handover(self, number: str, service: Service) -> str:
        """What is said next, before the caller goes to `service`."""
        text = DISTRESS_HANDOVER if number in DISTRESS else HANDOVERS["emergency"]
        return text.format(service=service.spoken)

    def emergency_alone(self, number: str) -> str:
        """What is said instead when nobody of the town hall can be reached."""
        return self.say("distress_closed" if number in DISTRESS else "emergency_closed")


def first_phrases(commune: Commune) -> list[str]:
    """What a first call needs at once: opening, understanding failures, the way to the default service."""
    phrases = Phrases(commune)
    reception = next(s for s in commune.services if s.id == commune.default_service)
    greetings = ("greeting", "greeting_closed") if commune.ever_closed else ("greeting",)
    disclosures = [Phrases(commune, line).say("disclosure") for line in commune.lines or (None,)]
    names = (*greetings, "moment", "anything_else", "no_match", "no_input", "goodbye")
    reasons = ("fault", "asked", "no_match", "no_input")
    return (
        disclosures
        + [phrases.say(name) for name in names]
        + [phrases.handover(reason, reception) for reason in reasons]
    )


def all_phrases(commune: Commune) -> list[str]:
    """Every fixed sentence of the commune, the first ones first, each once."""
    phrases = Phrases(commune)
    texts = first_phrases(commune)
    texts += [phrases.say(name) for name in SENTENCES if commune.ever_closed or not name.endswith("_closed")]
    texts += [phrases.emergency(number) for number in EMERGENCY_NAMES]
    texts += [phrases.handover(reason, service) for service in commune.services for reason in HANDOVERS]
    texts += [DISTRESS_HANDOVER.format(service=service.spoken) for service in commune.services]
    texts += transfer_phrases(commune)
    if commune.ever_closed:
        texts += closed_sentences(service for service in commune.services if service.hours)
    return list(dict.fromkeys(texts))
