"""What is told of a call-back request beside its number: about what, who, where and when; what of it is still to be asked. No I/O."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from callbot.dialogue import callback_phrases as phrases
from callbot.dialogue.callback_details import PLACES, Details, tells_name, tells_place
from callbot.dialogue.callback_sentences import change_asked, plain_question, whole
from callbot.dialogue.callback_table import Answer, Step
from callbot.dialogue.callback_words import changed, keeps_name, polarity, wants_person, wish_up_front
from callbot.dialogue.wish_exclusions import without_excluded
from callbot.dialogue.wishes import Wish, asks_back, only_wish, out_of_hours, read_wish, wish_said
from callbot.events import PlayPrompt
from callbot.understanding.interpretation import Interpretation
from callbot.understanding.normalise import normalise
from callbot.understanding.spoken_forms.communes import Communes
from callbot.understanding.spoken_forms.names import introduced_name
from callbot.understanding.spoken_forms.places import names_landmark, names_street, unknown_place
from callbot.understanding.spoken_forms.telephone import Phone

ASIDE = (Step.NAME, Step.PLACE)
"""What nobody has to tell."""
LAST = (Step.CONFIRM, Step.CHANGE)
"""All has been told, and is put right."""
ABOUT_TIME = (Step.WISH, *LAST)
MOST_CHANGED = 5
"""Words of an answer to « Que faut-il changer ? » that is none of anything else: « c'est le nom qui est faux »."""
MOST_NAMED = 4
"""Words of a name that nothing says to be one."""

_SETTLES = {Answer.NAME: Step.NAME, Answer.PLACE: Step.PLACE, Answer.TIME: Step.WISH}


class Told:
    """Of one request. `subject`: a validated entry's, or empty; `motive`: its name; `communes`: those that addresses may name.

    `opens_on`: whether somebody may call on that day.
    """

    def __init__(
        self, subject: str, motive: str, today: date, communes: Communes, opens_on: Callable[[date], bool]
    ) -> None:
        self.subject, self.motive = subject, motive
        self.details = Details()
        self.wish: Wish | None = None
        self._today, self._communes, self._opens_on = today, communes, opens_on
        self._settled: set[Step] = set()  # of name, place and wish: those that need not be asked
        self._asked_anew = False  # the name, for it was wrong

    # -- what is to be asked ---------------------------------------------------------------------------------------

    @property
    def about_place(self) -> bool:
        """It is about a place in the street."""
        return self.motive in PLACES

    def knows(self, step: Step) -> bool:
        """Whether what that step asks is told, or need not be."""
        asked = step in ASIDE or step is Step.WISH
        return asked and (step in self._settled or (step is Step.PLACE and not self.about_place))

    def settle(self, answer: Answer) -> None:
        """It was answered, if only by nothing."""
        if answer in _SETTLES:
            self._settled.add(_SETTLES[answer])

    def forget(self, answer: Answer) -> None:
        """What the caller says is wrong is to be asked again."""
        match answer:
            case Answer.NO:
                self._settled.discard(Step.WISH)
            case Answer.NAME:
                self._settled.discard(Step.NAME)
                self.details, self._asked_anew = replace(self.details, name=None), True
            case Answer.PLACE:
                self._settled.discard(Step.PLACE)
                self.details = replace(self.details, place=None)

    def ask(self, step: Step, phone: Phone) -> tuple[PlayPrompt, ...]:
        """The question of that step; `phone` is read back at the last one."""
        match step:
            case Step.NAME if self._asked_anew:
                return (PlayPrompt(phrases.NAME_SPELLED),)
            case Step.PLACE:
                return (PlayPrompt(PLACES.get(self.motive, phrases.PLACE)),)
            case Step.CHANGE:
                return change_asked(with_place=self.about_place)
            case Step.CONFIRM:
                said = whole(phone, self.wish or Wish(), self.subject, self._today)
                return said, *self.details.read_back(), PlayPrompt(phrases.CHECK_HOW)
        return plain_question(step)

    @property
    def written_wish(self) -> str:
        """When to call, in French, with dates."""
        return wish_said(self.wish or Wish(), self._today, dated=True)

    # -- what is heard ---------------------------------------------------------------------------------------------

    def begins(self, reading: Interpretation) -> bool:
        """Note the name, the place and the time that are told beside « rappelez-moi »; whether any was."""
        noted: set[Step] = set()
        if name := introduced_name(reading.words):
            self.details = replace(self.details, name=name)
            noted.add(Step.NAME)
        if self.about_place and names_street(reading.words):
            placed = self.details.placed(reading.words, self._communes, loosely=False)
            self.details = placed or self.details
            noted |= {Step.PLACE} if placed else set()
        wish = wish_up_front(reading.words, self._today)
        if wish is not None and not out_of_hours(wish, self._opens_on):
            self.wish = wish
            noted.add(Step.WISH)
        self._settled |= noted
        return bool(noted)

    def closed_then(self, step: Step, reading: Interpretation) -> bool:
        """Whether they want to be called at night, or on a day on which nobody is there."""
        if step not in ABOUT_TIME or not (step is Step.WISH or only_wish(reading.text)):
            return False
        wish = read_wish(reading.words, reading.text, self._today)
        return wish is not None and out_of_hours(wish, self._opens_on)

    def only_excludes(self, step: Step, reading: Interpretation) -> bool:
        """« Pas demain », which is no « non, whenever you like »."""
        return step is Step.WISH and without_excluded(reading.words).lost

    def understands(self, step: Step, reading: Interpretation) -> bool:
        """Whether the utterance tells what that step asks, so that what it is like otherwise is not asked."""
        words = reading.words
        if self.keeps_back(step, reading):
            return not reading.emergency
        if step is Step.PLACE or (step in LAST and self.about_place and names_street(words)):
            return tells_place(reading, words) and not asks_back(reading.text)
        if step is Step.CHANGE and changed(reading.text) and len(words.split()) <= MOST_CHANGED:
            return not reading.emergency
        if step in LAST and not reading.emergency and self._corrected(words) is not None:
            return True
        name = step not in LAST and (
            tells_name(reading, words) or (step is Step.NAME and self.is_name(reading))
        )
        return name or self._understands_time(step, reading)

    def _understands_time(self, step: Step, reading: Interpretation) -> bool:
        if step not in ABOUT_TIME or read_wish(reading.words, reading.text, self._today) is None:
            return False
        loosely = step is Step.WISH and not (reading.emergency or reading.doubt or asks_back(reading.text))
        return loosely or only_wish(reading.text)

    def is_name(self, reading: Interpretation) -> bool:
        """Whether the utterance may be the name that was asked for, and nothing else: « Pierre », though it is a word as well."""
        if (
            reading.emergency
            or reading.act
            or wants_person(reading.text)
            or len(reading.words.split()) > MOST_NAMED
        ):
            return False
        named = self.details.named(reading.words, loosely=True)
        return named is not None and named.name is not None and named.name.whole

    def overhears(self, step: Step, words: str) -> bool:
        """Note the name that is told while something else is asked; whether one was."""
        if step in LAST or step in ASIDE:
            return False
        before, self.details = self.details, self.details.overheard(words)
        if self.details.name is before.name:
            return False
        self._settled.add(Step.NAME)
        return True

    def spells_on(self, step: Step, words: str) -> bool:
        """Note the rest of a name whose spelling was interrupted; whether there is any."""
        rest = self.details.spelled_on(words) if step in (Step.PLACE, Step.WISH) else None
        self.details = rest or self.details
        return rest is not None

    def keeps_back(self, step: Step, reading: Interpretation) -> bool:
        """« Je préfère ne pas le dire », « je ne sais pas »."""
        if step is Step.NAME:
            return keeps_name(reading.text) and not tells_name(reading, reading.words)
        told = names_street(reading.words) or names_landmark(reading.words)
        return step is Step.PLACE and unknown_place(reading.text) and not told

    def take(self, step: Step, reading: Interpretation, *, loosely: bool) -> Answer | None:
        """Note the name, the place, the time, or what is put right of them; None: it is none of these.

        TIME where only that was told, whatever was asked. `loosely`: a place in whatever words.
        """
        if step is Step.NAME:
            return self._name(reading)
        if step is Step.PLACE:
            return self._place(reading, loosely=loosely)
        corrected = self._corrected(reading.words) if step in LAST else None
        if corrected is not None:
            self.details = corrected
            return Answer.KNOWN
        return self._time(reading.words, reading.text) if step in ABOUT_TIME else None

    def _name(self, reading: Interpretation) -> Answer | None:
        if reading.act == "insulte":
            return None
        named = self.details.named(reading.words, loosely=not asks_back(reading.text))
        rest = named.name.rest if named and named.name else reading.words
        time = self._time(rest, normalise(rest)) if only_wish(normalise(rest)) else None
        if time:
            self.settle(time)
        if named is None:
            return time
        self.details = named
        return Answer.NAME

    def _place(self, reading: Interpretation, *, loosely: bool) -> Answer | None:
        placed = self.details.placed(reading.words, self._communes, loosely=loosely)
        if placed is None or (polarity(reading) is Answer.YES and not names_street(reading.words)):
            return None
        self.details = placed
        return Answer.PLACE

    def _time(self, words: str, text: str) -> Answer | None:
        wish = read_wish(words, text, self._today)
        if wish is None:
            return None
        self.wish = (self.wish or Wish()).but(wish)
        return Answer.TIME

    def _corrected(self, words: str) -> Details | None:
        """What is put right when all has been read back."""
        if self.about_place and names_street(words):
            placed = self.details.placed(words, self._communes, loosely=False)
            return placed if placed != self.details else None
        return self.details.corrected(words, self._communes)
