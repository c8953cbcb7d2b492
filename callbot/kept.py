"""What is kept of people: one list of every table with whose data it holds, one of every kind of data with how long it is kept.

Purge, export, erasure and the page /donnees-personnelles are made of these lists (privacy.py); a test fails when a table is in neither.
A new table: one `Kept`. Data that grows old: one `Kind`, and its setting in config.py.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.humans.desk import CARDS_KEPT
from callbot.humans.queue_keeper import KEPT_OVER
from callbot.humans.queue_types import ON_LINE, OVER, Place
from callbot.messages import messages_of
from callbot.phone_numbers import normalise_number
from callbot.stats.aggregates import forget
from callbot.stats.days import day_of
from callbot.tables import (
    accesses,
    accounts,
    announcements,
    api_tokens,
    audit,
    call_facts,
    callback_tries,
    callbacks,
    calls,
    closures,
    corrections,
    desk_cards,
    desk_follow_ups,
    events,
    knowledge_editions,
    knowledge_machines,
    knowledge_versions,
    learning_effects,
    learning_groups,
    learning_questions,
    learning_runs,
    listens,
    messages,
    opening_weeks,
    purges,
    queue_agents,
    queue_entries,
    queue_machines,
    report_sends,
    satisfaction,
    sessions,
    stats_cells,
    stats_due,
    stats_version,
    stats_words,
    turns,
    webhook_messages,
)


class Whose(StrEnum):
    """Of whom a table tells something."""

    CALLERS = "callers"
    STAFF = "staff"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for their data: the keyed hash of their number, and the number where it is known. Hidden in `repr`."""

    hash: str = field(repr=False)
    number: str = field(default="", repr=False)


Of = Callable[[Caller], ColumnElement[bool]]
Erase = Callable[[AsyncConnection, Caller], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Kept:
    """One table. `what`: in French; `of`: the rows of one caller; `name`: in the export, the table's own unless said.

    `within`: exported inside that table's rows, and deleted with them (ON DELETE CASCADE). `group`: exported under that name.
    `erase`: where rows are not simply deleted; `stays`: in French, why rows of a caller are not erased at all.
    """

    table: Table
    whose: Whose
    what: str
    of: Of | None = None
    name: str = ""
    within: Table | None = None
    group: str = ""
    erase: Erase | None = None
    stays: str = ""
    staff: frozenset[str] = frozenset()
    """Columns that tell of staff: who looked, who wrote is told to the commune, not to the caller (CJEU, C-579/21)."""
    signed: frozenset[str] = frozenset()
    """Columns of [agent, text] of which the texts alone are handed out."""

    @property
    def exported_as(self) -> str:
        """Its name in the export."""
        return self.name or self.table.name


def _own_calls(caller: Caller) -> Any:
    return select(calls.c.id).where(calls.c.caller_hash == caller.hash)


def of_own_calls(column: Column[str]) -> Of:
    """Rows whose call is known to be the caller's."""
    return lambda caller: column.in_(_own_calls(caller))


def _callbacks_of(caller: Caller) -> ColumnElement[bool]:
    """Requests of the caller's own calls, and those of anybody's that name their number."""
    of_call = callbacks.c.call_id.in_(_own_calls(caller))
    normal = normalise_number(caller.number)
    return of_call | (callbacks.c.number == normal) if normal else of_call


def _places_of(caller: Caller) -> ColumnElement[bool]:
    """Places in the queue: those that are kept for the number, and those of calls that are known to be the caller's."""
    return (queue_entries.c.caller_hash == caller.hash) | queue_entries.c.call_id.in_(_own_calls(caller))


async def _erase_calls(connection: AsyncConnection, caller: Caller) -> int:
    """The figures do not count them any more."""
    await forget(connection, calls.c.caller_hash == caller.hash)
    erased = await connection.execute(delete(calls).where(calls.c.caller_hash == caller.hash))
    return erased.rowcount


async def _erase_places(connection: AsyncConnection, caller: Caller) -> int:
    """The place of who is on the line just now stays, without the hash: it goes with the others after a day."""
    on_line = queue_entries.c.place.in_([place.value for place in (*ON_LINE, Place.CALLING_BACK)])
    whose, normal = _places_of(caller), normalise_number(caller.number)
    await connection.execute(update(queue_entries).where(whose & on_line).values(caller_hash=None))
    if normal:  # promised from another telephone: nobody is to be called there any more
        whose |= queue_entries.c.call_id.in_(select(callbacks.c.call_id).where(callbacks.c.number == normal))
    return (await connection.execute(delete(queue_entries).where(whose & ~on_line))).rowcount


KEPT = (
    Kept(  # before the requests, which tell whose some of the places are
        queue_entries,
        Whose.CALLERS,
        "La file d’attente du jour : empreinte du numéro, motif, qui a pris l’appel",
        _places_of,
        "queue",
        erase=_erase_places,
        staff=frozenset({"agent", "tried", "passed_by", "passed_to", "passed_to_agent", "passed_to_number"}),
    ),
    Kept(
        callbacks,
        Whose.CALLERS,
        "Les demandes de rappel : numéro, nom, lieu, moment souhaité, note de suivi",
        _callbacks_of,
        staff=frozenset({"state_by", "claimed_by"}),
    ),
    Kept(
        callback_tries,
        Whose.CALLERS,
        "Les essais de rappel : quand, et par qui",
        name="tries",
        within=callbacks,
        staff=frozenset({"by"}),
    ),
    Kept(
        desk_cards,
        Whose.CALLERS,
        "La fiche de l’appel au poste d’accueil : numéro et nom de qui est en ligne, à rappeler ou manqué, ce qui a été dit",
        of_own_calls(desk_cards.c.call_id),
        group="desk",
        signed=frozenset({"notes"}),
    ),
    Kept(
        desk_follow_ups,
        Whose.CALLERS,
        "Le suivi écrit par l’agent d’accueil : sujet, résolu ou non, note",
        of_own_calls(desk_follow_ups.c.call_id),
        group="desk",
        staff=frozenset({"agent"}),
    ),
    Kept(
        corrections,
        Whose.CALLERS,
        "Les corrections du bot : la phrase mal comprise, expurgée autant qu’une machine le peut, et la bonne réponse",
        of_own_calls(corrections.c.call_id),
        group="desk",
        staff=frozenset({"made_by"}),
    ),
    Kept(
        learning_questions,
        Whose.CALLERS,
        "Les questions à apprendre : de quel appel, et pourquoi ; les mots restent avec l’appel",
        of_own_calls(learning_questions.c.call_id),
        group="desk",
    ),
    Kept(
        accesses,
        Whose.STAFF,
        "Qui a consulté les données de quel appel, et quand",
        of_own_calls(accesses.c.call_id),
        stays="C’est la preuve de qui a vu quoi. Sans l’appel, plus rien n’y désigne l’appelant.",
        staff=frozenset({"actor"}),
    ),
    Kept(
        webhook_messages,
        Whose.CALLERS,
        "Les avis de fin d’appel envoyés à un autre logiciel de la mairie, sans rien de l’appelant",
        of_own_calls(webhook_messages.c.call_id),
    ),
    Kept(
        messages,
        Whose.CALLERS,
        "Les messages laissés quand les bureaux sont fermés : numéro, enregistrement et transcription",
        lambda caller: messages_of(caller.hash, caller.number),
        staff=frozenset({"state_by"}),
    ),
    Kept(
        calls,
        Whose.CALLERS,
        "Les appels : date, durée, issue, service, empreinte du numéro",
        lambda caller: calls.c.caller_hash == caller.hash,
        erase=_erase_calls,
    ),
    Kept(
        satisfaction,
        Whose.CALLERS,
        "La satisfaction : une note de 1 à 5, et le commentaire laissé avec l’accord de l’appelant, expurgé autant qu’une machine le peut",
        within=calls,
    ),
    Kept(
        call_facts,
        Whose.CALLERS,
        "Ce qu’un appel compte dans les chiffres : jour, heure, motifs, délais",
        name="facts",
        within=calls,
    ),
    Kept(
        turns,
        Whose.CALLERS,
        "Les tours de parole : transcription expurgée autant qu’une machine le peut, motif, temps",
        within=calls,
    ),
    Kept(
        events,
        Whose.CALLERS,
        "Le déroulement des appels, sans ce que l’appelant a dit ni son numéro",
        within=calls,
    ),
    Kept(api_tokens, Whose.STAFF, "Les jetons d’API : nom, portée, qui l’a fait, empreinte du jeton"),
    Kept(accounts, Whose.STAFF, "Les comptes : identifiant, rôle, empreinte du mot de passe"),
    Kept(sessions, Whose.STAFF, "Les connexions ouvertes"),
    Kept(audit, Whose.STAFF, "Le journal : qui a changé quoi"),
    Kept(closures, Whose.STAFF, "Les fermetures exceptionnelles, et qui les a décidées"),
    Kept(opening_weeks, Whose.STAFF, "Les horaires de la semaine, et qui les a changés"),
    Kept(report_sends, Whose.NOBODY, "Les rapports envoyés : quand, et à combien d’adresses"),
    Kept(
        knowledge_versions, Whose.STAFF, "Les versions des réponses : qui les a écrites, écoutées et validées"
    ),
    Kept(
        learning_groups, Whose.STAFF, "Les groupes de questions à apprendre : leur nom, et qui les a écartés"
    ),
    Kept(knowledge_editions, Whose.NOBODY, "L’ordre des validations de réponses"),
    Kept(knowledge_machines, Whose.NOBODY, "Ce que chaque serveur a en service des réponses"),
    Kept(learning_effects, Whose.NOBODY, "Combien d’appels d’un sens ont eu une réponse, par jour"),
    Kept(learning_runs, Whose.NOBODY, "Quand les questions ont été regroupées"),
    Kept(listens, Whose.STAFF, "Qui a écouté quel message, ou quelle réponse, avant sa diffusion"),
    Kept(announcements, Whose.STAFF, "Les messages diffusés, et qui les a écrits"),
    Kept(queue_agents, Whose.STAFF, "L’état de chaque poste d’accueil, et son téléphone"),
    Kept(stats_cells, Whose.NOBODY, "Les chiffres, additionnés"),
    Kept(stats_words, Whose.NOBODY, "Les mots dont les chiffres sont faits : motifs, sujets, services"),
    Kept(stats_due, Whose.NOBODY, "Les jours à recompter"),
    Kept(stats_version, Whose.NOBODY, "La façon de compter"),
    Kept(queue_machines, Whose.NOBODY, "Les serveurs qui tiennent la file"),
    Kept(purges, Whose.NOBODY, "La dernière purge de chaque sorte de données"),
)
"""Every table, in the order in which a caller's rows are erased: those that are found by the calls before the calls."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of data that is kept for a time. `name` and `what` in French; `at`: of which its age is counted.

    `holds`: the rows that still have it; `emptied`: what they are given when it is purged, nothing: the rows are deleted.
    `setting`: of the days; empty: `kept` it is, and another task sees to it as well. `action`, `unit`: what the journal says of a purge.
    """

    id: str
    name: str
    what: str
    table: Table
    at: Column[Any]
    setting: str
    action: str
    unit: str
    holds: ColumnElement[bool] = field(default_factory=true)
    emptied: Mapping[str, Any] | None = None
    kept: timedelta = timedelta(0)
    no_longer_than: str = ""
    """Another setting of days that it does not outlive."""
    by_day: bool = False
    """By whole days of Paris: what figures are made of is there for a whole day or not at all."""

    def due(self, before: datetime) -> ColumnElement[bool]:
        """The rows that are purged: they hold it, and are older than `before`."""
        if self.by_day and self.table is calls:
            return and_(self.holds, calls.c.day < day_of(before))
        if self.by_day:
            whole = select(calls.c.id).where(calls.c.day < day_of(before))
            return and_(self.holds, self.table.c.call_id.in_(whole))
        if self.at.table is self.table:
            return and_(self.holds, self.at < before)
        old = self.table.c.call_id.in_(select(calls.c.id).where(calls.c.started_at < before))
        return and_(self.holds, old)


_NO_LONGER = queue_entries.c.place.in_([place.value for place in OVER])

KINDS = (
    Kind(
        "transcripts",
        "Transcriptions",
        "Ce que les appelants ont dit, écrit par la machine et expurgé autant qu’elle le peut des numéros, noms, adresses. Sans le son.",
        turns,
        calls.c.started_at,
        "transcript_days",
        "transcripts purged",
        "turns",
        turns.c.transcript.is_not(None),
        {"transcript": None},
    ),
    Kind(
        "comments",
        "Commentaires de satisfaction",
        "Ce que des appelants ont ajouté à leur note, avec leur accord, expurgé autant qu’une machine le peut.",
        satisfaction,
        calls.c.started_at,
        "transcript_days",
        "comments purged",
        "comments",
        satisfaction.c.comment.is_not(None),
        {"comment": None},
    ),
    Kind(
        "callbacks",
        "Demandes de rappel",
        "Le numéro, le nom et le lieu donnés pour être rappelé, avec le suivi.",
        callbacks,
        callbacks.c.asked_at,
        "callback_days",
        "callbacks purged",
        "requests",
    ),
    Kind(
        "messages",
        "Messages des appelants",
        "Ce que des appelants ont enregistré pendant la fermeture, avec leur accord, et leur numéro ; le son s’efface une fois traité.",
        messages,
        messages.c.recorded_at,
        "message_days",
        "messages purged",
        "messages",
    ),
    Kind(
        "message_words",
        "Transcriptions des messages",
        "Ces messages écrits par la machine, expurgés autant qu’elle le peut.",
        messages,
        messages.c.recorded_at,
        "transcript_days",
        "message words purged",
        "messages",
        messages.c.transcript.is_not(None),
        {"transcript": None},
    ),
    Kind(
        "notes",
        "Notes de l’accueil",
        "Les notes de suivi que les agents écrivent après un appel.",
        desk_follow_ups,
        desk_follow_ups.c.at,
        "note_days",
        "notes purged",
        "notes",
        desk_follow_ups.c.note != "",
        {"note": ""},
    ),
    Kind(
        "corrections",
        "Phrases corrigées",
        "Les phrases mal comprises que l’accueil a corrigées, expurgées autant qu’une machine le peut.",
        corrections,
        corrections.c.at,
        "note_days",
        "sentences purged",
        "sentences",
        corrections.c.said != "",
        {"said": ""},
        no_longer_than="transcript_days",
    ),
    Kind(
        "promises",
        "Rappels promis dans la file",
        "La place de qui a préféré être rappelé, avec l’empreinte du numéro ; sa fiche part avec elle.",
        queue_entries,
        queue_entries.c.entered_at,
        "callback_days",
        "promises purged",
        "places",
        queue_entries.c.place == Place.PROMISED.value,
    ),
    Kind(
        "cards",
        "Fiches de l’accueil",
        "La conversation telle que l’agent la voit. Le numéro et le nom s’effacent dès que la personne n’est plus en ligne ; "
        "d’un appel manqué, après missed_call_hours (8 heures).",
        desk_cards,
        desk_cards.c.at,
        "",
        "cards purged",
        "cards",
        desk_cards.c.call_id.not_in(select(queue_entries.c.call_id).where(~_NO_LONGER)),
        kept=CARDS_KEPT,
    ),
    Kind(
        "queue",
        "File d’attente",
        "Les places de la file, avec l’empreinte du numéro.",
        queue_entries,
        queue_entries.c.since,
        "",
        "queue purged",
        "places",
        _NO_LONGER,
        kept=KEPT_OVER,
    ),
    Kind(
        "hashes",
        "Empreintes des numéros",
        "L’empreinte à clé du numéro, qui sert à reconnaître un nouvel appel et à retrouver les données de qui le demande.",
        calls,
        calls.c.started_at,
        "caller_hash_days",
        "hashes purged",
        "calls",
        calls.c.caller_hash.is_not(None),
        {"caller_hash": None},
    ),
    Kind(
        "events",
        "Déroulement des appels",
        "Les événements de chaque appel, au millième de seconde, pour comprendre une panne.",
        events,
        calls.c.started_at,
        "event_days",
        "events purged",
        "events",
        by_day=True,
    ),
    Kind(
        "follow_ups",
        "Suivis",
        "Quel agent a pris quel appel, et s’il est résolu.",
        desk_follow_ups,
        desk_follow_ups.c.at,
        "call_days",
        "follow-ups purged",
        "follow-ups",
    ),
    Kind(
        "corrected",
        "Corrections",
        "Quelle réponse était la bonne, et qui l’a dit : sans la phrase.",
        corrections,
        corrections.c.at,
        "call_days",
        "corrections purged",
        "corrections",
    ),
    Kind(
        "questions",
        "Questions à apprendre",
        "Quelles questions de quels appels se ressemblent : sans leurs mots.",
        learning_questions,
        learning_questions.c.at,
        "call_days",
        "questions purged",
        "questions",
    ),
    Kind(
        "calls",
        "Appels",
        "Une ligne par appel et par tour de parole, sans rien de l’appelant : ce dont les chiffres sont faits.",
        calls,
        calls.c.started_at,
        "call_days",
        "calls purged",
        "calls",
        calls.c.outcome.is_not(None),
        by_day=True,
    ),
    Kind(
        "accesses",
        "Journal des consultations",
        "Qui a consulté les données de quel appel.",
        accesses,
        accesses.c.at,
        "access_days",
        "access log purged",
        "lines",
    ),
    Kind(
        "webhooks",
        "Avis de fin d’appel",
        "Ce qui est envoyé à un autre logiciel de la mairie à la fin de chaque appel : ni numéro, ni paroles.",
        webhook_messages,
        webhook_messages.c.made_at,
        "",
        "webhooks purged",
        "messages",
        webhook_messages.c.call_id != "",
        kept=timedelta(days=7),
    ),
    Kind(
        "closures",
        "Fermetures passées",
        "Les fermetures exceptionnelles terminées, avec le nom de qui les a décidées.",
        closures,
        closures.c.ends_at,
        "audit_days",
        "closures purged",
        "closures",
    ),
    Kind(
        "weeks",
        "Horaires passés",
        "Les horaires de la semaine qui ne valent plus, avec le nom de qui les a faits.",
        opening_weeks,
        opening_weeks.c.ended_at,
        "audit_days",
        "opening weeks purged",
        "weeks",
        opening_weeks.c.ended_at.is_not(None),
    ),
    Kind(
        "announcements",
        "Messages passés",
        "Les messages diffusés aux appelants et terminés, avec le nom de qui les a écrits.",
        announcements,
        announcements.c.ends_at,
        "audit_days",
        "announcements purged",
        "messages",
    ),
    Kind(
        "listens",
        "Écoutes",
        "Qui a écouté quel message, ou quelle réponse, avant sa diffusion.",
        listens,
        listens.c.sent_at,
        "audit_days",
        "listens purged",
        "listens",
    ),
    Kind(
        "audit",
        "Journal des changements",
        "Qui a changé quoi, et quand.",
        audit,
        audit.c.at,
        "audit_days",
        "audit purged",
        "lines",
    ),
)
"""In the order of the page, and of a purge."""
