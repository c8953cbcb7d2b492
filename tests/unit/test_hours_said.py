"""A week of hours in words, as the voice says it and as staff read it."""

from datetime import date

import pytest

from callbot.humans.hours import Span, Spans
from callbot.humans.hours_said import noted_week, spoken_week, written_spans, written_week
from callbot.knowledge.hours import parse_spans

DAY, LATE, MORNING = (
    parse_spans(text) for text in ("8:30-12:00, 13:30-17:30", "8:30-12:00, 13:30-19:00", "9:00-12:00")
)
USUAL = (DAY, DAY, DAY, LATE, DAY, MORNING, ())


def test_a_week_is_said_as_one_says_it() -> None:
    """Days that are alike together, closed ones at the end."""
    assert spoken_week(USUAL, closed_on_holidays=True) == (
        "Voici nos horaires. Du lundi au mercredi et le vendredi, de huit heures trente à midi et de treize heures trente à "
        "dix-sept heures trente. Le jeudi, de huit heures trente à midi et de treize heures trente à dix-neuf heures. "
        "Le samedi, de neuf heures à midi. Nous sommes fermés le dimanche et les jours fériés."
    )


@pytest.mark.parametrize(
    ("week", "holidays", "last", "said"),
    [
        ((MORNING,) * 7, False, None, "Voici nos horaires. Tous les jours, de neuf heures à midi."),
        ((MORNING, MORNING, (), (), (), (), ()), False, None,
         "Voici nos horaires. Le lundi et le mardi, de neuf heures à midi. Nous sommes fermés du mercredi au dimanche."),
        ((*(MORNING,) * 5, (), ()), True, None,
         "Voici nos horaires. Du lundi au vendredi, de neuf heures à midi. Nous sommes fermés le samedi, le dimanche et les jours fériés."),
        (((Span(0, 1440),),) * 7, False, date(2026, 8, 1),
         "Voici nos horaires jusqu'au premier août. Tous les jours, à toute heure."),
        (((Span(1320, 1440),), *((),) * 6), True, None,
         "Voici nos horaires. Le lundi, de vingt-deux heures à minuit. Nous sommes fermés du mardi au dimanche et les jours fériés."),
    ],
)  # fmt: skip
def test_other_weeks_are_said(week: tuple[Spans, ...], holidays: bool, last: date | None, said: str) -> None:
    """Every day, two days, day and night, until midnight."""
    assert spoken_week(week, closed_on_holidays=holidays, last=last) == said


def test_staff_read_hours_in_figures() -> None:
    """With spaces that do not break, closed days last."""
    told = [(days, hours.replace("\u00a0", " ")) for days, hours in written_week((*USUAL[:5], (), MORNING))]
    assert told == [
        ("du lundi au mercredi et le vendredi", "de 8 h 30 à 12 h et de 13 h 30 à 17 h 30"),
        ("le jeudi", "de 8 h 30 à 12 h et de 13 h 30 à 19 h"),
        ("le dimanche", "de 9 h à 12 h"),
        ("le samedi", "fermé"),
    ]
    assert [written_spans(spans) for spans in ((), (Span(0, 1440),))] == ["fermé", "jour et nuit"]
    assert (
        noted_week((MORNING, (), LATE, (), (), (), ()))
        == "lundi 9:00-12:00; mercredi 8:30-12:00, 13:30-19:00"
    )
