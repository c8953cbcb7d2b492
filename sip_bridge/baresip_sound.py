"""The sound of one call of baresip, straight on its C functions.

The library's own `CallAudio` makes a dataclass of twelve values and a new buffer for every look: 18 µs to ask how much waits, 7 µs
to read (measured on the 2-core machine of the benchmarks). With 200 calls 50 times a second that is a third of a core. The rules
are the library's: an *epoch* names the streams that we are bound to; after a renegotiation the next call binds to the new ones.
"""

import errno
from collections.abc import Callable

from baresip._native import ffi, lib

__all__ = ["Sound"]

READ_BYTES = 32_768
"""The library's buffer holds no more: one look takes all of it."""

_buffer = ffi.new("uint8_t[]", READ_BYTES)
_info = ffi.new("struct bp_audio_info *")
"""Shared by all calls: only the event loop's thread comes here, and nothing is kept in them."""


class Sound:
    """Reads and writes int16, native order, mono. Never raises; without sound there is nothing to read and no room to write."""

    def __init__(self, handle: int, restarted: Callable[[], None]) -> None:
        """`handle` names the call; `restarted` is called when other streams have taken the place of those before."""
        self._handle = handle
        self._restarted = restarted
        self._epoch: int | None = None

    def rate_hz(self) -> int:
        """Samples a second, the same both ways; 0 while there is no sound."""
        if not self._probe():
            return 0
        return int(_info.tx_srate if _info.tx_ready else _info.rx_srate if _info.rx_ready else 0)

    def waiting(self) -> int:
        """Bytes written and not sent yet."""
        return int(_info.tx_fill) if self._probe() else 0

    def read(self) -> bytes:
        """All that was received and not read; the library keeps half a second for a slow reader and drops what is older."""
        if self._epoch is None and not self._probe():
            return b""
        count = self._checked(lib.bp_audio_read(self._handle, self._epoch, _buffer, READ_BYTES))
        return bytes(ffi.buffer(_buffer, count)) if count else b""

    def write(self, pcm: bytes) -> int:
        """Queue sound; bytes taken. There is room for 32 KiB: 2 s at 8 kHz, 1 s at 16 kHz."""
        if not pcm or (self._epoch is None and not self._probe()):
            return 0
        data = ffi.from_buffer("uint8_t[]", pcm)
        return self._checked(lib.bp_audio_write(self._handle, self._epoch, data, len(pcm)))

    def flush(self) -> None:
        """Throw away what waits; it is done at the sender's next frame, 20 ms later at most."""
        if self._epoch is not None or self._probe():
            self._checked(lib.bp_audio_flush_tx(self._handle, self._epoch))

    def _probe(self) -> bool:
        """Fill `_info`, and bind to the streams that there are now."""
        if lib.bp_audio_probe(self._handle, _info) != 0:
            self._epoch = None
            return False
        epoch, self._epoch = self._epoch, int(_info.epoch)
        if epoch is not None and epoch != self._epoch:
            self._restarted()
        return True

    def _checked(self, count: int) -> int:
        if count >= 0:
            return int(count)
        self._epoch = None
        if -count == errno.ESTALE:
            self._restarted()
        return 0
