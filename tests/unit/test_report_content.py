"""What a report says of a day counted by hand: the sentence, the cards, what is to be looked at, every table."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from xml.etree import ElementTree

import pypdfium2
import pytest
from PIL import Image

from callbot.charts.drawing import PAGE, PHONE, PRINT
from callbot.config import load
from callbot.reports import sections
from callbot.reports.attention import attention
from callbot.reports.content import document
from callbot.reports.document import Document, Names, Section, Table
from callbot.reports.page import drawings, html, letter, picture_id, plain
from callbot.reports.paper import sources
from callbot.reports.post import letter_of
from callbot.reports.tables import as_csv, french_csv, shown
from callbot.reports.typesetting import drawn_apart, set_apart, set_here
from callbot.reports.written import against, calculation, duration, value
from callbot.stats.counting import counted
from callbot.stats.facts import CallFact, Ending
from callbot.stats.figures import Figure
from callbot.stats.period import EVERYTHING, Filters, Period
from callbot.stats.slices import Figures, Slice
from callbot.stats.steps import steps
from callbot.stats.tally import Tally

DAY = date(2026, 3, 2)  # a Monday
AT = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)
NAMES = Names(
    "Valbourg",
    motive={"titre": "Le passeport", "encombrants": "Les encombrants"}.get,  # type: ignore[arg-type]
    line=lambda key: key,
    service=lambda key: key or "L’assistant seul",
    language=lambda key: key,
)
NBSP, THIN = "\u00a0", "\u202f"


def calls() -> list[CallFact]:
    """Ten: six answered, two taken by a person, one hung up in the queue, one refused."""
    plain_call = CallFact("x", DAY, 9, 0, "+33139000000", "", "fr", Ending.ANSWERED)
    answered = replace(plain_call, motives=("titre",), satisfaction=4, response_ms=(700,), turns=1, decided=1)
    queue = replace(plain_call, service="accueil", needed_agent=True)
    return [
        *(replace(answered, call_id=f"a{number}", hour=9 + number % 2) for number in range(5)),
        replace(answered, call_id="a5", motives=("encombrants",), unanswered=("?",)),
        replace(queue, call_id="q1", ending=Ending.AGENT, handled_by_agent=True, wait_s=20, talk_s=100),
        replace(queue, call_id="q2", ending=Ending.AGENT, handled_by_agent=True, wait_s=400, talk_s=60),
        replace(queue, call_id="q3", ending=Ending.ABANDONED_QUEUE, wait_s=90),
        replace(plain_call, call_id="r", ending=Ending.REFUSED),
    ]


def figures(facts: list[CallFact], day: date = DAY) -> Figures:
    """The figures of that day, with its hours."""

    def of(key: object, some: list[CallFact]) -> Slice:
        return Slice(key, Tally.of(each for fact in some for each in counted(fact)))  # type: ignore[arg-type]

    hours = tuple(of(hour, [fact for fact in facts if fact.hour == hour]) for hour in range(24))
    return Figures(Period.day(day), EVERYTHING, of("", facts), days=(of(day, facts),), hours=hours)


@pytest.fixture(scope="module")
def report() -> Document:
    """The report of that day, against a week before with one call about encombrants."""
    return document(figures(calls()), figures(calls()[5:6]), NAMES, AT)


def test_the_day_in_one_sentence(report: Document) -> None:
    """Calls, what was picked up, what the bot did, what people did."""
    assert (report.title, report.headline) == (
        "Rapport du lundi 2 mars 2026",
        f"10 appels, dont 9 décrochés. L’assistant a répondu seul à 6 appels sur 9 où quelqu’un parlait (67{THIN}%) ; "
        f"les agents en ont pris 2, après 3{THIN}min{THIN}30 d’attente en moyenne.",
    )
    assert document(figures([]), figures([]), NAMES, AT).headline == "Aucun appel."


def test_the_cards_compare_with_the_week_before(report: Document) -> None:
    """Values, what they were, whether that is good."""
    assert [(card.value, card.change, card.tone) for card in report.cards] == [
        ("10", f"1 une semaine avant (+900{THIN}%)", "plain"),
        ("9", f"1 une semaine avant (+800{THIN}%)", "plain"),
        (f"67{THIN}%", f"100{THIN}% une semaine avant (−33{NBSP}points)", "plain"),  # of ten calls
        ("2", "0 une semaine avant", "plain"),
        (f"3{THIN}min{THIN}30", "", "plain"),
        (f"4,0{THIN}/ 5", f"4,0{THIN}/ 5 une semaine avant", "plain"),
    ]


def test_what_is_to_be_looked_at_comes_first(report: Document) -> None:
    """The three gravest: the refused call, those who hung up, the longest wait; the question without an answer comes after them."""
    assert report.first[0].words == (
        "1 appel a trouvé toutes les lignes occupées : à voir avec l’informatique.",
        f"1 personne a raccroché en attendant l’accueil (33{THIN}% de ceux à qui il fallait une personne).",
        f"L’attente la plus longue a duré 6{THIN}min{THIN}40.",
    )
    quiet = document(figures(calls()[:5]), figures([]), NAMES, AT)
    assert quiet.first[0].words == ("Rien d’inhabituel.",)


def table(report: Document, key: str) -> Table:
    """The table of that section."""
    found = next(one for one in (*report.first, *report.details) if one.key == key).table
    assert found
    return found


def test_tables_hold_what_charts_show(report: Document) -> None:
    """Motives with the week before, hours, endings that add up, waits by class."""
    assert table(report, "sujets").rows == (("Le passeport", 5, 0), ("Les encombrants", 1, 1))
    assert [row for row in table(report, "moments").rows if row[1]] == [("9 h", 8, 1), ("10 h", 2, 0)]
    assert table(report, "devenir").rows == (
        ("Répondus par l’assistant", 6),
        ("Pris par une personne", 2),
        ("Raccroché en attendant", 1),
        ("Lignes occupées", 1),
    )
    assert [row for row in table(report, "attente").rows if row[1] or row[2]] == [
        (f"15{THIN}s à 30{THIN}s", 1, 0),
        (f"1{THIN}min à 2{THIN}min", 0, 1),
        (f"5{THIN}min à 10{THIN}min", 1, 0),
    ]


def closed(*known: bool | None) -> Section:
    """The section of closed offices; of each call whether they were, None: not known."""
    facts = [
        replace(fact, arrived_closed=one)
        for fact, one in zip(calls(), (*known, *[None] * (10 - len(known))), strict=True)
    ]
    return next(one for one in document(figures(facts), None, NAMES, AT).details if one.key == "fermes")


def test_what_is_not_known_of_closed_offices_is_never_none() -> None:
    """Of no call, of some, of all."""
    unknown = closed()
    assert unknown.words == ("On ne le sait d’aucun de ces appels.",)
    assert unknown.table
    assert [shown(row[1]) for row in unknown.table.rows] == ["0", "–", "–", "–"]
    assert closed(True, True, False).words == (
        f"2 appels sont arrivés quand les bureaux étaient fermés ; l’assistant a répondu à 2 d’entre eux (100{THIN}%).",
        "C’est connu pour 3 appels sur 10.",
    )
    assert closed(*[False] * 10).words == ("Aucun appel n’est arrivé quand les bureaux étaient fermés.",)


def test_a_first_page_speaks_no_jargon() -> None:
    """A mayor reads what is to be looked at: no setting, no percentile, no journal; who is to be asked."""
    slow = [replace(fact, response_ms=(5000,)) for fact in calls()[:3]]
    words = " ".join(
        attention(figures([*slow, replace(calls()[0], call_id="f", ending=Ending.FAILED)]).total)
    )
    assert (
        f"Une fois sur vingt, l’assistant a mis 5,0{THIN}s ou plus à répondre : à voir avec l’informatique."
        in words
    )
    assert "1 appel a échoué sur une panne : à voir avec l’informatique." in words
    assert not re.search(r"max_calls|centile|journal|\w_\w", words)


def test_a_years_trend_goes_by_weeks() -> None:
    """The chart says so, and its table tells from when to when each week is; the weeks before stand beside them where there are as many."""
    year, before = (of_steps(date(day, 1, 1)) for day in (2026, 2025))
    made = sections.trend_of(year, before, "automation_rate", "Taux", "taux")
    assert made.words == (
        "Un point par semaine, du lundi au dimanche, à la date de son premier jour.",
        "En pointillé : la période d’avant.",
    )
    assert made.table
    assert made.table.head == ("Semaine du", "au", "Taux")
    assert [row[:2] for row in made.table.rows[:2]] == [
        ("01/01/2026", "04/01/2026"),
        ("05/01/2026", "11/01/2026"),
    ]
    assert [made.table.rows[-1][:2], len(made.table.rows)] == [("28/12/2026", "31/12/2026"), 53]
    assert as_csv(made.table).splitlines()[2] == "05/01/2026;11/01/2026;0,6666666666666666"
    assert made.chart
    drawn = made.chart(PAGE)
    assert "du 5 au 11 janvier 2026 : 67" in drawn
    assert "(période précédente : 67" in drawn


def of_steps(day: date) -> Figures:
    """The ten calls in each week of its year."""
    slices = tuple(
        Slice(step.first, Tally.of(each for fact in calls() for each in counted(fact)))
        for step in steps(Period.year(day))
    )
    return Figures(Period.year(day), EVERYTHING, slices[0], steps=slices)


def test_a_service_has_no_rate_of_automation() -> None:
    """Who was answered by the bot alone is of no service: the table does not say 0 %."""
    made = figures(calls())
    heads = [sections.parts(title, "x", made.hours, str).table for title in ("Ligne", sections.SERVICE)]
    assert [("Automatisation" in table.head, len(table.rows[0]) == len(table.head)) for table in heads if table] == [
        (True, True), (False, True),
    ]  # fmt: skip


def test_every_chart_can_be_drawn_for_page_and_paper(report: Document) -> None:
    """Each is a picture that says what it shows."""
    charts = [one.chart for one in (*report.first, *report.details) if one.chart]
    assert len(charts) == 5
    for chart in charts:
        for palette in (PAGE, PHONE, PRINT):
            assert ElementTree.fromstring(chart(palette)).get("aria-label")


async def test_the_pdf_is_tagged_and_its_first_page_says_the_essential(report: Document) -> None:
    """Set in another process or in this one: the same words; a screen reader finds its structure."""
    pdf = await set_apart(sources(report))
    opened = pypdfium2.PdfDocument(pdf)
    first = opened[0].get_textpage().get_text_range()
    assert "Rapport du lundi 2 mars 2026" in first
    assert "À quelle heure" in first
    assert "établis le 03/03/2026" in opened[len(opened) - 1].get_textpage().get_text_range()
    assert b"/StructTreeRoot" in pdf or b"/Marked true" in pdf
    assert len(pypdfium2.PdfDocument(set_here(sources(report)))) == len(opened)


def test_the_page_and_the_letter_say_the_same(report: Document) -> None:
    """The page has charts, each for paper and for a telephone, the letter tables in their place, plain text lines."""
    assert html(report).count("<svg") == 2 * 5
    assert "<svg" not in letter(report)
    assert "Les encombrants" in letter(report)
    assert "- Le passeport : 5 : 0" in plain(report)
    assert report.headline in plain(report)


async def test_the_letter_carries_its_charts_as_pictures(report: Document) -> None:
    """PNG within the HTML, shown by their Content-ID, each with its words; the text stands alone; files stay files."""
    made = await drawn_apart(drawings(report))
    assert [Image.open(io.BytesIO(one)).format for one in made] == ["PNG", "PNG"]
    pictures = {picture_id(number, "day 2026-03-02"): one for number, one in enumerate(made)}
    settings = load({}, report_to=("m@v.example",), report_from="c@v.example", smtp_host="mail.v.example")
    sent = letter_of(
        settings, subject="s", plain=plain(report), html=letter(report, tuple(pictures)),
        files={"r.pdf": b"%PDF"}, at=AT, key="day 2026-03-02", pictures=pictures,
    )  # fmt: skip
    read = message_from_bytes(sent.as_bytes(), policy=policy.default)
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "image/png",
        "application/pdf",
    ]  # fmt: skip
    inside = [part for part in read.walk() if part.get_content_type() == "image/png"]
    shown_ids = re.findall(
        r'<img src="cid:([^"]+)"[^>]* alt="[^"]+ : [^"]+"', letter(report, tuple(pictures))
    )
    assert [f"<{one}>" for one in shown_ids] == [part["Content-ID"] for part in inside]
    assert [part.get_content() for part in inside] == made
    assert [part.get_filename() for part in read.iter_attachments()] == ["r.pdf"]


def test_names_are_never_markup(report: Document) -> None:
    """A title from a knowledge base that is hostile stays words, on the page and on paper."""
    bad = replace(report, commune="<script>x</script>", headline='#panic("x") $ @y', details=())
    assert "<script>" not in html(bad)
    assert '#panic("x")' in pypdfium2.PdfDocument(set_here(sources(bad)))[0].get_textpage().get_text_range()


def test_a_table_for_spreadsheets_has_raw_numbers_and_no_formula() -> None:
    """Figures unrounded; a cell that would be computed is marked."""
    share = Figure("x", "Part", "ratio", "a ÷ b", 2, 3, 2 / 3)
    made = Table(("Nom", "Part", "Rien"), (("=1+1", share, None),))
    assert as_csv(made) == "\ufeffNom;Part;Rien\r\n'=1+1;0,6666666666666666;\r\n"
    assert [shown(cell) for cell in made.rows[0]] == ["=1+1", f"66,7{THIN}%", "–"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min"), (125, "2 min 05"), (3599.9, "1 h 00"), (4320, "1 h 12")],
)
def test_durations_are_read_aloud_easily(seconds: float, words: str) -> None:
    """Seconds, then minutes, then hours."""
    assert duration(seconds) == words.replace(" ", THIN)


def test_figures_in_words() -> None:
    """Shares, scores, times; what made them; what they were."""
    share = Figure("r", "Taux", "ratio", "", 190, 312, 190 / 312, 1)
    assert (value(share), value(share, 1), calculation(share)) == (f"61{THIN}%", f"60,9{THIN}%", "190 ÷ 312")
    none = replace(share, numerator=0, denominator=0, value=None)
    assert (value(none), against(share, none, "hier"), against(none, share, "hier")) == ("–", "", "")
    speed = Figure("p", "Temps", "ms", "", None, 40, 1250.0, -1)
    assert (value(speed), calculation(speed)) == (f"1,2{THIN}s", "sur 40")


def test_a_period_that_is_not_over_is_not_compared() -> None:
    """« Ce mois » on the 29th against a whole month would always look like a fall."""
    made = document(figures(calls()), None, NAMES, AT)
    assert made.headline.endswith("Période en cours : chiffres jusqu’au 03/03 à 07 h 00.")
    assert {card.change for card in made.cards} == {""}
    assert "n’est pas comparée" in made.notes[0]
    assert table(made, "sujets").head == ("Sujet", "Appels")


def test_a_choice_of_calls_never_looks_like_all_of_them() -> None:
    """The report says which ones; what has no meaning for them is not a figure."""
    chosen = Filters(service="accueil", hours=frozenset({22, 23, 0}), weekdays=frozenset({5, 6}))
    made = document(replace(figures(calls()), filters=chosen), None, NAMES, AT)
    assert made.title == "Rapport du lundi 2 mars 2026, appels choisis"
    assert made.headline.startswith("Seulement : service accueil, de 22 h à 1 h, samedi, dimanche. ")
    assert (made.cards[2].value, made.cards[2].change) == ("–", "sans objet pour un service")
    assert "répondu seul" not in made.headline


def test_the_csv_of_a_program_becomes_one_for_a_french_spreadsheet() -> None:
    """Semicolons, decimal commas, the mark of its letters; a cell that would be computed is marked."""
    assert french_csv('a,b\r\n0.5,"x;y"\r\n-1.25,=1+1\r\n') == '\ufeffa;b\r\n0,5;"x;y"\r\n-1,25;\'=1+1\r\n'


def test_a_section_without_anything_is_left_out_of_nothing() -> None:
    """An empty section is still set: a heading alone."""
    bare = Document("V", "T", "H", (), (Section("Vide"),), (Section("Vide aussi"),))
    assert len(pypdfium2.PdfDocument(set_here(sources(bare)))) == 2
