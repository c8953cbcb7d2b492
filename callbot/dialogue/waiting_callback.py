"""A call-back instead of more waiting, in the queue: asked for by key or in words, another number told by keys. No I/O.

offered ─▶ asked ─▶ confirmed          the number that the telephone presents, or that was pressed, is read back
   ▲         │
   └─────────┘  « * », or nothing for a while: the caller waits on; who has no place is turned away
"""

from dataclasses import dataclass, field
from enum import StrEnum

from callbot.dialogue.callback_request import Request
from callbot.dialogue.callback_sentences import number_in_queue
from callbot.dialogue.texts import Texts
from callbot.events import PlayPrompt
from callbot.understanding.spoken_forms.keys import BACK, PhoneKeys, Progress
from callbot.understanding.spoken_forms.telephone import Phone, judge

YES = "1"
PATIENCE_MS = 20_000
"""After so long without a key the caller hears music again."""
MOST_TRIES = 3
"""Numbers that were not whole; then the caller waits on."""


class Asking(StrEnum):
    """What a key means now."""

    NOTHING = "nothing"
    OFFERED = "offered"
    NUMBER = "number"
    """Which number to call, or whether the one read back is right."""
    DONE = "done"


@dataclass(slots=True)
class CallbackOffer:
    """One waiting caller's call-back. `own`: the number that their telephone presents, may be empty; `motive`: what it is about.

    `texts`: the sentences of the caller's `language`. The methods give what is said; look at `asking` and `request` then.
    """

    own: str = field(repr=False)
    motive: str
    texts: Texts = field(repr=False)
    language: str = "fr"
    instead: bool = False
    """They have no place to keep: too many wait."""
    asking: Asking = Asking.NOTHING
    _phone: Phone = field(init=False, repr=False)
    _keys: PhoneKeys = field(default_factory=PhoneKeys, repr=False)
    _tries: int = 0
    _since_ms: int = 0  # the last key, or the end of what was said

    def __post_init__(self) -> None:
        """Begin with the number that is presented."""
        self._phone = judge(self.own)

    @property
    def request(self) -> Request | None:
        """What was confirmed."""
        number = self._phone.e164
        return Request(number, motive=self.motive) if self.asking is Asking.DONE and number else None

    @property
    def is_open(self) -> bool:
        """A question stands: nothing else is to be said."""
        return self.asking is Asking.NUMBER

    @property
    def may_be_pressed(self) -> bool:
        """A key may mean something."""
        return self.asking in (Asking.OFFERED, Asking.NUMBER)

    def offer(self) -> PlayPrompt:
        """How to be called back."""
        self.asking = Asking.OFFERED
        return self._say("offer")

    def begin(self, at_ms: int) -> tuple[PlayPrompt, ...]:
        """To who has no place: that they can be called back instead, and at which number."""
        self.asking, self._since_ms = Asking.NUMBER, at_ms
        return self._say("offer"), *self._ask()

    def said(self, at_ms: int) -> None:
        """What was said was heard to its end."""
        self._since_ms = at_ms

    def pressed(self, key: str, at_ms: int) -> tuple[PlayPrompt, ...]:
        """A key; nothing is said where it means nothing, or more of a number is awaited."""
        self._since_ms = at_ms
        if self.asking is Asking.OFFERED and key == YES:
            self.asking = Asking.NUMBER
            return self._ask()
        return self._number(key) if self.asking is Asking.NUMBER else ()

    def wished(self, at_ms: int) -> tuple[PlayPrompt, ...]:
        """The caller says that they want to be called back, offered or not; nothing is said where that is being done already."""
        if self.asking not in (Asking.NOTHING, Asking.OFFERED):
            return ()
        self.asking, self._since_ms = Asking.NUMBER, at_ms
        return self._ask()

    def answered(self, answer: bool | None, at_ms: int) -> tuple[PlayPrompt, ...]:
        """In words, to the question that stands: yes, no, or (None) that they wait on. A number is told by keys."""
        if self.asking is not Asking.NUMBER or self._keys.keys.digits:
            return ()
        self._since_ms = at_ms
        if answer is None:
            return self.stay()
        if answer:
            return self._number(YES) if self._phone.usable else ()
        self._phone = Phone(judge("").status)
        return self._ask()

    def tick(self, at_ms: int) -> tuple[PlayPrompt, ...]:
        """Who presses nothing any more waits on."""
        return self.stay() if self.is_open and at_ms - self._since_ms >= PATIENCE_MS else ()

    def stay(self) -> tuple[PlayPrompt, ...]:
        """The caller waits on; the offer stands."""
        self.asking, self._keys, self._phone, self._tries = Asking.OFFERED, PhoneKeys(), judge(self.own), 0
        if self.instead:
            self.asking = Asking.NOTHING
            return ()
        return (self._say("stays"),)

    def _number(self, key: str) -> tuple[PlayPrompt, ...]:
        pressing = bool(self._keys.keys.digits)
        if key == YES and not pressing and self._phone.usable:
            self.asking = Asking.DONE
            return (self._say("done", interruptible=False),)
        if key == BACK and not pressing:
            return self.stay()
        self._keys = self._keys.press(key)
        if self._keys.progress is Progress.COLLECTING:
            return ()
        self._phone, self._keys = self._keys.phone, PhoneKeys()
        return self._ask() if self._phone.usable else self._not_whole()

    def _not_whole(self) -> tuple[PlayPrompt, ...]:
        self._tries += 1
        if self._tries >= MOST_TRIES:
            return self._say("sorry"), *self.stay()
        self._phone = Phone(judge("").status)
        return self._say("again"), *self._ask()

    def _ask(self) -> tuple[PlayPrompt, ...]:
        if not self._phone.usable:
            return (self._say("number"),)
        asked = "own" if self._phone == judge(self.own) else "check"
        number = number_in_queue(self.texts, self.language, asked, self._phone)
        return number, self._say("check_how")

    def _say(self, name: str, *, interruptible: bool = True) -> PlayPrompt:
        texts = self.texts.queue_callback
        said = texts.get(f"instead_{name}", texts[name]) if self.instead else texts[name]
        return PlayPrompt(said, interruptible=interruptible)
