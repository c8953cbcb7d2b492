"""Taking down a call-back request: the number (presented, said or pressed), who, where, when, all read back and confirmed. No I/O.

`heard`, `pressed` and `silent` take one input each and return what is said; look at `step` for where it has come. Whatever comes
in, it ends: each question is asked a few times at most, and the whole has a bounded number of turns.
"""

from collections.abc import Callable
from datetime import date

from callbot.dialogue import callback_phrases as phrases
from callbot.dialogue.callback_details import NOWHERE
from callbot.dialogue.callback_request import (
    ABOUT_NUMBER,
    ENOUGH,
    FEW_DIGITS,
    HOW,
    KEY_ANSWERS,
    KEY_WISHES,
    LIKELY_NUMBER,
    MOST_ASKED,
    MOST_MISSES,
    MOST_TURNS,
    VOICE_ATTEMPTS,
    WITHOUT,
    Request,
    pairs,
)
from callbot.dialogue.callback_sentences import number_asked
from callbot.dialogue.callback_table import ENDS, NEXT, Answer, Step
from callbot.dialogue.callback_told import ASIDE, LAST, Told
from callbot.dialogue.callback_words import (
    asks_why,
    cancels,
    changed,
    only_digits,
    own_number,
    polarity,
    unknown_number,
)
from callbot.dialogue.callback_written import written
from callbot.dialogue.denials import stops
from callbot.dialogue.wishes import Wish
from callbot.events import PlayPrompt
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.spoken_forms.communes import Communes
from callbot.understanding.spoken_forms.keys import FINISHED, PhoneKeys, Progress
from callbot.understanding.spoken_forms.places import names_street
from callbot.understanding.spoken_forms.telephone import Phone, Status, phone_tokens, runs
from callbot.understanding.spoken_forms.telephone_turns import PhoneDraft


class Callback:
    """One request. `own`: the number that the caller's telephone presents, may be empty; `subject`: a validated entry's, or empty.

    `staffed`: a person can be asked for instead. `communes`: those that addresses may name. `opens_on`: whether somebody may call that day.
    """

    def __init__(
        self,
        own: str,
        *,
        subject: str,
        motive: str,
        today: date,
        staffed: bool = True,
        communes: Communes = NOWHERE,
        opens_on: Callable[[date], bool] = lambda _: True,
    ) -> None:
        self.step = Step.OWN if own else Step.NUMBER
        self._own, self._staffed = own, staffed
        self._draft = PhoneDraft(own)
        self._told = Told(subject, motive, today, communes, opens_on)
        self._keys = PhoneKeys()
        self._confirmed: Phone | None = None
        self._kept = False  # only the number is sure
        self._voice_failures = self._misses = self._turns = 0

    @property
    def over(self) -> bool:
        """Nothing more is asked."""
        return self.step in ENDS

    @property
    def request(self) -> Request | None:
        """What was confirmed, in the step DONE."""
        number = self._confirmed.e164 if self._confirmed else None
        if self.step is not Step.DONE or number is None:
            return None
        told = self._told
        if self._kept:
            return Request(number, motive=told.motive)
        details = told.details
        return Request(number, told.written_wish, told.motive, details.written_name, details.written_place)

    @property
    def pressing(self) -> bool:
        """The caller is in the middle of a number by keys."""
        return bool(self._keys.keys.digits)

    def begin(self, reading: Interpretation) -> tuple[PlayPrompt, ...]:
        """The first question, to who asks for the call in these words: what they tell is noted, and not asked again."""
        noted = self._told.begins(reading)
        draft = PhoneDraft().hear(reading.words)
        if draft.phone.usable and _longest(reading) >= LIKELY_NUMBER:
            self._draft = draft
            self.step = Step.CHECK
        return ((PlayPrompt(phrases.REASON),) if noted else ()) + self.ask()

    def ask(self) -> tuple[PlayPrompt, ...]:
        """The question that stands, in whole."""
        phone = self._draft.phone
        return number_asked(self.step, phone) or self._told.ask(self.step, phone)

    def written(self, text: str) -> str:
        """What of the caller's words may be written down, now that the question stands which they answer."""
        return written(self.step, text)

    def says_number(self, reading: Interpretation) -> bool:
        """Whether the utterance has digits that belong to a number; what it is like otherwise is then not asked."""
        longest = _longest(reading)
        enough = LIKELY_NUMBER if reading.emergency else ENOUGH.get(self.step, FEW_DIGITS)
        if self.step is Step.NUMBER and self._draft.digits and only_digits(reading):
            enough = 1  # « trente », one pair after the other
        postcode = self.step in (Step.PLACE, *LAST) and names_street(reading.text)
        return not self.over and longest >= enough and not postcode

    def understands(self, reading: Interpretation) -> bool:
        """Whether the utterance answers our question, so that what it is like otherwise is not asked: digits, a time, « celui-ci »."""
        if self.over:
            return False
        number = self.step in ABOUT_NUMBER and (own_number(reading.text) or unknown_number(reading.text))
        return number or self.says_number(reading) or self._told.understands(self.step, reading)

    def about(self, subject: str, motive: str) -> tuple[PlayPrompt, ...]:
        """The caller tells what it is about; the question again."""
        self._turns += 1
        self._told.subject, self._told.motive = subject, motive
        if self.step in (Step.WISH, Step.CONFIRM) and not self._told.knows(Step.PLACE):
            self.step = Step.PLACE
        return PlayPrompt(phrases.REASON), *self.ask()

    def resume(self) -> tuple[PlayPrompt, ...]:
        """The question again, after something else was answered; look whether it is over, for nobody is asked for ever."""
        if self._too_long():
            return self._go(Answer.LOST)
        return PlayPrompt(phrases.RESUME), *self.ask()

    def answers(self, reading: Interpretation) -> bool:
        """Whether the utterance answers the question that stands with a yes, a no, some of a number, or what is to be changed."""
        if self.step is Step.CHANGE and changed(reading.text):
            return True
        number = any(runs(phone_tokens(reading.words))) and self.step in ABOUT_NUMBER
        named = self.step is Step.NAME and self._told.is_name(reading)
        return number or named or self.understands(reading) or polarity(reading) is not None

    def heard(self, reading: Interpretation) -> tuple[PlayPrompt, ...]:
        """The caller says something."""
        self._keys = PhoneKeys()
        if self._too_long():
            return self._go(Answer.LOST)
        noted = self._told.overhears(self.step, reading.words)
        for take in (
            self._kept_back,
            self._cancelled,
            self._number_heard,
            self._told_heard,
            self._number_pointed_at,
        ):
            if reply := take(reading):
                return reply
        answer = changed(reading.text) if self.step is Step.CHANGE else polarity(reading)
        if answer:
            return self._answered(answer)
        return (PlayPrompt(phrases.REASON), *self.ask()) if noted else self._missed(phrases.UNCLEAR)

    def pressed(self, key: str) -> tuple[PlayPrompt, ...] | None:
        """The caller presses a key; None: more keys are awaited, or it means nothing, as « # » after ten figures."""
        if key == FINISHED and not self.pressing:
            return self._go_without() if self.step in ASIDE else None
        if not self.pressing and (self.step is Step.WISH or (self.step, key) in KEY_ANSWERS):
            return self._short_key(key)
        self._keys = self._keys.press(key)
        if self._keys.progress is Progress.COLLECTING:
            return None
        phone, self._keys = self._keys.phone, PhoneKeys()
        if self._too_long():
            return self._go(Answer.LOST)
        if phone.usable:
            self._draft, self._confirmed = PhoneDraft(phone.digits), None
            return self._go(Answer.NUMBER)
        return self._missed(phrases.UNCLEAR)

    def _short_key(self, key: str) -> tuple[PlayPrompt, ...] | None:
        """A key that is an answer of its own."""
        if self.step is not Step.WISH:
            return self._go(Answer.LOST) if self._too_long() else self._answered(KEY_ANSWERS[self.step, key])
        if key not in KEY_WISHES:
            return None
        self._told.wish = KEY_WISHES[key]
        return self._go(Answer.LOST if self._too_long() else Answer.TIME)

    def keep(self) -> Request | None:
        """The caller leaves: the request with what they have said yes to; None where they have not to any number."""
        if not self.over and self._confirmed:
            self._go(Answer.LOST)
        return self.request

    def silent(self) -> tuple[PlayPrompt, ...]:
        """The caller says nothing."""
        if self.pressing and self._misses < MOST_MISSES:
            self._misses += 1
            return (PlayPrompt(phrases.KEYS_GO_ON),)
        self._keys = PhoneKeys()
        return self._go(Answer.LOST) if self._too_long() else self._missed(phrases.SILENT)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _too_long(self) -> bool:
        self._turns += 1
        return self._turns > MOST_TURNS

    def _go(self, answer: Answer) -> tuple[PlayPrompt, ...]:
        """Take the step, and ask what comes next; a number that was confirmed is never lost."""
        if answer is Answer.LOST and self._confirmed:
            answer, self._kept = Answer.KEPT, True
        if answer is Answer.YES and self.step in (Step.OWN, Step.CHECK):
            self._confirmed = self._draft.phone
        elif answer is Answer.NUMBER or (self.step is Step.CHANGE and answer is Answer.YES):
            self._confirmed = None
        if self.step is Step.CHANGE and answer is Answer.YES:
            self._draft = PhoneDraft()
        if self.step is Step.CHANGE:
            self._told.forget(answer)
        else:
            self._told.settle(answer)
        self.step, self._misses = NEXT[self.step, answer], 0
        while self._told.knows(self.step):
            self.step = NEXT[self.step, Answer.KNOWN]
        return self.ask()

    def _answered(self, answer: Answer) -> tuple[PlayPrompt, ...]:
        """Yes or no to the question that stands."""
        if self.step is Step.WISH:
            self._told.wish = Wish()  # « non », « peu importe »
            return self._go(Answer.TIME) if answer is Answer.NO else self._missed(phrases.UNCLEAR)
        if self.step in ASIDE and answer is Answer.NO:
            return self._go_without()
        if self.step is Step.CHANGE and answer is Answer.PLACE and not self._told.about_place:
            return self._missed(phrases.UNCLEAR)
        if (self.step, answer) not in NEXT:
            return self._missed(phrases.UNCLEAR)
        if self.step is Step.CHECK and answer is Answer.NO:
            return self._refused()
        if self.step is Step.OWN and answer is Answer.NO:
            self._draft = PhoneDraft(refused=(self._draft.digits,))
        return self._go(answer)

    def _refused(self) -> tuple[PlayPrompt, ...]:
        """The number that was read back is wrong, and nothing was said in its place: the same words otherwise, or anew."""
        self._voice_failures += 1
        if self._voice_failures >= VOICE_ATTEMPTS:
            return self._to_keys()
        if other := self._draft.otherwise():
            self._draft = other
            return self._go(Answer.NUMBER)
        self._draft = PhoneDraft(refused=(*self._draft.refused, self._draft.digits))
        self._go(Answer.NO)
        return (PlayPrompt(phrases.AGAIN),)

    def _to_keys(self) -> tuple[PlayPrompt, ...]:
        """By keys; who has been asked for them already is better served by a person."""
        tried = self._voice_failures > VOICE_ATTEMPTS
        self._draft = PhoneDraft()
        return self._go(Answer.LOST if tried or self.step is Step.KEYS else Answer.FAILED)

    def _cancelled(self, reading: Interpretation) -> tuple[PlayPrompt, ...] | None:
        return self._go(Answer.CANCEL) if cancels(reading.text) or stops(reading.text) else None

    def _number_heard(self, reading: Interpretation) -> tuple[PlayPrompt, ...] | None:
        """Digits: a number, a part of one, or a correction; None: there are none, or they change nothing, « oui, le zéro six … »."""
        if not self.says_number(reading):
            return None
        fresh = self.step not in (Step.OWN, Step.NUMBER, Step.CHECK)
        before = PhoneDraft() if fresh else self._draft
        draft = before.hear(reading.words)
        if draft.digits == self._draft.digits and self.step is not Step.NUMBER:
            return None
        if draft.phone.usable:
            self._draft = draft
            return self._go(Answer.NUMBER)
        if self.step is Step.NUMBER and draft.phone.status is Status.INCOMPLETE and draft != before:
            self._draft = draft
            self._misses = 0
            return self.ask()
        return self._voice_failed() if self.step in (Step.OWN, Step.NUMBER, Step.CHECK) else None

    def _number_pointed_at(self, reading: Interpretation) -> tuple[PlayPrompt, ...] | None:
        """« Celui-ci », or « je ne le sais pas »: the number that the telephone presents, where there is one; None: neither."""
        unknown = unknown_number(reading.text)
        if self.step not in ABOUT_NUMBER or not (unknown or own_number(reading.text)):
            return None
        if self._own and self.step is Step.OWN:
            return self._missed(phrases.SHOWN) if unknown else self._go(Answer.YES)
        if self._own:
            self._draft, self.step = PhoneDraft(self._own), Step.OWN
            return self.ask()
        self._misses += 1
        if self._misses > MOST_MISSES:
            return self._go(Answer.LOST)
        if not unknown:
            return (PlayPrompt(phrases.NO_OWN),)
        person = (PlayPrompt(phrases.UNKNOWN_PERSON),) if self._staffed else ()
        return PlayPrompt(phrases.UNKNOWN), *person

    def _voice_failed(self) -> tuple[PlayPrompt, ...]:
        self._voice_failures += 1
        if self._voice_failures >= VOICE_ATTEMPTS:
            return self._to_keys()
        self.step, self._misses = Step.NUMBER, 0
        self._draft = PhoneDraft(refused=self._draft.refused)
        return (PlayPrompt(phrases.AGAIN),)

    # -- who, where, when ------------------------------------------------------------------------------------------

    def _kept_back(self, reading: Interpretation) -> tuple[PlayPrompt, ...] | None:
        return self._go_without() if self._told.keeps_back(self.step, reading) else None

    def _go_without(self) -> tuple[PlayPrompt, ...]:
        """No name, or no place: nobody is lost for that."""
        said, answer = WITHOUT[self.step]
        return PlayPrompt(said), *self._go(answer)

    def _told_heard(self, reading: Interpretation) -> tuple[PlayPrompt, ...] | None:
        """A name, a place or a time; a time alone is kept, and the name asked for all the same. None: it is none of them."""
        if self._told.spells_on(self.step, reading.words):
            return self.ask()
        if self.step is Step.NAME and asks_why(reading.text):
            return self._missed(phrases.NAME_WHY)
        if self._told.closed_then(self.step, reading):
            return self._missed(phrases.CLOSED_THEN)
        answer = self._told.take(self.step, reading, loosely=self._misses > 0)
        if answer is Answer.TIME and self.step is Step.NAME:
            return PlayPrompt(phrases.REASON), *self.ask()
        if answer is None and self._told.only_excludes(self.step, reading):
            return self._missed(phrases.UNCLEAR)
        return self._go(answer) if answer else None

    def _missed(self, why: str) -> tuple[PlayPrompt, ...]:
        """Not understood: the question again; too often, without an answer where that is possible, else by keys, else not at all."""
        self._misses += 1
        if self.step in ASIDE:
            unheard = self.step is Step.NAME and why == phrases.SILENT
            if unheard or self._misses >= MOST_ASKED:
                return self._go_without()
            return PlayPrompt(why), *self.ask(), PlayPrompt(HOW[self.step])
        if self._misses <= MOST_MISSES:
            return PlayPrompt(why), *self.ask()
        if self.step is Step.WISH:
            self._told.wish = Wish()
            return self._go(Answer.TIME)
        if self.step in (Step.OWN, Step.NUMBER, Step.CHECK) and why != phrases.SILENT:
            self._voice_failures += 1
            return self._to_keys()
        return self._go(Answer.LOST)


def _longest(reading: Interpretation) -> int:
    """Number words, or pairs of figures, in a row."""
    return max(map(pairs, runs(phone_tokens(reading.words))), default=0)
