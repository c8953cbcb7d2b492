"""One caller who waits for a person, as our SIP bridge brings them: what they do, what they hear, and the person who picks up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from callbot.bench.sounds import SILENCE, voiced
from callbot.bench.ws_line import WebSocketLine

KEY = "0"
KEY_AFTER_MS = 1500
"""Somebody who has called before, and does not listen to the end."""
PICKED_UP_AFTER_MS = 500
MUSIC = "music"
MUSIC_FRAMES = 50
"""Of the music's sounding frames, one after the other as they should be: a second of it was heard."""
_MS = 1_000_000


@dataclass(slots=True)
class Waited:
    """What became of one call. `heard`: sentences to the last frame, and when, ms since the call was answered."""

    name: str
    number: str
    problem: str
    frames_heard: int
    late: int
    heard: list[tuple[str, int]]
    music_s: int
    """Seconds of music."""
    rung_ns: list[int]
    """When an agent's telephone was to ring."""
    joined: bool
    """They have talked to somebody."""


class Known:
    """Sounds that may be heard, by name, in A-law frames of 20 ms. Only frames that sound are looked at."""

    def __init__(self, frames: Mapping[str, Sequence[bytes]]) -> None:
        self.lengths: dict[str, int] = {}
        self.places: dict[bytes, list[tuple[str, int]]] = {}
        """Where a frame stands: the sound's name, the frame's number."""
        for name, sound in frames.items():
            sounding = [frame for frame in sound if voiced(frame)]
            self.lengths[name] = len(sounding)
            for number, frame in enumerate(sounding):
                self.places.setdefault(frame, []).append((name, number))


class Waiter:
    """A talker who says nothing, and knows what they hear: a sentence is heard when all its frames came in their order."""

    attentive = True

    def __init__(self, known: Known) -> None:
        self._known = known
        self._next: dict[str, int] = {}
        self._began_ns = 0
        self._music_frames = 0
        self.heard: list[tuple[str, int]] = []

    @property
    def music_s(self) -> int:
        """Whole seconds of music."""
        return self._music_frames // MUSIC_FRAMES

    def say(self, now_ns: int) -> bytes:
        """Silence."""
        self._began_ns = self._began_ns or now_ns
        return SILENCE

    def hear(self, sound: bytes, at_ns: int) -> None:
        """A frame."""
        for name, number in self._known.places.get(sound, ()):
            if name == MUSIC:
                self._music_frames += 1
            elif number in (0, self._next.get(name, 0)):
                self._next[name] = number + 1
                if number + 1 == self._known.lengths[name]:
                    self.heard.append((name, (at_ns - self._began_ns) // _MS))


class QueueLine(WebSocketLine):
    """A leg of our bridge whose caller presses 0; whoever is rung for them picks up."""

    def __init__(self, name: str, target: str, number: str, waiter: Waiter) -> None:
        super().__init__(name, target, waiter, recorded=False, patient=True)
        self.name, self.caller, self._waiter = name, number, waiter
        self._pressed = self._joined = False
        self._picks_up_ns = 0
        self._rung_ns: list[int] = []

    def tick(self, now_ns: int) -> None:
        """Hear 20 ms, say 20 ms, press, pick up. Who talks to a person is heard by nobody else."""
        if self.up and not self._pressed and now_ns - self._up_ns > KEY_AFTER_MS * _MS:
            self._pressed = True
            self._tell({"event": "DTMF_END", "digit": KEY})
        if self._picks_up_ns and now_ns > self._picks_up_ns:
            self._picks_up_ns = 0
            self._tell({"event": "CONSULT_RESULT", "result": "answered", "code": 200})
        if not self._joined:
            super().tick(now_ns)

    def waited(self) -> Waited:
        """What became of the call."""
        waiter = self._waiter
        return Waited(
            self.name,
            self.caller,
            self.problem,
            self._heard,
            self._late,
            waiter.heard,
            waiter.music_s,
            self._rung_ns,
            self._joined,
        )

    def _query(self) -> dict[str, str]:
        return {"id": self.name, "from": self.caller, "to": "0139000000", "transfer": "1"}

    def _command(self, fields: dict[str, str]) -> None:
        now_ns = self._now_ns
        match fields.get("command"):
            case "CONSULT":
                self._rung_ns.append(now_ns)
                self._picks_up_ns = now_ns + PICKED_UP_AFTER_MS * _MS
                self._tell({"event": "CONSULT_RINGING"})
            case "CONSULT_MARK":
                self._tell({"event": "CONSULT_MARK_PROCESSED", "correlation_id": fields["correlation_id"]})
            case "CONSULT_END":
                self._picks_up_ns = 0
            case "BRIDGE":
                self._joined = True
                self._tell({"event": "BRIDGED"})
            case "HANGUP" if self._joined:
                self._left_ns = self._left_ns or now_ns
            case _:
                super()._command(fields)
