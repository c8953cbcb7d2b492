"""What the report of a day, a week or a month says: figures into words, cards, charts and tables. Pure; the figures are read elsewhere."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from callbot.charts.drawing import whole
from callbot.humans.hours import WEEKDAYS
from callbot.reports import sections
from callbot.reports.attention import attention
from callbot.reports.document import Card, Document, Names, Section, Tone
from callbot.reports.written import NOTHING, against, value
from callbot.stats.days import PARIS
from callbot.stats.figures import Figure, change
from callbot.stats.period import Filters, Span
from callbot.stats.slices import Figures, Slice

__all__ = ["cards", "document", "filtered", "headline"]

MOTIVES = 5
"""Motives on the first page; the others follow in the details."""
FEW = 20
"""Answers, or calls, of which a share or an average says little."""
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


def document(now: Figures, before: Figures | None, names: Names, at: datetime) -> Document:
    """The report of `now`, written at `at` (aware), compared with `before`; None: it is not over, and nothing is compared with it."""
    when = sections.WHEN[now.period.span]
    return Document(
        commune=names.commune,
        title=f"Rapport {_of(now)}" + (", appels choisis" if now.filters.some else ""),
        headline=" ".join(
            (
                *_which(now, names),
                headline(now.total, of_service=bool(now.filters.service)),
                *_so_far(before, at),
            )
        ),
        cards=cards(now, before, when),
        first=(
            Section("À regarder", tuple(islice(attention(now.total), SENTENCES)) or ("Rien d’inhabituel.",)),
            sections.motives(now.total, before.total if before else None, names, when, MOTIVES),
            sections.moments(now, before, when),
        ),
        details=tuple(_details(now, names)),
        notes=(
            "Un jour va de minuit à minuit, heure de Paris. "
            f"{_compared(now, before)} "
            f"Chiffres établis le {at.astimezone(PARIS):%d/%m/%Y à %H h %M}, sans aucun numéro ni nom d’appelant.",
        ),
    )


def cards(now: Figures, before: Figures | None, when: str) -> tuple[Card, ...]:
    """The figures that are read from afar."""
    made = []
    for key, label in CARDS:
        if (
            key == "automation_rate" and now.filters.service
        ):  # who was answered by the bot alone is of no service
            made.append(Card(NOTHING, label, "sans objet pour un service"))
            continue
        made.append(_card(now.figure(key), before.figure(key) if before else None, label, when))
    return tuple(made)


def filtered(filters: Filters, names: Names) -> str:
    """« ligne Standard, service Accueil, de 7 h à 12 h » of calls that were chosen; empty: all are meant."""
    told = []
    if filters.line is not None:
        told.append(f"ligne {names.line(filters.line)}")
    if filters.service is not None:
        told.append(f"service {names.service(filters.service)}" if filters.service else "sans service")
    if filters.language is not None:
        told.append(f"en {names.language(filters.language).lower()}")
    if filters.hours:
        told.append(_hours(filters.hours))
    if filters.weekdays:
        told.append(", ".join(WEEKDAYS[day] for day in sorted(filters.weekdays)))
    return ", ".join(told)


def _hours(hours: frozenset[int]) -> str:
    """« de 19 h à 7 h »; hours that do not follow each other are told one by one."""
    begins = [hour for hour in sorted(hours) if (hour - 1) % 24 not in hours]
    if len(begins) != 1:
        return " et ".join(f"{hour} h" for hour in sorted(hours))
    return f"de {begins[0]} h à {(begins[0] + len(hours)) % 24} h"


def _which(now: Figures, names: Names) -> tuple[str, ...]:
    chosen = filtered(now.filters, names)
    return (f"Seulement : {chosen}.",) if chosen else ()


def _so_far(before: Figures | None, at: datetime) -> tuple[str, ...]:
    if before:
        return ()
    return (f"Période en cours : chiffres jusqu’au {at.astimezone(PARIS):%d/%m à %H h %M}.",)


def _compared(now: Figures, before: Figures | None) -> str:
    if before is None:
        return "La période n’est pas finie : elle n’est pas comparée."
    return f"La comparaison est faite avec {_period_of(now.period.previous().label)}."


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


def headline(total: Slice, *, of_service: bool = False) -> str:
    """The period in one sentence; `of_service`: only calls of a service, of which the bot answered none alone."""
    offered, picked_up = _number(total, "offered"), _number(total, "picked_up")
    if not offered:
        return "Aucun appel."
    calls = f"{whole(offered)} {_s('appel', offered)}"
    if picked_up == offered:
        picked = "décroché" if offered == 1 else "tous décrochés"
    else:
        picked = f"dont {whole(picked_up)} {_s('décroché', picked_up)}"
    taken, alone = _number(total, "handled_by_agent"), _alone(total.figure("automation_rate"))
    if not taken:
        return f"{calls}, {picked}." if of_service else f"{calls}, {picked}. {alone}."
    speed = value(total.figure("answer_speed_s"))
    verb = "en a pris" if taken == 1 else "en ont pris"
    who = "une personne" if taken == 1 else "les agents"
    if of_service:
        return f"{calls}, {picked} ; {who} {verb} {whole(taken)}, après {speed} d’attente en moyenne."
    return f"{calls}, {picked}. {alone} ; {who} {verb} {whole(taken)}, après {speed} d’attente en moyenne."


def _alone(rate: Figure) -> str:
    """The share with what it is a share of, which is neither the calls offered nor those picked up."""
    answered = rate.numerator or 0
    if not rate.denominator:
        return "L’assistant n’a eu personne à qui répondre"
    among = f"sur {whole(rate.denominator)} où quelqu’un parlait"
    return f"L’assistant a répondu seul à {whole(answered)} {_s('appel', answered)} {among} ({value(rate)})"


def _card(now: Figure, before: Figure | None, label: str, when: str) -> Card:
    if now.key == "satisfaction" and now.denominator:
        label = f"{label} ({whole(now.denominator)} {_s('réponse', now.denominator)})"
    if before is None:
        return Card(value(now), label)
    good = change(now, before).good if _telling(now, before) else None
    tone: Tone = "plain" if good is None else "good" if good else "bad"
    return Card(value(now), label, against(now, before, when), tone)


def _telling(now: Figure, before: Figure) -> bool:
    """Whether a change is worth a colour: it shows in what is read, and is not of a handful of values."""
    enough = now.unit == "calls" or min(now.denominator or 0, before.denominator or 0) >= FEW
    return value(now) != value(before) and enough


def _details(now: Figures, names: Names) -> Iterator[Section]:
    total = now.total
    yield sections.becoming(total)
    if now.period.days > 1:
        yield sections.heat(now)
    yield sections.out_of_hours(total)
    yield sections.waits(total)
    yield sections.satisfaction(total)
    yield sections.unanswered(total, names)
    yield sections.subjects(total, names)
    for title, slices, name in (
        ("Ligne", now.lines, names.line),
        (sections.SERVICE, now.services, names.service),
        ("Langue", now.languages, names.language),
    ):
        if len(slices) > 1:
            yield sections.parts(title, title.lower(), slices, name)
    yield sections.everything(total)


def _number(part: Slice, key: str) -> int:
    return int(part.figure(key).value or 0)


def _s(word: str, number: float) -> str:
    return word if number < 2 else word + "s"
