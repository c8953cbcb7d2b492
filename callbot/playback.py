"""What the bot says on one leg: prompts in, the leg's messages out, paced by the caller's audio.

Prompts are usually rendered; one that is not yet is streamed from the synthesiser while it is made. A prompt has been heard
when the leg reports its mark, or, where the leg cannot, when it has been played in real time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from callbot.audio.playout import Playout
from callbot.audio.resampling import Resampler
from callbot.audio.types import FRAME_MS, TELEPHONE_HZ, Pcm
from callbot.events import PlayPrompt
from callbot.media.dialect import Dialect, Message
from callbot.turn_taking.echo import Played
from callbot.turn_taking.own_words import heard_of

LEAD_MS = 600
"""How far ahead of real time sound is sent to a leg that buffers."""
MUSIC_MS = 100
"""Music is added in pieces of this length, never more ahead than it takes to send LEAD_MS."""
BATCH_MS = 200
"""… and how much of it leaves at once: a message costs the service as much as the sound in it."""
MARK_GRACE_MS = 3000
"""A leg that has not reported a mark this long after it was due has heard it all the same."""


@dataclass(slots=True)
class _Playing:
    """A prompt on its way to the caller."""

    prompt: PlayPrompt
    mark: str
    quiet: bool
    started: bool = False
    due_ms: int | None = None  # audio time at which its mark left for the leg
    length_ms: int = 0  # of the sound there is of it
    whole: bool = False  # there is no more to come


@dataclass(frozen=True, slots=True)
class Stopped:
    """A prompt stopped after `played_ms`; `heard`: its words up to there, as far as they may be shown."""

    played_ms: int
    heard: str


class Playback:
    """One leg's mouth. `on_start` and `on_finish` are called with each prompt, in order, also when it was held in between.

    `played`: what the caller hears of it and when.
    """

    def __init__(
        self,
        dialect: Dialect,
        rate_hz: int,
        *,
        send: Callable[[list[Message]], None],
        on_start: Callable[[PlayPrompt], None],
        on_finish: Callable[[PlayPrompt], None],
        played: Played | None = None,
    ) -> None:
        self._dialect = dialect
        self._played = played or Played()
        self._rate_hz = rate_hz
        self._send = send
        self._on_start = on_start
        self._on_finish = on_finish
        self._playout = (
            Playout(rate_hz, lead_ms=LEAD_MS, batch_ms=BATCH_MS) if dialect.buffers else Playout(rate_hz)
        )
        self._resampler: Resampler | None = None
        self._playing: list[
            _Playing
        ] = []  # in order; bounded by what a conversation asks for (a filler and a prompt)
        self._marks = 0
        self._music: Pcm | None = None  # what plays without end
        self._music_at = 0  # samples; music that was interrupted goes on from there
        self._away = False

    def begin(self, prompt: PlayPrompt, *, quiet: bool = False) -> None:
        """The sound of `prompt` comes next; `quiet`: without calling `on_start` and `on_finish`."""
        self._marks += 1
        self._playing.append(_Playing(prompt, str(self._marks), quiet))
        self._music = None
        self._start_sound()

    def play_music(self, music_8k: Pcm) -> None:
        """Play `music_8k` over and over after what waits already, until `clear` or the next prompt."""
        self._music = music_8k if len(music_8k) else None
        self._start_sound()

    def away(self, away: bool) -> None:
        """Nobody hears the leg for a while (true), or somebody does again: nothing is sent meanwhile."""
        self._away = away

    def add(self, pcm_8k: Pcm) -> None:
        """More sound of the prompt begun last."""
        self._playout.add(self._resampler.push(pcm_8k) if self._resampler else pcm_8k)
        if self._playing:
            self._playing[-1].length_ms += len(pcm_8k) * 1000 // TELEPHONE_HZ

    def end(self) -> None:
        """The prompt begun last is complete."""
        if self._resampler:
            self._playout.add(self._resampler.flush())
        self._playing[-1].whole = True
        self._playout.mark(self._playing[-1].mark)

    def clear(self, at_ms: int) -> Stopped | None:
        """Be silent at once, and forget the rest; what was heard of the interrupted prompt, None if none was playing."""
        stopped = self._stopped(self._playout.clear(at_ms))
        self._silence_leg(at_ms)
        self._playing.clear()
        self._music = None
        return stopped

    def hold_back(self, at_ms: int) -> Stopped | None:
        """Be silent at once, and keep the rest for `take_up`; what was heard so far, None if no prompt was playing."""
        played_ms = self._playout.hold(at_ms, {playing.mark for playing in self._playing})
        self._silence_leg(at_ms)
        for playing in self._playing:
            playing.due_ms = None
        return self._stopped(played_ms)

    def take_up(self, at_ms: int) -> None:
        """Go on, from a little before where `hold_back` stopped it."""
        self._playout.go_on()
        self.pump(at_ms)

    def _silence_leg(self, at_ms: int) -> None:
        self._played.cut(at_ms)
        self._send(self._dialect.clear())

    def _stopped(self, played_ms: int) -> Stopped | None:
        playing = next((p for p in self._playing if p.started), None)
        if playing is None:
            return None
        text = playing.prompt.shown or playing.prompt.text
        return Stopped(played_ms, heard_of(text, played_ms, playing.length_ms if playing.whole else None))

    def last_words(self, pcm_8k: Pcm) -> Iterator[list[Message]]:
        """Everything else is thrown away; the messages of each 20 ms of `pcm_8k`, to be sent as they are heard."""
        sound = self.at_leg_rate(pcm_8k)
        frame = self._rate_hz * FRAME_MS // 1000
        yield self._dialect.clear()
        for at in range(0, len(sound) - frame + 1, frame):
            yield self._dialect.audio(sound[at : at + frame])

    def at_leg_rate(self, pcm_8k: Pcm) -> Pcm:
        """A whole sound at the leg's rate."""
        if self._rate_hz == TELEPHONE_HZ:
            return pcm_8k
        resampler = Resampler(TELEPHONE_HZ, self._rate_hz)
        return np.concatenate([resampler.push(pcm_8k), resampler.flush()])

    def hold(self, held: bool) -> None:
        """The leg's buffer is full (true) or has room again."""
        if held:
            self._playout.pause()
        else:
            self._playout.resume()

    def pump(self, at_ms: int) -> None:
        """Send what is due at `at_ms`, and notice what has been heard."""
        if self._away:
            return
        self._add_music()
        due = self._playout.due(at_ms)
        frames = [item for item in due if not isinstance(item, str)]
        self._note(frames)
        if due and len(frames) == len(due):
            self._start()
            self._send_frames(frames)
        else:
            self._send_with_marks(due, at_ms)
        first = self._playing[0] if self._playing else None
        if first and first.due_ms is not None and at_ms - first.due_ms > LEAD_MS + MARK_GRACE_MS:
            self.mark_played(first.mark)

    def _send_with_marks(self, due: list[Pcm | str], at_ms: int) -> None:
        sound: list[Pcm] = []
        for item in due:
            if isinstance(item, str):
                self._send_frames(sound)
                self._marked(item, at_ms)
            else:
                self._start()
                sound.append(item)
        self._send_frames(sound)

    def _note(self, frames: list[Pcm]) -> None:
        """The caller hears `frames`, just given out, up to when the playout says."""
        if frames:
            sound = np.concatenate(frames)[:: self._rate_hz // TELEPHONE_HZ]
            self._played.add(self._playout.heard_until_ms - len(frames) * FRAME_MS, sound)

    def _send_frames(self, frames: list[Pcm]) -> None:
        if frames:
            self._send(self._dialect.audio(frames[0] if len(frames) == 1 else np.concatenate(frames)))
            frames.clear()

    def mark_played(self, name: str) -> None:
        """The leg reports a mark; one of something that was cleared is ignored."""
        if self._playing and self._playing[0].mark == name:
            playing = self._playing.pop(0)
            if not playing.quiet:
                self._on_finish(playing.prompt)

    def _start_sound(self) -> None:
        self._resampler = Resampler(TELEPHONE_HZ, self._rate_hz) if self._rate_hz != TELEPHONE_HZ else None

    def _add_music(self) -> None:
        piece = TELEPHONE_HZ * MUSIC_MS // 1000
        while self._music is not None and self._playout.pending_ms < LEAD_MS + MUSIC_MS:
            self._music_at %= len(self._music)
            self.add(self._music[self._music_at : self._music_at + piece])
            self._music_at += piece

    def _start(self) -> None:
        playing = next((p for p in self._playing if p.due_ms is None), None)
        if playing and not playing.started:
            playing.started = True
            if not playing.quiet:
                self._on_start(playing.prompt)

    def _marked(self, name: str, at_ms: int) -> None:
        for playing in self._playing:
            if playing.mark == name:
                playing.due_ms = at_ms
        messages = self._dialect.mark(name)
        if messages:
            self._send(messages)
        else:
            self.mark_played(name)
