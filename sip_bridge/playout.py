"""What one leg is about to hear: sound and marks in order, in the media WebSocket's own format. Pure.

The leg's own buffer is kept short by whoever takes from here (`AHEAD_MS`), so that a flush is heard at once. A mark is reached
when the sound before it was taken, and has left that buffer as well.
"""

from collections import deque

from callbot.audio.types import FRAME_MS

__all__ = ["AHEAD_MS", "MAX_FRAMES", "Playout"]

MAX_FRAMES = 1000
"""Frames of 20 ms that may wait; what is beyond is thrown away."""
XOFF_FRAMES, XON_FRAMES = 900, 800
MAX_MARKS = 1000
"""Marks that may wait; past it the oldest is given up."""
AHEAD_MS = 15 * FRAME_MS
"""Sound kept in the leg's own buffer: five ticks, for the busiest times, and ten for a machine that is late. A leg throws it away
when it is flushed, so that it delays nothing."""


class Playout:
    """The queue of one leg. `frame_bytes`: 20 ms of sound in its format; `limit_frames` of them may wait."""

    def __init__(self, frame_bytes: int, limit_frames: int = MAX_FRAMES) -> None:
        self.frame_bytes = frame_bytes
        self.dropped = 0
        """Bytes thrown away because the queue was full."""
        self._limit = limit_frames * frame_bytes
        self._chunks: deque[bytes] = deque()
        self._offset = 0  # of what is left in the first chunk
        self._pending = 0  # bytes in _chunks
        self._taken = 0  # position in the stream: bytes taken since the start
        self._marks: deque[tuple[int, str]] = deque()  # (position, name)
        self._off = False

    @property
    def pending(self) -> int:
        """Bytes that wait here."""
        return self._pending

    @property
    def has_marks(self) -> bool:
        """Whether marks wait to be reached."""
        return bool(self._marks)

    def add(self, sound: bytes) -> bool:
        """Play `sound` after what waits already; True when the sender is to stop now (MEDIA_XOFF)."""
        room = self._limit - self._pending
        if len(sound) > room:
            self.dropped += len(sound) - room
            sound = sound[:room]
        if sound:
            self._chunks.append(sound)
            self._pending += len(sound)
        if self._off or self._pending < XOFF_FRAMES * self.frame_bytes:
            return False
        self._off = True
        return True

    def mark(self, name: str) -> None:
        """Report `name` once everything that waits now has been heard."""
        self._marks.append((self._taken + self._pending, name))
        if len(self._marks) > MAX_MARKS:
            self._marks.popleft()

    def head(self, size: int) -> bytes:
        """The next `size` bytes at most, without taking them."""
        if not self._pending:
            return b""
        first = self._chunks[0]
        if len(first) - self._offset >= size or len(self._chunks) == 1:
            return first[self._offset : self._offset + size]
        parts, missing, offset = [], size, self._offset
        for chunk in self._chunks:
            parts.append(chunk[offset : offset + missing])
            missing, offset = missing - len(parts[-1]), 0
            if not missing:
                break
        return b"".join(parts)

    def take(self, size: int) -> bool:
        """Drop `size` bytes: the leg has them. True when the sender may go on (MEDIA_XON)."""
        self._taken += size
        self._pending -= size
        self._offset += size
        while self._chunks and self._offset >= len(self._chunks[0]):
            self._offset -= len(self._chunks.popleft())
        return self._may_go_on()

    def reached(self, unsent: int) -> list[str]:
        """The marks that were passed, given that `unsent` bytes still lie in the leg's own buffer."""
        passed: list[str] = []
        while self._marks and self._marks[0][0] <= self._taken - unsent:
            passed.append(self._marks.popleft()[1])
        return passed

    def flush(self) -> bool:
        """Throw everything away, marks included. True when the sender may go on (MEDIA_XON)."""
        self._chunks.clear()
        self._marks.clear()
        self._pending = self._offset = 0
        return self._may_go_on()

    def _may_go_on(self) -> bool:
        if not self._off or self._pending > XON_FRAMES * self.frame_bytes:
            return False
        self._off = False
        return True
