"""What the bot hears on one leg: frames in, typed events out; speech goes to the recogniser. No I/O, no clock but the audio's.

Keys are taken out before anything else; then voice activity and endpointing decide where utterances begin and end.
"""

from collections.abc import Callable

import numpy as np

from callbot.audio.dtmf import DtmfDetector
from callbot.audio.resampling import Resampler
from callbot.audio.types import SPEECH_HZ, TELEPHONE_HZ, Pcm
from callbot.events import DtmfReceived, PartialTranscript, SpeechStarted, SpeechStopped
from callbot.speech.endpointing import Paused, Resumed, Started, Stopped, TooLong
from callbot.speech.listening import Heard as Listened
from callbot.speech.listening import Listener, Speech
from callbot.speech.recognizer import Recognizer
from callbot.turn_taking.echo import Played
from callbot.turn_taking.end_of_turn import EndOfTurn
from callbot.turn_taking.line_watch import LineWatch, Noticed
from callbot.turn_taking.quiet import Quiet
from callbot.turn_taking.whose import Sounded, Whose

PARTIAL_EVERY_MS = 200
"""How often the partial transcript is looked at."""

RHYTHM_MS = 200
"""Pauses that say something of the caller's rhythm; shorter ones lie between any two words."""

Heard = SpeechStarted | SpeechStopped | PartialTranscript | DtmfReceived | Noticed


class Hearing:
    """One leg's ears. `rate_hz`: the leg's rate, 8000 or 16000.

    `end_of_turn` says how long is waited in a pause; None: as long as the listener was made for. `prepare_ms`: how long a pause must be
    at this moment for what was said to be transcribed ahead; the listener's pause_ms is the least.
    """

    def __init__(
        self,
        rate_hz: int,
        listener: Listener,
        recognizer: Recognizer,
        end_of_turn: EndOfTurn | None = None,
        prepare_ms: Callable[[], int] = lambda: 0,
    ) -> None:
        self._rate_hz = rate_hz
        self._dtmf = DtmfDetector() if rate_hz == TELEPHONE_HZ else None
        self._resampler = Resampler(rate_hz, SPEECH_HZ) if rate_hz != SPEECH_HZ else None
        self._watch = LineWatch(rate_hz)
        self._quiet = Quiet(rate_hz)
        self._listener = listener
        self._recognizer = recognizer
        self._end_of_turn = end_of_turn
        self._prepare_ms = prepare_ms
        self._whose = Whose()
        self._narrow = Resampler(rate_hz, TELEPHONE_HZ) if rate_hz != TELEPHONE_HZ else None
        self.sounded = Sounded()
        """Whose voice the utterance that ended last was."""
        self._paused_ms: int | None = None
        self._pause_began_ms: int | None = None  # on our clock, until the transcript is being prepared
        self.began_ms = 0
        """When the caller's latest utterance began."""
        self.said: str | None = None
        """What the caller had said when they paused, once it is known; None while they speak, and after the turn."""
        self._known = False  # … and what they ask for is certain
        self.wordless = False
        """Voice is noticed, and its words are nobody's: the caller speaks a message."""
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
        """How long it was the caller's own voice that was heard in this utterance; 0 when they are silent."""
        return self._whose.caller_ms

    @property
    def mid_word(self) -> bool:
        """The last that was heard was voice: the utterance goes on."""
        return self._listener.mid_word

    def hears_itself(self, played: Played) -> None:
        """What the leg plays, which the line may give back."""
        self._whose.played = played

    def push(self, pcm: Pcm) -> list[Heard]:
        """Hear `pcm` (at the leg's rate, any length) and say what happened in it."""
        self._samples += len(pcm)
        return self._hear(pcm)

    @property
    def sleeps(self) -> bool:
        """The caller has said nothing for a while, and their line is quiet."""
        return self._is_idle and self._quiet.sleeps

    def pass_over(self, pcm: Pcm) -> None:
        """`pcm`, of any length, goes by unheard: the line was quiet (`sleeps`), and is (`quiet.is_quiet`)."""
        self._quiet.pass_over(pcm)
        self._samples += len(pcm)

    @property
    def _is_idle(self) -> bool:
        return self._listener.speech_ms == 0 and self._paused_ms is None

    def doze(self, pcm: Pcm) -> list[Heard]:
        """As `push`, for a caller who has nothing to say: while their line is quiet, time goes by and nothing else is done."""
        if self._is_idle and self._quiet.passes_over(pcm):
            self._samples += len(pcm)
            return []
        before = [heard for piece in self._quiet.before() for heard in self._hear(piece)]
        return before + self.push(pcm)

    def _hear(self, pcm: Pcm) -> list[Heard]:
        self._listening = True
        heard: list[Heard] = [*self._watch.push(pcm, self.at_ms)]
        if self._dtmf:
            pcm, digits = self._dtmf.push(pcm)
            heard += [DtmfReceived(self.at_ms, digit) for digit in digits]
        pcm_16k = self._resampler.push(pcm) if self._resampler else pcm
        self._look_at_pause()
        for noticed in self._listener.push(pcm_16k):
            heard += self._notice(noticed)
        pcm_8k = self._narrow.push(pcm) if self._narrow else pcm
        self._whose.push(pcm_8k, self._listener.speech_ms, self.at_ms)
        return heard + self._look_at_partial()

    def know(self, text: str) -> None:
        """What the caller asks for is certain, if `text` is all that they have said: they are waited for no longer than that needs."""
        if self.said == text and not self._known:
            self._known = True
            self._wait()

    def cut_off_at(self, pause_ms: int) -> None:
        """The caller went on after a pause that we had taken for the end of their turn."""
        if self._end_of_turn:
            self._end_of_turn.went_on(pause_ms, cut=True)

    def skip(self, samples: int) -> None:
        """Let the time of `samples` go by without hearing them; an utterance that had begun is forgotten."""
        self._samples += samples
        if self._listening:
            self._listening = False
            self._watch.reset()
            self._listener.reset()
            self._recognizer.reset()
            self._partial = ""
            self._paused_ms = self._pause_began_ms = self.said = None

    def silence(self, ms: int) -> list[Heard]:
        """Count `ms` of silence in place of audio that did not come."""
        return self.push(np.zeros(self._rate_hz * ms // 1000, np.int16))

    def _notice(self, noticed: Listened) -> list[Heard]:
        match noticed:
            case Speech(sound):
                if not self.wordless:
                    self._recognizer.push(sound)
            case Started():
                self._partial = ""
                self.began_ms = self.at_ms - (noticed.at_ms - noticed.began_ms)
                return [SpeechStarted(self.at_ms)]
            case Paused():
                self._known = False
                self._paused_ms = noticed.speech_end_ms
                self._pause_began_ms = self.at_ms - (noticed.at_ms - noticed.speech_end_ms)
                if self.wordless:
                    self._pause_began_ms = None
                self._prepare()
                self._wait()
            case Stopped() | TooLong():
                self._paused_ms = self._pause_began_ms = self.said = None
                self.sounded = self._whose.ended()
                ended_ms = self.at_ms - (noticed.at_ms - noticed.speech_end_ms)  # the listener skips no time
                return [SpeechStopped(self.at_ms, ended_ms, cut=isinstance(noticed, TooLong))]
            case Resumed():
                paused_ms = 0 if self._paused_ms is None else noticed.began_ms - self._paused_ms
                if self._end_of_turn and paused_ms >= RHYTHM_MS:
                    self._end_of_turn.went_on(paused_ms)
                self._paused_ms = self._pause_began_ms = self.said = (
                    None  # what follows throws the transcript away
                )
        return []

    def _look_at_pause(self) -> None:
        """What was said decides how long is waited, as soon as it is known."""
        self._prepare()
        if self._paused_ms is not None and self._pause_began_ms is None and self.said is None:
            self.said, self._known = self._recognizer.prepared(), False
            if self.said is not None:
                self._wait()

    def _prepare(self) -> None:
        """Have what was said transcribed, once the pause is long enough for it."""
        began_ms = self._pause_began_ms
        if began_ms is not None and self.at_ms - began_ms >= self._prepare_ms():
            self._pause_began_ms = None
            self._recognizer.prepare()

    def _wait(self) -> None:
        if self._end_of_turn:
            self._listener.wait(self._end_of_turn.silence_ms(self.said, known=self._known))

    def _look_at_partial(self) -> list[Heard]:
        if self._listener.speech_ms == 0 or self.at_ms - self._looked_at_ms < PARTIAL_EVERY_MS:
            return []
        self._looked_at_ms = self.at_ms
        text = self._recognizer.partial()
        if text in ("", self._partial):
            return []
        self._partial = text
        return [PartialTranscript(self.at_ms, text)]
