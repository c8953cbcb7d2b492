"""What one conversation knows of a caller who speaks over the bot: their voice, where each utterance was said, what was cut short. No I/O.

Turns ask it; it decides nothing about the turn itself.
"""

from collections import deque
from dataclasses import replace

from callbot.dialogue.overheard import (
    FEW_WORDS,
    Asks,
    CutShort,
    OwnVoice,
    Remark,
    agrees,
    passes_after,
    remark,
)
from callbot.dialogue.turn_table import Understood
from callbot.events import HangUp, PlayPrompt, RecordMessage, SpeechStopped, Transfer
from callbot.turn_taking.backchannel import is_backchannel, replies
from callbot.turn_taking.floor import Floor, Place

__all__ = ["SpeakingOver"]

LEAVING, HEARD = "au_revoir", 0.4
"""A murmur that is misheard (« Bonne… ») ends no call: the recogniser is less sure of it than this, and surer of whole words."""
GO_ON_MOST = 2
"""Interruptions in a row that meant nothing, after which the bot takes up its sentence; then it waits for words."""

Prompts = tuple[PlayPrompt, ...]


class SpeakingOver:
    """One caller's; `floor` is their voice over the bot's."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self._own_voice = OwnVoice(floor.barge_in_ms)
        self._cut: CutShort | None = None  # what was interrupted, until something else is said
        self._went_on = 0  # times that it was taken up since the last answer
        self.unfinished = False
        """Whether the caller may go on with the utterance that was read last."""
        self._began_ms = 0  # this utterance
        self._places: deque[tuple[Place, int]] = (
            deque()
        )  # utterances not yet read: where each was said, and from when on

    # -- what happens ----------------------------------------------------------------------------------------------

    def says(self, text: str) -> None:
        """The bot begins a sentence."""
        self._own_voice.says(text)

    def answers(self) -> None:
        """The bot says something to what the caller meant."""
        self._cut, self._went_on = None, 0

    def drop(self) -> None:
        """The bot says something else: what was cut short is not taken up any more."""
        self._cut = None

    def forget(self) -> None:
        """The caller is not listened to for a while."""
        self._places.clear()
        self.floor.forget()
        self._cut = None

    def began(self, at_ms: int) -> None:
        """An utterance begins."""
        self._began_ms = at_ms

    def stopped(self, event: SpeechStopped, *, own_turn: bool) -> None:
        """An utterance is over, and will be read; `own_turn`: the bot was silent, and not held."""
        place = self.floor.ended(event.speech_end_ms)
        self._places.append((Place.TURN if own_turn else place, self._began_ms))

    def interrupts(self, prompts: Prompts, then: Transfer | HangUp | RecordMessage | None) -> None:
        """The caller has taken the floor from these sentences, and from what was to follow them."""
        self._cut = CutShort(prompts, then) if prompts else None

    def heard_up_to(self, heard: str) -> None:
        """So much of the sentence that was cut short was heard."""
        self._cut = self._cut.after(heard) if self._cut else None

    def take_up(self) -> CutShort | None:
        """What was cut short, to be said again; None: nothing, or it has been taken up often enough."""
        if not self.may_go_on:
            return None
        cut, self._cut = self._cut, None
        self._went_on += 1
        return cut

    def may_go_on_with(self, event: Understood, what: Remark, *, number: bool) -> None:
        """An utterance was read; unless it was somebody else's, a murmur or a whole short answer, the caller may go on with it.

        `number`: a number is asked for, which is told in pieces.
        """
        short = len(event.reading.text.split()) <= FEW_WORDS or event.reading.act is not None
        answer = what is Remark.ANSWER and (number or not short)
        more = what in (Remark.UNCLEAR, Remark.WORDS, Remark.MEANING, Remark.URGENT)
        self.unfinished = (more or answer) and not event.sounded.far
        if not self._places:
            self.floor.unfinished = self.unfinished

    # -- what is asked ---------------------------------------------------------------------------------------------

    @property
    def may_go_on(self) -> bool:
        """Whether something that was cut short may be taken up."""
        return self._cut is not None and self._went_on < GO_ON_MOST

    @property
    def unread(self) -> bool:
        """Whether an utterance is over, and not known yet."""
        return bool(self._places)

    def said_nothing(self, said: str | None, language: str, asks: Asks, *, told_ms: int) -> bool:
        """Whether who pauses has said (None: it is not known) nothing that stops the bot, whose sentence `asks`; told from `told_ms` on."""
        if said is None or not is_backchannel(said, language):
            return False
        if asks is Asks.OPENLY or (asks is Asks.CLOSELY and self._began_ms < told_ms):
            return not replies(said, language)
        return not said or asks is Asks.NOTHING

    def read(
        self, event: Understood, language: str, asks: Asks, *, answers: bool, told_ms: int
    ) -> tuple[Remark, Place]:
        """What the oldest utterance that was not read is, and where it was said. `answers`: it is one of the answers that are asked for.

        `told_ms`: from when on a yes is one.
        """
        reading, sounded = event.reading, event.sounded
        place, began_ms = self._places.popleft() if self._places else (Place.UNDER, told_ms)
        over = place is not Place.TURN
        if (event.goes_on or event.cut) and not sounded.far:
            place = Place.TURN
        if over and reading.act == LEAVING and event.confidence < HEARD:
            reading = replace(reading, act=None)
        may_be_own = over or sounded.own
        if may_be_own and self._own_voice.is_in(reading, sounded):
            return Remark.ECHO, place
        if asks is Asks.CLOSELY and began_ms < told_ms and agrees(reading, language):
            return Remark.ASSENT, Place.UNDER if place is Place.TURN else place
        answers = answers and not (sounded.far and len(reading.text.split()) > FEW_WORDS)
        what = remark(reading, language, asks=asks, answers=answers, far=over and sounded.far)
        if asks is Asks.DANGER and what is not Remark.NOTHING and (reading.act or place is not Place.UNDER):
            what = Remark.URGENT if what is Remark.URGENT else Remark.ANSWER
        return what, place

    @staticmethod
    def is_idle(event: Understood, what: Remark) -> bool:
        """Whether an utterance during an announcement asks for no answer after it: somebody else's, a murmur, a word without a meaning."""
        return what is not Remark.URGENT and (
            event.sounded.far or what in (Remark.ASSENT, Remark.GO_ON, Remark.UNCLEAR)
        )

    def passes_after(self, what: Remark, place: Place) -> bool:
        """Whether an utterance is let pass while the bot is silent: a late assent, or one after which it takes up what was cut short."""
        if what is Remark.ASSENT and place is not Place.TURN:
            return True
        return self.may_go_on and passes_after(what)
