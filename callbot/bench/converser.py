"""A caller who converses as people do: asks with pauses, breaks in, coughs while the bot speaks, and knows when it speaks itself.

No I/O: the time is given. Everything is judged by the caller's own ears but whether a murmur stopped the bot: where the bot pauses
by itself the ear cannot tell, so that the service's own events decide (`latency_figures`), on the clock of the caller's frames.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import cycle

from callbot.audio.types import FRAME_MS
from callbot.bench.sounds import SILENCE, softer, voiced
from callbot.bench.talker import SETTLED_MS

ONSET_GAP_MS = 300
"""The bot begins anew when it is heard after a silence as long as this; shorter ones lie within its sentences."""
QUIET_MS = 300
"""The bot has stopped when nothing was heard for this long."""
MISSED_MS = 5000
"""Without any reply for this long the end of the turn was missed; what comes later still counts as a response time."""
PATIENCE_MS = 15_000
"""A caller goes on without an answer after this long."""
RESUMES_MS = 3000
"""A bot that a murmur has made silent is given so long to go on: its caller knows that it has not finished."""
CUT_PATIENCE_MS = 3000
"""… and after this long where the bot has spoken into the turn, and so may have answered already."""
ECHO = "echo"
"""The material of a murmur that is the bot's own voice, given back by the line,"""
ECHO_MS = 200
"""… so much later,"""
ECHO_DB = -12.0
"""… and so much softer."""
_MS = 1_000_000


class Kind(Enum):
    """What a caller does."""

    ASK = "ask"
    """Wait until the bot has finished, then speak."""
    INTERRUPT = "interrupt"
    """Speak while the bot speaks."""
    MURMUR = "murmur"
    """Make a sound while the bot speaks that wants nothing."""


@dataclass(frozen=True, slots=True)
class Move:
    """A thing to do: `frames` of A-law, of which [first, end) is the caller's own sound and the rest background.

    `after_ms`: how far into the bot's reply an interruption or a murmur begins. `material` names the kind of sound.
    """

    kind: Kind
    material: str
    frames: list[bytes] = field(repr=False)
    first: int
    end: int
    after_ms: int = 0


@dataclass(slots=True)
class Exchange:
    """What became of a move. Times `…_at_ms` are the call's: the caller's frames since the answer.

    `response_ms`: from the end of the caller's sound to the reply; `silent_ms`: from the beginning of an interruption until the bot
    was silent. None: it was not, or does not apply.
    """

    kind: str
    material: str
    began_at_ms: int
    ended_at_ms: int = 0
    response_ms: float | None = None
    silent_ms: float | None = None
    cut_off: bool = False
    missed: bool = False
    done: bool = False
    """It came to its end before the call did."""


class _State(Enum):
    LISTENING = 1
    SPEAKING = 2
    WAITING = 3


class Converser:
    """Makes its moves in order, again and again, from the `first` one on; `turns` (0: no limit) questions at most.

    `line`: frames that it sends between them, over and over.
    """

    attentive = True

    def __init__(
        self, moves: list[Move], first: int, turns: int = 0, line: Sequence[bytes] = (SILENCE,)
    ) -> None:
        self._line = cycle(line)
        self._moves = moves
        self._next = first % len(moves)
        self._turns_left = turns or None
        self.exchanges: list[Exchange] = []
        self._state = _State.LISTENING
        self._said = 0  # frames since the answer
        self._at = 0  # frames of the move
        self._now: Exchange | None = None
        self._move: Move | None = None
        self._began_ns = self._ended_ns = 0
        self._heard_ns = 0  # the bot's last voiced frame; 0: never
        self._reply_ns = 0  # when the bot's newest reply began; 0: none since our last question
        self._since_ns = 0
        self._on_the_line: deque[bytes] = deque(maxlen=2 * ECHO_MS // FRAME_MS)  # heard, not yet given back
        self._softer = softer(ECHO_DB)

    @property
    def finished(self) -> bool:
        """All the turns that were wanted have been had."""
        return self._turns_left == 0 and self._state is _State.LISTENING

    def say(self, now_ns: int) -> bytes:
        """The frame that leaves now."""
        self._since_ns = self._since_ns or now_ns
        self._said += 1
        self._notice_silence(now_ns)
        if self._state is _State.LISTENING:
            self._begin(now_ns)
        elif self._state is _State.WAITING:
            self._wait(now_ns)
        if now_ns - self._heard_ns > ONSET_GAP_MS * _MS:
            self._on_the_line.clear()
        back = self._on_the_line.popleft() if len(self._on_the_line) > ECHO_MS // FRAME_MS else SILENCE
        if self._move is None or self._at >= len(self._move.frames):
            return next(self._line)
        frame = self._move.frames[self._at] if self._move.material != ECHO else back.translate(self._softer)
        self._at += 1
        if self._state is _State.SPEAKING:
            self._spoke(now_ns)
        return frame

    def hear(self, sound: bytes, at_ns: int) -> None:
        """The bot speaks when the sound is voiced."""
        self._on_the_line.append(sound)
        if not voiced(sound):
            return
        onset = not self._heard_ns or at_ns - self._heard_ns > ONSET_GAP_MS * _MS
        self._heard_ns = max(self._heard_ns, at_ns)
        exchange, move = self._now, self._move
        if not onset or exchange is None or move is None or move.kind is Kind.MURMUR:
            return
        if self._state is _State.SPEAKING and self._at > move.first:
            exchange.cut_off = True
            self._reply_ns = at_ns
        elif self._state is _State.WAITING and at_ns > self._ended_ns:
            if not exchange.cut_off:
                exchange.response_ms = (at_ns - self._ended_ns) / _MS
                exchange.missed = exchange.response_ms > MISSED_MS
            self._reply_ns = at_ns
            self._over()

    def _begin(self, now_ns: int) -> None:
        """The next move, when its time has come; one for which the bot has not spoken long enough is left out."""
        if self._turns_left == 0:
            return
        move = self._moves[self._next]
        settled = self._settled(now_ns)
        if move.kind is Kind.ASK:
            if settled:
                self._speak(move)
        elif settled or not self._reply_ns:
            self._next = (self._next + 1) % len(self._moves)
        elif now_ns - self._reply_ns >= move.after_ms * _MS and now_ns - self._heard_ns <= 100 * _MS:
            self._speak(move)

    def _settled(self, now_ns: int) -> bool:
        """The bot has spoken and is silent; or has said nothing for so long that somebody would speak."""
        murmured = self._move is not None and self._move.kind is Kind.MURMUR
        if murmured and self._heard_ns < self._ended_ns and now_ns - self._ended_ns < RESUMES_MS * _MS:
            return False
        if self._heard_ns:
            return now_ns - self._heard_ns > SETTLED_MS * _MS
        return now_ns - self._since_ns > PATIENCE_MS * _MS

    def _speak(self, move: Move) -> None:
        self._next = (self._next + 1) % len(self._moves)
        self._move, self._at, self._began_ns = move, 0, 0
        self._now = Exchange(move.kind.value, move.material, 0)
        self.exchanges.append(self._now)
        self._state = _State.SPEAKING

    def _spoke(self, now_ns: int) -> None:
        """A frame of the move has just been said."""
        assert self._move
        assert self._now
        if self._at == self._move.first + 1:
            self._now.began_at_ms, self._began_ns = (self._said - 1) * FRAME_MS, now_ns
        if self._at < self._move.end:
            return
        self._now.ended_at_ms, self._ended_ns = self._said * FRAME_MS, now_ns
        if self._move.kind is Kind.MURMUR:
            self._over()
            return
        self._state = _State.WAITING
        if self._turns_left:
            self._turns_left -= 1

    def _wait(self, now_ns: int) -> None:
        assert self._now
        waited_ms = (now_ns - self._ended_ns) / _MS
        if waited_ms > (CUT_PATIENCE_MS if self._now.cut_off else PATIENCE_MS):
            self._now.missed = not self._now.cut_off
            self._over()

    def _notice_silence(self, now_ns: int) -> None:
        """When an interruption has made the bot silent."""
        now = self._now
        if now is None or now.kind != Kind.INTERRUPT.value or now.silent_ms is not None or not self._began_ns:
            return
        if now_ns - max(self._heard_ns, self._began_ns) > QUIET_MS * _MS:
            now.silent_ms = max(0.0, (self._heard_ns - self._began_ns) / _MS)

    def _over(self) -> None:
        assert self._now
        self._now.done = True
        if self._now.kind != Kind.MURMUR.value and not (self._now.response_ms or self._now.cut_off):
            self._reply_ns = 0
        self._state = _State.LISTENING
