"""What the bot hears on one leg: frames in, typed events out; speech goes to the recogniser. No I/O, no clock but the audio's.

Keys are taken out before anything else; then voice activity and endpointing decide where utterances begin and end.
"""

import numpy as np

from callbot.audio.dtmf import DtmfDetector
from callbot.audio.resampling import Resampler
from callbot.audio.types import SPEECH_HZ, TELEPHONE_HZ, Pcm
from callbot.events import DtmfReceived, PartialTranscript, SpeechStarted, SpeechStopped
from callbot.speech.endpointing import Paused, Resumed, Started, Stopped, TooLong
from callbot.speech.listening import Heard as Noticed
from callbot.speech.listening import Listener, Speech
from callbot.speech.recognizer import Recognizer

PARTIAL_EVERY_MS = 200
"""How often the partial transcript is looked at."""

Heard = SpeechStarted | SpeechStopped | PartialTranscript | DtmfReceived


class Hearing:
    """One leg's ears. `rate_hz`: the leg's rate, 8000 or 16000."""

    def __init__(self, rate_hz: int, listener: Listener, recognizer: Recognizer) -> None:
        self._rate_hz = rate_hz
        self._dtmf = DtmfDetector() if rate_hz == TELEPHONE_HZ else None
        self._resampler = Resampler(rate_hz, SPEECH_HZ) if rate_hz != SPEECH_HZ else None
        self._listener = listener
        self._recognizer = recognizer
        self._samples = 0
        self._partial = ""
        self._looked_at_ms = 0
        self._listening = False

    @property
    def at_ms(self) -> int:
        """Milliseconds of the caller's audio so far."""
        return self._samples * 1000 // self._rate_hz

    @property
    def speech_ms(self) -> int:
        """How long the caller has been speaking, up to their last voiced moment; 0 when they are silent."""
        return self._listener.speech_ms

    def push(self, pcm: Pcm) -> list[Heard]:
        """Hear `pcm` (at the leg's rate, any length) and say what happened in it."""
        self._samples += len(pcm)
        self._listening = True
        heard: list[Heard] = []
        if self._dtmf:
            pcm, digits = self._dtmf.push(pcm)
            heard += [DtmfReceived(self.at_ms, digit) for digit in digits]
        pcm_16k = self._resampler.push(pcm) if self._resampler else pcm
        for noticed in self._listener.push(pcm_16k):
            heard += self._notice(noticed)
        return heard + self._look_at_partial()

    def skip(self, samples: int) -> None:
        """Let the time of `samples` go by without hearing them; an utterance that had begun is forgotten."""
        self._samples += samples
        if self._listening:
            self._listening = False
            self._listener.reset()
            self._recognizer.reset()
            self._partial = ""

    def silence(self, ms: int) -> list[Heard]:
        """Count `ms` of silence in place of audio that did not come."""
        return self.push(np.zeros(self._rate_hz * ms // 1000, np.int16))

    def _notice(self, noticed: Noticed) -> list[Heard]:
        match noticed:
            case Speech(sound):
                self._recognizer.push(sound)
            case Started():
                self._partial = ""
                return [SpeechStarted(self.at_ms)]
            case Paused():
                self._recognizer.prepare()
            case Stopped() | TooLong():
                return [SpeechStopped(self.at_ms, noticed.speech_end_ms)]
            case Resumed():
                pass  # the sound that follows throws the prepared transcript away
        return []

    def _look_at_partial(self) -> list[Heard]:
        if self._listener.speech_ms == 0 or self.at_ms - self._looked_at_ms < PARTIAL_EVERY_MS:
            return []
        self._looked_at_ms = self.at_ms
        text = self._recognizer.partial()
        if text in ("", self._partial):
            return []
        self._partial = text
        return [PartialTranscript(self.at_ms, text)]
