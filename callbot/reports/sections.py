"""The parts that a report and the dashboard are made of: each a heading, a chart and the table of the same numbers. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from types import MappingProxyType

from callbot.charts.bars import Bar, columns, rows
from callbot.charts.drawing import PAGE, Palette, decimal, percent, whole
from callbot.charts.flow import Link, flow
from callbot.charts.heat import heat_map
from callbot.charts.trend import Point, trend
from callbot.humans.hours import WEEKDAYS
from callbot.reports.document import Cell, Names, Section, Table
from callbot.reports.written import calculation, duration, value
from callbot.stats.facts import Ending
from callbot.stats.period import Period, Span
from callbot.stats.slices import Figures, Part, Slice
from callbot.stats.steps import Step, step_of, steps
from callbot.stats.tally import What

__all__ = [
    "ENDINGS", "SERVICE", "SHOWN", "WHEN", "becoming", "everything", "heat", "moments", "motives", "out_of_hours", "parts", "satisfaction",
    "subjects",
    "trend_of", "unanswered", "waits",
]  # fmt: skip

WHEN = {
    Span.DAY: "une semaine avant",
    Span.WEEK: "la semaine d’avant",
    Span.MONTH: "le mois d’avant",
    Span.YEAR: "l’année d’avant",
    Span.OTHER: "sur la période d’avant",
}
"""What a period is compared with, as it stands after a figure."""
_OF_PART = frozenset({What.OFFERED, What.ENDING, What.HANDLED_BY_AGENT, What.WAIT})
SHOWN: Mapping[Part, frozenset[What]] = MappingProxyType(
    {
        Part.DAYS: frozenset({What.OFFERED, What.ENDING, What.WAIT}),
        Part.HOURS: frozenset({What.OFFERED}),
        Part.HEAT: frozenset({What.OFFERED}),
        Part.WEEKDAYS: frozenset({What.OFFERED}),
        Part.LINES: _OF_PART,
        Part.SERVICES: _OF_PART,
        Part.LANGUAGES: _OF_PART,
    }
)
"""What the figures are made of that are shown of parts: a year's page need not add up everything for each hour and service."""
ENDINGS = {
    Ending.ANSWERED: ("Répondus par l’assistant", 0),
    Ending.AGENT: ("Pris par une personne", 1),
    Ending.CALLBACK: ("Rappel demandé", 2),
    Ending.CLOSED: ("Bureaux fermés", 2),
    Ending.ABANDONED_BOT: ("Raccroché avant une réponse", 3),
    Ending.ABANDONED_QUEUE: ("Raccroché en attendant", 3),
    Ending.NOT_REACHED: ("Personne n’a pu prendre", 3),
    Ending.FAILED: ("En échec", 3),
    Ending.ABSENT: ("Sans interlocuteur", 4),
    Ending.IN_PROGRESS: ("En cours", 4),
}
"""Each in words, with its colour in the flow; refused calls leave it earlier."""
DAYS_MAX = 62
"""Days that have a bar each; a longer period is told by months."""
SHORT_MONTHS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
DAYTIME = range(7, 20)
"""Hours that have a column each in the heat map."""
STEP_HEADS = {Step.DAY: ("Jour",), Step.WEEK: ("Semaine du", "au"), Step.MONTH: ("Mois du", "au")}
STEP_WORDS: Mapping[Step, tuple[str, ...]] = {
    Step.DAY: (),
    Step.WEEK: ("Un point par semaine, du lundi au dimanche, à la date de son premier jour.",),
    Step.MONTH: ("Un point par mois.",),
}
"""What a trend has a point for: the columns of its table, and what is said of it."""
SUBJECTS_MAX = 12
SERVICE = "Service"
DAYS_OF_WEEK = tuple(day.capitalize() for day in WEEKDAYS)


def motives(now: Slice, before: Slice | None, names: Names, when: str, most: int = SUBJECTS_MAX) -> Section:
    """The most frequent motives, against the period before."""
    earlier = {subject.motive: subject.calls for subject in before.motives} if before else {}
    bars = [
        Bar(names.motive(one.motive), one.calls, earlier.get(one.motive, 0) if earlier else None)
        for one in now.motives[:most]
    ]
    if not bars:
        return Section("Ce que la ville a demandé", ("Aucun sujet n’a été reconnu.",), key="sujets")
    return Section(
        "Ce que la ville a demandé",
        (f"En gris : {when}.",) if earlier else (),
        partial(_rows, bars, "Appels par sujet"),
        _told(bars),
        Table(
            ("Sujet", "Appels", *((_capital(when),) if earlier else ())),
            tuple((bar.name, bar.value, *((bar.before,) if earlier else ())) for bar in bars),
        ),
        key="sujets",
    )


def moments(now: Figures, before: Figures | None, when: str) -> Section:
    """When the calls came: by hour of a day, by day, or by month."""
    title, name, bars = _bars(now, before)
    compared = any(bar.before for bar in bars)
    if not compared:
        bars = [Bar(bar.name, bar.value) for bar in bars]
    table = Table(
        (name, "Appels", *((_capital(when),) if compared else ())),
        tuple((bar.name, bar.value, *((bar.before,) if compared else ())) for bar in bars),
    )
    words = (f"Le trait gris : {when}.",) if compared else ()
    return Section(
        title,
        words,
        partial(_columns, bars, title),
        _told(bar for bar in bars if bar.value),
        table,
        key="moments",
    )


def _bars(now: Figures, before: Figures | None) -> tuple[str, str, list[Bar]]:
    if now.period.days == 1:
        hours: Sequence[Slice | None] = before.hours if before else [None] * len(now.hours)
        pairs = zip(now.hours, hours, strict=True)
        bars = [Bar(f"{a.key} h", a.calls, b.calls if b else None) for a, b in pairs]
        return "À quelle heure", "Heure", bars
    if now.period.days > DAYS_MAX:
        months = Counter[tuple[int, int]]()
        for day in now.days:
            assert isinstance(day.key, date)
            months[day.key.year, day.key.month] += day.calls
        bars = [
            Bar(f"{SHORT_MONTHS[month - 1]} {year}", calls) for (year, month), calls in sorted(months.items())
        ]
        return "Mois par mois", "Mois", bars
    alike = (
        now.period.span is not Span.MONTH and not now.filters.weekdays
    )  # the same weekdays stand beside each other
    earlier: Sequence[Slice | None] = before.days if before and alike else [None] * len(now.days)
    bars = [
        Bar(f"{a.key:%d/%m}", a.calls, b.calls if b else None) for a, b in zip(now.days, earlier, strict=True)
    ]
    return "Jour par jour", "Jour", bars


def out_of_hours(now: Slice) -> Section:
    """What came while the offices were closed, and what the bot could answer of it; a section of words alone."""
    received, rate = now.figure("closed_offered"), now.figure("closed_answered_rate")
    title, known = "Bureaux fermés", int(now.figure("closed_known").value or 0)
    if received.value is None:
        return Section(title, ("On ne le sait d’aucun de ces appels.",), table=_of_closed(now), key="fermes")
    in_part = (
        (f"C’est connu pour {whole(known)} appels sur {whole(now.calls)}.",) if known < now.calls else ()
    )
    number = int(received.value)
    if not number:
        none = "Aucun appel n’est arrivé quand les bureaux étaient fermés."
        return Section(title, (none, *in_part), key="fermes")
    verb = "est arrivé" if number == 1 else "sont arrivés"
    words = (
        f"{whole(number)} {'appel' if number == 1 else 'appels'} {verb} quand les bureaux étaient fermés ; "
        f"l’assistant a répondu à {whole(rate.numerator or 0)} d’entre eux ({value(rate)})."
    )
    return Section(title, (words, *in_part), table=_of_closed(now), key="fermes")


def _of_closed(now: Slice) -> Table:
    keys = ("closed_known", "closed_offered", "closed_answered", "closed_answered_rate")
    figures = [now.figure(key) for key in keys]
    return Table(("Chiffre", "Valeur"), tuple((one.label, one) for one in figures))


def heat(now: Figures) -> Section:
    """Calls by weekday and hour; the hours at which few people call are taken together."""
    first, last = DAYTIME.start, DAYTIME.stop
    columns_ = [
        ("nuit", range(first)),
        *((f"{hour} h", range(hour, hour + 1)) for hour in DAYTIME),
        ("soir", range(last, 24)),
    ]
    values = [[sum(now.heat[day, hour].calls for hour in hours) for _, hours in columns_] for day in range(7)]
    names = [name for name, _ in columns_]
    body: tuple[tuple[Cell, ...], ...] = tuple(
        (day, *row) for day, row in zip(DAYS_OF_WEEK, values, strict=True)
    )
    title = "Les heures de pointe"
    return Section(
        title,
        (
            f"Appels reçus selon le jour et l’heure ; la nuit va jusqu’à {first} h, le soir commence à {last} h.",
        ),
        lambda palette: heat_map(DAYS_OF_WEEK, names, values, title=title, palette=palette),
        "voir le tableau",
        Table(("Jour", *names), body),
        key="pointes",
    )


def becoming(total: Slice) -> Section:
    """What became of the calls, as a flow."""
    links = links_of(total)
    ends = [link for link in links if link.value and link.target != "Décrochés"]
    title = "Ce que sont devenus les appels"
    return Section(
        title,
        (),
        lambda palette: flow(links, title=title, palette=palette),
        " ; ".join(f"{link.target} : {whole(link.value)}" for link in ends),
        Table(("Fin de l’appel", "Appels"), tuple((link.target, link.value) for link in ends)),
        key="devenir",
    )


def links_of(total: Slice) -> list[Link]:
    """The flow's bands: received, picked up or refused, and every ending."""
    flown = dict(total.flow)
    picked = sum(number for ending, number in flown.items() if ending is not Ending.REFUSED)
    return [
        Link("Reçus", "Décrochés", picked),
        *(Link("Décrochés", words, flown.get(ending, 0), tone) for ending, (words, tone) in ENDINGS.items()),
        Link("Reçus", "Lignes occupées", flown.get(Ending.REFUSED, 0), 3),
    ]


def waits(total: Slice) -> Section:
    """How long callers waited for a person."""
    body: list[tuple[Cell, ...]] = []
    begin = 0
    for wait in total.waits:
        name = (
            f"{duration(begin)} à {duration(wait.up_to_s)}" if wait.up_to_s else f"plus de {duration(begin)}"
        )
        body.append((name, wait.taken, wait.left))
        begin = wait.up_to_s or begin
    bars = [Bar(str(name), float(taken or 0)) for name, taken, _ in body if not isinstance(taken, str)]  # type: ignore[arg-type]
    return Section(
        "Attente avant une personne",
        ("Appels pris, selon le temps d’attente ; le tableau dit aussi combien ont raccroché.",),
        partial(_columns, bars, "Appels pris selon l’attente"),
        _told(bars),
        Table(("Attente", "Pris", "Ont raccroché"), tuple(body)),
        key="attente",
    )


def trend_of(now: Figures, before: Figures | None, figure: str, title: str, key: str) -> Section:
    """One figure along the period, step by step, with the period before where both go in as many days, or weeks."""
    step, ends = step_of(now.period), {one.first: one for one in steps(now.period)}
    spans = [ends[one.key] for one in now.steps if isinstance(one.key, date)]
    alike = before and step is not Step.MONTH and len(before.steps) == len(now.steps)
    earlier: Sequence[Slice | None] = before.steps if before and alike else [None] * len(now.steps)
    figures = [one.figure(figure) for one in now.steps]
    points = [
        Point(_point(span, step), one.value, b.figure(figure).value if b else None, _step(span, step))
        for span, one, b in zip(spans, figures, earlier, strict=True)
    ]
    share = now.total.figure(figure).unit == "ratio"
    written: Callable[[float], str] = percent if share else decimal
    compared = (
        ("En pointillé : la période d’avant.",) if any(one.before is not None for one in points) else ()
    )
    return Section(
        title,
        (*STEP_WORDS[step], *compared),
        lambda palette: trend(
            points,
            title=title,
            palette=palette,
            height=190,
            written=written,
            most=1 if share else None,
        ),
        "voir le tableau",
        Table(
            (*STEP_HEADS[step], title),
            tuple((*_dates(span, step), one) for span, one in zip(spans, figures, strict=True)),
        ),
        key=key,
    )


def _point(span: Period, step: Step) -> str:
    """As there is room for it under the line."""
    return f"{span.first:%m/%Y}" if step is Step.MONTH else f"{span.first:%d/%m}"


def _step(span: Period, step: Step) -> str:
    """The same in full."""
    return f"{span.first:%d/%m/%Y}" if step is Step.DAY else span.label


def _dates(span: Period, step: Step) -> tuple[str, ...]:
    """The first day, and the last one of what has more: the ends of a period cut weeks and months off."""
    days = (span.first,) if step is Step.DAY else (span.first, span.last)
    return tuple(f"{day:%d/%m/%Y}" for day in days)


def satisfaction(total: Slice) -> Section:
    """How many answers there were of each score."""
    bars = [Bar(f"{score} sur 5", number) for score, number in enumerate(total.scores, 1)]
    answers = sum(total.scores)
    words = (
        f"{whole(answers)} {'réponse' if answers < 2 else 'réponses'}."
        if answers
        else "Personne n’a été interrogé, ou n’a répondu."
    )
    return Section(
        "Satisfaction",
        (words,),
        partial(_rows, bars, "Réponses par note") if answers else None,
        _told(bars),
        Table(("Note", "Réponses"), tuple((bar.name, bar.value) for bar in bars)),
        key="satisfaction",
    )


def subjects(total: Slice, names: Names) -> Section:
    """All motives and their aspects."""
    body: list[tuple[Cell, ...]] = []
    for one in total.motives:
        body.append((names.motive(one.motive), "", one.calls, one.answered))
        body += [
            ("", names.motive(f"{one.motive}.{aspect.aspect}"), aspect.calls, None)
            for aspect in total.aspects
            if aspect.motive == one.motive
        ]
    head = ("Sujet", "Précision", "Appels", "Répondus par l’assistant")
    return Section("Tous les sujets", table=Table(head, tuple(body)), key="tous-les-sujets")


def unanswered(total: Slice, names: Names) -> Section:
    """Questions without an answer, by what they were about."""
    body = tuple(
        ("Non comprises" if motive == "?" else names.motive(motive), number)
        for motive, number in total.unanswered
    )
    words = () if body else ("Toutes les questions ont eu une réponse.",)
    return Section(
        "Questions sans réponse", words, table=Table(("Sujet", "Questions"), body), key="sans-reponse"
    )


def parts(title: str, key: str, slices: Sequence[Slice], name: Callable[[str], str]) -> Section:
    """The main figures of each line, service or language; who was answered by the bot alone is of no service."""
    shown = {
        "Appels": "offered",
        "Automatisation": "automation_rate",
        "Pris par une personne": "handled_by_agent",
        "Raccroché en attendant": "abandoned_queue",
        "Attente moyenne": "answer_speed_s",
    }
    if title == SERVICE:
        del shown["Automatisation"]
    body: tuple[tuple[Cell, ...], ...] = tuple(
        (name(str(part.key)), *(part.figure(figure) for figure in shown.values())) for part in slices
    )
    return Section(title, table=Table((title, *shown), body), key=key)


def everything(total: Slice) -> Section:
    """Every figure with its calculation and its formula."""
    body = tuple((one.label, one, calculation(one), one.formula) for one in total.figures)
    head = ("Chiffre", "Valeur", "Calcul", "Formule")
    return Section("Tous les chiffres, et comment ils sont faits", table=Table(head, body), key="chiffres")


def _rows(bars: Sequence[Bar], title: str, palette: Palette = PAGE) -> str:
    return rows(bars, title=title, palette=palette)


def _columns(bars: Sequence[Bar], title: str, palette: Palette = PAGE) -> str:
    return columns(bars, title=title, palette=palette, height=180)


def _told(bars: Iterator[Bar] | Sequence[Bar]) -> str:
    return " ; ".join(f"{bar.name} : {whole(bar.value)}" for bar in bars)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
