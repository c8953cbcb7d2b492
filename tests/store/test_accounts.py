"""Accounts: passwords, roles, sessions, the first administrator."""

import asyncio
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from callbot import tables
from callbot.accounts import (
    Account,
    AccountError,
    Accounts,
    Role,
    TooManyAttempts,
    Wrong,
    ensure_first_account,
)
from callbot.audit import Trail, Wanted
from callbot.config import Settings, load
from callbot.database import Database

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
DEARER = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)
PASSWORD = "le chat du maire dort"
OTHER = "une pluie de grenouilles"
HOME = "192.0.2.7"


class Clock:
    """A time that the test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The time of day."""
        return self.at

    def seconds(self) -> float:
        """The same as seconds."""
        return self.at.timestamp()


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def accounts(database: Database, settings: Settings, clock: Clock) -> Accounts:
    """No account yet."""
    return Accounts(database, settings, hasher=CHEAP, now=clock.now, clock_s=clock.seconds)


async def password_hash(database: Database, name: str) -> str:
    """What is stored of a password."""
    async with database.read() as connection:
        statement = select(tables.accounts.c.password_hash).where(tables.accounts.c.name == name)
        return str(await connection.scalar(statement))


async def test_only_the_right_name_and_password_sign_in(accounts: Accounts) -> None:
    """The name in any case and either form of é; the password exactly."""
    added = await accounts.add("Émilie.Durand", PASSWORD, Role.MANAGER, actor="test")
    assert added == Account(added.id, "émilie.durand", Role.MANAGER)
    attempts = [
        ("émilie.durand", PASSWORD),
        ("  E\u0301MILIE.DURAND ", PASSWORD),
        ("émilie.durand", PASSWORD.upper()),
        ("émilie.durand", ""),
        ("nobody", PASSWORD),
    ]
    found = [await accounts.verify(name, password, HOME) for name, password in attempts]
    assert found == [added, added, None, None, None]


async def test_a_password_is_stored_as_argon2_only(accounts: Accounts, database: Database) -> None:
    """The table has an Argon2id hash and not the password."""
    await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    stored = await password_hash(database, "anna")
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


async def test_a_sign_in_renews_a_hash_of_older_parameters(
    accounts: Accounts, database: Database, settings: Settings
) -> None:
    """When the parameters grow, the next right password is hashed anew, and still signs in."""
    await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    newer = Accounts(database, settings, hasher=DEARER)
    assert await newer.verify("anna", "wrong", HOME) is None
    assert DEARER.check_needs_rehash(await password_hash(database, "anna"))
    first = await newer.verify("anna", PASSWORD, HOME)
    assert not DEARER.check_needs_rehash(await password_hash(database, "anna"))
    assert await newer.verify("anna", PASSWORD, HOME) == first == (await accounts.all())[0]


async def test_a_name_that_is_not_known_costs_a_hash_too(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the name exists or not, one Argon2 hash is verified."""
    await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    verified: list[str] = []

    def verify(hashed: str, password: str) -> bool:
        verified.append(password)
        return CHEAP.verify(hashed, password)

    monkeypatch.setattr(accounts, "_hasher", _Spy(verify))
    for name in ("anna", "nobody"):
        assert await accounts.verify(name, "wrong", HOME) is None
    assert verified == ["wrong", "wrong"]


class _Spy:
    """The real hasher, with `verify` watched."""

    def __init__(self, verify: object) -> None:
        self.verify = verify
        self.hash = CHEAP.hash
        self.check_needs_rehash = CHEAP.check_needs_rehash


async def test_too_many_attempts_close_the_door_for_a_while(accounts: Accounts, clock: Clock) -> None:
    """After five failures even the right password waits a quarter of an hour; another address does not."""
    anna = await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    for _ in range(5):
        assert await accounts.verify("anna", "wrong", HOME) is None
    with pytest.raises(TooManyAttempts) as caught:
        await accounts.verify("ANNA", PASSWORD, HOME)
    assert caught.value.retry_after_s == 900
    assert await accounts.verify("anna", PASSWORD, "198.51.100.9") == anna
    clock.at += timedelta(seconds=900)
    assert await accounts.verify("anna", PASSWORD, HOME) == anna


async def test_attempts_at_once_count_each(accounts: Accounts) -> None:
    """Twenty guesses sent together are five guesses and fifteen refusals."""
    await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    guesses = (accounts.verify("anna", f"guess {n}", HOME) for n in range(20))
    results = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(result, TooManyAttempts) for result in results) == 15
    assert results.count(None) == 5


@pytest.mark.parametrize(
    ("name", "password", "reason"),
    [
        ("anna", "onze signes", "the password has 11 characters: it needs 12 to 1024"),
        ("anna", "x" * 1025, "the password has 1025 characters: it needs 12 to 1024"),
        ("a", PASSWORD, "'a' is not a name: 2 to 64 letters"),
        ("anna maria", PASSWORD, "'anna maria' is not a name"),
        ("-rf", PASSWORD, "'-rf' is not a name"),
        ("x" * 65, PASSWORD, f"'{'x' * 65}' is not a name"),
        ("ZOÉ", PASSWORD, "there is already an account 'zoé'"),
    ],
)
async def test_what_makes_no_account(accounts: Accounts, name: str, password: str, reason: str) -> None:
    """Each reason in one line, and nothing is added."""
    zoe = await accounts.add("zoé", PASSWORD, Role.SUPERVISOR, actor="test")
    with pytest.raises(AccountError) as caught:
        await accounts.add(name, password, Role.MANAGER, actor="test")
    assert str(caught.value).startswith(reason)
    assert await accounts.all() == [zoe]


async def test_a_session_lasts_its_hours(accounts: Accounts, clock: Clock) -> None:
    """A token leads to its account until session_hours have passed; what is not a token leads nowhere."""
    anna = await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    token = await accounts.open_session(anna)
    for _ in range(24):  # a page is open: it asks for news
        clock.at += timedelta(minutes=30) - timedelta(seconds=1)
        assert await accounts.account_for(token) == anna
    assert await accounts.account_for(token[:-1]) is None
    assert await accounts.account_for("") is None
    clock.at += timedelta(seconds=24)
    assert await accounts.account_for(token) is None


async def test_a_session_without_an_open_page_ends(accounts: Accounts, clock: Clock) -> None:
    """An hour after its last use, not an hour after its beginning."""
    anna = await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    token = await accounts.open_session(anna)
    clock.at += timedelta(minutes=59)
    assert await accounts.account_for(token) == anna
    clock.at += timedelta(minutes=59)
    assert (await accounts.account_for(token), await accounts.sessions.open_now()) == (anna, {anna.id: 1})
    clock.at += timedelta(minutes=60)
    assert (await accounts.account_for(token), await accounts.sessions.open_now()) == (None, {})


async def test_sessions_are_closed_one_by_one_and_swept_when_over(
    accounts: Accounts, database: Database, clock: Clock
) -> None:
    """Closing one leaves the others; a new one sweeps those that are over; tokens themselves are not stored."""
    anna = await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    first, second = await accounts.open_session(anna), await accounts.open_session(anna)
    await accounts.close_session(first)
    await accounts.close_session(first)
    assert [await accounts.account_for(token) for token in (first, second)] == [None, anna]
    clock.at += timedelta(hours=13)
    third = await accounts.open_session(anna)
    async with database.read() as connection:
        hashes = (await connection.scalars(select(tables.sessions.c.token_hash))).all()
    assert len(hashes) == 1
    assert third not in hashes


async def test_removing_an_account_ends_its_sessions(accounts: Accounts, database: Database) -> None:
    """The token leads nowhere at once; the audit trail tells who came and went."""
    await accounts.add("root", PASSWORD, Role.ADMINISTRATOR, actor="test")
    anna = await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    token = await accounts.open_session(anna)
    await accounts.remove("Anna", actor="root")
    assert await accounts.account_for(token) is None
    assert await accounts.verify("anna", PASSWORD, HOME) is None
    async with database.read() as connection:
        rows = (await connection.execute(select(tables.audit).order_by(tables.audit.c.id))).all()
    assert [(row.actor, row.action, row.detail) for row in rows] == [
        ("test", "account added", "root (administrator)"),
        ("test", "account added", "anna (receptionist)"),
        ("root", "account removed", "anna"),
    ]


async def test_the_last_administrator_stays(accounts: Accounts) -> None:
    """There is always somebody who can add the others; nobody who is not there can be removed."""
    root = await accounts.add("root", PASSWORD, Role.ADMINISTRATOR, actor="test")
    with pytest.raises(AccountError, match="'root' is the last administrator: add another one first"):
        await accounts.remove("root", actor="test")
    with pytest.raises(AccountError, match="there is no account 'anna'"):
        await accounts.remove("anna", actor="test")
    assert await accounts.all() == [root]


async def test_the_first_start_makes_an_administrator(database: Database, settings: Settings) -> None:
    """`admin` with a password left in a private file; later starts leave everything as it is."""
    first = await ensure_first_account(database, settings)
    assert first is not None
    name, password = first
    path = settings.data_dir / "first-password.txt"
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (f"{password}\n", 0o600)
    account = await Accounts(database, settings).verify(name, password, HOME)
    assert account is not None
    assert (account.name, account.role, len(password)) == ("admin", Role.ADMINISTRATOR, 19)
    assert await ensure_first_account(database, settings) is None
    assert path.read_text() == f"{password}\n"


async def test_starts_at_once_make_one_administrator(database: Database, settings: Settings) -> None:
    """Of machines that start together one makes the account, and the file has its password."""
    made = await asyncio.gather(*(ensure_first_account(database, settings) for _ in range(3)))
    ((name, password),) = [one for one in made if one]
    assert (settings.data_dir / "first-password.txt").read_text() == f"{password}\n"
    assert [account.name for account in await Accounts(database, settings).all()] == [name]


async def test_real_parameters_are_argon2_s_own(tmp_path: Path) -> None:
    """Without a hasher of its own an account's hash has the library's recommended parameters."""
    settings = load({}, data_dir=tmp_path)
    database = await Database.open(settings)
    await Accounts(database, settings).add("anna", PASSWORD, Role.MANAGER, actor="test")
    assert not PasswordHasher().check_needs_rehash(await password_hash(database, "anna"))
    await database.close()


async def trail(database: Database) -> list[tuple[str, str, str]]:
    """Who did what, the oldest first."""
    changes = await Trail(database).changes(Wanted())
    return [(change.actor, change.action, change.detail) for change in reversed(changes)]


async def test_another_role_holds_at_once(accounts: Accounts, database: Database) -> None:
    """In sessions that are open too; the last administrator stays one; the journal tells of it."""
    await accounts.add("root", PASSWORD, Role.ADMINISTRATOR, actor="test")
    anna = await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    token = await accounts.open_session(anna)
    await accounts.change_role("Anna", Role.MANAGER, actor="root")
    await accounts.change_role("anna", Role.MANAGER, actor="root")
    assert await accounts.account_for(token) == Account(anna.id, "anna", Role.MANAGER)
    with pytest.raises(AccountError, match="last administrator"):
        await accounts.change_role("root", Role.MANAGER, actor="root")
    assert (await trail(database))[2:] == [("root", "role changed", "anna: receptionist to manager")]


async def test_a_reset_password_is_its_owner_s_to_change(accounts: Accounts, database: Database) -> None:
    """All sessions end; the new password is temporary until its owner's own change, which keeps the session at hand."""
    anna = await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    token = await accounts.open_session(anna)
    await accounts.reset_password("anna", OTHER, actor="root")
    assert await accounts.account_for(token) is None
    assert await accounts.verify("anna", PASSWORD, HOME) is None
    given = await accounts.verify("anna", OTHER, HOME)
    assert given == Account(anna.id, "anna", Role.RECEPTIONIST, temporary=True)
    here, elsewhere = await accounts.open_session(given), await accounts.open_session(given)
    for current, new, wrong in (
        ("faux", PASSWORD, Wrong.PASSWORD),
        (OTHER, OTHER, Wrong.SAME),
        (OTHER, "court", Wrong.LENGTH),
        (OTHER, "anna est contente", Wrong.WEAK),
        (OTHER, "aaaaaaaaaaaaaaa", Wrong.WEAK),
    ):
        with pytest.raises(AccountError) as caught:
            await accounts.change_password(given, current, new, address=HOME)
        assert caught.value.wrong is wrong
    await accounts.change_password(given, OTHER, PASSWORD, address=HOME, keep=here)
    assert [await accounts.account_for(one) for one in (here, elsewhere)] == [anna, None]
    told = await trail(database)
    assert told[1:] == [("root", "password reset", "anna"), ("anna", "password changed", "anna")]
    assert OTHER not in str(told)


async def test_guesses_of_the_current_password_are_counted(accounts: Accounts) -> None:
    """Who sits down at somebody's open page cannot try for ever."""
    anna = await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    for _ in range(5):
        with pytest.raises(AccountError):
            await accounts.change_password(anna, "faux", OTHER, address=HOME)
    with pytest.raises(TooManyAttempts):
        await accounts.change_password(anna, PASSWORD, OTHER, address=HOME)


async def test_the_first_password_s_file_goes_with_it(database: Database, settings: Settings) -> None:
    """The first account must change its password; then nothing on the disk has the old one."""
    first = await ensure_first_account(database, settings)
    assert first is not None
    accounts = Accounts(database, settings, hasher=CHEAP)
    account = await accounts.verify(*first, HOME)
    assert account is not None
    assert account.temporary
    await accounts.change_password(account, first[1], OTHER, address=HOME)
    assert not (settings.data_dir / "first-password.txt").exists()


async def test_signed_out_everywhere(accounts: Accounts) -> None:
    """Theirs, and nobody else's."""
    anna = await accounts.add("anna", PASSWORD, Role.RECEPTIONIST, actor="test")
    zoe = await accounts.add("zoé", PASSWORD, Role.RECEPTIONIST, actor="test")
    tokens = [await accounts.open_session(one) for one in (anna, anna, zoe)]
    assert await accounts.sign_out_everywhere("anna", actor="root") == 2
    assert [await accounts.account_for(token) for token in tokens] == [None, None, zoe]


async def test_who_comes_from_the_provider_has_no_password(accounts: Accounts) -> None:
    """One account per subject, whose role follows the provider; a local account of that name is not theirs."""
    await accounts.add("zoé", PASSWORD, Role.ADMINISTRATOR, actor="test")
    anna = await accounts.from_provider("https://idp 1", "Anna@mairie.fr", Role.RECEPTIONIST)
    again = await accounts.from_provider("https://idp 1", "anna.renamed", Role.MANAGER)
    assert [anna, again] == [
        Account(anna.id, "anna@mairie.fr", Role.RECEPTIONIST, by_provider=True),
        Account(anna.id, "anna@mairie.fr", Role.MANAGER, by_provider=True),
    ]
    assert await accounts.verify("anna@mairie.fr", "", HOME) is None
    with pytest.raises(AccountError) as caught:
        await accounts.from_provider("https://idp 2", "zoé", Role.ADMINISTRATOR)
    assert caught.value.wrong is Wrong.TAKEN
