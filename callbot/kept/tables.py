"""Every table, with whose data it holds and which of its rows are one caller's."""

from typing import Any

from sqlalchemy import Column, ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from callbot.humans.queue_types import ON_LINE, Place
from callbot.kept.shapes import Caller, Kept, Of, Whose
from callbot.messages import messages_of
from callbot.phone_numbers import normalise_number
from callbot.stats.aggregates import forget
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
    stats_month_cells,
    stats_months,
    stats_version,
    stats_words,
    turns,
    webhook_messages,
)


def _own_calls(caller: Caller) -> Any:
    return select(calls.c.id).where(calls.c.caller_hash == caller.hash)


def _of_own_calls(column: Column[str]) -> Of:
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
        _of_own_calls(desk_cards.c.call_id),
        group="desk",
        signed=frozenset({"notes"}),
    ),
    Kept(
        desk_follow_ups,
        Whose.CALLERS,
        "Le suivi écrit par l’agent d’accueil : sujet, résolu ou non, note",
        _of_own_calls(desk_follow_ups.c.call_id),
        group="desk",
        staff=frozenset({"agent"}),
    ),
    Kept(
        corrections,
        Whose.CALLERS,
        "Les corrections du bot : la phrase mal comprise, expurgée autant qu’une machine le peut, et la bonne réponse",
        _of_own_calls(corrections.c.call_id),
        group="desk",
        staff=frozenset({"made_by"}),
    ),
    Kept(
        learning_questions,
        Whose.CALLERS,
        "Les questions à apprendre : de quel appel, et pourquoi ; les mots restent avec l’appel",
        _of_own_calls(learning_questions.c.call_id),
        group="desk",
    ),
    Kept(
        accesses,
        Whose.STAFF,
        "Qui a consulté les données de quel appel, et quand",
        _of_own_calls(accesses.c.call_id),
        stays="C’est la preuve de qui a vu quoi. Sans l’appel, plus rien n’y désigne l’appelant.",
        staff=frozenset({"actor"}),
    ),
    Kept(
        webhook_messages,
        Whose.CALLERS,
        "Les avis de fin d’appel envoyés à un autre logiciel de la mairie, sans rien de l’appelant",
        _of_own_calls(webhook_messages.c.call_id),
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
    Kept(stats_months, Whose.NOBODY, "Les mois dont les chiffres sont additionnés"),
    Kept(stats_month_cells, Whose.NOBODY, "Les chiffres de ces mois"),
    Kept(stats_words, Whose.NOBODY, "Les mots dont les chiffres sont faits : motifs, sujets, services"),
    Kept(stats_due, Whose.NOBODY, "Les jours à recompter"),
    Kept(stats_version, Whose.NOBODY, "La façon de compter"),
    Kept(queue_machines, Whose.NOBODY, "Les serveurs qui tiennent la file"),
    Kept(purges, Whose.NOBODY, "La dernière purge de chaque sorte de données"),
)
"""Every table, in the order in which a caller's rows are erased: those that are found by the calls before the calls."""
