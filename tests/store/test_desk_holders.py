"""A desk ends with the last session of who opened it, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta

from callbot.accounts import Accounts, Role
from callbot.audit import Trail, Wanted
from callbot.config import Settings
from callbot.database import Database
from callbot.humans.desk_holders import DeskHolders
from callbot.humans.queue_events import AgentReady, AgentSignedIn, CallBackChosen, OfferAccepted, TalkEnded
from callbot.humans.queue_keeper import LOOK, QueueKeeper
from callbot.humans.queue_news import News
from callbot.humans.queue_store import QueueStore
from callbot.humans.queue_types import AgentState, Caller, Place, Rules

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


async def test_the_keeper_closes_what_nobody_holds(database: Database, settings: Settings) -> None:
    """Who has no account at once, whose session has idled out then; who talks only after the talk."""
    clock = [NOON]
    accounts = Accounts(database, settings, now=lambda: clock[0])
    queue = QueueStore(database, Rules(), News(database))
    holders = DeskHolders(database, queue, accounts.sessions)
    keeper = QueueKeeper(queue, "m1", lambda: clock[0], holders.close_unheld)
    for name in ("anna", "bruno"):
        await accounts.open_session(
            await accounts.add(name, "le chat du maire dort", Role.RECEPTIONIST, actor="test")
        )
    for name in ("anna", "bruno", "nobody"):
        await queue.tell_agent(name, AgentSignedIn(NOON, ("accueil",)))
        await queue.tell_agent(name, AgentReady(NOON))

    async def states() -> dict[str, AgentState]:
        return {agent.name: agent.state for agent in await queue.staff()}

    await keeper.tick()
    assert await states() == {"anna": AgentState.AVAILABLE, "bruno": AgentState.AVAILABLE}
    entry_id = await queue.enter(Caller("c", "", "accueil"), NOON)
    await queue.tell(entry_id, OfferAccepted(NOON), by="anna")
    clock[0] += timedelta(minutes=settings.session_idle_minutes)
    await keeper.tick()
    assert await states() == {"anna": AgentState.BUSY}
    assert not await holders.close("anna", clock[0], "chief")
    await queue.tell(entry_id, TalkEnded(clock[0]), by="anna")
    clock[0] += LOOK
    await keeper.tick()
    assert await states() == {}
    lines = await Trail(database).changes(Wanted(action="desk closed"))
    assert [(line.actor, line.detail) for line in lines] == [
        ("callbot", name) for name in ("anna", "bruno", "nobody")
    ]


async def test_a_desk_that_dials_is_closed_when_nobody_holds_it(
    database: Database, settings: Settings
) -> None:
    """The end of such a talk is told at the desk alone: whom they called is to be called again."""
    accounts = Accounts(database, settings, now=lambda: NOON)
    queue = QueueStore(database, Rules(), News(database))
    holders = DeskHolders(database, queue, accounts.sessions)
    entry_id = await queue.enter(Caller("c", "m1", "accueil"), NOON)
    await queue.tell(entry_id, CallBackChosen(NOON))
    await queue.tell_agent("anna", AgentSignedIn(NOON, ("accueil",)))
    await queue.tell_agent("anna", AgentReady(NOON))
    assert await queue.tell(entry_id, OfferAccepted(NOON), by="anna")
    assert await holders.close_unheld(NOON) == ["anna"]
    entry = await queue.entry(entry_id)
    assert entry
    assert (entry.place, entry.agent, entry.unanswered) == (Place.PROMISED, "", 1)
    assert await queue.staff() == ()
