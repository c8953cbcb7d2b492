"""The forms of a call-back, read and checked."""

import datetime as dt

from starlette.requests import Request

from callbot.callback_states import NOTE_MAX, Done, NoAnswer
from callbot.humans.hours import PARIS
from callbot.stats.kept_fields import storable
from callbot.web.callbacks_words import LATER
from callbot.web.forms import checked_form

FARTHEST = dt.timedelta(days=60)
"""Another try is not put off further: the request would be purged first."""

WHEN_UNREAD = "Cette date ne se lit pas : choisissez un jour et une heure."
WHEN_PAST = "Ce moment est déjà passé."
WHEN_FAR = "C’est trop loin : pas plus de deux mois."
NO_OUTCOME = "Dites si la personne a eu ce qu’il lui fallait."


class FormError(Exception):
    """What is wrong: the field's id → a sentence."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


async def checked_fields(request: Request) -> dict[str, str]:
    """The fields of a form of ours, each with its first value. Raises 403 without the session's token."""
    return {name: values[0] for name, values in (await checked_form(request)).items()}


class NoAnswerForm:
    """« Personne n’a répondu »: `moment` (a time of one's own) goes before `reessayer` (one of those offered)."""

    @staticmethod
    def read(fields: dict[str, str], now: dt.datetime) -> NoAnswer:
        """Raises FormError."""
        for name in ("moment", "reessayer"):
            given = fields.get(name, "").strip()
            if given not in ("", LATER):
                return NoAnswer(_moment(name, given, now), _note(fields, "note"))
        return NoAnswer(None, _note(fields, "note"))


class DoneForm:
    """« C’est fait »: `resolu` is oui or non."""

    @staticmethod
    def read(fields: dict[str, str]) -> Done:
        """Raises FormError."""
        outcome = fields.get("resolu", "")
        if outcome not in ("oui", "non"):
            raise FormError({"resolu-oui": NO_OUTCOME})
        return Done(outcome == "oui", _note(fields, "bilan"))


def _moment(name: str, given: str, now: dt.datetime) -> dt.datetime:
    """A time of the town hall's clock, as `datetime-local` fields give it."""
    try:
        at = dt.datetime.fromisoformat(given)
    except ValueError:
        raise FormError({name: WHEN_UNREAD}) from None
    at = at.replace(tzinfo=PARIS) if at.tzinfo is None else at
    if at <= now:
        raise FormError({name: WHEN_PAST})
    if at > now + FARTHEST:
        raise FormError({name: WHEN_FAR})
    return at


def _note(fields: dict[str, str], name: str) -> str:
    return storable(fields.get(name, "")).strip()[:NOTE_MAX]
