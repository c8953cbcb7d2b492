"""Whose sound a call takes, and when a silent leg is given up: the stack against a telephone that writes its SIP by hand."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

import pytest

from callbot.events import TransferResult
from sip_bridge.leg import Established, Held, LegClosed
from tests.support.legs import Ear, Switchboard, switchboard
from tests.support.peers.hand_phone import HandPhone
from tests.support.waiting import PATIENCE_S, until

FAILED = LegClosed(TransferResult.FAILED, None)
LOUD = 4000


async def placed(board: Switchboard, phone: HandPhone, *, late: bool = False, body: str | None = None) -> Ear:
    """A call that is answered."""
    number = len(board.calls) + 1
    ear, answer = await asyncio.gather(board.answered(count=number), phone.invite(body, late=late))
    assert answer.startswith("SIP/2.0 200")
    return ear


async def hears(ear: Ear, seconds: float = PATIENCE_S) -> bool:
    """Whether the telephone's tone comes in from now on, within that time."""
    known, end = len(ear.heard), monotonic() + seconds
    while monotonic() < end:
        fresh = ear.heard[known:]
        if len(fresh) > 1600 and abs(fresh[-800:].astype(int)).max() > LOUD:
            return True
        await asyncio.sleep(0.02)
    return False


# Holds


async def test_a_hold_longer_than_the_timeout_ends_well() -> None:
    """Nothing comes for twice the timeout, nor at once after the resume: nobody is cut off."""
    async with switchboard(sip_rtp_timeout_seconds=2) as board, HandPhone(board.address) as phone:
        ear = await placed(board, phone)
        assert await hears(ear)
        phone.talks = False
        await phone.invite(phone.sdp("inactive"))
        await asyncio.sleep(4)
        await phone.invite()
        await asyncio.sleep(1)
        phone.talks = True
        assert await hears(ear)
        assert ear.events[1:] == [Held(True), Held(False)]


async def test_the_hold_of_rfc_2543() -> None:
    """`c=0.0.0.0` and no direction: a hold, which ends where sound is wanted somewhere again."""
    async with switchboard(sip_rtp_timeout_seconds=2) as board, HandPhone(board.address) as phone:
        ear = await placed(board, phone)
        phone.talks = False
        await phone.invite(phone.sdp(host="0.0.0.0"))
        await ear.event(Held)
        await asyncio.sleep(4)
        await phone.invite()
        phone.talks = True
        assert await hears(ear)
        assert ear.events[1:] == [Held(True), Held(False)]


async def test_a_transfer_that_is_never_answered_brings_both_back() -> None:
    """202, then no NOTIFY: both were on hold for longer than the timeout, and talk again."""
    async with (
        switchboard(sip_rtp_timeout_seconds=2) as board,
        HandPhone(board.address) as caller,
        HandPhone() as person,
    ):
        caller.resumes_after_s = person.resumes_after_s = 0.5
        ear = await placed(board, caller)
        other = board.ear(await board.stack.dial(person.uri))
        await other.event(Established)
        assert await ear.leg.replace(other.leg, 4.0) == (TransferResult.NO_ANSWER, None)
        assert caller.asked.count("REFER") == 1
        assert await hears(ear)
        assert await hears(other)
        await asyncio.sleep(2.5)
        assert ear.of(LegClosed) == other.of(LegClosed) == []


# Silence


async def test_a_caller_who_is_gone(caplog: pytest.LogCaptureFixture) -> None:
    """No sound for the timeout: one line, BYE, and the leg has failed."""
    async with switchboard(sip_rtp_timeout_seconds=2) as board, HandPhone(board.address) as phone:
        ear = await placed(board, phone)
        assert await hears(ear)
        phone.talks = False
        assert await ear.closed() == FAILED
        await until(lambda: "BYE" in phone.asked)
    assert [record.message for record in caplog.records if "hung up" in record.message] == [
        "a leg is hung up: nothing was heard of it for CALLBOT_SIP_RTP_TIMEOUT_SECONDS"
    ]


async def test_reports_of_rtcp_are_signs_of_life() -> None:
    """A telephone that sends no sound while its owner is silent."""
    async with switchboard(sip_rtp_timeout_seconds=2) as board, HandPhone(board.address) as phone:
        ear = await placed(board, phone)
        assert await hears(ear)
        phone.talks = False
        for _ in range(8):
            phone.report()
            await asyncio.sleep(0.5)
        assert ear.of(LegClosed) == []
        assert await ear.closed() == FAILED


async def test_a_change_to_codecs_that_we_do_not_have(caplog: pytest.LogCaptureFixture) -> None:
    """The library takes such an offer without its sound: we hang up at once and say why."""
    async with switchboard() as board, HandPhone(board.address) as phone:
        ear = await placed(board, phone)
        answer = await phone.invite(phone.sdp(codecs="96", lines="a=rtpmap:96 opus/48000/2"))
        assert "m=audio 0 " in answer
        assert await ear.closed() == FAILED
    assert "a leg is hung up: its other side wants codecs that we do not have" in caplog.text


# Whose sound is taken


async def moved(phone: HandPhone, ear: Ear) -> None:
    """A re-INVITE with another address."""
    phone.move("127.0.0.3")
    await phone.invite()


async def moved_late(phone: HandPhone, ear: Ear) -> None:
    """A re-INVITE that leaves the offer to us."""
    phone.move("127.0.0.3")
    await phone.invite(late=True)


async def moved_by_update(phone: HandPhone, ear: Ear) -> None:
    """UPDATE."""
    phone.move("127.0.0.4")
    await phone.update()


async def moved_on_hold(phone: HandPhone, ear: Ear) -> None:
    """A hold of both kinds, taken back elsewhere."""
    await phone.invite(phone.sdp("sendonly", host="0.0.0.0"))
    phone.move("127.0.0.5")
    await phone.invite()
    await until(lambda: ear.of(Held) == [Held(True), Held(False)])


async def moved_and_repeated(phone: HandPhone, ear: Ear) -> None:
    """The re-INVITE comes twice."""
    phone.move("127.0.0.8")
    await phone.invite(repeats=1)


async def stayed(phone: HandPhone, ear: Ear) -> None:
    """Nothing."""


def media_level(phone: HandPhone) -> str:
    """Its own address in the section of the sound, and a wrong one for the session."""
    return phone.sdp(host="127.0.0.9", lines=f"c=IN IP4 127.0.0.7\r\n{'a=rtpmap:101 telephone-event/8000'}")


def lines_of_unix(phone: HandPhone) -> str:
    """Without carriage returns."""
    return phone.sdp().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "change",
    [moved, moved_late, moved_by_update, moved_on_hold, moved_and_repeated],
    ids=lambda f: f.__name__,
)
async def test_sound_that_moves_is_heard(change: Callable[[HandPhone, Ear], Awaitable[None]]) -> None:
    """Whatever tells of the new address opens the call to it."""
    async with switchboard() as board, HandPhone(board.address) as phone:
        ear = await placed(board, phone)
        assert await hears(ear)
        await change(phone, ear)
        assert await hears(ear, 2.0)


@pytest.mark.parametrize("body", [media_level, lines_of_unix, None], ids=["of_media", "unix", "late"])
async def test_sound_is_heard_from_where_the_offer_says(body: Callable[[HandPhone], str] | None) -> None:
    """An address of the media section, line ends of Unix, an SDP that comes with the ACK only: from another address than SIP's."""
    async with switchboard() as board, HandPhone(board.address) as phone:
        phone.move("127.0.0.7")
        ear = await placed(board, phone, late=body is None, body=body(phone) if body else None)
        assert await hears(ear, 2.0)


async def test_a_call_whose_sound_comes_from_elsewhere_is_opened(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing from the address of its SDP, a steady stream from another: taken after some seconds, with a line that names the setting."""
    async with switchboard() as board, HandPhone(board.address) as phone:
        body = phone.sdp()
        phone.move("127.0.0.5")
        ear = await placed(board, phone, body=body)
        assert not await hears(ear, 1.0)
        assert await hears(ear, 8.0)
        await phone.invite(body)
        assert await hears(ear)
    (told,) = [record.message for record in caplog.records if "CALLBOT_SIP_RTP_SOURCES" in record.message]
    assert "taken from everybody now" in told


async def test_a_call_that_has_been_heard_is_not_opened_to_strangers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its own sound stops, a stranger's begins: only a line in the log."""
    async with switchboard() as board, HandPhone(board.address) as phone:
        ear = await placed(board, phone)
        assert await hears(ear)
        phone.move("127.0.0.6")
        assert not await hears(ear, 6.5)
    (told,) = [record.message for record in caplog.records if "CALLBOT_SIP_RTP_SOURCES" in record.message]
    assert "is kept out" in told


async def test_a_second_call_with_a_known_call_id_is_refused_as_such(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """From an address that may call: the log does not blame sip_peers, and the first call goes on."""
    async with switchboard() as board, HandPhone(board.address) as phone, HandPhone(board.address) as other:
        ear = await placed(board, phone)
        other.call_id = phone.call_id
        assert (await other.invite()).startswith("SIP/2.0 486")
        assert await hears(ear)
        assert len(board.stack.dialogs) == 1
    (refusal,) = [record.message for record in caplog.records if "was refused" in record.message]
    assert refusal.startswith("a call was refused: there is one with its Call-ID already")
