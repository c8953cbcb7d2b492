"""A call-back request within the dialogue: when it begins, what it is about, how the conversation goes on after it. No I/O."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from callbot.dialogue.callback import Callback
from callbot.dialogue.callback_table import Step
from callbot.dialogue.memory import Memory
from callbot.dialogue.moves import State
from callbot.dialogue.people import People
from callbot.dialogue.reader import Reader
from callbot.dialogue.reply import Reply
from callbot.events import Decision, PlayPrompt
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.spoken_forms.communes import Communes


@dataclass(frozen=True, slots=True)
class TakingDown:
    """Notes down whom to call back. It decides with `memory`, and keeps nothing besides.

    `caller`: the number that their telephone presents, may be empty; `communes`: those that addresses may name; `opens_on`: whether
    somebody may call a caller back on that day; what is as likely as `confirm_threshold` is noted as what it is about.
    """

    memory: Memory
    reader: Reader
    people: People
    caller: str = field(repr=False)
    today: date
    communes: Communes
    opens_on: Callable[[date], bool]
    confirm_threshold: float

    def begin(self, act: str, reading: Interpretation | None) -> Reply:
        """Begin to note down where and when to call the caller back, and what it is about, where any of their words tell it."""
        memory = self.memory
        subject, motive = (self.reason(reading) if reading else None) or self._subject_so_far()
        callback = Callback(
            self.caller,
            subject=subject,
            motive=motive,
            today=self.today,
            staffed=not self.people.are_away,
            communes=self.communes,
            opens_on=self.opens_on,
        )
        memory.callback, memory.callback_offered = callback, True
        memory.state = State.CALLBACK
        memory.last_said = callback.begin(reading) if reading else callback.ask()
        return Reply(Decision.ACT, memory.last_said, act=act, confidence=1.0)

    def noted(
        self, callback: Callback, say: tuple[PlayPrompt, ...], act: str | None, decision: Decision
    ) -> Reply:
        """What the request says next; at its end the conversation goes on, or a person notes it down."""
        memory = self.memory
        memory.failures = 0
        memory.last_said = say
        if callback.step is Step.GIVEN_UP:
            memory.callback = None
            return self.people.handover(Decision.HANDOVER, "callback", "", first=say)
        if callback.over:
            memory.callback, memory.state = None, State.ANYTHING_ELSE
            memory.noted = callback.request is not None
        return Reply(decision, say, act=act or "rappel", confidence=1.0, callback=callback.request)

    def reason(self, reading: Interpretation) -> tuple[str, str] | None:
        """The subject and motive of what the utterance is about, where it is likely enough."""
        best = reading.about or reading.best
        entry = self.reader.speakable(best) if best else None
        if best is None or entry is None or best.confidence < self.confirm_threshold:
            return None
        return entry.subject, best.motive

    def _subject_so_far(self) -> tuple[str, str]:
        """The subject and motive of the turns before: what was answered, else what we asked about; both may be empty."""
        memory = self.memory
        asked = memory.proposed if memory.state is State.CONFIRM else None
        if asked and (entry := self.reader.speakable(asked)):
            return entry.subject, asked.motive
        return memory.subject, memory.context.motive
