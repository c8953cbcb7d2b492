"""The load: many callers in one process of its own, `python -m callbot.bench.load`, each frame at its time.

Standard output gives a line when it is ready; then a JSON object on standard input says what to do (`Order`). A line
`{"up": …, "held_s": …}` follows twice a second, one with `over` when the calls are over, and last the accounts of all calls.
Standard input's end ends it.
"""

import contextlib
import gc
import json
import math
import os
import resource
import select
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from callbot.audio.types import FRAME_MS, Pcm
from callbot.bench import sounds
from callbot.bench.converser import Converser
from callbot.bench.latency_material import read_moves
from callbot.bench.lines import Line
from callbot.bench.sip_line import Post, SipLine
from callbot.bench.talker import Asking, Looping, Talker
from callbot.bench.ws_line import WebSocketLine

SLOTS = 20
"""A frame's time is cut into so many: the calls are spread over them, as calls are, rather than sent all at once."""
SLOT_NS = FRAME_MS * 1_000_000 // SLOTS
DRAIN_EVERY = 5
"""Frames between two looks at what has arrived, for callers who need not react: the kernel has noted when it came."""
RECORDED = 10
"""Calls of which everything heard is kept and compared with what was sent."""
SETUP_SECONDS = 12
"""A call that is not answered by then has failed."""
LEAVING_SECONDS = 10
"""A BYE that is not answered by then has failed."""
LEAVE_PER_SECOND = 100
REDIAL_SECONDS = 2
"""At least so much lies between a caller's calls."""
BOT_SEED, CALLER_SEED = 1, 2
"""Of the sounds that the bot and the callers make (pure media)."""
LOOP_SECONDS = 12.0
PRIORITY = -12
"""Niceness that is tried for: telephones have processors of their own, and do not wait for ours. A load that does not come in time
measures nothing."""
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Order:
    """What to do. `questions`: files of A-law sound, 8 kHz, for callers who ask; none: pure media, everybody speaks at once.

    `seconds`: how long all calls are held once the last one is up. `target`: host:port.
    """

    transport: str
    target: str
    calls: int
    seconds: float
    per_second: float
    questions: list[str]
    number: str = "bench"
    moves: str = ""
    """A file of what callers do who converse (`latency_material`); `questions` is then not used."""
    turns: int = 0
    """Of each caller who converses; when all have had them, the calls end. 0: `seconds` alone counts."""
    redial: bool = False
    """A call that the bot has ended is followed by another one of the same caller."""


class Load:
    """The callers and their clock."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._asking = bool(order.questions or order.moves)
        self._material = read_moves(Path(order.moves)) if order.moves else None
        self._ended: list[Line] = []
        self._post = Post("127.0.0.1", order.target)
        self._again = 0  # calls that followed others
        self._dialled_ns: dict[int, int] = {}  # … and when, by caller
        self._talkers: dict[int, Talker] = {}
        self._lines = [self._line(number) for number in range(order.calls)]
        self._wheel: list[list[int]] = [[] for _ in range(SLOTS)]
        for number in range(order.calls):
            self._wheel[number * 7 % SLOTS].append(number)
        self._dialled = self._left = 0
        self._started_ns = self._held_since_ns = self._last_leave_ns = 0
        self.cpu_seconds = 0.0
        """Of this process while it placed and held the calls; what they come to is worked out afterwards."""
        self.behind_ms = 0.0
        """How late this process itself was at worst with a frame."""

    def run(self) -> None:
        """Place the calls, hold them, leave them."""
        gc.collect()
        gc.freeze()
        gc.disable()
        used = time.process_time()
        self._started_ns = time.time_ns()
        first, turn = time.monotonic_ns(), 0
        while not self._done():
            self._wait_for(first + turn * SLOT_NS)
            self._slot(turn)
            if turn % 500 == 0:
                self._report()
                if _abandoned():
                    break
            turn += 1
        self.cpu_seconds = time.process_time() - used
        gc.enable()

    def accounts(self) -> list[dict[str, object]]:
        """What became of each call."""
        return [asdict(line.account(self._reference())) for line in (*self._ended, *self._lines)]

    def close(self) -> None:
        """Close all sockets."""
        for line in (*self._ended, *self._lines):
            line.close()
        self._post.close()

    def _wait_for(self, due_ns: int) -> None:
        now_ns = time.monotonic_ns()
        if now_ns < due_ns:
            time.sleep((due_ns - now_ns) / _SECOND)
            now_ns = time.monotonic_ns()
        self.behind_ms = max(self.behind_ms, (now_ns - due_ns) / 1e6)

    def _slot(self, turn: int) -> None:
        now_ns = time.time_ns()
        frame = turn // SLOTS
        for number in self._wheel[turn % SLOTS]:
            line = self._lines[number]
            line.tick(now_ns)
            if number < self._dialled and (
                self._asking or (frame + number) % DRAIN_EVERY == 0 or not line.up
            ):
                line.drain(now_ns)
        if turn % 5 == 0:
            self._post.receive()
            self._go_on(now_ns)

    def _go_on(self, now_ns: int) -> None:
        """Dial, hold, leave."""
        since = (now_ns - self._started_ns) / _SECOND
        while self._dialled < min(self._order.calls, math.floor(since * self._order.per_second) + 1):
            self._lines[self._dialled].dial(now_ns)
            self._dialled += 1
        if self._dialled < self._order.calls:
            return
        if not self._held_since_ns:
            self._settle(now_ns)
        elif self._left or self._had_enough(now_ns):
            self._leave(now_ns)
        elif self._order.redial:
            self._dial_again(now_ns)

    def _had_enough(self, now_ns: int) -> bool:
        held_out = now_ns - self._held_since_ns > self._order.seconds * _SECOND
        if not held_out and self._order.turns and self._finished():
            self._held_since_ns = now_ns - int(
                self._order.seconds * _SECOND
            )  # as if they had been held so long
        return held_out

    def _finished(self) -> bool:
        """Whether every caller has had the turns wanted, or is gone."""
        talkers = (self._talkers[number] for number in range(len(self._lines)))
        return all(
            line.over or (isinstance(talker, Converser) and talker.finished)
            for line, talker in zip(self._lines, talkers, strict=True)
        )

    def _dial_again(self, now_ns: int) -> None:
        """One more call for each that the bot has ended."""
        for number, line in enumerate(self._lines):
            late_enough = now_ns - self._dialled_ns.get(number, 0) > REDIAL_SECONDS * _SECOND
            if line.over and line.problem in ("", "cut") and late_enough:
                self._dialled_ns[number] = now_ns
                self._ended.append(line)
                line.close()
                self._again += 1
                self._lines[number] = self._line(number, f"bench{number}r{self._again}")
                self._lines[number].dial(now_ns)

    def _settle(self, now_ns: int) -> None:
        """The calls are held from the moment when all have been answered, or have had their time."""
        over_ns = self._started_ns + int(
            (self._order.calls / self._order.per_second + SETUP_SECONDS) * _SECOND
        )
        unsettled = [line for line in self._lines if not (line.up or line.over)]
        if unsettled and now_ns < over_ns:
            return
        for line in unsettled:
            line.give_up("not answered")
        self._held_since_ns = now_ns

    def _leave(self, now_ns: int) -> None:
        if self._left < len(self._lines):
            due = (now_ns - self._held_since_ns) / _SECOND - self._order.seconds
            while self._left < min(len(self._lines), math.floor(due * LEAVE_PER_SECOND) + 1):
                if self._lines[self._left].up:
                    self._lines[self._left].leave(now_ns)
                self._left += 1
            self._last_leave_ns = now_ns
        elif now_ns - self._last_leave_ns > LEAVING_SECONDS * _SECOND:
            for line in self._lines:
                if not line.over:
                    line.give_up("BYE not answered")

    def _done(self) -> bool:
        return self._left >= len(self._lines) and all(line.over for line in self._lines)

    def _report(self) -> None:
        held_ns = time.time_ns() - self._held_since_ns if self._held_since_ns else 0
        up = sum(line.up for line in self._lines)
        _print({"up": up, "held_s": round(held_ns / _SECOND, 1)})

    def _line(self, number: int, name: str = "") -> Line:
        order, name = self._order, name or f"bench{number}"
        talker = self._talkers[number] = self._talker(number + self._again)
        every = max(1, -(-order.calls // RECORDED))
        recorded = not self._asking and number % every == 0
        if order.transport == "sip":
            return SipLine(name, name if order.moves else order.number, self._post, talker, recorded=recorded)
        return WebSocketLine(
            name,
            order.target,
            talker,
            recorded=recorded,
            patient=self._asking,
            number=name if order.moves else order.number,
        )

    def _talker(self, number: int) -> Talker:
        if not self._asking:
            return Looping(_caller_sound(), number * 37)
        if self._material:
            return Converser(self._material.moves, number * 5, self._order.turns, self._material.line)
        return Asking([frames_of(Path(file)) for file in self._order.questions], number)

    def _reference(self) -> Pcm | None:
        return None if self._asking else sounds.babble(BOT_SEED, LOOP_SECONDS)


_sound: list[bytes] = []


def _caller_sound() -> list[bytes]:
    if not _sound:
        _sound.extend(sounds.frames(sounds.babble(CALLER_SEED, LOOP_SECONDS)))
    return _sound


def frames_of(file: Path) -> list[bytes]:
    """The frames of a file of A-law sound."""
    alaw = file.read_bytes()
    return [alaw[at : at + sounds.FRAME] for at in range(0, len(alaw) - sounds.FRAME + 1, sounds.FRAME)]


def _abandoned() -> bool:
    """Whether standard input has ended: who ordered the load is gone."""
    readable, _, _ = select.select([sys.stdin], [], [], 0)
    return bool(readable) and not sys.stdin.readline()


def _print(line: object) -> None:
    print(json.dumps(line), flush=True)


def main(kind: type[Order] = Order, load_kind: Callable[[Any], Load] = Load) -> None:
    """Take the order, do it, tell."""
    _print({"ready": True})
    order = kind(**json.loads(sys.stdin.readline()))
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 4 * order.calls + 256) if hard != resource.RLIM_INFINITY else 4 * order.calls + 256
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(_soft, wanted), hard))
    with contextlib.suppress(PermissionError):
        os.nice(PRIORITY)
    load = load_kind(order)
    try:
        load.run()
        _print(
            {"over": True, "behind_ms": round(load.behind_ms, 2), "cpu_seconds": round(load.cpu_seconds, 3)}
        )
    finally:
        load.close()
    _print(load.accounts())


if __name__ == "__main__":
    main()
