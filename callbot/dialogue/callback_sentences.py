"""The questions of a call-back request with what is read back in them; events are told them without it. Pure functions."""

from collections.abc import Sequence
from datetime import date

from callbot.dialogue import callback_phrases as phrases
from callbot.dialogue.callback_table import Step
from callbot.dialogue.texts import Texts
from callbot.dialogue.transfer_phrases import contracted
from callbot.dialogue.wishes import Wish, wish_said
from callbot.events import PlayPrompt
from callbot.understanding.spoken_forms.read_back import phone_said
from callbot.understanding.spoken_forms.telephone import Phone

FRENCH = "fr"
_ABOUT_NUMBER = {
    Step.OWN: (phrases.OWN, phrases.OWN_HOW),
    Step.NUMBER: (phrases.GO_ON, phrases.GO_ON_HOW),
    Step.CHECK: (phrases.CHECK, phrases.CHECK_HOW),
}
_PLAIN = {
    Step.NUMBER: (phrases.NUMBER,),
    Step.KEYS: (phrases.KEYS,),
    Step.NAME: (phrases.NAME,),
    Step.WISH: (phrases.WISH, phrases.WISH_HOW),
    Step.DONE: (phrases.DONE,),
    Step.CANCELLED: (phrases.CANCELLED,),
    Step.GIVEN_UP: (phrases.SORRY,),
}


def number_asked(step: Step, phone: Phone) -> tuple[PlayPrompt, ...]:
    """Whether the number is right, or how it goes on; empty where the step asks no such thing."""
    if step not in _ABOUT_NUMBER or not phone.digits:
        return ()
    sentence, how = _ABOUT_NUMBER[step]
    return _private(sentence, phone), PlayPrompt(how)


def plain_question(step: Step) -> tuple[PlayPrompt, ...]:
    """A question that has nothing of the caller's in it."""
    return tuple(map(PlayPrompt, _PLAIN[step]))


def change_asked(*, with_place: bool) -> tuple[PlayPrompt, ...]:
    """What of it is wrong."""
    place = (phrases.CHANGE_PLACE,) if with_place else ()
    return tuple(map(PlayPrompt, (phrases.CHANGE, *place, phrases.CHANGE_HOW)))


def whole(phone: Phone, wish: Wish, subject: str, today: date) -> PlayPrompt:
    """Whom, when and about what."""
    when = wish_said(wish, today)
    return _private(
        phrases.CONFIRM,
        phone,
        wish=phrases.WISHED.format(wish=when) if when else "",
        subject=phrases.ABOUT.format(of_subject=contracted("de", subject)) if subject else "",
    )


def in_digits(phone: Phone, digits: Sequence[str]) -> str:
    """A number digit by digit, in pairs, for a language that has ten words for them and a plus: « zero six, one two »."""
    words = [digits[int(one)] for one in phone.digits if one.isdecimal()]
    odd = len(words) % 2
    groups = [*words[:odd], *(" ".join(words[at : at + 2]) for at in range(odd, len(words), 2))]
    return ", ".join(["plus", *groups] if phone.digits.startswith("+") else groups)


def number_in_queue(texts: Texts, language: str, sentence: str, phone: Phone) -> PlayPrompt:
    """A sentence of `Texts.queue_callback` with the number in it, in that language."""
    said = phone_said(phone) if language == FRENCH else in_digits(phone, texts.queue_digits)
    return _private(texts.queue_callback[sentence], phone, said)


def _private(sentence: str, phone: Phone, said: str = "", **filled: str) -> PlayPrompt:
    return PlayPrompt(
        sentence.format(number=said or phone_said(phone), **filled),
        shown=sentence.format(number=f"…{phone.digits[-2:]}" if phone.usable else "…", **filled),
    )
