"""Every fixed sentence that the bot says, in French, written for the ear; and saying those of any language.

A sentence is a name and a text with at most `{greeting}` or `{service}` inside; both come from `commune.toml`, so that the
whole set is known ahead of time and can be rendered before the first call. Other languages: texts.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from callbot.dialogue import callback_phrases
from callbot.dialogue import closed as shut
from callbot.dialogue import transfer_phrases as transfers
from callbot.dialogue import waiting_phrases as queue
from callbot.dialogue.alarms import ENGLISH
from callbot.dialogue.closed import Closed, closed_sentences, nobody_there
from callbot.dialogue.texts import Texts
from callbot.dialogue.transfer_phrases import TransferPhrases, contracted, transfer_phrases
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
        "very_well": "Très bien.",
        "not_noted": "Votre demande de rappel n'est pas enregistrée.",
        "number_kept": callback_phrases.KEPT,
        "machine_here": "Oui, je suis un assistant vocal automatique.",
        "hello": "Bonjour. Quelle est votre question ?",
        "welcome": "Je vous en prie. Avez-vous une autre question ?",
        "take_your_time": "Bien sûr, prenez votre temps.",
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
        "danger_doubt": "Est-ce une urgence ? Si quelqu'un est en danger, composez le cent douze.",
        "fall_doubt": "Est-ce que la personne vous répond ? Si non, composez le quinze.",
        "danger_person": "Si quelqu'un est en danger, composez le cent douze. Voulez-vous que je vous passe une personne ?",
        "danger_person_closed": "Si quelqu'un est en danger, composez le cent douze. Nos bureaux sont fermés. "
        "Avez-vous une autre question ?",
        "no_input": "Je ne vous entends pas. Quelle est votre question ?",
        "no_input_again": "Je ne vous entends toujours pas. Parlez plus près du téléphone, ou tapez zéro pour parler à une personne.",
        "no_input_again_closed": "Je ne vous entends toujours pas. Parlez plus près du téléphone : quelle est votre question ?",
        "no_match": "Excusez-moi, je n'ai pas bien compris. Pouvez-vous me le dire autrement, en quelques mots ?",
        "not_that": "D'accord, ce n'est pas ça. Pouvez-vous me le dire autrement, en quelques mots ?",
        "which_title": "Pour un passeport ou une carte d'identité, voulez-vous prendre rendez-vous, connaître les papiers à apporter, "
        "connaître le prix, ou savoir si votre titre est prêt ?",
        "which_record": "Est-ce pour un acte de naissance, un acte de mariage ou un acte de décès ?",
        "other_question": "Et votre autre question, pouvez-vous me la redire en quelques mots ?",
        "misunderstood": "Excusez-moi, je vous ai mal compris. Dites-moi autrement ce que vous cherchez, en quelques mots.",
        "unknown_detail": "Je n'ai pas cette précision. Voulez-vous que je vous passe une personne ?",
        "unknown_detail_closed": "Je n'ai pas cette précision, et nos bureaux sont fermés. Avez-vous une autre question ?",
        "silent_danger": "Si vous êtes en danger, composez le cent douze. Si vous ne pouvez pas parler, "
        "envoyez un SMS au cent quatorze.",
        "machine": "Je n'entends personne, seulement une tonalité. Je raccroche, au revoir.",
        "music": "Je ne vous entends pas bien, il y a de la musique sur la ligne. Je reste avec vous : parlez-moi dès que vous le pouvez, "
        "ou tapez zéro pour parler à une personne.",
        "music_closed": "Je ne vous entends pas bien, il y a de la musique sur la ligne. Je reste avec vous : "
        "parlez-moi dès que vous le pouvez.",
        "music_goodbye": "Je n'entends toujours que de la musique, je vais raccrocher. Rappelez-nous quand vous voudrez. Au revoir.",
        "interrupt": "Excusez-moi de vous interrompre.",
        "interrupt_again": "Pardon, je vous interromps encore une fois.",
        "short_question": "En une phrase courte, quelle est votre question ?",
        "offer_callback": "Voulez-vous qu'une personne vous rappelle ?",
        "satisfaction": "Avant de raccrocher : de un, pas du tout, à cinq, tout à fait, êtes-vous satisfait de cet appel ? "
        "Vous pouvez le dire, ou appuyer sur une touche.",
        "satisfaction_again": "De un à cinq, quelle note donnez-vous à cet appel ?",
        "satisfaction_1": "Un sur cinq, c'est bien ça ?",
        "satisfaction_2": "Deux sur cinq, c'est bien ça ?",
        "satisfaction_3": "Trois sur cinq, c'est bien ça ?",
        "satisfaction_4": "Quatre sur cinq, c'est bien ça ?",
        "satisfaction_5": "Cinq sur cinq, c'est bien ça ?",
        "satisfaction_thanks": "Merci, c'est noté.",
        "satisfaction_thanks_low": "Merci de votre franchise, cela nous aide.",
        "satisfaction_comment": "Voulez-vous dire en une phrase ce qui pourrait être mieux ? "
        "Votre commentaire sera transcrit, pas enregistré.",
        "satisfaction_comment_thanks": "Merci, votre remarque est notée.",
        "satisfaction_goodbye": "Bonne journée, au revoir.",
        "offer_message": "Pour laisser plutôt un message, dites « un message », ou tapez deux.",
        "message_consent": "Voulez-vous laisser un message ? Il sera enregistré, écouté par l'accueil, puis effacé.",
        "message_consent_again": "Pour laisser un message, dites oui, ou tapez un. Sinon, dites non, ou tapez deux.",
        "message_refused": "Très bien, rien n'est enregistré. Avez-vous une autre question ?",
        "message_speak": "Parlez après le signal. Quand vous avez fini, appuyez sur une touche, ou raccrochez.",
        "message_full": "Je dois vous arrêter là.",
        "message_kept": "Votre message est enregistré. Pour le recommencer, tapez deux. Pour l'effacer, tapez trois.",
        "message_nothing": "Je n'ai rien entendu, aucun message n'est enregistré. Avez-vous une autre question ?",
        "message_erased": "Votre message est effacé. Avez-vous une autre question ?",
        "moment": "Un instant, s'il vous plaît.",
        "goodbye": "Merci de votre appel. Bonne journée, au revoir.",
    }
)

MENU_HEAD = "Prenons un autre chemin. Voici ce que l'on me demande souvent."
MENU_HEAD_SILENT = (
    "Je ne vous entends toujours pas. Vous pouvez aussi répondre avec les touches de votre téléphone."
)
MENU = ("Dites ou tapez un, pour {subject}.", "Deux, pour {subject}.", "Trois, pour {subject}.")
MENU_FOURTH = "Quatre, pour {subject}."
MENU_LAST = "Pour parler à une personne, tapez zéro. Sinon, dites-moi en quelques mots ce que vous cherchez."
MENU_LAST_CLOSED = "Sinon, dites-moi en quelques mots ce que vous cherchez."
"""Explicit choices for a caller whom the bot did not understand twice."""

NOT_SURE = "Je ne suis pas sûr d'avoir bien compris."
"""What comes before a choice between two after a first failure."""
CHOOSE_KEYS = "Dites ou tapez un pour la première réponse, deux pour la seconde. Pour parler à une personne, tapez zéro."
CHOOSE_KEYS_CLOSED = "Dites ou tapez un pour la première réponse, deux pour la seconde."
"""What comes after it after a second one."""

SHORT = MappingProxyType(
    {
        "sentences.greeting": "Dites-moi ce que vous cherchez. Ou tapez zéro, pour une personne.",
        "sentences.greeting_closed": "Nos bureaux sont fermés. Mais dites-moi ce que vous cherchez.",
        "sentences.identity": "Oui, je suis un assistant automatique. Quelle est votre question ?",
        "sentences.identity_closed": "Oui, je suis un assistant automatique. Quelle est votre question ?",
        "sentences.no_match": "Excusez-moi, je n'ai pas compris. Dites-le autrement, en quelques mots.",
        "menu_head": "Voici ce que l'on me demande souvent.",
        "menu_head_silent": "Je ne vous entends toujours pas. Vous pouvez répondre par les touches.",
        "menu_last": "Pour une personne, tapez zéro. Sinon, dites-moi ce que vous cherchez.",
        "menu_last_closed": "Sinon, dites-moi ce que vous cherchez.",
    }
)
"""What is said in place of long fixed sentences to a caller who said « plus lentement »."""

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
        "story": "Excusez-moi de vous interrompre. Une personne vous écoutera mieux que moi. Ne quittez pas, je vous passe {service}.",
        "closing": "Je dois m'arrêter un moment. Ne quittez pas, je vous passe {service}.",
        "busy": "Toutes nos lignes sont occupées. Ne quittez pas, je vous passe {service}.",
    }
)
"""What is said before the caller goes to a person, by reason."""

DISTRESS_HANDOVER = (
    "Si vous préférez parler d'abord à une personne de la mairie, restez en ligne, je vous passe {service}."
)
"""The same after a number of DISTRESS, in place of HANDOVERS["emergency"]."""

FRENCH = Texts(
    sentences=SENTENCES,
    welcome="Bonjour, vous êtes bien {to}",
    emergency_names=EMERGENCY_NAMES,
    urgent="C'est une urgence. Raccrochez et {call}.",
    distress=DISTRESS,
    confirm="Si je comprends bien, votre question porte sur {subject}. C'est bien ça ?",
    choose=("Est-ce pour {subject} ?", "Ou bien pour {subject} ?"),
    menu_head=MENU_HEAD,
    menu=MENU,
    menu_fourth=MENU_FOURTH,
    menu_last=MENU_LAST,
    menu_last_closed=MENU_LAST_CLOSED,
    handovers=HANDOVERS,
    distress_handover=DISTRESS_HANDOVER,
    waiting=transfers.WAITING,
    failures=transfers.FAILURES,
    reception_instead=transfers.RECEPTION_INSTEAD,
    given_back=transfers.GIVEN_BACK,
    nobody=transfers.NOBODY,
    farewell=transfers.FAREWELL,
    again=transfers.AGAIN,
    offices=shut.OFFICES,
    offices_reopen=shut.OFFICES_REOPEN,
    service=shut.SERVICE,
    service_reopens=shut.SERVICE_REOPENS,
    before=shut.BEFORE,
    menu_head_silent=MENU_HEAD_SILENT,
    not_sure=NOT_SURE,
    choose_keys=CHOOSE_KEYS,
    choose_keys_closed=CHOOSE_KEYS_CLOSED,
    nobody_now=transfers.NOBODY_NOW,
    short=SHORT,
    language_offer="Pour le français, appuyez sur la touche huit.",
    language_first="Nous continuons en français. Je suis un assistant vocal automatique.",
    language_again="Bien sûr, continuons en français. Quelle est votre question ?",
    queue_position=queue.POSITION,
    queue_ordinals=queue.ORDINALS,
    queue_far=queue.FAR,
    queue_time=queue.TIME,
    queue_times=queue.TIMES,
    queue_long=queue.LONG,
    queue_unknown=queue.UNKNOWN,
    queue_back=queue.BACK,
    queue_full=queue.FULL,
    queue_callback=callback_phrases.IN_QUEUE,
    queue_digits=queue.DIGITS,
    pass_agent=transfers.ONWARD_AGENT,
    pass_number=transfers.ONWARD_NUMBER,
    pass_back=transfers.ONWARD_BACK,
)
"""All of them, as a language is: what every other one is compared with."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The sentences of one commune, on one of its lines (None: the first one). `commune` has its names in the language of `texts`."""

    commune: Commune
    line: Line | None = None
    texts: Texts = FRENCH

    def say(self, name: str, *, closed: bool = False) -> str:
        """The sentence `name` of SENTENCES; `closed`: the one for when nobody is there, where it differs."""
        sentences = self.texts.sentences
        text = sentences.get(f"{name}_closed", sentences[name]) if closed else sentences[name]
        return text.format(greeting=self._greeting)

    @property
    def _greeting(self) -> str:
        line = self.line or self.commune.line("")
        to = contracted("à", line.spoken)
        greeting = line.greeting or self.texts.welcome.format(to=to, service=line.spoken)
        return greeting if greeting[-1] in ".!?…" else f"{greeting}."

    def handover(self, reason: str, service: Service) -> str:
        """What is said before the caller goes to `service` for `reason`, one of HANDOVERS."""
        return self.texts.handovers[reason].format(service=service.spoken)

    def confirm(self, subject: str) -> str:
        """What is asked before a half-sure answer. `subject`: an entry's, as « le prix d'un passeport »."""
        return self.texts.confirm.format(subject=subject)

    def choose(self, first: str, second: str) -> str:
        """What is asked when two questions are close. Two sentences, so that each is rendered once for all pairs."""
        return f"{self.choice_sentences(first)[0]} {self.choice_sentences(second)[1]}"

    def choose_keys(self, *, closed: bool) -> str:
        """How to answer `choose` by keys."""
        return self.texts.choose_keys_closed if closed else self.texts.choose_keys

    def menu(self, subjects: Sequence[str], *, closed: bool, silent: bool = False) -> tuple[str, ...]:
        """What is asked after two failures: to choose one of up to three subjects, by word or key; each text is rendered ahead.

        `silent`: the caller was not heard twice.
        """
        texts = self.texts
        choices = [text.format(subject=subject) for text, subject in zip(texts.menu, subjects, strict=False)]
        head = texts.menu_head_silent if silent else texts.menu_head
        return (head, *choices, texts.menu_last_closed if closed else texts.menu_last)

    def by_keys(self, subjects: Sequence[str], *, closed: bool) -> tuple[str, ...]:
        """What to choose from, each with its key."""
        texts = self.texts
        choices = zip((*texts.menu, texts.menu_fourth), subjects, strict=False)
        last = texts.menu_last_closed if closed else texts.menu_last
        return (*(text.format(subject=subject) for text, subject in choices), last)

    def choice_sentences(self, subject: str) -> tuple[str, str]:
        """The sentences of `choose` that name `subject`, first and second."""
        first, second = self.texts.choose
        return first.format(subject=subject), second.format(subject=subject)

    def emergency(self, number: str) -> str:
        """What is said first when the caller tells of an emergency. `number`: one of EMERGENCY_NAMES."""
        text = self.texts.distress.get(number, self.texts.urgent)
        return text.format(call=self.texts.emergency_names[number])

    def emergency_handover(self, number: str, service: Service) -> str:
        """What is said next, before the caller goes to `service`."""
        texts = self.texts
        text = texts.distress_handover if number in texts.distress else texts.handovers["emergency"]
        return text.format(service=service.spoken)

    def emergency_alone(self, number: str) -> str:
        """What is said instead when nobody of the town hall can be reached."""
        return self.say("distress_closed" if number in self.texts.distress else "emergency_closed")

    def transfer(self, reception: Service) -> TransferPhrases:
        """What is said around a handover."""
        return TransferPhrases(reception, self.texts)

    def nobody_there(self, reason: str, service: Service, closed: Closed) -> str:
        """The whole of what is said instead of the handover to `service` for `reason`."""
        return nobody_there(self.texts, reason, service, closed)


def first_phrases(commune: Commune, texts: Texts = FRENCH) -> list[str]:
    """What a first call needs at once: opening, understanding failures, the way to the default service."""
    phrases = Phrases(commune, texts=texts)
    reception = next(s for s in commune.services if s.id == commune.default_service)
    greetings = ("greeting", "greeting_closed") if commune.ever_closed else ("greeting",)
    disclosures = [Phrases(commune, line, texts).say("disclosure") for line in commune.lines or (None,)]
    names = (*greetings, "moment", "anything_else", "no_match", "no_input", "goodbye")
    reasons = ("fault", "asked", "no_match", "no_input", "busy")
    return (
        disclosures
        + [phrases.say(name) for name in names]
        + [phrases.handover(reason, reception) for reason in reasons]
    )


def all_phrases(commune: Commune, texts: Texts = FRENCH) -> list[str]:
    """Every fixed sentence of the commune, the first ones first, each once."""
    phrases = Phrases(commune, texts=texts)
    said = first_phrases(commune, texts)
    said += [
        phrases.say(name) for name in texts.sentences if commune.ever_closed or not name.endswith("_closed")
    ]
    said += [phrases.emergency(number) for number in texts.emergency_names]
    said += [phrases.handover(reason, service) for service in commune.services for reason in texts.handovers]
    said += [texts.distress_handover.format(service=service.spoken) for service in commune.services]
    said += [texts.not_sure, texts.choose_keys, texts.menu_head_silent, *texts.short.values()]
    if texts is FRENCH:
        said += [*callback_phrases.FIXED, *ENGLISH.values()]
    said += queue.waiting_phrases(texts)
    said += transfer_phrases(commune, texts)
    if commune.ever_closed:
        said.append(texts.choose_keys_closed)
        said += closed_sentences(texts, (service for service in commune.services if service.hours))
    return list(dict.fromkeys(said))
