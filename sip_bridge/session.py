"""One caller of the bridge: what the service asks and what the legs tell, turned into what is to be done. Pure.

Messages are those of docs/media-protocol.md. The state changes at one door, `_go`, from one table, `NEXT` (session_table.py); what
the table does not have is refused with an ERROR event and changes nothing.
"""

import json
from collections import deque
from typing import Any

from callbot.events import TransferResult
from sip_bridge.destinations import Destinations, NotAllowedError
from sip_bridge.leg import Codec, Established, Held, KeyPressed, LegClosed, LegEvent, Ringing
from sip_bridge.playout import Playout
from sip_bridge.session_messages import fields_of, mark_of, ring_ms_of, sound_of, text_of
from sip_bridge.session_outputs import (
    Answer,
    Apologise,
    Close,
    Dial,
    DismissPerson,
    Flush,
    HangUp,
    Join,
    LetGo,
    Output,
    Part,
    Refer,
    Replace,
    Ringback,
    SendKey,
    Tell,
)
from sip_bridge.session_table import (
    ATTENDED,
    DEFERRED,
    HEARING,
    JOINED,
    NEXT,
    TOO_LATE,
    WITH_PERSON,
    State,
    Step,
)

CONSULT_FRAMES = 3000
"""Sound for a person that may wait until they pick up: 60 s."""
FORMATS = {Codec.PCMA: ("alaw", 160), Codec.PCMU: ("ulaw", 160), Codec.G722: ("slin16", 640)}
"""Codec of the leg → the format of the media WebSocket, and the bytes of 20 ms of it."""


class Session:
    """One caller. Every method gives what is to be done now, in order, and never raises on what others sent.

    `codec` is what the caller's leg will speak, as far as it is known: it fixes the format towards the service for the whole call.
    `rescue_by_refer`: how callers reach the default service when ours is lost.
    """

    def __init__(
        self,
        leg_id: str,
        codec: Codec,
        destinations: Destinations,
        *,
        rescue_by_refer: bool = False,
        ring_ms: int = 20_000,
    ) -> None:
        self.format, frame_bytes = FORMATS[codec]
        self.state = State.CONNECTING
        self.playout = Playout(frame_bytes)
        self.person_playout = Playout(frame_bytes, CONSULT_FRAMES)
        self._leg_id = leg_id
        self._destinations = destinations
        self.rescue_by_refer = rescue_by_refer
        self._ring_ms = ring_ms
        self._deferred: deque[Step] = deque()  # at most one of each
        self._rescue_uri = ""
        self._answered = False
        self._has_rung = False
        self._caller_lost = False
        """Their leg has failed: they did not hang up."""
        self._out: list[Output] = []

    # What the connection to the service tells

    def opened(self) -> list[Output]:
        """The service took the call."""
        self._tell(
            "MEDIA_START",
            connection_id=self._leg_id,
            channel="callbot/sip",
            channel_id=self._leg_id,
            format=self.format,
            optimal_frame_size=self.playout.frame_bytes,
            ptime=20,
            channel_variables={},
        )
        return self._done()

    def receive(self, message: str | bytes) -> list[Output]:
        """One message of the service: sound for the caller, or a command."""
        if isinstance(message, bytes):
            if self.state in ATTENDED and self.state is not State.BRIDGED and self.playout.add(message):
                self._tell("MEDIA_XOFF")
        else:
            self._command(message)
        return self._done()

    def lost(self) -> list[Output]:
        """The connection closed, and nobody had said HANGUP; or the bridge stops, and goes on with the caller by itself."""
        self._go(Step.SERVICE_LOST)
        return self._done()

    def cut(self) -> list[Output]:
        """The bridge stops at once: end it all."""
        self._go(Step.CUT)
        return self._done()

    # What the legs tell

    def caller_event(self, event: LegEvent) -> list[Output]:
        """Something happened on the caller's leg."""
        match event:
            case Established() if self.state is State.CONNECTING:
                self._go(Step.ESTABLISHED)
            case KeyPressed(digit):
                self._key(digit)
            case Held(held):
                self._tell("MEDIA_HELD" if held else "MEDIA_RESUMED")
            case LegClosed(result):
                self._caller_lost = result is TransferResult.FAILED and self.state is not State.CONNECTING
                self._go(Step.CALLER_GONE)
            case Established() | Ringing():
                pass
        return self._done()

    def person_event(self, event: LegEvent) -> list[Output]:
        """Something happened on the person's leg."""
        match event:
            case Ringing() if self.state is State.CONSULTING:
                self._has_rung = True
                self._tell("CONSULT_RINGING")
            case Established() if self.state in (State.CONSULTING, State.RESCUE_RINGING):
                self._go(Step.PICKED_UP)
            case KeyPressed(digit) if self.state in JOINED:
                self._out.append(SendKey(digit, to_person=False))
            case LegClosed(result, code):
                self._person_gone(result, code)
            case Ringing() | Established() | KeyPressed() | Held():
                pass
        return self._done()

    def not_dialled(self, code: int | None) -> list[Output]:
        """The person's telephone could not be rung at all."""
        self._person_gone(TransferResult.FAILED, code)
        return self._done()

    def rang_out(self) -> list[Output]:
        """The ring time is over. What has not even rung is not there: over UDP, nobody says so."""
        if (self.state, Step.RANG_OUT) in NEXT:
            if self.state is State.CONSULTING:
                result = TransferResult.NO_ANSWER if self._has_rung else TransferResult.UNREACHABLE
                self._result("CONSULT_RESULT", result, None)
            self._go(Step.RANG_OUT)
        return self._done()

    def moved(self, result: TransferResult, code: int | None) -> list[Output]:
        """How a REFER ended, with or without Replaces."""
        if self.state in (State.REFERRING, State.REPLACING):
            self._result("TRANSFER_RESULT", result, code)
        self._go(Step.MOVED if result is TransferResult.ANSWERED else Step.NOT_MOVED)
        return self._done()

    def apologised(self) -> list[Output]:
        """The recorded sentence was heard, or there is none."""
        if self.state is State.APOLOGISING:
            self._rescue()
        return self._done()

    def tick(self, unsent: int) -> list[Output]:
        """Tell the marks that the caller has passed; `unsent`: bytes, in the service's format, that the leg still has to send."""
        for name in self.playout.reached(unsent):
            self._tell("MEDIA_MARK_PROCESSED", correlation_id=name)
        return self._done()

    def tick_person(self, unsent: int) -> list[Output]:
        """The same for the person's leg."""
        for name in self.person_playout.reached(unsent):
            self._tell("CONSULT_MARK_PROCESSED", correlation_id=name)
        return self._done()

    def played(self, size: int) -> list[Output]:
        """The caller's leg has taken `size` bytes of the playout."""
        if self.playout.take(size):
            self._tell("MEDIA_XON")
            return self._done()
        return []

    # Commands

    def _command(self, text: str) -> None:
        if self.state not in ATTENDED:
            return
        fields = fields_of(text)
        if fields is None:
            self._error("a control message is not a JSON object with a command")
            return
        match name := fields["command"]:
            case "ANSWER":
                self._pick_up()
            case "FLUSH_MEDIA":
                self._flush()
            case "MARK_MEDIA":
                self._mark(fields, self.playout)
            case "TRANSFER":
                self._transfer(fields)
            case "CONSULT":
                self._consult(fields)
            case "CONSULT_MEDIA" | "CONSULT_MARK":
                self._for_person(name, fields)
            case "HANGUP" | "BRIDGE" | "REPLACE" | "CONSULT_END":
                self._simple(Step(name))
            case _:
                self._error("there is no such command here")

    def _pick_up(self) -> None:
        if self.state is State.CONNECTING and not self._answered:
            self._answered = True
            self._out.append(Answer())

    def _flush(self) -> None:
        if self.playout.flush():
            self._tell("MEDIA_XON")
        self._out.append(Flush())

    def _mark(self, fields: dict[str, Any], playout: Playout) -> None:
        name = mark_of(fields)
        if name is None:
            self._error("correlation_id is not text of at most 128 characters")
        else:
            playout.mark(name)

    def _transfer(self, fields: dict[str, Any]) -> None:
        if not self._possible(Step.TRANSFER):
            return
        try:
            uri = self._destinations.uri(text_of(fields, "destination"))
        except NotAllowedError:
            self._result("TRANSFER_RESULT", TransferResult.REJECTED, 403)
            return
        self._go(Step.TRANSFER)
        self._out.append(Refer(uri))

    def _consult(self, fields: dict[str, Any]) -> None:
        if not self._possible(Step.CONSULT):
            return
        ring_ms = ring_ms_of(fields, self._ring_ms)
        if ring_ms is None:
            self._error("ring_ms is not a whole number from 1 to 120000")
            return
        try:
            uri = self._destinations.telephone(text_of(fields, "destination"))
        except NotAllowedError:
            self._result("CONSULT_RESULT", TransferResult.REJECTED, 403)
            return
        self.person_playout.flush()
        self._has_rung = False
        self._go(Step.CONSULT)
        self._out.append(Dial(uri, ring_ms, text_of(fields, "purpose")))

    def _for_person(self, name: str, fields: dict[str, Any]) -> None:
        if self.state not in WITH_PERSON:
            if (self.state, name) not in TOO_LATE:
                self._error(f"{name} is not possible in state {self.state}")
        elif name == "CONSULT_MARK":
            self._mark(fields, self.person_playout)
        elif (sound := sound_of(fields)) is None:
            self._error("audio is not base64")
        else:
            self.person_playout.add(sound)

    def _simple(self, step: Step) -> None:
        if (self.state, step.value) not in TOO_LATE and self._possible(step):
            self._go(step)

    def _possible(self, step: Step) -> bool:
        if (self.state, step) in NEXT:
            return True
        self._error(f"{step} is not possible in state {self.state}")
        return False

    # Changes of state

    def _go(self, step: Step) -> None:
        """The one door of the state, and what goes with each change of it."""
        was = self.state
        if (was, step) in DEFERRED:
            if step not in self._deferred:
                self._deferred.append(step)
            return
        if (was, step) not in NEXT:
            return
        self.state = NEXT[was, step]
        if was in ATTENDED and self.state not in ATTENDED | {State.ENDED}:
            self._out.append(LetGo())
        self._leave(was, step)
        self._enter(was, step)
        if self.state is not State.ENDED:
            self._take_up_deferred()

    def _take_up_deferred(self) -> None:
        steps, self._deferred = self._deferred, deque()
        for step in steps:
            if step is Step.PERSON_GONE:
                self._person_gone(TransferResult.ANSWERED, None)
            else:
                self._go(step)

    def _leave(self, was: State, step: Step) -> None:
        if was in JOINED and self.state not in JOINED:
            self._out.append(Part())
        if was in WITH_PERSON | JOINED | {State.RESCUE_RINGING} and self.state not in WITH_PERSON | JOINED:
            self.person_playout.flush()
            if step is not Step.PERSON_GONE:
                self._out.append(DismissPerson())

    def _enter(self, was: State, step: Step) -> None:
        match self.state:
            case State.CONSULTED if step is Step.PICKED_UP:
                self._result("CONSULT_RESULT", TransferResult.ANSWERED, None)
            case State.REPLACING:
                self._out.append(Replace())
            case State.BRIDGED | State.ALONE if was not in JOINED:
                self._join()
            case State.APOLOGISING:
                self.playout.flush()
                self._out += [Flush(), Apologise()]
            case State.RESCUE_REFERRING:
                self._out.append(Refer(self._rescue_uri))
            case State.RESCUE_RINGING:
                self._out += [Ringback(), Dial(self._rescue_uri, self._ring_ms, "")]
            case State.ENDED:
                self._end(step)
            case _:
                pass

    def _join(self) -> None:
        self.playout.flush()
        self.person_playout.flush()
        self._out += [Flush(), Join()]
        if self.state is State.BRIDGED:
            self._tell("BRIDGED")

    def _end(self, step: Step) -> None:
        self._out.append(HangUp(503 if step is Step.SERVICE_LOST else None))
        is_fault = step is Step.CALLER_GONE and self._caller_lost
        if step not in (Step.HANGUP, Step.CUT, Step.SERVICE_LOST) and not is_fault:
            self._out.append(Tell(json.dumps({"event": "HANGUP"})))
        self._out.append(Close())

    def _person_gone(self, result: TransferResult, code: int | None) -> None:
        match self.state:
            case State.CONSULTING:
                self._result("CONSULT_RESULT", result, code)
            case State.CONSULTED | State.BRIDGED:
                self._tell("CONSULT_ENDED")
            case _:
                pass
        self._go(Step.PERSON_GONE)

    def _rescue(self) -> None:
        try:
            self._rescue_uri = self._destinations.uri(self._destinations.default)
        except NotAllowedError:
            self._go(Step.NOBODY_LEFT)
            return
        self._go(Step.APOLOGY_REFER if self.rescue_by_refer else Step.APOLOGY_RING)

    # Words

    def _key(self, digit: str) -> None:
        if self.state in JOINED:
            self._out.append(SendKey(digit, to_person=True))
        elif self.state in HEARING:
            self._tell("DTMF_END", digit=digit)

    def _result(self, name: str, result: TransferResult, code: int | None) -> None:
        self._tell(name, result=result.value, code=code)

    def _error(self, text: str) -> None:
        self._tell("ERROR", error_text=text)

    def _tell(self, event: str, **fields: Any) -> None:
        if self.state in ATTENDED:
            self._out.append(Tell(json.dumps({"event": event, **fields}, separators=(",", ":"))))

    def _done(self) -> list[Output]:
        out, self._out = self._out, []
        return out
