"""A real Chromium whose microphone is a WAV file, and what tests do with it on our pages."""

import shutil
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from playwright.async_api import Browser, Page, async_playwright, expect

from callbot.audio.types import Pcm
from tests.support.waiting import PATIENCE_S

expect.set_options(timeout=PATIENCE_S * 1000)

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FAKE_MICROPHONE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")

TAP = """
(() => {
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode) {
      const analyser = new AnalyserNode(this.context, { fftSize: 8192, smoothingTimeConstant: 0 });
      connect.call(this, analyser);
      window.loudspeaker = () => {
        const spectrum = new Float32Array(analyser.frequencyBinCount);
        analyser.getFloatFrequencyData(spectrum);
        const loudest = spectrum.indexOf(Math.max(...spectrum));
        return { hz: loudest * this.context.sampleRate / analyser.fftSize, db: spectrum[loudest] };
      };
    }
    return connect.call(this, to, ...rest);
  };
})()
"""
"""Makes `loudspeaker()`: frequency and level (dB full scale) of the loudest tone in what the page plays."""


def chromium() -> str | None:
    """The system's Chromium; None leaves Playwright to find the one it has installed itself."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@asynccontextmanager
async def open_browser(fake_wav: Path | None = None, more: Sequence[str] = ()) -> AsyncIterator[Browser]:
    """Chromium without window. `fake_wav` (an absolute path) is what its microphone hears, once, at each opening.

    Without it the microphone is Chromium's beeping one. `more` are further arguments.
    Playwright says what to install when there is no Chromium.
    """
    arguments = [*QUIET, *FAKE_MICROPHONE, *more]
    if fake_wav:
        arguments.append(f"--use-file-for-fake-audio-capture={fake_wav}%noloop")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=arguments)
        try:
            yield browser
        finally:
            await browser.close()


@dataclass
class Watch:
    """What must stay empty, or at home, while a page works."""

    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


def watch(page: Page) -> Watch:
    """Keep the page's console errors, uncaught exceptions, and the host names it asks."""
    seen = Watch()
    page.on("console", lambda message: seen.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("request", lambda request: seen.hosts.add(urlsplit(request.url).hostname or ""))
    page.on("websocket", lambda socket: seen.hosts.add(urlsplit(socket.url).hostname or ""))
    return seen


async def sign_in(page: Page, address: str, name: str, password: str, path: str = "/") -> None:
    """Ask for `path` of the pages at `address` and sign in on the way."""
    await page.goto(address + path)
    await page.get_by_label("Identifiant").fill(name)
    await page.get_by_label("Mot de passe").fill(password)
    await page.get_by_role("button", name="Se connecter").click()
    await page.wait_for_url(address + path)


async def loudspeaker(page: Page) -> tuple[float, float]:
    """(Hz, dB full scale) of the loudest tone the page plays now; needs TAP as the page's init script and a call."""
    loudest = await page.evaluate("loudspeaker()")
    return loudest["hz"], loudest["db"]


def read_wav(path: Path) -> tuple[Pcm, int]:
    """Samples and rate of a mono 16-bit file."""
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(
            np.int16
        ), file.getframerate()


def likeness(heard: Pcm, source: Pcm) -> float:
    """How much of `source` is found in `heard` at the best delay: 0 nothing, 1 the same but for loudness. Same rate."""
    long, short = heard.astype(float), source.astype(float)
    size = 1 << (len(long) + len(short)).bit_length()
    products = np.fft.irfft(np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size)), size)[: len(long)]
    best = int(np.argmax(np.abs(products)))
    there = long[best : best + len(short)]
    norm = float(np.linalg.norm(there) * np.linalg.norm(short[: len(there)]))
    return abs(float(products[best])) / norm if norm else 0.0
