"""The way to a person over time, for legs that can reach one: one table, from events to commands, without I/O.

    bridge     announced ─▶ ringing ─▶ briefing ─▶ connecting ─▶ talking ─▶ over
    attended   announced ─▶ ringing ─▶ briefing ─▶ connecting ─▶ over            the PBX has joined them
    refer      announced ─▶ connecting ─▶ over                                   the PBX rings them

Whatever fails on the way leads to `failed`: the caller is the bot's again.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from callbot.dialogue.texts import Texts
from callbot.events import (
    AgentConnected,
    AgentOffered,
    AgentReleased,
    BriefAgent,
    CallerQueued,
    ClearAudio,
    Command,
    ConnectAgent,
    Event,
    OfferAgent,
    PlayMusic,
    PlayPrompt,
    QueueAbandoned,
    ReleaseAgent,
    Transfer,
    TransferFailed,
    TransferResult,
)
from callbot.media.dialect import (
    Bridged,
    ConsultAnswered,
    ConsultEnded,
    ConsultMarkPlayed,
    ConsultRinging,
    TransferEnded,
)

logger = logging.getLogger(__name__)

SAID_AGAIN_MS = 20_000
"""How often the caller hears, over the music, that a person is being called."""
JOIN_MS = 10_000
"""A leg that has not joined caller and person after this long will not."""
REPLACE_MS = 40_000
"""The same when the PBX is to join them."""
SLACK_MS = 15_000
"""A leg that tells nothing this long after the ring time is stuck."""
BRIEFING_MS = 10_000
"""A briefing that is not reported as heard this long after it should have been at MS_PER_LETTER was heard."""
MS_PER_LETTER = 120
"""Twice as slow as any of our voices speaks."""


class Way(StrEnum):
    """How a caller gets to a person: the setting `transfer`."""

    BRIDGE = "bridge"
    ATTENDED = "attended"
    REFER = "refer"


class Stage(StrEnum):
    """How far the handover is."""

    ANNOUNCED = "announced"
    RINGING = "ringing"
    BRIEFING = "briefing"
    CONNECTING = "connecting"
    TALKING = "talking"
    FAILED = "failed"
    """The caller is the bot's again."""
    OVER = "over"
    """Nothing is left to do for the caller: they are with a person at the PBX, or gone."""


class Step(StrEnum):
    """What moves it."""

    OFFER = "offer"
    REFER = "refer"
    ANSWER = "answer"
    BRIEFED = "briefed"
    BRIDGED = "bridged"
    JOINED = "joined"
    FAIL = "fail"
    CALLER_GONE = "caller gone"


NEXT: MappingProxyType[tuple[Stage, Step], Stage] = MappingProxyType(
    {
        (Stage.ANNOUNCED, Step.OFFER): Stage.RINGING,
        (Stage.ANNOUNCED, Step.REFER): Stage.CONNECTING,
        (Stage.ANNOUNCED, Step.FAIL): Stage.FAILED,
        (Stage.RINGING, Step.ANSWER): Stage.BRIEFING,
        (Stage.RINGING, Step.FAIL): Stage.FAILED,
        (Stage.RINGING, Step.CALLER_GONE): Stage.OVER,
        (Stage.BRIEFING, Step.BRIEFED): Stage.CONNECTING,
        (Stage.BRIEFING, Step.FAIL): Stage.FAILED,
        (Stage.BRIEFING, Step.CALLER_GONE): Stage.OVER,
        (Stage.CONNECTING, Step.BRIDGED): Stage.TALKING,
        (Stage.CONNECTING, Step.JOINED): Stage.OVER,
        (Stage.CONNECTING, Step.FAIL): Stage.FAILED,
        (Stage.CONNECTING, Step.CALLER_GONE): Stage.OVER,
        (Stage.TALKING, Step.FAIL): Stage.OVER,
        (Stage.TALKING, Step.CALLER_GONE): Stage.OVER,
    }
)
"""The whole course; a step that a stage does not know comes too late and is ignored."""

News = TransferEnded | ConsultRinging | ConsultAnswered | ConsultEnded | ConsultMarkPlayed | Bridged
"""What the leg tells about the person."""
Output = Command | Event


@dataclass(frozen=True, slots=True)
class Plan:
    """What is said during a handover: over the music (empty: nothing), and to the person; `purpose` is shown on their telephone.

    `motive`: what the caller asked about last; `own`: the number that their telephone presents; both may be empty.
    `calls_back`: whether who waits may ask to be called back; `instead`: whether who gets no place is asked so by keys.
    """

    waiting: str
    briefing: tuple[str, ...]
    purpose: str = ""
    motive: str = ""
    own: str = field(default="", repr=False)
    calls_back: bool = False
    instead: bool = False
    texts: Texts | None = None
    """What is said in the waiting queue, in the caller's language."""
    back: str = ""
    """To a caller who comes back to this service, because nobody took them where an agent passed them on to."""
    urgent: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """By emergency number: what a caller hears who tells of one over the music; `doubts`: by name, what they are asked first."""
    doubts: Mapping[str, str] = field(default_factory=dict, repr=False)


class Handover:
    """One attempt to reach one service. What the methods return is to be done in order; then look at `stage`."""

    def __init__(self, transfer: Transfer, plan: Plan, way: Way, ring_ms: int) -> None:
        self.transfer = transfer
        self.stage = Stage.ANNOUNCED
        self.result = TransferResult.FAILED
        """How it failed, in stage FAILED; `code` is the SIP status if there was one."""
        self.code: int | None = None
        self.connected = False
        """A person was reached, whatever came after."""
        self._plan = plan
        self._way = way
        self._ring_ms = ring_ms
        self._begun_ms = 0
        self._stage_ms = 0
        self._said_ms = 0  # when music was last interrupted by an announcement, or began
        self._talking_ms = 0
        self._lost_as: tuple[TransferResult, int | None] | None = (
            None  # the person's leg is over; the PBX may have it
        )

    def begin(self, at_ms: int) -> list[Output]:
        """The announcement was heard: the waiting begins."""
        queued = CallerQueued(at_ms, self.transfer.service, self.transfer.reason)
        rung = self.ring(at_ms, since_ms=at_ms)
        return [queued, *rung, PlayMusic()] if rung else [queued]

    def ring(self, at_ms: int, *, since_ms: int) -> list[Output]:
        """The same to who waits since `since_ms`, and hears music; nothing where there is no number to ring."""
        self._begun_ms, self._said_ms = since_ms, at_ms
        transfer = self.transfer
        if not transfer.destination:
            self._fail(TransferResult.UNREACHABLE, None, at_ms)
            return []
        offered = AgentOffered(at_ms, transfer.service, self._way)
        if self._way is Way.REFER:
            self._step(Step.REFER, at_ms)
            return [offered, transfer]
        self._step(Step.OFFER, at_ms)
        return [offered, OfferAgent(transfer.destination, self._plan.purpose, self._plan.briefing)]

    def hear(self, news: News, at_ms: int) -> list[Output]:  # noqa: PLR0911 (one return per kind of news)
        """The leg tells something about the person."""
        match news:
            case ConsultAnswered() if self._step(Step.ANSWER, at_ms):
                return [BriefAgent(self._plan.briefing)]
            case ConsultMarkPlayed() if self._step(Step.BRIEFED, at_ms):
                return self._connect()
            case Bridged() if self._step(Step.BRIDGED, at_ms):
                return [self._with_person(at_ms)]
            case (
                TransferEnded(result=TransferResult.CALLER_GONE)
                | ConsultEnded(result=TransferResult.CALLER_GONE)
            ):
                return [*self.caller_gone(at_ms)]
            case TransferEnded(result=TransferResult.ANSWERED) if self._step(Step.JOINED, at_ms):
                return [self._with_person(at_ms), ClearAudio()]
            case TransferEnded(result, code) if result is not TransferResult.ANSWERED:
                return self._not_transferred(result, code, at_ms)
            case ConsultEnded(result, code):
                return self._lost(result, code, at_ms)
        return []

    def tick(self, at_ms: int) -> list[Output]:
        """The caller's audio has reached `at_ms`."""
        in_stage_ms = at_ms - self._stage_ms
        if self.stage is Stage.BRIEFING and in_stage_ms >= self._patience_ms:
            self._step(Step.BRIEFED, at_ms)
            return self._connect()
        if self._waits and in_stage_ms >= self._patience_ms:
            logger.warning("the leg does not say what became of a handover")
            return self._stuck(at_ms)
        if self._calling and self._plan.waiting and at_ms - self._said_ms >= SAID_AGAIN_MS:
            self._said_ms = at_ms
            return [ClearAudio(), PlayPrompt(self._plan.waiting, interruptible=False)]
        return []

    def said(self, at_ms: int) -> list[Output]:
        """An announcement was heard, or could not be made: music again."""
        self._said_ms = at_ms
        return [PlayMusic()] if self._waits else []

    def call_off(self, at_ms: int) -> list[Output] | None:
        """The bot must stop: no telephone rings any more. None: a person has picked up, or the PBX rings them; that goes on."""
        if self.stage is not Stage.RINGING:
            return None
        self._fail(TransferResult.FAILED, None, at_ms)
        return [ReleaseAgent(), TransferFailed(at_ms, self.transfer.service, self.result, None)]

    def let_go(self, at_ms: int) -> list[Output] | None:
        """The person is not to be reached any more; None: too late, they are with the caller, or the PBX joins them."""
        joins = self.stage is Stage.CONNECTING and self._way is not Way.BRIDGE
        if joins or not self._waits:
            return None
        self._fail(TransferResult.FAILED, None, at_ms)
        return [ReleaseAgent()]

    def in_another_way(self, way: Way) -> "Handover | None":
        """The same anew, where the PBX was asked to ring the person and would not; None: there is no other way."""
        if self._way is not Way.REFER or way is Way.REFER:
            return None
        return Handover(self.transfer, self._plan, way, self._ring_ms)

    def caller_gone(self, at_ms: int) -> list[Event]:
        """The caller has hung up."""
        told: list[Event] = []
        if self.stage is Stage.TALKING:
            told = [self._released(at_ms)]
        elif self._waits:
            told = [QueueAbandoned(at_ms, at_ms - self._begun_ms)]
        self._step(Step.CALLER_GONE, at_ms)
        return told

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _waits(self) -> bool:
        return self.stage in (Stage.RINGING, Stage.BRIEFING, Stage.CONNECTING)

    @property
    def _calling(self) -> bool:
        """Whether a telephone rings somewhere, as far as we know."""
        return self.stage is Stage.RINGING or (self.stage is Stage.CONNECTING and self._way is Way.REFER)

    @property
    def _patience_ms(self) -> int:
        if self.stage is Stage.BRIEFING:
            return BRIEFING_MS + MS_PER_LETTER * sum(map(len, self._plan.briefing))
        if self._calling:
            return self._ring_ms + SLACK_MS
        return JOIN_MS if self._way is Way.BRIDGE else REPLACE_MS

    def _step(self, step: Step, at_ms: int) -> bool:
        """Take the step; False when it has no place in this stage."""
        after = NEXT.get((self.stage, step))
        if after is None:
            return False
        logger.debug("handover %s -> %s (%s)", self.stage, after, step)
        self.stage, self._stage_ms = after, at_ms
        return True

    def _connect(self) -> list[Output]:
        """Music goes on until the PBX has joined them; where we do, there is silence for a moment."""
        join = ConnectAgent(self._way)
        return [join] if self._way is Way.ATTENDED else [ClearAudio(), join]

    def _with_person(self, at_ms: int) -> Event:
        self.connected, self._talking_ms = True, at_ms
        return AgentConnected(at_ms, self.transfer.service, at_ms - self._begun_ms)

    def _released(self, at_ms: int) -> Event:
        return AgentReleased(at_ms, at_ms - self._talking_ms)

    def _not_transferred(self, result: TransferResult, code: int | None, at_ms: int) -> list[Output]:
        """The PBX did not do it. Who was reached already is not let go: then we stay between the two ourselves."""
        if self.stage is not Stage.CONNECTING:
            return []
        if self._way is Way.ATTENDED and not self._lost_as:
            self._way, self._stage_ms = Way.BRIDGE, at_ms
            return self._connect()
        if self._way is not Way.BRIDGE:
            self._fail(*(self._lost_as or (result, code)), at_ms)
        return []

    def _lost(self, result: TransferResult, code: int | None, at_ms: int) -> list[Output]:
        """The person did not pick up, or has hung up."""
        if self.stage is Stage.TALKING:
            self._step(Step.FAIL, at_ms)
            return [self._released(at_ms)]
        if self.stage is Stage.CONNECTING and self._way is Way.ATTENDED:
            self._lost_as = (
                result,
                code,
            )  # so does a transfer end that succeeds: TransferEnded says which it was
        elif self._way is not Way.REFER:
            self._fail(result, code, at_ms)
        return []

    def _stuck(self, at_ms: int) -> list[Output]:
        if self.stage is Stage.CONNECTING and self._way is Way.ATTENDED:
            return self._not_transferred(TransferResult.FAILED, None, at_ms)
        ringing = self.stage is Stage.RINGING
        self._fail(TransferResult.NO_ANSWER if ringing else TransferResult.FAILED, None, at_ms)
        return [] if self._way is Way.REFER else [ReleaseAgent()]

    def _fail(self, result: TransferResult, code: int | None, at_ms: int) -> None:
        if self._step(Step.FAIL, at_ms):
            self.result, self.code = result, code
