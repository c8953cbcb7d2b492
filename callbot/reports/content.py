"""What the report of a day, a week or a month says: figures into words, cards, charts and tables. Pure; the figures are read elsewhere."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from callbot.charts.drawing import whole
from callbot.reports import sections
from callbot.reports.attention import attention
from callbot.reports.document import Card, Document, Names, Section, Tone
from callbot.reports.written import against, value
from callbot.stats.days import PARIS
from callbot.stats.figures import Figure, change
from callbot.stats.period import Span
from callbot.stats.slices import Figures, Slice

__all__ = ["cards", "document", "headline"]

MOTIVES = 5
"""Motives on the first page; the others follow in the details."""
SENTENCES = 3
"""Of what is to be looked at, on the first page: the gravest."""
CARDS = (
    ("offered", "appels reçus"),
    ("picked_up", "appels décrochés"),
    ("automation_rate", "répondus par l’assistant seul"),
    ("handled_by_agent", "pris par une personne"),
    ("answer_speed_s", "d’attente en moyenne"),
    ("satisfaction", "de satisfaction"),
)


def document(now: Figures, before: Figures, names: Names, at: datetime) -> Document:
    """The report of `now`, compared with `before`, written at `at` (aware)."""
    when = sections.WHEN[now.period.span]
    return Document(
        commune=names.commune,
        title=f"Rapport {_of(now)}",
        headline=headline(now.total),
        cards=cards(now.total, before.total, when),
        first=(
            Section("À regarder", tuple(islice(attention(now.total), SENTENCES)) or ("Rien d’inhabituel.",)),
            sections.motives(now.total, before.total, names, when, MOTIVES),
            sections.moments(now, before, when),
        ),
        details=tuple(_details(now, names)),
        notes=(
            "Un jour va de minuit à minuit, heure de Paris. "
            f"La comparaison est faite avec {_period_of(now.period.previous().label)}. "
            f"Chiffres établis le {at.astimezone(PARIS):%d/%m/%Y à %H h %M}, sans aucun numéro ni nom d’appelant.",
        ),
    )


def cards(now: Slice, before: Slice, when: str) -> tuple[Card, ...]:
    """The figures that are read from afar."""
    return tuple(_card(now.figure(key), before.figure(key), label, when) for key, label in CARDS)


def _of(now: Figures) -> str:
    label = now.period.label
    match now.period.span:
        case Span.DAY:
            return f"du {label}"
        case Span.WEEK:
            return f"de la semaine {label}"
        case Span.MONTH:
            return f"d’{label}" if label[0] in "ao" else f"de {label}"
        case Span.YEAR:
            return f"de l’année {label}"
        case Span.OTHER:
            return label


def _period_of(label: str) -> str:
    """« le lundi 2 mars », « février 2026 », « la période du 2 au 8 mars »."""
    if label.startswith("du "):
        return f"la période {label}"
    return (
        f"le {label}"
        if label[-4:].isdigit() and label.split(maxsplit=1)[0].endswith(("di", "che"))
        else label
    )


def headline(total: Slice) -> str:
    """The period in one sentence."""
    offered, picked_up = _number(total, "offered"), _number(total, "picked_up")
    if not offered:
        return "Aucun appel."
    calls = f"{whole(offered)} {_s('appel', offered)}"
    if picked_up == offered:
        picked = "décroché" if offered == 1 else "tous décrochés"
    else:
        picked = f"dont {whole(picked_up)} {_s('décroché', picked_up)}"
    answered, taken = _number(total, "answered"), _number(total, "handled_by_agent")
    rate = value(total.figure("automation_rate"))
    alone = f"L’assistant a répondu seul à {whole(answered)} {_s('appel', answered)} ({rate})"
    if not taken:
        return f"{calls}, {picked}. {alone}."
    speed = value(total.figure("answer_speed_s"))
    verb = "en a pris" if taken == 1 else "en ont pris"
    who = "une personne" if taken == 1 else "les agents"
    return f"{calls}, {picked}. {alone} ; {who} {verb} {whole(taken)}, après {speed} d’attente en moyenne."


def _card(now: Figure, before: Figure, label: str, when: str) -> Card:
    if now.key == "satisfaction" and now.denominator:
        label = f"{label} ({whole(now.denominator)} {_s('réponse', now.denominator)})"
    good = (
        change(now, before).good if value(now) != value(before) else None
    )  # what is read as the same is the same
    tone: Tone = "plain" if good is None else "good" if good else "bad"
    return Card(value(now), label, against(now, before, when), tone)


def _details(now: Figures, names: Names) -> Iterator[Section]:
    total = now.total
    yield sections.becoming(total)
    if now.period.days > 1:
        yield sections.heat(now)
    yield sections.waits(total)
    yield sections.satisfaction(total)
    yield sections.unanswered(total, names)
    yield sections.subjects(total, names)
    for title, slices, name in (
        ("Ligne", now.lines, names.line),
        ("Service", now.services, names.service),
        ("Langue", now.languages, names.language),
    ):
        if len(slices) > 1:
            yield sections.parts(title, title.lower(), slices, name)
    yield sections.everything(total)


def _number(part: Slice, key: str) -> int:
    return int(part.figure(key).value or 0)


def _s(word: str, number: float) -> str:
    return word if number < 2 else word + "s"
