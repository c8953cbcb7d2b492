"""Reports by e-mail, to a real SMTP server: sent once, at their hour, to everybody; what fails is tried again and says why."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlalchemy import select

from callbot import tables
from callbot.config import Settings, load
from callbot.database import Database
from callbot.errors import ReportError, SettingsError
from callbot.reports.calendar import Due
from callbot.reports.post import letter_of, post
from callbot.reports.sending import Sends, send_due
from callbot.stats.days import PARIS
from tests.support.peers.processes import free_port

MONDAY = datetime(2026, 6, 8, 7, 30, tzinfo=PARIS)
READERS = ("maire@ville.example", "dgs@ville.example")


class Mailbox:
    """What the server was given. `refuse`: addresses that it does not take; `down`: it takes nothing."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []
        self.refuse: set[str] = set()
        self.down = False

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's names)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take an address or refuse it."""
        if address in self.refuse:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the letter."""
        if self.down:
            return "451 try again later"
        self.letters.append(envelope)
        return "250 OK"


class _Server(Controller):
    def __init__(self, box: Mailbox) -> None:
        super().__init__(
            box,
            "127.0.0.1",
            free_port(),
            auth_require_tls=False,
            authenticator=_knows,
            auth_required=False,
        )


def _knows(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
) -> AuthResult:
    return AuthResult(success=(data.login, data.password) == (b"mairie", b"secret"), handled=False)


@pytest.fixture
def box() -> Iterator[tuple[Mailbox, int]]:
    """A running server and its port."""
    box = Mailbox()
    server = _Server(box)
    server.start()
    yield box, server.port
    server.stop()


def mail_settings(port: int, **more: object) -> Settings:
    """Settings with two readers and that server."""
    values = {
        "report_to": READERS,
        "report_from": "callbot@ville.example",
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": "none",
    }
    return load({}, **(values | more))


def maker(settings: Settings) -> Callable[[Due], Awaitable[EmailMessage]]:
    """Writes a short letter for each report."""

    async def make(one: Due) -> EmailMessage:
        return letter_of(
            settings,
            subject=f"Rapport {one.key}",
            plain="Deux appels.",
            html="<p>Deux appels.</p>",
            files={"rapport.pdf": b"%PDF-1.7", "rapport.csv": "clé;valeur".encode()},
            at=MONDAY,
            key=one.key,
        )

    return make


async def test_a_report_reaches_everybody_once_with_its_files(
    database: Database, box: tuple[Mailbox, int]
) -> None:
    """Readers do not see each other; the PDF and the CSV are there; the next look sends nothing more."""
    mailbox, port = box
    settings = mail_settings(port, report_kinds=("day", "week"))
    sends = Sends(database)
    assert await send_due(sends, settings, maker(settings), lambda: MONDAY)
    assert await send_due(sends, settings, maker(settings), lambda: MONDAY + timedelta(hours=1))
    letters = [
        message_from_bytes(one.original_content or b"", policy=policy.default) for one in mailbox.letters
    ]
    assert [letter["Subject"] for letter in letters] == ["Rapport day 2026-06-07", "Rapport week 2026-06-01"]
    assert mailbox.letters[0].rcpt_tos == list(READERS)
    assert "maire@" not in (mailbox.letters[0].original_content or b"").decode()
    assert [part.get_filename() for part in letters[0].iter_attachments()] == ["rapport.pdf", "rapport.csv"]
    assert letters[0].get_body(("plain",)).get_content().strip() == "Deux appels."  # type: ignore[union-attr]


async def test_two_machines_send_it_once(database: Database, box: tuple[Mailbox, int]) -> None:
    """Both look at the same moment; one letter goes out."""
    mailbox, port = box
    settings = mail_settings(port, report_kinds=("day",))
    machines = (send_due(Sends(database), settings, maker(settings), lambda: MONDAY) for _ in range(2))
    assert await asyncio.gather(*machines) == [True, True]
    assert len(mailbox.letters) == 1


async def test_what_failed_is_tried_again_and_says_why(database: Database, box: tuple[Mailbox, int]) -> None:
    """A server that is down for a while loses nothing; before a quarter of an hour nothing is tried."""
    mailbox, port = box
    settings = mail_settings(port, report_kinds=("day",))
    sends, make = Sends(database), maker(settings)
    mailbox.down = True
    assert not await send_due(sends, settings, make, lambda: MONDAY)
    async with database.read() as connection:
        row = (await connection.execute(select(tables.report_sends))).one()
    assert (row.state, row.tries, row.sent_to) == ("failed", 1, 0)
    assert "CALLBOT_SMTP_HOST" in row.problem
    mailbox.down = False
    assert await send_due(sends, settings, make, lambda: MONDAY + timedelta(minutes=14))
    assert mailbox.letters == []
    assert await send_due(sends, settings, make, lambda: MONDAY + timedelta(minutes=16))
    assert len(mailbox.letters) == 1


async def test_a_machine_that_died_while_it_sent_is_replaced(
    database: Database, box: tuple[Mailbox, int]
) -> None:
    """Its claim holds for a quarter of an hour; then another one sends."""
    mailbox, port = box
    settings = mail_settings(port, report_kinds=("day",))
    sends, make = Sends(database), maker(settings)
    assert await sends.claim("day 2026-06-07", MONDAY)
    assert await send_due(sends, settings, make, lambda: MONDAY + timedelta(minutes=5))
    assert mailbox.letters == []
    await send_due(sends, settings, make, lambda: MONDAY + timedelta(minutes=20))
    assert [one.rcpt_tos for one in mailbox.letters] == [list(READERS)]


async def test_an_address_that_does_not_exist_does_not_hold_up_the_others(box: tuple[Mailbox, int]) -> None:
    """It is told; when all are refused, the report failed and the message names the setting."""
    mailbox, port = box
    settings = mail_settings(port)
    letter = await maker(settings)(_a_report())
    mailbox.refuse = {"dgs@ville.example"}
    assert post(settings, letter) == ("dgs@ville.example",)
    mailbox.refuse = set(READERS)
    with pytest.raises(ReportError, match="CALLBOT_REPORT_TO"):
        post(settings, letter)


async def test_a_wrong_password_names_its_setting(box: tuple[Mailbox, int]) -> None:
    """The right one is taken."""
    mailbox, port = box
    good = mail_settings(port, smtp_user="mairie", smtp_password="secret")
    letter = await maker(good)(_a_report())
    assert post(good, letter) == ()
    with pytest.raises(ReportError, match="CALLBOT_SMTP_PASSWORD"):
        post(mail_settings(port, smtp_user="mairie", smtp_password="faux"), letter)
    with pytest.raises(ReportError, match="CALLBOT_SMTP_SECURITY"):
        post(mail_settings(port, smtp_security="starttls"), letter)
    assert len(mailbox.letters) == 1


def test_settings_that_cannot_work_are_refused() -> None:
    """Readers without a server; a password for all to read; a kind that there is not."""
    with pytest.raises(SettingsError, match="report_to needs smtp_host and report_from"):
        load({"CALLBOT_REPORT_TO": "maire@ville.example"})
    with pytest.raises(SettingsError, match="smtp_security none would send smtp_password"):
        load({}, smtp_host="mail.ville.example", smtp_security="none", smtp_user="mairie")
    with pytest.raises(SettingsError, match="one or more of day, week, month"):
        load({"CALLBOT_REPORT_KINDS": "day,decade"})
    with pytest.raises(SettingsError, match="e-mail addresses"):
        load({"CALLBOT_REPORT_TO": "pas une adresse"})


def _a_report() -> Due:
    from callbot.reports.calendar import Kind, due

    return due(MONDAY, MONDAY.time().replace(hour=7, minute=0), (Kind.DAY,))[-1]
