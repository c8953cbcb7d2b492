"""What one caller is about to hear: sound and marks in order, given out in 20 ms frames at the speed of hearing.

No clock in here: whoever sends the frames says what time it is, in milliseconds of a clock that never goes back.
"""

from collections import deque
from collections.abc import Collection

import numpy as np

from callbot.audio.types import FRAME_MS, Pcm
from callbot.errors import PlayoutFullError

LIMIT_MS = 300_000
"""Sound that may wait; past it `add` raises. Nothing that the bot says is nearly so long."""
AGAIN_MS = (200, 600)
"""After a hold, sound is taken up so long before where it stopped: at the softest moment there, which lies between words."""
KEPT_MS = 4000
"""How much of what was given out is kept for that, besides the lead: longer than any mark may take to be reported."""
CATCH_UP_MS = 100
"""A sender that is late by no more than this makes up for it, so that small delays do not add up; past it the rest is put off."""


class Playout:
    """The queue of one leg, at the leg's rate.

        `lead_ms` is how far ahead of hearing sound may be sent, to a leg that buffers it; 0 paces frame by frame. With `batch_ms`
    less than that, frames are given out several at once, when the lead has shrunk by so much: fewer messages. A mark is given
        out right behind the sound before it, for the leg to report; with no lead, where legs cannot, when that sound has been heard.
    """

    def __init__(
        self, rate_hz: int, lead_ms: int = 0, limit_ms: int = LIMIT_MS, batch_ms: int = FRAME_MS
    ) -> None:
        self._rate_hz = rate_hz
        self._frame = rate_hz * FRAME_MS // 1000
        self._lead_ms = lead_ms
        self._limit_ms = limit_ms
        self._batch_ms = batch_ms
        self._items: deque[Pcm | str] = deque()
        self._pending = 0  # samples in _items
        self._origin_ms = 0  # when the first of the _sent_ms was heard, had there been no gap since
        self._sent_ms = 0
        self._idle = True  # nothing waited after the last frame: lateness since then is silence, not delay
        self._paused = False
        self._held_ms: int | None = None  # position up to which was heard when a hold began
        self._marks_ms: deque[int] = deque(
            [0]
        )  # positions, in what was sent, of the last mark heard and of later ones
        self._given: deque[tuple[int, Pcm | str]] = deque(
            maxlen=(lead_ms + KEPT_MS) // FRAME_MS
        )  # what was given out last, by its position, to be given again after a hold; the oldest makes room

    def add(self, pcm: Pcm) -> None:
        """Play `pcm` (int16, shape (n,)) after what waits already; it must not be changed afterwards. Raises PlayoutFullError."""
        self._refuse_beyond_limit(len(pcm))
        if len(pcm):
            self._items.append(pcm)
            self._pending += len(pcm)

    def mark(self, name: str) -> None:
        """Give out `name` after what waits already. A mark ends an utterance. Raises PlayoutFullError."""
        self._refuse_beyond_limit(0)
        self._items.append(name)

    def due(self, now_ms: int) -> list[Pcm | str]:
        """What is to be sent now, in order: frames of 20 ms (the last one of an utterance filled up with silence) and marks."""
        self._forget_marks_before(self._heard_ms(now_ms))
        self._take_up_late(now_ms)
        out: list[Pcm | str] = []
        ahead_ms = self._lead_ms - self._batch_ms
        while (ready_ms := self._ready_ms(ahead_ms)) is not None and ready_ms <= now_ms:
            out.append(self._take())
            ahead_ms = self._lead_ms - FRAME_MS
        self._idle = not self._items
        return out

    @property
    def wake_ms(self) -> int | None:
        """When `due` will have something; a time past means at once; None: not before something is added, or resumed."""
        return self._ready_ms(self._lead_ms - self._batch_ms)

    def _ready_ms(self, ahead_ms: int) -> int | None:
        """When the next item may leave, if sound may be ahead of hearing by `ahead_ms` before it."""
        if self._paused or self._held_ms is not None or not self._items:
            return None
        silent_from_ms = self._origin_ms + self._sent_ms
        if isinstance(self._items[0], str):
            return silent_from_ms - self._lead_ms
        if self._is_short():
            return silent_from_ms  # more may come in time to fill it
        return silent_from_ms - max(ahead_ms, 0)

    def clear(self, now_ms: int) -> int:
        """Throw away all that waits, at once; how many milliseconds of the utterance (since the last mark) had been heard.

        What a leg's own buffer holds is counted as not heard: tell the leg to throw it away too. A hold is over.
        """
        heard_ms = self._heard_ms(now_ms) if self._held_ms is None else self._held_ms
        self._forget_marks_before(heard_ms)
        played_ms = heard_ms - self._marks_ms[0]
        self._items.clear()
        self._given.clear()
        self._pending, self._paused, self._held_ms = (
            0,
            False,
            None,
        )  # a leg that threw everything away has room
        self._origin_ms, self._sent_ms, self._idle = self._silent_from_ms(now_ms), 0, True
        self._marks_ms = deque([0])
        return played_ms

    def hold(self, now_ms: int, unreported: Collection[str] = ()) -> int:
        """Be silent, and keep what was not heard for `go_on`; milliseconds of the utterance (since the last mark) that were.

        The leg's own buffer must be thrown away too: what it held is given out again, with a little of what had been heard (AGAIN_MS)
        before it, not beyond the utterance's beginning. Marks among `unreported` are given out again as well.
        """
        heard_ms = self._heard_ms(now_ms) if self._held_ms is None else self._held_ms
        self._forget_marks_before(heard_ms)
        begun_ms = self._marks_ms[0]
        if self._held_ms is not None:
            return heard_ms - begun_ms
        start_ms = self._softest_ms(
            max(begun_ms, heard_ms - AGAIN_MS[1]), max(begun_ms, heard_ms - AGAIN_MS[0])
        )
        for at_ms, item in reversed(self._given):
            if isinstance(item, str):
                if item in unreported:
                    self._items.appendleft(item)
            elif at_ms >= start_ms:
                self._items.appendleft(item)
                self._pending += len(item)
        self._given.clear()
        self._marks_ms = deque(at_ms for at_ms in self._marks_ms if at_ms <= start_ms)
        self._origin_ms = self._silent_from_ms(now_ms) - start_ms
        self._sent_ms, self._held_ms, self._paused, self._idle = start_ms, heard_ms, False, True
        return heard_ms - begun_ms

    def go_on(self) -> None:
        """Take up what a hold stopped; does nothing when nothing is held."""
        self._held_ms, self._idle = None, True

    def _silent_from_ms(self, now_ms: int) -> int:
        """When the leg is silent after `clear` or `hold`: a leg that is paced frame by frame still hears the frame it was given."""
        return now_ms if self._lead_ms else max(now_ms, self.heard_until_ms)

    def _softest_ms(self, first_ms: int, last_ms: int) -> int:
        """Where the softest frame begins between two positions; the later one where they are the same, or nothing is known."""
        frames = [
            (float(np.mean(np.square(item.astype(np.float32)))), -at_ms)
            for at_ms, item in self._given
            if not isinstance(item, str) and first_ms <= at_ms <= last_ms
        ]
        return -min(frames)[1] if frames else last_ms - last_ms % FRAME_MS

    def playing(self, now_ms: int) -> bool:
        """Whether the caller hears something, or will."""
        return bool(self._items) or now_ms < self._origin_ms + self._sent_ms

    @property
    def heard_until_ms(self) -> int:
        """When the last of what was given out is heard."""
        return self._origin_ms + self._sent_ms

    @property
    def pending_ms(self) -> int:
        """Sound that waits here, not counting what was given out."""
        return self._pending * 1000 // self._rate_hz

    def pause(self) -> None:
        """The leg's buffer is full: give out nothing until `resume`. What was sent goes on being heard."""
        self._paused = True

    def resume(self) -> None:
        """The leg's buffer has room again."""
        self._paused = False
        self._idle = True

    def _refuse_beyond_limit(self, samples: int) -> None:
        too_long = (self._pending + samples) * 1000 > self._limit_ms * self._rate_hz
        if too_long or len(self._items) * FRAME_MS >= self._limit_ms:
            raise PlayoutFullError(
                f"more than {self._limit_ms} ms of sound waits to be heard: give it in smaller parts"
            )

    def _take_up_late(self, now_ms: int) -> None:
        """Start from now after silence or a long delay, rather than hurry."""
        late_ms = now_ms - (self._origin_ms + self._sent_ms)
        if self._items and late_ms > (0 if self._idle else CATCH_UP_MS):
            self._origin_ms += late_ms

    def _heard_ms(self, now_ms: int) -> int:
        return min(self._sent_ms, max(0, now_ms - self._origin_ms))

    def _forget_marks_before(self, heard_ms: int) -> None:
        while len(self._marks_ms) > 1 and self._marks_ms[1] <= heard_ms:
            self._marks_ms.popleft()

    def _is_short(self) -> bool:
        """Whether what waits is less than a frame and may still grow."""
        samples = 0
        for item in self._items:
            if isinstance(item, str):
                return False
            samples += len(item)
            if samples >= self._frame:
                return False
        return True

    def _take(self) -> Pcm | str:
        item = self._items[0]
        if isinstance(item, str):
            self._marks_ms.append(self._sent_ms)
            self._given.append((self._sent_ms, item))
            self._items.popleft()
            return item
        return self._take_frame()

    def _take_frame(self) -> Pcm:
        first = self._items[0]
        assert not isinstance(first, str)
        if len(first) > self._frame:  # nearly always
            self._items[0] = first[self._frame :]
            self._pending -= self._frame
            return self._given_out(first[: self._frame])
        frame, filled = np.zeros(self._frame, np.int16), 0
        while filled < self._frame and self._items and not isinstance(chunk := self._items[0], str):
            part = chunk[: self._frame - filled]
            frame[filled : filled + len(part)] = part
            filled += len(part)
            if len(part) == len(chunk):
                self._items.popleft()
            else:
                self._items[0] = chunk[len(part) :]
        self._pending -= filled
        return self._given_out(frame)

    def _given_out(self, frame: Pcm) -> Pcm:
        self._given.append((self._sent_ms, frame))
        self._sent_ms += FRAME_MS
        return frame
