"""What the bot answers about opening hours: the validated sentence, or the hours that staff have set since; and what is rendered for it."""

import datetime as dt
from dataclasses import replace

import pytest

from callbot.config import Settings
from callbot.conversations import LinePresence, new_dialogue
from callbot.events import Decision
from callbot.humans.announcements import Board, Closure
from callbot.humans.hours import PARIS, OpeningHours, Season
from callbot.humans.hours_set import Week
from callbot.knowledge import store
from callbot.knowledge.hours import parse_spans
from callbot.spoken_hours import answer_in_force, hour_answers, texts_of_changes
from callbot.understanding.interpretation import Candidate, Interpretation
from callbot.web.hours_effects import effects
from callbot.web.hours_week_forms import Place

KNOWLEDGE = store.load()
VALIDATED = KNOWLEDGE.by_id["horaires"].answer
NOW = dt.datetime(2026, 11, 30, 10, 0, tzinfo=PARIS)
TODAY = NOW.date()
WEEK = (parse_spans("9:00-12:00"),) * 5 + ((), ())
SAID = "Voici nos horaires. Du lundi au vendredi, de neuf heures à midi. Nous sommes fermés le samedi et le dimanche."


def board(season: Season, made: dt.date = TODAY, line: str = "", service: str = "") -> Board:
    """These hours, set on that day."""
    return Board(
        weeks=(Week(1, line, service, season, "sophie", dt.datetime.combine(made, dt.time(12), PARIS)),)
    )


def answer(known: Board, line: str = "0199000001", language: str = "fr", aspect: str = "") -> str | None:
    """What is said to who asks for the hours; None: a person is to answer."""
    talk = new_dialogue(
        Settings.model_validate({}),
        KNOWLEDGE,
        line=line,
        now=lambda: NOW,
        language=language,
        board=lambda: known,
    )
    talk.open()
    reply = talk.hear(Interpretation("et les horaires", candidates=(Candidate("horaires", aspect, 0.99),)))
    return reply.say[0].text if reply.decision is Decision.ANSWER else None


def test_the_hours_that_staff_set_are_said() -> None:
    """At once, on the lines for which they count, whichever way the hours are asked for; and the validated sentence elsewhere."""
    assert answer(Board()) == VALIDATED
    assert [answer(board(Season(WEEK)), aspect=aspect) for aspect in ("", "samedi")] == [SAID, SAID]
    registry = board(Season(WEEK), line="0199000002")
    assert [answer(registry, line) for line in ("0199000001", "0199000002")] == [VALIDATED, SAID]
    assert answer(board(Season(WEEK), service="urbanisme")) == VALIDATED


def test_who_validates_the_entry_again_has_the_last_word() -> None:
    """A week that was set before the sentence was validated does not replace it; the same day, it does."""
    validated = KNOWLEDGE.by_id["horaires"].validated_on
    assert validated
    days = (validated - dt.timedelta(days=1), validated)
    assert [answer(board(Season(WEEK), made=day)) for day in days] == [VALIDATED, SAID]


def test_who_validates_todays_sentence_says_nothing_of_a_season_to_come() -> None:
    """It was set before, and begins after the validation: it is said all the same."""
    validated = KNOWLEDGE.by_id["horaires"].validated_on
    assert validated
    assert validated < TODAY
    begins = (validated, validated + dt.timedelta(days=1))
    before = validated - dt.timedelta(days=1)
    assert [answer(board(Season(WEEK, first), made=before)) for first in begins] == [VALIDATED, SAID]


def test_a_season_is_said_while_it_lasts() -> None:
    """With its end; not before it, nor for one day of its own."""
    day = TODAY
    now, later, once = (
        Season(WEEK, day, dt.date(2026, 12, 24)), Season(WEEK, dt.date(2026, 12, 24)), Season(WEEK, day, day),
    )  # fmt: skip
    told = [answer(board(one)) for one in (now, later, once)]
    until = SAID.replace("horaires.", "horaires jusqu'au vingt-quatre décembre.")
    for_once = "Attention, exceptionnellement, nous sommes ouverts aujourd'hui de neuf heures à midi."
    assert told == [until, VALIDATED, f"{for_once} {VALIDATED}"]


def test_hours_that_begin_within_a_week_are_said_after_those_of_today() -> None:
    """From when to when; not those that are a week and a day away, nor those that are the same; in another language a person answers."""
    monday = TODAY + dt.timedelta(days=7)
    coming = Season(WEEK, monday, dt.date(2026, 12, 24))
    since = SAID.replace("horaires.", "horaires du lundi sept décembre au jeudi vingt-quatre décembre.")
    assert answer(board(coming)) == f"{VALIDATED} {since}"
    assert f"{VALIDATED} {since}" in texts_of_changes(KNOWLEDGE, TODAY, board(coming))
    assert answer(board(Season(WEEK, monday + dt.timedelta(days=1)))) == VALIDATED
    assert answer(board(coming), "0199000003", "en") is None
    both = Board(weeks=(*board(Season(WEEK)).weeks, *board(coming).weeks))
    assert answer(both) == SAID


def in_order(*seasons: Season) -> Board:
    """All of these, set one after the other."""
    return Board(
        weeks=tuple(replace(board(one).weeks[0], id=number) for number, one in enumerate(seasons, 1))
    )


def day(ahead: int) -> dt.date:
    """So many days after that Monday, the thirtieth of November."""
    return TODAY + dt.timedelta(days=ahead)


LATE = (parse_spans("14:00-18:00"),) * 5 + ((), ())
BACK = "nous reprenons nos horaires habituels."


def test_the_return_to_the_usual_hours_is_said() -> None:
    """While others count still, and only in their last week: with the usual hours, as they were validated or as staff have set them."""
    until = SAID.replace("horaires.", "horaires jusqu'au trois décembre.").replace(
        "Du lundi au vendredi", "Du lundi au jeudi"
    )
    until = until.replace(" Nous sommes fermés le samedi et le dimanche.", "")
    for_now = Season(WEEK, day(-9), day(3))
    assert answer(board(for_now)) == f"{until} À partir du vendredi quatre décembre, {BACK} {VALIDATED}"
    assert answer(in_order(Season(LATE), for_now)) == (
        f"{until} À partir du vendredi quatre décembre, {BACK} "
        "Du lundi au vendredi, de quatorze heures à dix-huit heures. Nous sommes fermés le samedi et le dimanche."
    )
    assert answer(board(Season(WEEK, day(-9), day(7)))) == SAID.replace(
        "horaires.", "horaires jusqu'au sept décembre."
    )


def test_the_last_days_are_told_by_themselves() -> None:
    """« Aujourd'hui et demain »: nobody need count on the calendar; and what comes after them."""
    assert answer(board(Season(WEEK, day(-9), day(1)))) == (
        f"Aujourd'hui et demain, nous sommes ouverts de neuf heures à midi. À partir du mercredi deux décembre, {BACK} {VALIDATED}"
    )
    assert answer(board(Season(WEEK, day(-9), day(0)))) == (
        f"Aujourd'hui, nous sommes ouverts de neuf heures à midi. À partir de demain, {BACK} {VALIDATED}"
    )


def test_hours_of_two_days_are_told_day_by_day() -> None:
    """And of three or more by their weekdays alone; the usual hours, which were told at first, are not told again."""
    two = Season(WEEK, day(4), day(5))
    assert answer(board(two)) == (
        f"{VALIDATED} Le vendredi quatre décembre, nous sommes ouverts de neuf heures à midi. "
        f"Le samedi cinq décembre, nous sommes fermés. À partir du dimanche six décembre, {BACK}"
    )
    assert answer(board(Season(WEEK, day(1), day(2)))) == (
        f"{VALIDATED} Demain et le mercredi deux décembre, nous sommes ouverts de neuf heures à midi. "
        f"À partir du jeudi trois décembre, {BACK}"
    )
    assert answer(board(Season(WEEK, day(1), day(3)))) == (
        f"{VALIDATED} Voici nos horaires du mardi premier décembre au jeudi trois décembre. "
        f"Du mardi au jeudi, de neuf heures à midi. À partir du vendredi quatre décembre, {BACK}"
    )


def test_both_of_two_coming_sets_are_said() -> None:
    """In their order, then the return where it is as near; what counts from then on, without an end, is no return."""
    first, then = Season(WEEK, day(1), day(3)), Season(LATE, day(4), day(24))
    told = (
        f"{VALIDATED} Voici nos horaires du mardi premier décembre au jeudi trois décembre. Du mardi au jeudi, de neuf heures à midi. "
        "Voici nos horaires du vendredi quatre décembre au jeudi vingt-quatre décembre. "
        "Du lundi au vendredi, de quatorze heures à dix-huit heures. Nous sommes fermés le samedi et le dimanche."
    )
    assert answer(in_order(first, then)) == told
    assert told in texts_of_changes(KNOWLEDGE, TODAY, in_order(then, first))
    for_ever = told.replace(
        "du vendredi quatre décembre au jeudi vingt-quatre", "à partir du vendredi quatre"
    )
    assert answer(in_order(first, Season(LATE, day(4)))) == for_ever
    assert answer(in_order(first, then), "0199000003", "en") is None


def test_a_holiday_in_a_short_season_is_told_once() -> None:
    """As what it is: not as a day with hours, too."""
    holiday = dt.date(2026, 12, 25)
    season = Season(WEEK, dt.date(2026, 12, 24), holiday, closed_on_holidays=True)
    hours = OpeningHours(LATE, closed_on_holidays=True, seasons=(season,))
    entry = KNOWLEDGE.by_id["horaires"]
    told = answer_in_force(entry, hours, board(season), dt.date(2026, 12, 21)).answer
    assert told == (
        f"Nous sommes fermés le vendredi vingt-cinq décembre, jour férié. {VALIDATED} "
        f"Le jeudi vingt-quatre décembre, nous sommes ouverts de neuf heures à midi. À partir du samedi vingt-six décembre, {BACK}"
    )


@pytest.mark.parametrize("last", [1, 2, 4, 30])
def test_what_the_page_shows_before_it_saves_is_what_is_said(last: int) -> None:
    """Of a day, of two, of a few and of many: on the first of them, and, but for one day alone, in the week before."""
    season = Season(WEEK, day(1), day(last))
    told = effects(KNOWLEDGE.commune, Board(), Place("", ""), season, at=NOW, answers=()).says
    first_day = answer_in_force(
        KNOWLEDGE.by_id["horaires"], OpeningHours(LATE, seasons=(season,)), board(season), day(1)
    )
    assert told[0][0] == "À qui demande les horaires"
    assert told[0][1] in first_day.answer
    before = [words for when, words in told if when.startswith("La semaine d’avant")]
    assert [words in str(answer(board(season))) for words in before] == [True] * (last > 1)


def closed(begin: dt.datetime, end: dt.datetime, line: str = "", service: str = "") -> Board:
    """Closed between the two."""
    return Board(closures=(Closure(1, line, service, begin, end, "travaux", "sophie"),))


def test_a_closure_is_said_before_the_hours() -> None:
    """To those callers whom it is for, at once; not one that is a week away; who speaks another language is put through to a person."""
    begin, end = NOW.replace(hour=13), NOW.replace(hour=19)
    before = (
        "Attention, exceptionnellement, nous sommes fermés aujourd'hui de treize heures à dix-neuf heures."
    )
    assert answer(closed(begin, end)) == f"{before} {VALIDATED}"
    assert answer(closed(begin, end, line="0199000002")) == VALIDATED
    assert answer(closed(begin + dt.timedelta(days=7), end + dt.timedelta(days=7))) == VALIDATED
    assert answer(closed(begin, end), "0199000003", "en") is None
    told = texts_of_changes(KNOWLEDGE, TODAY, closed(begin, end))
    assert f"{before} {VALIDATED}" in told


def test_in_another_language_a_person_answers() -> None:
    """Rather than a sentence that is not true any more."""
    english = KNOWLEDGE.translations["en"].by_id["horaires"].answer
    assert [answer(known, "0199000003", "en") for known in (Board(), board(Season(WEEK)))] == [english, None]


def test_reopenings_follow_the_hours_that_staff_set() -> None:
    """In the greeting, and for a service; what is then said is rendered before it is needed."""
    at = NOW.replace(hour=15)
    known = board(Season(WEEK))
    line = KNOWLEDGE.commune.line("0199000001")
    closed = LinePresence(KNOWLEDGE.commune, line, lambda: at, board=lambda: known).of_line()
    assert closed
    assert closed.opening == "demain à neuf heures"
    for language, sentence in (
        ("fr", "Ils rouvrent demain à neuf heures."),
        ("en", "They open again tomorrow at nine in the morning."),
    ):
        texts = texts_of_changes(KNOWLEDGE.in_language(language), at.date(), known)
        assert (sentence in texts, SAID in texts) == (True, language == "fr")
    assert texts_of_changes(KNOWLEDGE, at.date(), Board()) == []


def test_which_answers_tell_hours() -> None:
    """Those of the town hall, and of services that say when they are open; not a deadline in hours."""
    told = {one.entry.id: one.of_town_hall for one in hour_answers(KNOWLEDGE)}
    assert {"horaires": True, "horaires.samedi": True, "mediatheque.horaires": False}.items() <= told.items()
    assert "deces" not in told
    assert not {one for one in told if one.startswith("bruit")}
