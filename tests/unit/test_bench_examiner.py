"""What the benchmark takes the bot to have done, with readings made by hand and the demonstration commune."""

from typing import cast

import pytest

from callbot import config
from callbot.bench.exam import Question
from callbot.bench.examiner import Examiner
from callbot.bench.intents import domains
from callbot.bench.understood import Answer, Did
from callbot.knowledge import store
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.understanding.router import Understanding

KNOWLEDGE = store.load()


class Reads:
    """Understands everything as one thing."""

    def __init__(self, reading: Interpretation) -> None:
        self.reading = reading

    def interpret(self, _text: str) -> Interpretation:
        """That thing."""
        return self.reading


def asked(reading: Interpretation) -> Answer:
    """The answer to a question that is read so."""
    ask = Examiner(config.load({}), KNOWLEDGE, cast(Understanding, Reads(reading)))
    return ask(Question("motive", "une question", "pacs"))


def likely(**shares: float) -> Interpretation:
    """A reading with these candidates."""
    found = tuple(Candidate(motive, "", share) for motive, share in shares.items())
    return Interpretation("je voudrais savoir une chose", candidates=found, ranking=found)


@pytest.mark.parametrize(
    ("reading", "did", "said"),
    [
        (likely(pacs=0.97, mariage=0.01), Did.ANSWERED, ("pacs",)),
        (likely(pacs=0.6, mariage=0.02), Did.CONFIRMATION, ()),
        (likely(pacs=0.45, mariage=0.43), Did.CHOICE, ()),
        (likely(pacs=0.1, mariage=0.02), Did.NOT_UNDERSTOOD, ()),
        (Interpretation("une question", emergency="15"), Did.EMERGENCY, ()),
        (Interpretation("une question", act="agent"), Did.HANDED_OVER, ()),
        (Interpretation("une question", act="salutation"), Did.ACT, ()),
    ],
)
def test_what_the_bot_does(reading: Interpretation, did: Did, said: tuple[str, ...]) -> None:
    """Each thing that it can do with a call's first words; only an answer says something validated."""
    found = asked(reading)
    assert (found.did, found.said) == (did, said)


def test_two_questions_in_one_utterance_are_both_said() -> None:
    """Two sure halves are two answers, in their order."""
    halves = likely(pacs=0.97), likely(horaires=0.97)
    found = asked(Interpretation("l'un et l'autre", candidates=likely(pacs=0.5).candidates, parts=halves))
    assert (found.did, found.said) == (Did.ANSWERED, ("pacs", "horaires"))


def test_understanding_has_a_cost() -> None:
    """Processor time in milliseconds, of understanding alone."""
    cost_ms = asked(likely(pacs=0.97)).cost_ms
    assert cost_ms is not None
    assert 0 <= cost_ms < 50


def test_motives_have_the_domain_of_their_file() -> None:
    """In the knowledge base's order."""
    found = domains(KNOWLEDGE)
    assert found[0][0] == "cadre_de_vie"
    assert ("etat_civil", "pacs") in found
    assert len(found) == len(KNOWLEDGE.entries)
