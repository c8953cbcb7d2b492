"""What the bot hears on one leg: frames in, typed events out; speech goes to the recogniser. No I/O, no clock but the audio's.

Keys are taken out before anything else; voice activity and endpointing decide where utterances begin and end; the recogniser
gets the utterance with what came just before it, and not the pauses, which are held back until speech goes on.
"""

from collections import deque
from typing import Protocol

import numpy as np

from callbot.audio.dtmf import DtmfDetector
from callbot.audio.resampling import Resampler
from callbot.audio.types import SPEECH_HZ, TELEPHONE_HZ, Pcm
from callbot.events import DtmfReceived, PartialTranscript, SpeechStarted, SpeechStopped
from callbot.speech.endpointing import Change, Endpointer, Kind
from callbot.speech.recognizer import Recognizer

PRE_ROLL_MS = 320
"""Sound before the detected start of speech that the recogniser hears as well: first consonants are soft."""
PARTIAL_EVERY_MS = 200
"""How often the partial transcript is looked at."""

Heard = SpeechStarted | SpeechStopped | PartialTranscript | DtmfReceived


class SpeechDetector(Protocol):
    """Voice activity, as `speech.voice_activity` gives it."""

    def push(self, pcm_16k: Pcm) -> list[float]:
        """One probability of speech per 32 ms."""


class Hearing:
    """One leg's ears. `rate_hz`: the leg's rate, 8000 or 16000."""

    def __init__(
        self, rate_hz: int, detector: SpeechDetector, endpointer: Endpointer, recognizer: Recognizer
    ) -> None:
        self._dtmf = DtmfDetector() if rate_hz == TELEPHONE_HZ else None
        self._resampler = Resampler(rate_hz, SPEECH_HZ) if rate_hz != SPEECH_HZ else None
        self._rate_hz = rate_hz
        self._detector = detector
        self._endpointer = endpointer
        self._recognizer = recognizer
        self._recent: deque[Pcm] = (
            deque()
        )  # not yet given to the recogniser; bounded to PRE_ROLL_MS while silent
        self._recent_samples = 0
        self._in_speech = False
        self._partial = ""
        self._partial_at_ms = 0
        self._samples = 0

    @property
    def at_ms(self) -> int:
        """Milliseconds of the caller's audio so far."""
        return self._samples * 1000 // self._rate_hz

    def push(self, pcm: Pcm) -> list[Heard]:
        """Hear `pcm` (at the leg's rate, any length) and say what happened in it."""
        self._samples += len(pcm)
        heard: list[Heard] = []
        if self._dtmf:
            pcm, digits = self._dtmf.push(pcm)
            heard += [DtmfReceived(self.at_ms, digit) for digit in digits]
        pcm_16k = self._resampler.push(pcm) if self._resampler else pcm
        self._keep(pcm_16k)
        for probability in self._detector.push(pcm_16k):
            for change in self._endpointer.push(probability):
                heard += self._changed(change)
        if self._in_speech:
            heard += self._look_at_partial()
        return heard

    def silence(self, ms: int) -> list[Heard]:
        """Count `ms` of silence in place of audio that did not come."""
        return self.push(np.zeros(self._rate_hz * ms // 1000, np.int16))

    def _keep(self, pcm_16k: Pcm) -> None:
        self._recent.append(pcm_16k)
        self._recent_samples += len(pcm_16k)
        if self._in_speech and not self._endpointer.paused:
            self._feed()
            return
        longest = PRE_ROLL_MS * SPEECH_HZ // 1000
        while not self._in_speech and self._recent_samples - len(self._recent[0]) > longest:
            self._recent_samples -= len(self._recent.popleft())

    def _feed(self) -> None:
        if self._recent:
            self._recognizer.push(np.concatenate(self._recent))
            self._recent.clear()
            self._recent_samples = 0

    def _changed(self, change: Change) -> list[Heard]:
        match change.kind:
            case Kind.STARTED:
                self._in_speech, self._partial = True, ""
                self._feed()
                return [SpeechStarted(self.at_ms)]
            case Kind.PAUSED:
                self._recognizer.prepare()
                return []
            case Kind.RESUMED:
                self._feed()
                return []
            case Kind.STOPPED | Kind.TOO_LONG:
                if change.kind is Kind.TOO_LONG:
                    self._feed()
                self._in_speech = False
                return [SpeechStopped(self.at_ms, change.speech_end_ms)]

    def _look_at_partial(self) -> list[Heard]:
        if self.at_ms - self._partial_at_ms < PARTIAL_EVERY_MS:
            return []
        self._partial_at_ms = self.at_ms
        text = self._recognizer.partial()
        if text == self._partial:
            return []
        self._partial = text
        return [PartialTranscript(self.at_ms, text)] if text else []
