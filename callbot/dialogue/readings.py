"""Which part of the dialogue an utterance is for: an emergency, a call-back request, a question that stands, an act, business. Pure."""

from dataclasses import replace

from callbot.dialogue.acts import Acts, Parts
from callbot.dialogue.alarms import ASKED
from callbot.dialogue.asides import DECIDED, interrupts
from callbot.dialogue.callback import Callback
from callbot.dialogue.callback_words import tells_reason, wants_person
from callbot.dialogue.denials import is_unsure, stops, without_denial
from callbot.dialogue.moves import State
from callbot.dialogue.reply import Reply
from callbot.events import Decision
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.patterns import spaced


class Readings:
    """The utterances of one conversation."""

    def __init__(self, parts: Parts, acts: Acts) -> None:
        self._memory, self._reader, self._people = parts.memory, parts.reader, parts.people
        self._asking, self._answering, self._taking = parts.asking, parts.answering, parts.taking
        self._message, self._survey, self._asides = parts.message, parts.survey, parts.asides
        self._acts = acts

    def heard(self, reading: Interpretation) -> Reply:  # noqa: PLR0911, PLR0912 (one return per kind of reading)
        """What tables read for sure (a choice, a short question) comes before what is only like an act."""
        memory = self._memory
        callback = memory.callback if memory.state is State.CALLBACK else None
        if self._asides.denied(reading):
            if memory.state not in DECIDED:
                return self._asides.go_on()
            reading = replace(reading, emergency=None, doubt=None, act="non")
        if callback and not reading.emergency and wants_person(reading.text):
            return self._acts.act("agent") or self._people.person_or_112()
        if callback and callback.understands(reading):
            return self._taking.noted(callback, callback.heard(reading), None, Decision.ACT)
        if self._survey.standing and (answer := self._survey.heard(reading)):
            return answer
        if is_unsure(reading.text):
            reading = replace(reading, doubt=None, candidates=())
        if interrupts(reading, callback):
            return self._asides.alarmed(reading)
        if callback and (reply := self._in_callback(callback, reading)):
            return reply
        if memory.state in ASKED:
            return self._answer_to_alarm(reading)
        if stops(reading.text) and memory.state not in DECIDED:
            return self._acts.stop()
        if reply := self._message.heard(reading, sure=not reading.act and self._reader.is_sure(reading)):
            return reply
        if not reading.act:
            memory.heard = reading.text
        if known := self._answering.by_tables(reading):
            return known
        act = self._acts.act(reading.act, reading) if reading.act else None
        if act is None and self._survey.standing and not self._reader.is_sure(reading):
            return self._survey.unclear()
        return act or self._answering.understood(reading)

    def _in_callback(self, callback: Callback, reading: Interpretation) -> Reply | None:
        """An answer to what the request asks, or what it is about; None: a question of its own, after which the request goes on."""
        reason = self._taking.reason(reading)
        if reason and (reading.act == "rappel" or tells_reason(reading.text)):
            return self._taking.noted(callback, callback.about(*reason), None, Decision.ACT)
        if self._reader.is_sure(reading) and not reading.act and not stops(reading.text):
            return None
        act = self._acts.act(reading.act) if reading.act else None
        return act or self._taking.noted(callback, callback.heard(reading), reading.act, Decision.ACT)

    def _answer_to_alarm(self, reading: Interpretation) -> Reply:
        """What comes after « Est-ce une urgence ? » and is none: yes or no, business as it was before, or neither."""
        memory = self._memory
        rest = without_denial(reading.text, memory.state)
        denied = rest != spaced(reading.text).strip()
        if reading.act and not (denied and rest and reading.act == "non"):
            return self._acts.act(reading.act) or self._people.person_or_112()
        business = replace(reading, text=rest, act=None)
        memory.heard = rest
        asked, before = memory.state, memory.suspended
        if before:
            memory.restore(before)
        if before and before.best and self._reader.is_still(rest, before.best, reading.best):
            return self._answering.motive(before.best)
        likely = reading.best is not None and reading.best.confidence >= self._asking.confirm_threshold
        if reply := self._answering.by_tables(business) or (
            self._answering.understood(business) if likely else None
        ):
            return reply
        memory.state = asked
        return self._asides.go_on() if denied else self._people.person_or_112()
