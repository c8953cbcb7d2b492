"""What one caller is about to hear: sound and marks in order, given out in 20 ms frames at the speed of hearing.

No clock in here: whoever sends the frames says what time it is, in milliseconds of a clock that never goes back.
"""

from collections import deque

import numpy as np

from callbot.audio.types import FRAME_MS, Pcm
from callbot.errors import PlayoutFullError

LIMIT_MS = 300_000
"""Sound that may wait; past it `add` raises. Nothing that the bot says is nearly so long."""
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
        self._marks_ms: deque[int] = deque(
            [0]
        )  # positions, in what was sent, of the last mark heard and of later ones

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
        if self._paused or not self._items:
            return None
        silent_from_ms = self._origin_ms + self._sent_ms
        if isinstance(self._items[0], str):
            return silent_from_ms - self._lead_ms
        if self._is_short():
            return silent_from_ms  # more may come in time to fill it
        return silent_from_ms - max(ahead_ms, 0)

    def clear(self, now_ms: int) -> int:
        """Throw away all that waits, at once; how many milliseconds of the utterance (since the last mark) had been heard.

        What a leg's own buffer holds is counted as not heard: tell the leg to throw it away too.
        """
        heard_ms = self._heard_ms(now_ms)
        self._forget_marks_before(heard_ms)
        played_ms = heard_ms - self._marks_ms[0]
        self._items.clear()
        self._pending, self._paused = 0, False  # a leg that threw everything away has room
        self._origin_ms, self._sent_ms, self._idle = now_ms, 0, True
        self._marks_ms = deque([0])
        return played_ms

    def playing(self, now_ms: int) -> bool:
        """Whether the caller hears something, or will."""
        return bool(self._items) or now_ms < self._origin_ms + self._sent_ms

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
            self._items.popleft()
            return item
        return self._take_frame()

    def _take_frame(self) -> Pcm:
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
        self._sent_ms += FRAME_MS
        return frame
