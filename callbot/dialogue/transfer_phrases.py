"""What is said around a handover: to the caller who waits or comes back, and, always in French, to the person who picks up.

Every sentence is fixed, but for a service's name or an entry's subject: both are validated, and nothing is the caller's.
"""

from dataclasses import dataclass
from types import MappingProxyType

from callbot.dialogue.texts import Texts
from callbot.events import TransferResult
from callbot.knowledge.entries import Commune, Service

WAITING = "Merci de patienter, nous appelons {service}."
"""Said now and then over the music."""
FAILURES = MappingProxyType(
    {
        TransferResult.BUSY: "La ligne {of} est occupée.",
        TransferResult.NO_ANSWER: "Personne ne répond pour le moment {to}.",
        TransferResult.REJECTED: "Votre appel n'a pas pu être pris {to}.",
        TransferResult.UNREACHABLE: "Je n'arrive pas à joindre {service}.",
        TransferResult.FAILED: "Je n'ai pas réussi à vous passer {service}.",
    }
)
"""What became of an attempt, by result. The others need no sentence: ANSWERED is a success, CALLER_GONE hears nothing."""
RECEPTION_INSTEAD = "Ne quittez pas, j'appelle {service}."
GIVEN_BACK = "Je reste avec vous : avez-vous une autre question, ou préférez-vous rappeler plus tard ?"
NOBODY = (
    "Je suis désolé, je n'arrive pas à joindre une personne. Le mieux est de rappeler un peu plus tard. "
    "Avez-vous une autre question, à laquelle je peux répondre ?"
)
"""After MOST_FAILURES handovers that failed, in place of another one."""
NOBODY_NOW = "Je suis désolé, je n'arrive pas à joindre une personne."
"""The same where the bot goes on to offer that somebody calls back."""
FAREWELL = "Je suis désolé, je ne peux pas vous aider davantage pour le moment. Merci de rappeler un peu plus tard. Au revoir."
"""When nobody can be reached and the bot cannot go on either."""
ONWARD_AGENT = "Votre interlocuteur vous passe un collègue. Merci de patienter."
"""To who talked to an agent, and is passed on; to a service: WAITING."""
ONWARD_NUMBER = "Votre interlocuteur transfère votre appel. Merci de patienter."
ONWARD_BACK = "Personne n'a pu prendre votre appel. Merci de patienter, nous rappelons {service}."
"""To who comes back, because nobody took them there."""
AGAIN = "C'est de nouveau l'assistant vocal."
"""The disclosure to a caller whom the PBX brings back."""

INTRODUCTION = "Appel de la mairie, transmis par l'assistant vocal."
SUBJECT = "La personne appelle au sujet de : {subject}."
REASONS = MappingProxyType(
    {
        "asked": "Elle a demandé à parler à quelqu'un.",
        "entry": "Sa demande est à traiter par une personne.",
        "no_match": "L'assistant n'a pas compris sa demande.",
        "no_input": "L'assistant ne l'a pas entendue parler.",
        "expired": "L'assistant n'a pas de réponse validée à sa question.",
        "emergency": "Elle signale une urgence.",
        "callback": "Elle souhaite qu'on la rappelle : merci de noter son numéro.",
        "language": "Elle parle anglais.",
        "fault": "L'assistant a un problème technique.",
        "too_long": "Elle parle avec l'assistant depuis un bon moment.",
        "story": "Elle a une longue histoire à raconter.",
        "closing": "L'assistant doit s'arrêter.",
        "busy": "Toutes les lignes de l'assistant sont occupées.",
    }
)
"""What the person who picks up is told, by the reason of the handover (HANDOVERS in phrases.py)."""
PASSED = "passed"
"""The reason of a caller whom an agent passes on."""
PASSED_ON = "Un collègue vous la transmet."


@dataclass(frozen=True, slots=True)
class TransferPhrases:
    """The sentences of one commune's handovers, in the language of `texts`."""

    reception: Service
    texts: Texts

    def waiting(self, service: Service) -> str:
        """What is said over the music while `service` is called."""
        return self.texts.waiting.format(service=service.spoken)

    def failure(self, result: TransferResult, service: Service) -> str:
        """What became of the attempt to reach `service`."""
        return self.texts.failures[result].format(
            service=service.spoken, of=contracted("de", service.spoken), to=contracted("à", service.spoken)
        )

    def reception_instead(self, result: TransferResult, service: Service) -> str:
        """What became of it, and that the reception is called now."""
        instead = self.texts.reception_instead.format(service=self.reception.spoken)
        return f"{self.failure(result, service)} {instead}"

    def given_back(self, result: TransferResult, service: Service) -> str:
        """What became of it, and that the bot goes on."""
        return f"{self.failure(result, service)} {self.texts.given_back}"

    def nobody(self, result: TransferResult, service: Service) -> str:
        """What became of it, and that calling back later is better."""
        return f"{self.failure(result, service)} {self.texts.nobody}"


_CONTRACTED = {
    ("de", "le"): "du",
    ("de", "les"): "des",
    ("de", "un"): "d'un",
    ("de", "une"): "d'une",
    ("de", "des"): "de",
    ("à", "le"): "au",
    ("à", "les"): "aux",
}


def contracted(preposition: str, spoken: str) -> str:
    """`preposition` (« de » or « à ») before a name: « du service état civil », « aux services techniques », « d'un acte »."""
    article, _, name = spoken.partition(" ")
    found = _CONTRACTED.get((preposition, article.lower()))
    return f"{found} {name}" if found else f"{preposition} {spoken}"


def briefing(reason: str, subject: str) -> tuple[str, ...]:
    """What the person who picks up hears before the caller. `subject`: a validated entry's, empty when it is not known."""
    about = (SUBJECT.format(subject=subject),) if subject else ()
    return (INTRODUCTION, *about, PASSED_ON if reason == PASSED else REASONS[reason])


def transfer_phrases(commune: Commune, texts: Texts) -> list[str]:
    """Every fixed sentence of handovers: those about the reception first. Each line's own service is its reception."""
    ids = dict.fromkeys([commune.default_service, *(line.service for line in commune.lines if line.service)])
    receptions = [service for wanted in ids for service in commune.services if service.id == wanted]
    said = [texts.nobody, texts.nobody_now, texts.farewell, texts.again, texts.given_back]
    said += [texts.pass_agent, texts.pass_number]
    said += [texts.pass_back.format(service=service.spoken) for service in commune.services]
    for reception in receptions:
        phrases = TransferPhrases(reception, texts)
        said += [phrases.given_back(result, reception) for result in texts.failures]
        said += [phrases.nobody(result, reception) for result in texts.failures]
        for service in commune.services:
            said.append(phrases.waiting(service))
            said += [phrases.reception_instead(result, service) for result in texts.failures]
    return said
