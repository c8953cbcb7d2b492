"""What is said where nobody can be spoken with: to a machine, to music, to a caller who never stops. When, patience.py decides. No I/O.

The table of all watchdogs is in watchdogs.py.
"""

from dataclasses import dataclass, replace

from callbot.dialogue.memory import Memory
from callbot.dialogue.moves import State
from callbot.dialogue.people import People
from callbot.dialogue.reply import Reply
from callbot.events import Decision, HangUp, PlayPrompt, Transfer
from callbot.turn_taking.line_watch import MUSIC_MS

__all__ = ["MOST_STORIES", "Endings", "Hold"]

MOST_STORIES = 3
"""Utterances in a row that had to be cut off; after the last one the caller goes to a person."""
WORDLESS_MS = 20_000
"""Music counts as nobody being there when nothing was said for this long: who speaks over it is there."""
VOICE_MS = 200
"""What is shorter may be a click, and is no voice;"""
VOICE_IN_MUSIC_MS = 1000
"""… nor is, in music, what is shorter than this: voice activity takes a piano's chord for one."""
SAID = {"machine": "machine", "music": "music_goodbye"}
"""The sentence by the reason of CallerAbsent."""


@dataclass(slots=True)
class Hold:
    """Music on the line, and since when nothing was said over it; times are milliseconds of the caller's sound."""

    told: bool = False
    """The caller has been told that the bot waits; once in a call."""
    spoken: bool = False
    """Words, or a key, in this call."""
    _since_ms: int | None = None
    _said_ms: int = 0
    _began_ms: int = 0  # the latest voice
    _first_ms: int | None = None  # the first one of VOICE_MS
    _voice: bool = False  # one of VOICE_IN_MUSIC_MS

    def begins(self, at_ms: int) -> None:
        """Music is heard."""
        self._since_ms = at_ms

    def ends(self) -> None:
        """It is heard no more."""
        self._since_ms = None

    def voice_begins(self, at_ms: int) -> None:
        """A voice is heard."""
        self._began_ms = at_ms

    def voice_ended(self, at_ms: int) -> None:
        """It was heard up to then."""
        lasted_ms = at_ms - self._began_ms
        if lasted_ms >= VOICE_MS and self._first_ms is None:
            self._first_ms = self._began_ms
        self._voice = self._voice or lasted_ms >= VOICE_IN_MUSIC_MS

    @property
    def somebody(self) -> bool:
        """A voice or a key was heard in this call: whoever it was is not hung up on while people are there."""
        before_music_ms = (self._since_ms or 0) - MUSIC_MS
        return self.spoken or self._voice or (self._first_ms is not None and self._first_ms < before_music_ms)

    def said(self, at_ms: int) -> None:
        """Words, or a key."""
        self._said_ms = at_ms
        self.spoken = True

    def lasted_ms(self, at_ms: int) -> int:
        """How long there has been music and not a word; 0: somebody is there, or may be."""
        if self._since_ms is None or at_ms - self._said_ms < WORDLESS_MS:
            return 0
        return at_ms - max(self._since_ms, self._said_ms)


@dataclass(frozen=True, slots=True)
class Endings:
    """The same for one conversation; it decides with `memory`, and keeps nothing besides."""

    memory: Memory
    people: People

    def hold(self) -> Reply:
        """Say once that the bot waits; what was asked before still stands."""
        self.memory.failures = 0
        return Reply(Decision.ACT, (self.people.sentence("music"),), confidence=1.0)

    def leave(self, reason: str) -> Reply:
        """Take leave of nobody, for machine or music. Who is there after all may speak over the latter, and be silent because they must."""
        memory = self.memory
        memory.take_leave_of_nobody()
        memory.state, memory.ending = State.CLOSED, reason == "machine"
        said = replace(self.people.sentence(SAID[reason]), interruptible=not memory.ending)
        danger = () if memory.ending else (self.people.sentence("silent_danger"),)
        return Reply(Decision.ACT, (*danger, said), HangUp(memory.outcome), confidence=1.0)

    def story(self, reply: Reply, times: int) -> Reply:
        """`reply` to a caller who goes on and on, cut off for the `times`th time in a row: heard to its first sentence, and short.

        What is urgent is not apologised for; after MOST_STORIES a person listens.
        """
        if reply.emergency or isinstance(reply.then, Transfer):
            return reply
        if times >= MOST_STORIES:
            person = self.people.handover(Decision.HANDOVER, "story", "")
            return replace(person, say=_firmly(person.say))
        sorry = self.people.sentence("interrupt" if times == 1 else "interrupt_again")
        say = reply.say
        if reply.decision is Decision.NO_MATCH and self.memory.failures <= 1:
            self.memory.last_said = say = (self.people.sentence("short_question"),)
        return replace(reply, say=(replace(sorry, interruptible=False), *_firmly(say)))


def _firmly(say: tuple[PlayPrompt, ...]) -> tuple[PlayPrompt, ...]:
    """The first sentence is heard to its end, whoever speaks over it."""
    return tuple(
        replace(prompt, interruptible=prompt.interruptible and place > 0) for place, prompt in enumerate(say)
    )
