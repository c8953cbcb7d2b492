"""What is asked of the pages in a measurement: every address that people or programs read from. Pure.

A new address is one line in `VISITS` or in `NOT_MEASURED`: the measurement, and a test, fail loudly where there is none (`check`).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType

from callbot.accounts import Role
from callbot.bench.visit import Query, Visit, What, nth
from callbot.bench.visits_dashboard import dashboard
from callbot.errors import CallbotError

__all__ = ["API", "NOT_MEASURED", "VISITS", "check"]

API = "/api/v1"


def _numbered(things: Callable[[What], Sequence[int]]) -> Query:
    return lambda what, n: {"number:int": str(nth(things(what), n))}


def _tab(view: str) -> Query:
    return lambda _what, _n: {"view": view}


SUPERVISOR, ADMINISTRATOR, RECEPTIONIST = Role.SUPERVISOR, Role.ADMINISTRATOR, Role.RECEPTIONIST

VISITS: tuple[Visit, ...] = (
    *dashboard(),
    Visit("home", "/"),
    Visit("home, its live part", "/etat"),
    Visit("calls, queue and desks now", "/direct", SUPERVISOR),
    Visit("the same, live part", "/direct/vif", SUPERVISOR),
    Visit("the desk", "/poste", RECEPTIONIST),
    Visit("the desk's state", "/poste/etat", RECEPTIONIST),
    Visit("the desk's news, first line", "/poste/vif", RECEPTIONIST, streams=True),
    Visit("call-backs", "/rappels", RECEPTIONIST),
    Visit(
        "call-backs of a service", "/rappels", RECEPTIONIST, query=lambda what, _: {"service": what.service}
    ),
    *(
        Visit(f"call-backs, {view}", "/rappels/{view}", RECEPTIONIST, fill=_tab(view))
        for view in ("a-rappeler", "essayes", "faits")
    ),
    Visit("a call-back", "/rappels/{number:int}", RECEPTIONIST, fill=_numbered(lambda what: what.callbacks)),
    Visit("how many call-backs", "/rappels/combien", RECEPTIONIST),
    Visit("messages", "/messages", RECEPTIONIST),
    Visit("messages that are done", "/messages/traites", RECEPTIONIST),
    Visit("a message", "/messages/{number:int}", RECEPTIONIST, fill=_numbered(lambda what: what.messages)),
    Visit("how many messages", "/messages/combien", RECEPTIONIST),
    Visit("the last calls", "/appels"),
    Visit("a call", "/appels/{call_id}", fill=lambda what, n: {"call_id": nth(what.calls, n)}),
    Visit("what is to be learnt", "/a-apprendre"),
    Visit("a group of questions", "/a-apprendre/{number:int}", fill=_numbered(lambda what: what.groups)),
    Visit("personal data", "/donnees-personnelles", ADMINISTRATOR),
    Visit(
        "personal data of a number",
        "/donnees-personnelles/recherche",
        ADMINISTRATOR,
        query=lambda what, _: {"numero": what.number},
        form=True,
    ),
    Visit(
        "personal data of a number as a file",
        "/donnees-personnelles/export",
        ADMINISTRATOR,
        query=lambda what, _: {"numero": what.number},
        form=True,
    ),
    Visit("who looked at whose data", "/donnees-personnelles/consultations", ADMINISTRATOR),
    Visit(
        "who looked, one person's lines",
        "/donnees-personnelles/consultations",
        ADMINISTRATOR,
        query=lambda _what, _n: {"personne": "claire.martin"},
    ),
    Visit(
        "who looked, of a call",
        "/donnees-personnelles/consultations",
        ADMINISTRATOR,
        query=lambda what, n: {"appel": nth(what.calls, n)},
    ),
    Visit(
        "who looked, on a day",
        "/donnees-personnelles/consultations",
        ADMINISTRATOR,
        query=lambda what, _: {"jour": what.last.isoformat()},
    ),
    Visit("the journal", "/journal", ADMINISTRATOR),
    Visit("the journal as CSV", "/journal.csv", ADMINISTRATOR),
    Visit("accounts", "/acces", ADMINISTRATOR),
    Visit("tokens", "/jetons", ADMINISTRATOR),
    Visit("one's account", "/mon-compte"),
    Visit("opening hours", "/horaires"),
    Visit("opening hours of the week", "/horaires/semaine"),
    Visit("opening hours of a day", "/horaires/jour"),
    Visit("knowledge", "/connaissances"),
    Visit("knowledge, its state", "/connaissances/etat"),
    Visit("an answer", "/connaissances/{language}/{entry_id}", fill=lambda what, _: _entry(what)),
    Visit(
        "an answer to edit",
        "/connaissances/{language}/{entry_id}/modifier",
        fill=lambda what, _: _entry(what),
    ),
    Visit("a new answer", "/connaissances/nouvelle"),
    Visit("the telephone", "/telephone"),
    Visit("the telephone's lines", "/telephone/lignes"),
    Visit("the telephone's subjects", "/telephone/sujets"),
    Visit("parts of pages", "/composants", ADMINISTRATOR),
    Visit("API: figures of a day", f"{API}/figures", None, lambda what, _: {"first": what.last.isoformat()}),
    Visit(
        "API: figures of 365 days, each day",
        f"{API}/figures",
        None,
        lambda what, _: {**_year(what), "days": "true"},
    ),
    Visit(
        "API: figures of 365 days, a line",
        f"{API}/figures",
        None,
        lambda what, _: {**_year(what), "line": what.line},
    ),
    Visit("API: calls of a day, 500", f"{API}/calls", None, lambda what, _: {"day": what.last.isoformat()}),
    Visit("API: the queue", f"{API}/queue", None),
    Visit("API: what there is", f"{API}/openapi.json", None),
    Visit("health", "/sante", None),
)

NOT_MEASURED: Mapping[str, str] = MappingProxyType(
    {
        "/connexion": "slow on purpose (Argon2); each session of the measurement went through it",
        "/connexion/fournisseur": "an identity provider's answer",
        "/connexion/retour": "an identity provider's answer",
        "/connexion/sortie": "an identity provider's answer",
        "/connaissances/essayer": "the router reads a sentence, no calls are read: `bench intents` measures it",
        "/connaissances/versions/{number:int}": "an edit of an answer, no calls are read",
        "/connaissances/versions/{number:int}/son": "a voice speaks",
        "/connaissances/{language}/{entry_id}/son": "a voice speaks",
        "/horaires/messages/{number:int}/son": "a voice speaks",
        "/messages/{number:int}/son": "a file from the disk",
        "/next": "memory alone",
        "/metrics": "memory alone",
        "/favicon.ico": "a file from the disk",
    }
)
"""Addresses that are only read from and stand in no visit, and why."""


def check(routes: Collection[str]) -> None:
    """Raises CallbotError where an address of the application is in neither list, or one of the lists is none of the application's."""
    known = {visit.route for visit in VISITS if not visit.form} | set(NOT_MEASURED)
    if unknown := sorted(set(routes) - known):
        raise CallbotError(f"bench stats does not measure {', '.join(unknown)}: add it to bench/visits.py")
    if gone := sorted(known - set(routes)):
        raise CallbotError(f"bench stats measures {', '.join(gone)}, which is not there")


def _entry(what: What) -> Mapping[str, str]:
    language, _, entry = what.entry.partition("/")
    return {"language": language, "entry_id": entry}


def _year(what: What) -> Mapping[str, str]:
    return {"first": (what.last - timedelta(days=364)).isoformat(), "last": what.last.isoformat()}
