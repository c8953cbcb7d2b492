"""What the call-back pages say: times, states and choices in French. Pure functions."""

import datetime as dt
import re
from collections.abc import Mapping

from callbot.callback_states import CALLED_BY_DESK, CLAIM_LASTS, HERE, Callback, CallbackState, Refusal, Why
from callbot.callback_times import Due, window, works_on
from callbot.events import Decision
from callbot.humans.hours import PARIS
from callbot.humans.queue_types import AgentState
from callbot.knowledge.motives import title_of
from callbot.masking import masked_number
from callbot.phone_numbers import as_dialled
from callbot.web.rendering import DAYS, MONTHS, NARROW_SPACE

DUE_WORDS = {Due.OVERDUE: "En retard", Due.NOW: "À rappeler", Due.LATER: "Plus tard"}
DUE_TONES = {Due.OVERDUE: "bad", Due.NOW: "busy", Due.LATER: "quiet"}
DUE_SENTENCES = {
    Due.OVERDUE: "C’était au plus tard {last}",
    Due.NOW: "Au plus tard {last}",
    Due.LATER: "Pas avant {first}",
}
ANSWERED = {
    Decision.ANSWER: "Le callbot a répondu",
    Decision.CLARIFY: "Le callbot a demandé de préciser",
    Decision.ORIENT: "Le callbot a renvoyé vers un autre organisme",
    Decision.HANDOVER: "Le callbot a annoncé une personne",
    Decision.EMERGENCY: "Le callbot a traité l’appel comme une urgence",
    Decision.ACT: "Le callbot a continué la conversation",
    Decision.NO_MATCH: "Le callbot n’a pas compris",
    None: "Sans suite",
}
DESK_NOW = {
    AgentState.AVAILABLE: "Votre poste est de nouveau disponible : le prochain appel le fera sonner.",
    AgentState.RINGING: "Un appel sonne à votre poste.",
    AgentState.PAUSED: "Votre poste est en pause.",
    AgentState.DIALLING: "Votre poste est encore en rappel, pour une autre demande.",
}
"""How somebody's own desk stands, after they have noted what came of a call back."""
HINDERED = {
    Why.CALLS: "Vous rappelez déjà quelqu’un{since} : dites d’abord ce qu’il en est. Cette personne n’a pas été appelée.",
    Why.TALKS: "Vous êtes en communication{since} : terminez d’abord cet appel. Cette personne n’a pas été appelée.",
}
"""Why somebody cannot dial: a telephone has one person on it."""
NAMELESS = "Numéro {number}"
SIP_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?")
LATER = "plus-tard"
"""The choice of another try that leaves its time open."""
NIGHT = 18
"""Nobody is offered another try from that hour on."""
CHOICE_DAYS = 5
"""Working days ahead that another try may be put off to."""


def clock(at: dt.datetime) -> str:
    """« 9 h », « 13 h 30 »."""
    local = at.astimezone(PARIS)
    minutes = f"{NARROW_SPACE}{local.minute:02}" if local.minute else ""
    return f"{local.hour}{NARROW_SPACE}h{minutes}"


def day_words(day: dt.date, today: dt.date) -> str:
    """« aujourd’hui », « demain », « hier », « jeudi 3 décembre », in another year with it."""
    near = {-1: "hier", 0: "aujourd’hui", 1: "demain"}.get((day - today).days)
    number = "1er" if day.day == 1 else str(day.day)
    year = f" {day.year}" if day.year != today.year else ""
    return near or f"{DAYS[day.weekday()]} {number} {MONTHS[day.month - 1]}{year}"


def point(at: dt.datetime, now: dt.datetime) -> str:
    """« demain à 13 h 30 »."""
    return f"{day_words(at.astimezone(PARIS).date(), now.astimezone(PARIS).date())} à {clock(at)}"


def soon(at: dt.datetime, now: dt.datetime) -> str:
    """« 9 h », « demain 9 h », « lundi 9 h », « lundi 7 décembre 9 h »: the day where it is not today, short within a week."""
    day, today = at.astimezone(PARIS).date(), now.astimezone(PARIS).date()
    if day == today:
        return clock(at)
    near = 1 < (day - today).days < 7
    return f"{DAYS[day.weekday()] if near else day_words(day, today)} {clock(at)}"


def age(since: dt.datetime, now: dt.datetime) -> str:
    """« il y a 5 min », « il y a 3 h », « il y a 2 jours »."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 1:
        return "à l’instant"
    if minutes < 60:
        return f"il y a {minutes}{NARROW_SPACE}min"
    if minutes < 24 * 60:
        return f"il y a {minutes // 60}{NARROW_SPACE}h"
    days = minutes // (24 * 60)
    return f"il y a {days} jour{'s' if days > 1 else ''}"


def whom(callback: Callback) -> str:
    """Whom to ask for; without a name, the number's last two figures."""
    return callback.name or NAMELESS.format(number=masked_number(callback.number))


def badge(callback: Callback, now: dt.datetime) -> tuple[str, str]:
    """Tone and word of where it stands."""
    if callback.state is CallbackState.DONE:
        return ("warn", "Fait, pas résolu") if callback.resolved is False else ("good", "Fait")
    due = window(callback, now).due(now)
    return DUE_TONES[due], DUE_WORDS[due]


def due_sentence(callback: Callback, now: dt.datetime) -> str:
    """« C’était au plus tard hier à 18 h »; of one that is done, who settled it and when."""
    if callback.state is CallbackState.DONE:
        at = f" {point(callback.state_at, now)}" if callback.state_at else ""
        return f"Noté fait{at}{f' par {callback.state_by}' if callback.state_by else ''}"
    wanted = window(callback, now)
    return DUE_SENTENCES[wanted.due(now)].format(first=point(wanted.first, now), last=point(wanted.last, now))


def turn_badge(callback: Callback, now: dt.datetime) -> tuple[str, str] | None:
    """Tone and words of where the person stands in the waiting queue; None: they have no place in it."""
    turn = callback.turn
    if turn is None:
        return None
    if turn.place in HERE:
        return "warn", "En ligne en ce moment"
    if turn.place in CALLED_BY_DESK:
        return "busy", "Au poste d’accueil"
    later = turn.call_after is not None and turn.call_after > now
    return "quiet" if later else "busy", "En file, à son tour"


def turn_sentence(callback: Callback, now: dt.datetime) -> str:
    """What that means for who reads the list; empty where the person has no place in the queue, or is somebody's (`claim_sentence`)."""
    turn = callback.turn
    if turn is None or turn.place in CALLED_BY_DESK:
        return ""
    if turn.place in HERE:
        return "La personne a rappelé : elle attend dans la file, il n’y a pas à l’appeler"
    if turn.call_after is not None and turn.call_after > now:
        return f"En file : pas proposée à un poste avant {point(turn.call_after, now)}"
    return "En file : elle sera proposée, à son tour, au premier poste libre"


def tries_sentence(callback: Callback, now: dt.datetime) -> str:
    """« Essayé 2 fois, la dernière hier à 10 h 12 par léa »; empty where nobody has tried."""
    if not callback.tries:
        return ""
    last, count = callback.tries[-1], len(callback.tries)
    by = f" par {last.by}" if last.by else ""
    times = "une fois," if count == 1 else f"{count} fois, la dernière"
    return f"Essayé {times} {point(last.at, now)}{by}"


def claim_sentence(callback: Callback, actor: str, now: dt.datetime) -> str:
    """Who is at it; empty: nobody."""
    claim = callback.claimed(now)
    if callback.state is CallbackState.DONE or claim is None:
        return ""
    if claim.by != actor:
        return f"{claim.by} s’en occupe depuis {clock(claim.since)}"
    if callback.is_mine(actor, now):
        return f"Vous vous en occupez, jusqu’à {clock(claim.until)}"
    return "Vous vous occupez d’une autre demande de cette personne"


def others_sentence(callback: Callback) -> str:
    """That the same number has asked more than once; empty where it has not."""
    if not callback.others:
        return ""
    return (
        "Ce numéro a une autre demande"
        if callback.others == 1
        else f"Ce numéro a {callback.others} autres demandes"
    )


def refusal_sentence(refusal: Refusal, actor: str, now: dt.datetime) -> str:
    """Why nothing was changed."""
    by = "Vous" if refusal.by == actor else refusal.by or "Quelqu’un"
    match refusal.why:
        case Why.TAKEN:
            since = f" depuis {clock(refusal.since)}" if refusal.since else ""
            return f"{by} s’en occupe déjà{since}. Rien n’a été changé."
        case Why.SETTLED:
            at = f" {point(refusal.since, now)}" if refusal.since else ""
            has = "l’avez noté" if refusal.by == actor else "l’a noté"
            return f"C’est déjà réglé : {by.lower() if by in ('Vous', 'Quelqu’un') else by} {has} fait{at}. Rien n’a été changé."
        case Why.OPEN:
            return "Cette demande n’était pas notée faite. Rien n’a été changé."
        case Why.HERE:
            return (
                "Cette personne vient de rappeler : elle attend en ligne, dans la file. Rien n’a été changé."
            )
        case Why.CALLS | Why.TALKS:
            since = f" depuis {clock(refusal.since)}" if refusal.since else ""
            return HINDERED[refusal.why].format(since=since)


def retry_choices(now: dt.datetime) -> list[tuple[str, str]]:
    """When another try may be, for a form: (ISO 8601 to the minute in Paris, words); the first one leaves it open."""
    local = now.astimezone(PARIS)
    soon = (local + dt.timedelta(hours=1)).replace(second=0, microsecond=0)
    points = [soon] if soon.date() == local.date() and soon.hour < NIGHT else []
    days = [day for n in range(15) if works_on(day := local.date() + dt.timedelta(days=n))][: CHOICE_DAYS + 1]
    for day in days:
        halves = (dt.datetime.combine(day, dt.time(hour), PARIS) for hour in (9, 14))
        points += [half for half in halves if half > soon]
    return [
        (LATER, "Sans heure précise"),
        *(
            (
                f"{one:%Y-%m-%dT%H:%M}",
                f"{point(one, now)}{' (dans une heure)' if one is soon else ''}".capitalize(),
            )
            for one in points
        ),
    ]


def sip_host(telephone: str, pbx: str) -> str:
    """Where to dial by SIP (host or host:port; empty: nowhere): where the receptionist's SIP address is, else at the PBX."""
    host = telephone.rpartition("@")[2].partition(";")[0] if "@" in telephone else ""
    return host if SIP_HOST.fullmatch(host) else pbx


def dial_addresses(callback: Callback, host: str) -> dict[str, str]:
    """Links that dial: by the telephone, and by SIP where there is a `host` for it."""
    links = {"tel": f"tel:{callback.number}"}
    if host:
        links["sip"] = f"sip:{as_dialled(callback.number).replace(' ', '')}@{host}"
    return links


def subject_of(motive: str, subjects: Mapping[str, str]) -> str:
    """What it is about, in words; empty where that is not known."""
    words = subjects.get(motive, "").replace("'", "’")
    return words[:1].upper() + words[1:] if words else title_of(motive)


def speaks(callback: Callback, languages: Mapping[str, str]) -> str:
    """« Parle anglais »; empty for French."""
    return "" if callback.language == "fr" else f"Parle {languages.get(callback.language, callback.language)}"


WORDS = {
    "age": age,
    "answered": ANSWERED,
    "badge": badge,
    "claim": claim_sentence,
    "clock": clock,
    "dialled": lambda callback: as_dialled(callback.number),
    "due": due_sentence,
    "masked": lambda callback: masked_number(callback.number),
    "lasts": int(CLAIM_LASTS.total_seconds() // 60),
    "others": others_sentence,
    "point": point,
    "subject": subject_of,
    "tries": tries_sentence,
    "speaks": speaks,
    "turn": turn_sentence,
    "turn_badge": turn_badge,
    "whom": whom,
}
"""What the templates say things with."""
