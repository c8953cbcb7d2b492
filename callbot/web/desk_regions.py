"""The parts of the desk that change while it is open: what each shows, and each as HTML on its own."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request

from callbot.access_log import Looked
from callbot.callback_states import Callback
from callbot.dialogue.transfer_phrases import REASONS
from callbot.humans.caller_card import EMERGENCY
from callbot.humans.desk import View
from callbot.humans.desk_cards import Card
from callbot.humans.desk_level import is_put_off
from callbot.humans.hours import PARIS
from callbot.humans.queue import DIALLED_FOR
from callbot.humans.queue_looking import Overview
from callbot.humans.queue_types import IN_QUEUE, AgentState, Entry, Place, Priority
from callbot.languages.tongues import tongue
from callbot.phone_numbers import normalise_number
from callbot.web.callbacks_words import point, soon, subject_of
from callbot.web.calls import minutes
from callbot.web.consulted import looked
from callbot.web.desk_passing import Passing
from callbot.web.desk_words import (
    CARES,
    PAUSES,
    PRIORITIES,
    capital,
    doing,
    passed_words,
    pause_words,
    shown_number,
    state_words,
    team_pause,
    typeset,
    unanswered_words,
    waits_words,
)
from callbot.web.forms import text
from callbot.web.rendering import render
from callbot.web.service import WebService

PATH = "/poste"
TEMPLATES = {
    "poste-etat": "desk_state.html",
    "poste-appel": "desk_call.html",
    "poste-passer": "desk_pass.html",
    "poste-suivi": "desk_follow_up.html",
    "poste-file": "desk_queue.html",
    "poste-equipe": "desk_team.html",
    "poste-standard": "desk_referred.html",
    "poste-journee": "desk_day.html",
}
"""By the element's id."""
QUEUE, DAY = "poste-file", "poste-journee"
OWN = ("poste-etat", "poste-appel")
"""Those that an offer changes; `Desk.own` is enough for them."""
LATE_S = 180
"""From then on a waiting time stands out."""
ASKED_BEFORE = timedelta(minutes=5)
"""So long before a call back ends by itself, who dialled is asked whether they talk still."""
MOST_SHOWN = 30
"""Callers of the queue that are listed; of the others their number is told."""
TIMER = re.compile(r'class="timer[^"]*"([^>]*)>[^<]*<')
IN_LIST = (Place.WAITING, Place.OFFERED, Place.DIALLED, Place.PROMISED, Place.CALLING_BACK)


@dataclass
class Kept:
    """Of one page: the day's calls as they were rendered last, and what they show."""

    looks: tuple[object, ...] = ()
    day: str = ""


class Regions:
    """What a desk shows, for the one who asks."""

    def __init__(self, service: WebService, passing: Passing) -> None:
        self.service = service
        self._passing = passing
        self._shared: tuple[Overview, str] | None = None  # who waits, as HTML
        self._asked_for: tuple[Overview, Mapping[str, Callback]] | None = None
        self._looking = asyncio.Lock()

    async def part(self, request: Request, region: str, **more: object) -> dict[str, str]:
        """One part as HTML, by its id. Raises DatabaseError."""
        return _rendered(request, [region], await self.values(request, **more))

    async def of(self, request: Request, kept: Kept | None = None) -> dict[str, str]:
        """Each part as HTML, by its id. `kept`: what one page was given last. Raises DatabaseError."""
        values = await self.values(request)
        made = {QUEUE: self._queue(request, values), DAY: _day(request, values, kept or Kept())}
        rest = _rendered(request, [region for region in TEMPLATES if region not in made], values)
        return {region: (made | rest)[region] for region in TEMPLATES}

    def _queue(self, request: Request, values: dict[str, Any]) -> str:
        """Who waits: made once for all desks, which see the same, but that at which the telephone rings."""
        view: View = values["view"]
        name = view.agent.name if view.agent else ""
        if name and any(entry.agent == name for entry in values["waiting"]):
            return _rendered(request, [QUEUE], values)[QUEUE]
        if self._shared is None or self._shared[0] is not view.overview:
            self._shared = view.overview, _rendered(request, [QUEUE], values)[QUEUE]
        return self._shared[1]

    async def offer(self, request: Request) -> dict[str, str]:
        """The parts `OWN` while a call is offered, at a small part of what all cost; else nothing. Raises DatabaseError."""
        at = datetime.now(UTC)
        view = await self.service.desk.own(request.state.account.name)
        if view.state is not AgentState.RINGING:
            return {}
        return _rendered(request, OWN, self._own(view, at, await self._asked(view)))

    async def values(self, request: Request, **more: object) -> dict[str, Any]:
        """What the templates are given. Raises DatabaseError."""
        at = datetime.now(UTC)
        wanted = request.query_params.get("suivi", "")
        name = request.state.account.name
        view = await self.service.desk.view(name, at, int(wanted) if wanted.isdecimal() else None)
        await looked(request, self.service, Looked.CARD, view.cards)
        in_list = [entry for entry in view.overview.entries if entry.place in IN_LIST]
        positions = [one.id for one in in_list if one.place in IN_QUEUE and not is_put_off(one, at)]
        own = self._own(view, at, await self._asked(view), await self._dialled(request, view))
        call = own["call"]
        others: dict[str, Any] = {
            "targets": self._passing.offered(name, call, view.overview.agents) if call else (),
            "waiting": in_list[:MOST_SHOWN],
            "waiting_more": max(0, len(in_list) - MOST_SHOWN),
            "positions": {entry_id: place for place, entry_id in enumerate(positions, 1)},
            "to_call": await self._to_call(view),
            "referred": await self._referred(view, at),
            "by_pbx": self.service.settings.transfer == "refer" or self.service.settings.sip_mode == "off",
            "found": None,
            "sought": "",
            "team": [one for one in view.overview.agents if one.name != name],
        }
        return own | others | more

    async def _asked(self, view: View) -> list[Callback]:
        """What the caller has asked to be called back for."""
        call = _call(view)
        return await self.service.callbacks.of_caller(call.caller) if call else []

    async def _dialled(self, request: Request, view: View) -> Callback | None:
        """Whom the receptionist calls back out of the list, while the request is theirs."""
        number = view.agent.request if view.agent else None
        found = await self.service.callbacks.find(number) if number is not None else None
        if (
            found is None
            or view.agent is None
            or not found.is_mine(view.agent.name, self.service.callbacks.now())
        ):
            return None
        await looked(request, self.service, Looked.NUMBER, [found.call_id])
        return found

    def _own(
        self, view: View, at: datetime, asked: Sequence[Callback], dialled: Callback | None = None
    ) -> dict[str, Any]:
        """What the templates of `OWN` are given. `asked`: of the caller; `dialled`: who is called back out of the list."""
        call = _call(view)
        own = next((one for one in asked if call and one.call_id == call.caller.call_id), None)
        return {
            "view": view,
            "state": view.state.value,
            "call": call,
            "wanted": own,
            "dialled": dialled,
            "ends_at": _ends_at(call, dialled, at, self.service.callbacks.now()),
            "asked": [one for one in asked if one is not own or not (call and call.is_call_back)],
            "words": _words(self.service, view, at),
            "late_s": LATE_S,
            "errors": {},
            "given": {},
        }

    async def _to_call(self, view: View) -> Mapping[str, Callback]:
        """The requests of those who were missed today, read once for all desks that look at the same time."""
        async with self._looking:
            if self._asked_for is None or self._asked_for[0] is not view.overview:
                calls = [one.caller.call_id for one in view.missed]
                self._asked_for = view.overview, await self.service.callbacks.of_calls(calls)
            return self._asked_for[1]

    async def _referred(self, view: View, at: datetime) -> list[Card]:
        """Of calls that the PBX passes on: those for the services of who sits there, of anybody who does not."""
        cards = await self.service.desk.cards.referred(at)
        mine = view.agent.services if view.agent and view.state is not AgentState.OFFLINE else None
        return [card for card in cards if mine is None or card.service in mine]


def _ends_at(call: Entry | None, dialled: Callback | None, at: datetime, now: datetime) -> datetime | None:
    """When the call back ends by itself, once that is near; None: it is not. `now`: by the clock of the list."""
    if dialled and dialled.claim and now >= dialled.claim.until - ASKED_BEFORE:
        return dialled.claim.until
    if call and call.place is Place.CONNECTED and call.is_call_back:
        ends = call.since + DIALLED_FOR
        return ends if at >= ends - ASKED_BEFORE else None
    return None


def _day(request: Request, values: dict[str, Any], kept: Kept) -> str:
    """The day's calls: hundreds of lines that seldom change."""
    view: View = values["view"]
    shown = (view.taken, view.filed, view.corrected, view.missed, view.about, view.known, view.returned)
    looks = (*shown, values["to_call"], values["words"]["subjects"])
    if kept.looks != looks:
        kept.looks, kept.day = looks, _rendered(request, [DAY], values)[DAY]
    return kept.day


def _call(view: View) -> Entry | None:
    """Who rings for the receptionist or talks to them; None: nobody any more."""
    return view.entry if view.entry and view.entry.place is not Place.ENDED else None


def _rendered(request: Request, wanted: Sequence[str], values: dict[str, Any]) -> dict[str, str]:
    return {region: bytes(render(request, TEMPLATES[region], **values).body).decode() for region in wanted}


def without_time(html: str) -> str:
    """The same without how long things have lasted: the page counts on by itself, and need not be told."""
    return TIMER.sub(r"\1<", html)


def _words(service: WebService, view: View, at: datetime) -> dict[str, Any]:
    """What the templates say things with, as it is `at` this moment."""
    names = {one.id: one.name for one in service.directory.services}
    subjects = {answer_id: typeset(words) for answer_id, words in service.subjects().items()}
    return {
        "state": state_words(view.agent, view.entry),
        "team_pause": team_pause,
        "doing": lambda agent: doing(agent, view.overview.entries),
        "pause": pause_words,
        "pauses": PAUSES,
        "priorities": PRIORITIES,
        "normal": Priority.NORMAL,
        "waits": lambda entry: waits_words(entry, view.agent.name if view.agent else ""),
        "number": shown_number,
        "dialled": normalise_number,
        "motive": lambda motive: subject_of(motive, subjects),
        "point": lambda then: point(then, at),
        "unanswered": unanswered_words,
        "until": lambda then: soon(then, at),
        "is_later": lambda then: then > at,
        "care": lambda care: CARES.get(care, ""),
        "services": names,
        "service_of": lambda card: names.get(card.service, card.service),
        "reason_of": lambda card: typeset(REASONS.get(card.reason, "")),
        "ending": lambda number: f"se termine par {number[-2:]}" if number else "numéro masqué",
        "service": lambda entry: names.get(entry.caller.service, entry.caller.service),
        "subjects": sorted(
            ((answer_id, capital(words)) for answer_id, words in subjects.items()),
            key=lambda one: one[1].casefold(),
        ),
        "capital": capital,
        "subject": lambda answer_id: subjects.get(answer_id, ""),
        "passed": passed_words,
        "numbers": bool(service.settings.transfer_numbers),
        "reason": lambda entry: typeset(REASONS.get(_reason(view, entry), "")),
        "card": lambda entry: view.cards.get(entry.caller.call_id, Card(entry.caller.call_id)),
        "sentences": [(str(nth), said) for nth, (said, _) in reversed(list(enumerate(view.heard)))],
        "hour": lambda at: f"{at.astimezone(PARIS):%H h %M}".replace(" ", "\u202f"),
        "lasted": lambda begin, end: minutes(round(1000 * (end - begin).total_seconds())),
        "value": text,
        "languages": service.directory.languages,
        "language_names": {code: tongue(code).name for code in service.directory.languages},
        "elapsed": lambda since: max(0, int((at - since).total_seconds())),
    }


def _reason(view: View, entry: Entry) -> str:
    """Why the caller goes to a person: an emergency that was told while they waited comes before what they had asked for."""
    card = view.cards.get(entry.caller.call_id)
    return card.reason if card and card.reason == EMERGENCY else entry.caller.reason
