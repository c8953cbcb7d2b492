"""`/appels`: the last calls, and one call's turns with where their response time went. Neither who called nor what was said."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callbot.access_log import Looked
from callbot.events import Decision, Outcome
from callbot.stats.call_list import TimedCall, TimedTurn
from callbot.stats.days import PARIS
from callbot.turn_timing import PARTS
from callbot.web.consulted import looked
from callbot.web.rendering import NARROW_SPACE, render
from callbot.web.service import WebService

OUTCOMES = {
    Outcome.ANSWERED: "Réponse donnée",
    Outcome.HANDED_OVER: "Confié à un agent",
    Outcome.ABANDONED: "Raccroché avant une réponse",
    Outcome.ABSENT: "Personne au bout du fil",
    Outcome.CLOSED: "Mairie fermée",
    Outcome.REFUSED: "Refusé, lignes occupées",
    Outcome.FAILED: "Panne",
    None: "En cours",
}
OUTCOME_TONES = {
    Outcome.ANSWERED: "good",
    Outcome.HANDED_OVER: "good",
    Outcome.ABANDONED: "quiet",
    Outcome.ABSENT: "quiet",
    Outcome.CLOSED: "quiet",
    Outcome.REFUSED: "warn",
    Outcome.FAILED: "bad",
    None: "busy",
}
DECISIONS = {
    Decision.ANSWER: "Réponse",
    Decision.CLARIFY: "Question de précision",
    Decision.ORIENT: "Renvoi vers un autre organisme",
    Decision.HANDOVER: "Transfert à un agent",
    Decision.EMERGENCY: "Urgence",
    Decision.ACT: "Conversation",
    Decision.NO_MATCH: "Pas compris",
    None: "Sans suite",
}
PART_NAMES = {
    "endpoint_ms": "Fin de phrase",
    "decode_ms": "Transcription",
    "route_ms": "Compréhension",
    "first_audio_ms": "Premier son",
}
"""The parts of a response time, in order."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a turn's bar: which part (its colour), where it begins and how long it is, in thousandths of the longest turn."""

    part: str
    start: int
    width: int


def segments(turn: TimedTurn, longest_ms: int) -> tuple[Segment, ...]:
    """The bar of a turn; empty when its parts are not known."""
    lengths = [getattr(turn, name) for name in PARTS]
    if None in lengths or longest_ms <= 0:
        return ()
    ends = [round(1000 * sum(lengths[: n + 1]) / longest_ms) for n in range(len(lengths))]
    starts = [0, *ends]
    return tuple(
        Segment(name.removesuffix("_ms"), start, end - start)
        for name, start, end in zip(PARTS, starts, ends, strict=False)
        if end > start
    )


def seconds(ms: int | None) -> str:
    """820 as « 0,82 s »; a dash where there is nothing."""
    return "–" if ms is None else f"{ms / 1000:.2f}{NARROW_SPACE}s".replace(".", ",")


def minutes(ms: int | None) -> str:
    """75,000 as « 1 min 15 s »."""
    if ms is None:
        return "–"
    whole, rest = divmod(round(ms / 1000), 60)
    return f"{whole}{NARROW_SPACE}min {rest:02}{NARROW_SPACE}s" if whole else f"{rest}{NARROW_SPACE}s"


class Calls:
    """The list and one call."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> Sequence[Route]:
        """Where they are."""
        return [Route("/appels", self.show_list), Route("/appels/{call_id}", self.show_one)]

    async def show_list(self, request: Request) -> Response:
        """The last calls, newest first."""
        calls = await self.service.newest_calls()
        return render(request, "calls.html", calls=calls, words=WORDS)

    async def show_one(self, request: Request) -> Response:
        """One call's turns; 404 for an unknown one."""
        found = await self.service.timed_call(request.path_params["call_id"])
        if found is None:
            raise HTTPException(404)
        call, turns = found
        await looked(request, self.service, Looked.CALL, [call.id])
        longest = call.longest_ms or 0
        bars = {turn.number: segments(turn, longest) for turn in turns}
        subjects = self.service.subjects()
        return render(
            request,
            "call.html",
            call=call,
            turns=turns,
            bars=bars,
            parts=PART_NAMES,
            subjects=subjects,
            words=WORDS,
        )


def begun(call: TimedCall) -> dt.datetime:
    """When the call began, in the town hall's time."""
    return call.started_at.astimezone(PARIS)


WORDS = {
    "outcomes": OUTCOMES,
    "tones": OUTCOME_TONES,
    "decisions": DECISIONS,
    "seconds": seconds,
    "minutes": minutes,
    "begun": begun,
}
"""What both templates say things with."""
