"""What is learnt from, how it is grouped, what is measured: pure; and the real sentence vectors in their own process."""

import datetime as dt
from collections import Counter

import pytest

from callbot.config import load
from callbot.events import Decision
from callbot.learning_loop.apart import Apart
from callbot.learning_loop.effects import AFTER_DAYS, BEFORE_DAYS, Effect, Measured, due, effect
from callbot.learning_loop.grouping import joined
from callbot.learning_loop.questions import Kind, Question, calls, examples, kind_of, proposed_entry, telling
from callbot.web.learning_words import effect_sentence, why

NOON = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
TAUGHT = dt.date(2026, 12, 1)
DAY = dt.timedelta(days=1)


def question(number: int, text: str, kind: Kind = Kind.NO_MATCH, call: str = "", **more: str) -> Question:
    """The n-th one, an hour after the one before."""
    return Question(
        "turn", call or f"c{number}", number, NOON + dt.timedelta(hours=number), kind, text, **more
    )


@pytest.mark.parametrize(
    ("decision", "motive", "answer_id", "confidence", "kind"),
    [
        (Decision.NO_MATCH, None, None, 0.1, Kind.NO_MATCH),
        (Decision.HANDOVER, "piscine", None, 0.95, Kind.NO_ANSWER),
        (Decision.HANDOVER, "contact_service", "contact_service", 0.95, None),
        (Decision.HANDOVER, None, None, 0.0, None),
        (Decision.ANSWER, "horaires", "horaires", 0.7, Kind.LOW),
        (Decision.ANSWER, "horaires", "horaires", 0.9, None),
        (Decision.ORIENT, "caf", "caf", 0.6, Kind.LOW),
        (Decision.CLARIFY, "horaires", None, 0.6, None),
        (Decision.ACT, None, None, None, None),
        (None, None, None, None, None),
    ],
)
def test_what_is_learnt_from(
    decision: str | None,
    motive: str | None,
    answer_id: str | None,
    confidence: float | None,
    kind: Kind | None,
) -> None:
    """Not understood, no validated answer, answered with little confidence; all else is well, or no question."""
    assert kind_of(decision, motive, answer_id, confidence, 0.85) is kind


def test_words_that_tell_nothing_are_left_out() -> None:
    """One word, none, or words that were not written down."""
    assert [telling(text) for text in ("piscine", "", "mon nom est …", "la piscine municipale")] == [
        False,
        False,
        False,
        True,
    ]


def test_a_group_shows_its_sentences_its_calls_and_what_agents_named() -> None:
    """Each sentence once, the latest first, none that was purged; the agents' word counts more than the bot's guess."""
    asked = [
        question(1, "La piscine ?", understood="marche"),
        question(2, "la piscine", call="c1", understood="marche"),
        question(3, "", Kind.LOW),
        question(4, "où nager", Kind.CORRECTED, right="piscine_sport"),
    ]
    assert (examples(asked, 5), calls(asked)) == (["où nager", "la piscine"], 3)
    assert (proposed_entry(asked), proposed_entry(asked[:3]), proposed_entry(asked[2:3])) == (
        "piscine_sport",
        "marche",
        "",
    )
    assert (
        why(Counter(one.kind for one in asked))
        == "2 pas comprises, 1 répondue sans certitude, 1 corrigée par un agent"
    )


def test_clusters_join_the_groups_that_they_are_in_already() -> None:
    """Most members decide; a question of one call alone is no group yet, unless an agent corrected it."""
    labels = [0, 0, 0, 1, 1, 2, 3, 3]
    groups = [7, None, 8, None, None, None, None, None]
    asked_in = ["a", "b", "c", "d", "e", "f", "g", "g"]
    told = [False] * 8
    assert joined(labels, groups, asked_in, told) == {0: 7, 1: None}
    told[5] = True
    assert joined(labels, [8, 8, 7, *groups[3:]], asked_in, told) == {0: 8, 1: None, 2: None}
    assert joined([], [], [], []) == {}


def test_whole_days_on_both_sides_are_measured_once() -> None:
    """Not the day itself, not today, not what is there; a fortnight after, no more."""
    before = [TAUGHT - n * DAY for n in range(BEFORE_DAYS, 0, -1)]
    assert due(TAUGHT, TAUGHT, []) == before
    assert due(TAUGHT, TAUGHT + DAY, before) == []
    assert due(TAUGHT, TAUGHT + 2 * DAY, before) == [TAUGHT + DAY]
    assert len(due(TAUGHT, TAUGHT + 90 * DAY, before)) == AFTER_DAYS


def test_the_effect_in_words() -> None:
    """A hand-computed example: 12 calls before, none answered; the next day 5, 4 of them answered."""
    days = [Measured(TAUGHT - 2 * DAY, 7, 0), Measured(TAUGHT - DAY, 5, 0), Measured(TAUGHT, 99, 99)]
    assert effect(days, TAUGHT) == Effect(12, 0, 2, 0, 0, 0)
    assert effect_sentence(effect(days, TAUGHT)).startswith("L’effet sera mesuré demain")
    after = effect([*days, Measured(TAUGHT + DAY, 5, 4)], TAUGHT)
    assert (
        effect_sentence(after)
        == "4 réponses pour 5 appels depuis (un jour) ; aucune réponse pour 12 appels avant (2 jours)."
    )


async def test_meanings_are_told_apart_by_the_real_vectors() -> None:
    """Two subjects in nine sentences are two groups and a sentence alone; what means the same is found among others."""
    tyres = [
        "où jeter des pneus usagés",
        "où est-ce qu'on dépose les pneus usagés",
        "les pneus de voiture on les met où",
        "vous reprenez les pneus usagés",
    ]
    fishing = [
        "il faut un permis pour pêcher dans l'étang",
        "la carte de pêche pour l'étang communal",
        "on a le droit de pêcher à l'étang",
        "je veux pêcher dans l'étang de la commune",
    ]
    labels = await Apart(load({})).clusters([*tyres, *fishing, "merci de me passer la comptabilité"])
    assert (len(set(labels[:4])), len(set(labels[4:8])), len(set(labels))) == (1, 1, 3)
    alike = await Apart(load({})).alike(["que faire de mes pneus usagés", "quels sont vos horaires"], tyres)
    assert alike == [True, False]
