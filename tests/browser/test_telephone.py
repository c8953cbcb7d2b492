"""The browser telephone in a real Chromium, against a media server that follows the test's script."""

import asyncio
import re
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, StorageState, expect

from callbot.audio.types import SPEECH_HZ, Pcm
from tests.support.browser import TAP, Watch, likeness, open_browser, read_wav, sign_in, watch
from tests.support.scripted_media import Line, ScriptedMedia
from tests.support.web_service import NAME, PASSWORD, READY, ScriptedService, scripted_service, serve_pages

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAMPLE = Path(__file__).parent / "samples" / "common_voice_fr_18186341.wav"
LEAD_IN_S = 0.5
STRANGE_HOST = "mairie.example"
WAIT_S = 60


@dataclass
class House:
    """Everything around the page."""

    service: ScriptedService
    media: ScriptedMedia
    address: str
    browser: Browser
    signed_in: StorageState


@dataclass
class Visit:
    """One page, opened for one test."""

    page: Page
    seen: Watch
    house: House

    async def call(self) -> Line:
        """Press the button; the connection that comes."""
        await self.page.get_by_role("button", name="Appeler").click()
        return await self.line()

    async def line(self) -> Line:
        """The next connection of the page."""
        return await asyncio.wait_for(self.house.media.lines.get(), WAIT_S)

    async def answered_call(self) -> Line:
        """A call that the server has answered."""
        line = await self.call()
        await line.command("ANSWER")
        await expect(self.page.get_by_text("En communication")).to_be_visible()
        return line

    async def state(self, text: str) -> None:
        """Wait for this state on the telephone's screen."""
        await expect(self.page.locator("#etat")).to_have_text(text)

    async def refusal(self, text: str) -> None:
        """Wait for this message; the telephone can be used again."""
        await expect(self.page.get_by_role("alert")).to_have_text(text)
        await expect(self.page.get_by_role("button", name="Appeler")).to_be_visible()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Pages, media server and browser, for all tests of this module."""
    folder: Path = tmp_path_factory.mktemp("house")
    speech = folder / "caller.wav"
    write_caller(speech)
    strange = f"--host-resolver-rules=MAP {STRANGE_HOST} 127.0.0.1"
    async with (
        scripted_service(folder) as service,
        ScriptedMedia(service.tickets.redeem).running() as media,
        serve_pages(service) as address,
        open_browser(speech, [strange]) as browser,
    ):
        service.media_port = media.port
        service.answers = {"passeport.pieces": "les papiers à apporter pour un passeport"}
        page = await browser.new_page()
        await sign_in(page, address, NAME, PASSWORD)
        yield House(service, media, address, browser, await page.context.storage_state())


@pytest_asyncio.fixture(loop_scope="module")
async def visit(house: House) -> AsyncIterator[Visit]:
    """The telephone, signed in; whatever it is used for, no error reaches the console and nothing leaves for elsewhere."""
    async with opened(house) as visit:
        yield visit
        assert visit.seen == Watch([], {"127.0.0.1"})


@pytest_asyncio.fixture(loop_scope="module")
async def disturbed(house: House) -> AsyncIterator[Visit]:
    """The same for tests of failures, of which the browser itself tells the console."""
    async with opened(house) as visit:
        yield visit


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[Visit]:
    """A fresh context, the page open; afterwards the house is as before."""
    context = await house.browser.new_context(locale="fr-FR", storage_state=house.signed_in)
    page = await context.new_page()
    await page.add_init_script(TAP)
    seen = watch(page)
    await page.goto(house.address + "/telephone")
    yield Visit(page, seen, house)
    await context.close()
    house.service.now = READY
    house.media.refuse_with_code, house.media.refuse_before_upgrade = 0, False


def write_caller(path: Path) -> None:
    """What the microphone hears: half a second of near silence, then the sample."""
    speech, rate_hz = read_wav(SAMPLE)
    silence = np.zeros(int(LEAD_IN_S * rate_hz), np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.concatenate([silence, speech]).astype("<i2").tobytes())


def tone(hz: int, seconds: float) -> Pcm:
    """A tone at a quarter of full scale, 16 kHz."""
    at = np.arange(int(seconds * SPEECH_HZ)) / SPEECH_HZ
    return (8192 * np.sin(2 * np.pi * hz * at)).astype(np.int16)


def voiced_pieces(speech: Pcm, ms: int = 250) -> list[Pcm]:
    """The pieces of a recording in which somebody speaks up."""
    size = SPEECH_HZ * ms // 1000
    pieces = [speech[start : start + size] for start in range(0, len(speech) - size, size)]
    return [piece for piece in pieces if np.abs(piece).max() > 5000]


async def test_the_call_opens_as_asterisk_would(visit: Visit) -> None:
    """At /telephone, with the opening that the dialect wants, before any sound."""
    line = await visit.call()
    opening = await line.until_event("MEDIA_START")
    identity = opening["connection_id"]
    assert (line.path, line.connection.subprotocol) == ("/telephone", "media")
    assert opening == {
        "event": "MEDIA_START",
        "connection_id": identity,
        "channel": "browser",
        "channel_id": identity,
        "format": "slin16",
        "optimal_frame_size": 640,
        "ptime": 20,
        "channel_variables": {},
    }
    await visit.state("Appel en cours…")


async def test_the_caller_is_heard(visit: Visit) -> None:
    """The microphone arrives in 20 ms frames at 16 kHz and is the recording, through the browser's echo canceller and all."""
    line = await visit.answered_call()
    speech, _ = read_wav(SAMPLE)
    frames = round((LEAD_IN_S + len(speech) / SPEECH_HZ + 0.5) / 0.020)
    await line.until(lambda line: len(line.frames) >= frames)
    found = [likeness(line.heard, piece) for piece in voiced_pieces(speech)]
    elsewhere = [likeness(line.heard, piece[::-1]) for piece in voiced_pieces(speech)]
    assert {len(frame) for frame in line.frames} == {640}
    assert np.median(found) > 0.7
    assert np.median(elsewhere) < 0.6


async def test_the_bot_is_heard_until_it_is_flushed(visit: Visit) -> None:
    """Its tone leaves the loudspeaker, the screen says that it speaks, and a flush silences it long before its end."""
    line = await visit.answered_call()
    await line.play(tone(1000, 15))
    await visit.page.wait_for_function(
        "() => { const { hz, db } = loudspeaker(); return Math.abs(hz - 1000) < 15 && db > -40; }"
    )
    await expect(visit.page.locator("#ecoute")).to_have_text("Le callbot parle.")
    await line.command("FLUSH_MEDIA")
    await expect(visit.page.locator("#ecoute")).to_have_text("Le callbot vous écoute.")
    await visit.page.wait_for_function("() => loudspeaker().db < -90")


async def test_marks_are_answered(visit: Visit) -> None:
    """Each with its own name, once what came before has been played."""
    line = await visit.answered_call()
    await line.play(tone(400, 0.2))
    await line.command("MARK_MEDIA", correlation_id="greeting")
    await line.play(tone(400, 0.1))
    await line.command("MARK_MEDIA", correlation_id="question")
    await line.until(lambda line: len(line.events) == 3)
    assert line.events[1:] == [
        {"event": "MEDIA_MARK_PROCESSED", "correlation_id": "greeting"},
        {"event": "MEDIA_MARK_PROCESSED", "correlation_id": "question"},
    ]


async def test_a_full_buffer_stops_the_sender(visit: Visit) -> None:
    """MEDIA_XOFF past 900 frames, MEDIA_XON once they are flushed; a slow browser plays some while the rest arrives."""
    line = await visit.answered_call()
    await line.play(tone(400, 40))
    await line.until_event("MEDIA_XOFF")
    await line.command("FLUSH_MEDIA")
    await line.until_event("MEDIA_XON")
    assert [event["event"] for event in line.events[:3]] == ["MEDIA_START", "MEDIA_XOFF", "MEDIA_XON"]


async def test_the_conversation_is_written_as_it_goes(visit: Visit) -> None:
    """Both sides, what was understood (no ids), how quickly, what was interrupted; the unfinished utterance apart from the log."""
    page = visit.page
    async with page.expect_response("**/telephone/sujets"):
        await page.reload()
    line = await visit.answered_call()
    await line.call_event("PlaybackStarted", text="Bonjour !", response_ms=None)
    await line.call_event("PartialTranscript", text="je voudrais")
    await expect(page.locator("#en-cours")).to_have_text("je voudrais")
    await line.call_event("FinalTranscript", text="je voudrais un passeport", confidence=0.9, decode_ms=100)
    matched = {"motive": "passeport", "aspect": "pieces", "act": None, "emergency": None, "answer_id": "p1"}
    await line.call_event("IntentMatched", decision="answer", confidence=0.934, **matched)
    await line.call_event("PlaybackStarted", text="Il faut <b>une</b> photo.", response_ms=840)
    await line.call_event("PlaybackInterrupted", played_ms=500)
    await line.call_event("DtmfReceived", digit="#")
    await line.call_event("CallerQueued", service="etat_civil", reason="asked")
    await line.call_event(
        "CallEnded", outcome="handed_over", motives=["passeport"], turns=1, response_ms=[840]
    )
    await expect(page.locator("#fil > *")).to_have_text(
        [
            "Callbot Bonjour !",
            "Vous je voudrais un passeport",
            "Réponse trouvée : les papiers à apporter pour un passeport (93 %)",
            "Callbot Il faut <b>une</b> photo. réponse en 0,8 s · interrompu",
            "Touche dièse",
            "Mise en relation avec un agent (etat civil)",
        ]
    )
    await expect(page.locator("#en-cours")).to_be_empty()


async def test_keys_are_sent(visit: Visit) -> None:
    """From the keypad on the screen and from the keyboard, in order, and only during a call."""
    page = visit.page
    await expect(page.get_by_role("button", name="5")).to_be_disabled()
    line = await visit.answered_call()
    for name in ("5", "Étoile", "Dièse"):
        await page.get_by_role("button", name=name, exact=True).click()
    await page.keyboard.type("0x9#")
    await line.until(lambda line: len(line.events) == 7)
    assert [event["digit"] for event in line.events[1:]] == ["5", "*", "#", "0", "9", "#"]


async def test_the_caller_hangs_up(visit: Visit) -> None:
    """The connection ends normally, the microphone is let go, and one can call again."""
    line = await visit.answered_call()
    await visit.page.get_by_role("button", name="Raccrocher").click()
    await asyncio.wait_for(line.connection.wait_closed(), WAIT_S)
    await visit.state("Appel terminé")
    assert line.connection.close_code == 1000
    again = await visit.answered_call()
    await again.until(lambda line: len(line.frames) > 5)


async def test_the_bot_hangs_up(visit: Visit) -> None:
    """HANGUP ends the call from the other side, without a word of failure."""
    line = await visit.answered_call()
    await line.command("HANGUP")
    await asyncio.wait_for(line.connection.wait_closed(), WAIT_S)
    await visit.state("Appel terminé")
    await expect(visit.page.get_by_role("alert")).to_be_empty()
    await expect(visit.page.locator("#fil > *").last).to_have_text(re.compile(r"Appel terminé, \d\d:\d\d"))


async def test_leaving_the_page_hangs_up(visit: Visit) -> None:
    """No line stays taken behind a closed page."""
    line = await visit.answered_call()
    await visit.page.goto(visit.house.address + "/")
    await asyncio.wait_for(line.connection.wait_closed(), WAIT_S)
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("Le service répond aux appels")


async def test_a_lost_connection_is_said(disturbed: Visit) -> None:
    """When the line breaks without a goodbye."""
    line = await disturbed.answered_call()
    line.connection.transport.abort()
    await disturbed.refusal(
        "La communication a été coupée. Vérifiez votre connexion, puis appelez à nouveau."
    )


async def test_a_call_works_from_the_keyboard_alone(visit: Visit) -> None:
    """Skip link, call, keys, hang up; the focus is never lost on the way."""
    page = visit.page
    await page.reload()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="Appeler")).to_be_focused()
    await page.keyboard.press("Enter")
    line = await visit.line()
    await expect(page.get_by_role("button", name="Raccrocher")).to_be_focused()
    await line.command("ANSWER")
    await visit.state("En communication")
    for _ in range(3):  # the conversation, key 1, key 2
        await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="2", exact=True)).to_be_focused()
    await page.keyboard.press("Space")
    assert (await line.until_event("DTMF_END"))["digit"] == "2"
    for _ in range(3):
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await visit.state("Appel terminé")
    await expect(page.get_by_role("button", name="Appeler")).to_be_focused()


BUSY = "Toutes les lignes sont occupées. Rappelez dans quelques minutes."


def _no_ticket(house: House) -> None:
    house.service.now = replace(READY, calls_now=20)


def _closed_with_1013(house: House) -> None:
    house.media.refuse_with_code = 1013


def _refused_before_upgrade(house: House) -> None:
    """The last line is taken between the ticket and the connection."""
    redeem = house.media.redeem

    def take_the_last_line(ticket: str) -> bool:
        house.service.now = replace(READY, calls_now=20)
        house.media.redeem = redeem
        return redeem(ticket)

    house.media.redeem = take_the_last_line
    house.media.refuse_before_upgrade = True


@pytest.mark.parametrize("refuse", [_no_ticket, _closed_with_1013, _refused_before_upgrade])
async def test_busy_lines_are_said(disturbed: Visit, refuse: Callable[[House], None]) -> None:
    """However the refusal reaches the browser."""
    refuse(disturbed.house)
    await disturbed.page.get_by_role("button", name="Appeler").click()
    await disturbed.refusal(BUSY)


async def test_a_silent_media_server_is_not_called_busy(disturbed: Visit) -> None:
    """A connection refused while lines are free is a fault, and said to be one."""
    disturbed.house.media.refuse_before_upgrade = True
    await disturbed.page.get_by_role("button", name="Appeler").click()
    await disturbed.refusal(
        "Le service téléphonique ne répond pas. Rappelez dans quelques minutes ; si cela dure, prévenez la personne qui l’administre."
    )


async def test_an_ended_session_is_said(disturbed: Visit) -> None:
    """When the page was open longer than the session lasts."""
    await disturbed.page.context.clear_cookies()
    await disturbed.page.get_by_role("button", name="Appeler").click()
    await disturbed.refusal("Votre session est terminée. Rechargez la page pour vous reconnecter.")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("NotAllowedError", "Le microphone est refusé à cette page."),
        ("NotFoundError", "Aucun microphone n’a été trouvé."),
        ("NotReadableError", "Le microphone ne répond pas."),
    ],
)
async def test_a_missing_microphone_is_said(visit: Visit, error: str, message: str) -> None:
    """Why there is none, and what to do; no line is taken meanwhile."""
    await visit.page.evaluate(
        "(name) => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name); }; }",
        error,
    )
    await visit.page.get_by_role("button", name="Appeler").click()
    await expect(visit.page.get_by_role("alert")).to_contain_text(message)
    await visit.state("Échec de l’appel")
    assert visit.house.media.lines.empty()


async def test_an_unplugged_microphone_ends_the_call(visit: Visit) -> None:
    """The other side is not left in silence."""
    await visit.page.evaluate(
        """() => {
          const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = async (wanted) => (window.microphone = await ask(wanted));
        }"""
    )
    line = await visit.answered_call()
    await visit.page.evaluate("microphone.getAudioTracks()[0].dispatchEvent(new Event('ended'))")
    await visit.refusal("Le microphone a été débranché : l’appel est terminé.")
    await asyncio.wait_for(line.connection.wait_closed(), WAIT_S)


async def test_an_unsafe_address_is_explained(disturbed: Visit) -> None:
    """Browsers give no microphone to plain http beyond the machine itself."""
    address = disturbed.house.address.replace("127.0.0.1", STRANGE_HOST)
    await sign_in(disturbed.page, address, NAME, PASSWORD, "/telephone")
    await disturbed.page.get_by_role("button", name="Appeler").click()
    await expect(disturbed.page.get_by_role("alert")).to_contain_text("Ouvrez cette page en https://")


async def test_the_home_page_keeps_itself_current(visit: Visit) -> None:
    """Figures change without a reload; when the session is over the sign-in comes up."""
    page, house = visit.page, visit.house
    await page.clock.install()
    await page.goto(house.address + "/")
    await expect(page.locator(".headline__calls strong")).to_have_text("0")
    house.service.now = replace(READY, calls_now=7)
    await page.clock.fast_forward(5000)
    await expect(page.locator(".headline__calls strong")).to_have_text("7")
    await page.context.clear_cookies()
    await page.clock.fast_forward(5000)
    await page.wait_for_url(house.address + "/connexion?suite=/")


@pytest.mark.parametrize("path", ["/", "/telephone", "/nulle-part"])
async def test_pages_fit_a_narrow_screen(disturbed: Visit, path: str) -> None:
    """320 pixels wide, as RGAA 10.11 asks, without scrolling sideways."""
    await disturbed.page.set_viewport_size({"width": 320, "height": 640})
    await disturbed.page.goto(disturbed.house.address + path)
    assert await disturbed.page.evaluate("document.documentElement.scrollWidth") == 320
