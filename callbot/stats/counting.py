"""What one call adds to the tallies: pure. Change what is counted here, or in facts.py, and raise VERSION: all is counted anew."""

from collections.abc import Iterator

from callbot.stats.facts import CallFact, Ending
from callbot.stats.tally import CLASS_MS, Counted, What

VERSION = 3
"""Of facts and tallies; the database keeps which one made its own (aggregates.py)."""
ENDINGS = tuple(Ending)
NOBODY_SPOKE = (Ending.REFUSED, Ending.ABSENT)
"""They have a duration, which is no caller's."""
IN_VAIN = (Ending.CALLBACK, Ending.NOT_REACHED)


def counted(fact: CallFact) -> Iterator[Counted]:
    """Everything that this call counts as."""
    yield What.OFFERED, 0, 1
    yield What.ENDING, ENDINGS.index(fact.ending), 1
    if fact.duration_s is not None and fact.ending not in NOBODY_SPOKE:
        yield What.SECONDS, 0, fact.duration_s
        yield What.TIMED, 0, 1
    if fact.pick_up_ms is not None:
        yield What.PICK_UP, class_of(fact.pick_up_ms), 1
    yield from _of_person(fact)
    yield from _of_caller(fact)
    yield from _of_turns(fact)
    yield from _of_subjects(fact)
    if fact.asked_satisfaction:
        yield What.ASKED_SATISFACTION, 0, 1
    if fact.satisfaction is not None:
        yield What.SCORE, fact.satisfaction, 1


def class_of(ms: int) -> int:
    """The class of a time: the nearest ten milliseconds, halves up."""
    return (ms + CLASS_MS // 2) // CLASS_MS


def _of_person(fact: CallFact) -> Iterator[Counted]:
    answered = fact.ending is Ending.ANSWERED
    flags = (
        (What.ARRIVED_KNOWN, fact.arrived_closed is not None),
        (What.ARRIVED_CLOSED, fact.arrived_closed),
        (What.ANSWERED_CLOSED, fact.arrived_closed and answered),
        (What.NEEDED_AGENT, fact.needed_agent),
        (What.HANDLED_BY_AGENT, fact.handled_by_agent),
        (What.NEEDED_WHEN_CLOSED, fact.needed_when_closed),
        (What.CALLBACK_ASKED, fact.callback_asked),
    )
    yield from ((what, 0, 1) for what, holds in flags if holds)
    if fact.reason:
        yield What.REASON, fact.reason, 1
    if fact.wait_s is not None and fact.handled_by_agent:
        yield What.WAIT, fact.wait_s, 1
    if fact.wait_s is not None and fact.ending is Ending.ABANDONED_QUEUE:
        yield What.LEFT, fact.wait_s, 1
    if fact.wait_s is not None and fact.ending in IN_VAIN:
        yield What.IN_VAIN, fact.wait_s, 1
    if fact.talk_s is not None and fact.handled_by_agent:
        yield What.TALK, fact.talk_s, 1


def _of_caller(fact: CallFact) -> Iterator[Counted]:
    repeats = fact.repeats
    if repeats.repeat is None:
        return
    yield What.KNOWN_CALLER, 0, 1
    if repeats.repeat:
        yield What.REPEAT, 0, 1
    if fact.ending is Ending.ANSWERED:
        yield What.ANSWERED_KNOWN, 0, 1
        if repeats.called_again:
            yield What.ANSWERED_AGAIN, 0, 1
    if repeats.nth_of_day == 1:
        yield What.FIRST_OF_DAY, 0, 1
    if repeats.nth_of_day == 2:
        yield What.SECOND_OF_DAY, 0, 1


def _of_turns(fact: CallFact) -> Iterator[Counted]:
    counts = (
        (What.TURNS, fact.turns),
        (What.DECIDED, fact.decided),
        (What.NO_MATCH, fact.no_match),
        (What.CLARIFIED, fact.clarified),
        (What.REPLIES, fact.replies),
        (What.INTERRUPTED, fact.interrupted),
    )
    yield from ((what, 0, count) for what, count in counts if count)
    yield from ((What.RESPONSE, class_of(ms), 1) for ms in fact.response_ms)


def _of_subjects(fact: CallFact) -> Iterator[Counted]:
    yield from ((What.MOTIVE, motive, 1) for motive in fact.motives)
    if fact.ending is Ending.ANSWERED:
        yield from ((What.MOTIVE_ANSWERED, motive, 1) for motive in fact.motives)
    yield from ((What.ASPECT, aspect, 1) for aspect in fact.aspects)
    yield from ((What.ANSWER, answer, 1) for answer in fact.answers)
    yield from ((What.UNANSWERED, question, 1) for question in fact.unanswered)
