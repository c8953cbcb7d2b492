"""The telephone's signal path in a real browser: rates, filters, frames, and the order of what is played."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Page

from callbot.audio.types import SPEECH_HZ
from tests.support.browser import open_browser
from tests.support.web_service import scripted_service, serve_pages

pytestmark = pytest.mark.asyncio(loop_scope="module")

RATES_HZ = (8000, 44100, 48000, 96000)
TONE_HZ = 1000
LEVEL = 0.25

CAPTURE = """
async ([rateHz, tones, level]) => {
  const context = new OfflineAudioContext(1, rateHz, rateHz);
  await context.audioWorklet.addModule("/static/telephone/capture-worklet.js");
  const buffer = new AudioBuffer({ length: rateHz, sampleRate: rateHz });
  const samples = buffer.getChannelData(0);
  for (const hz of tones) samples.forEach((_, n) => (samples[n] += level * Math.sin((2 * Math.PI * hz * n) / rateHz)));
  const source = new AudioBufferSourceNode(context, { buffer });
  const capture = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
  const frames = [];
  const last = new Promise((resolve) => {
    capture.port.onmessage = ({ data }) => {
      frames.push(data);
      if (frames.length === 49) resolve();
    };
  });
  source.connect(capture);
  source.start();
  await context.startRendering();
  await last;
  const bytes = frames.flatMap(({ frame }) => [...new Uint8Array(frame)]);
  return { sizes: frames.map(({ frame }) => frame.byteLength), level: frames[20].level, audio: btoa(String.fromCharCode(...bytes)) };
}
"""
"""Runs a second of tones through the capture worklet at a context of any rate."""

PLAYBACK = """
async ([rateHz, hz, level]) => {
  const context = new OfflineAudioContext(1, rateHz, rateHz);
  await context.audioWorklet.addModule("/static/telephone/playback-worklet.js");
  const playback = new AudioWorkletNode(context, "playback", { numberOfInputs: 0, outputChannelCount: [1] });
  const line = Int16Array.from({ length: 16000 }, (_, n) => 32767 * level * Math.sin((2 * Math.PI * hz * n) / 16000));
  const other = new AudioWorkletNode(context, "playback", { numberOfInputs: 0, outputChannelCount: [1] });
  const arrived = new Promise((resolve) => (other.port.onmessage = resolve));
  playback.port.postMessage({ type: "audio", buffer: line.buffer });
  other.port.postMessage({ type: "mark", id: "later" }); // told on the same thread, after the sound has arrived
  await arrived;
  playback.connect(context.destination);
  const rendered = await context.startRendering();
  const bytes = [...new Uint8Array(rendered.getChannelData(0).buffer)];
  return btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""));
}
"""
"""Plays a second of a tone through the playback worklet at a context of any rate."""

PLAYOUT = """
async (steps) => {
  const { Playout } = await import("/static/telephone/playout.js");
  const told = [];
  const playout = new Playout((message) => told.push(message));
  for (const [step, value] of steps) {
    if (step === "push") playout.push(new Float32Array(value * 320).fill(0.5));
    else if (step === "pull") {
      const heard = playout.pull(value * 320).filter((sample) => sample !== 0).length;
      told.push({ type: "heard", frames: heard / 320 });
    } else playout[step](value);
  }
  return told;
}
"""
"""Drives the playout, in frames of 20 ms, and gives all that it told and what was heard, in order."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    """A page of ours, from which the scripts can be loaded."""
    folder: Path = tmp_path_factory.mktemp("data")
    async with (
        scripted_service(folder) as service,
        serve_pages(service) as address,
        open_browser() as browser,
    ):
        page = await browser.new_page()
        await page.goto(f"{address}/connexion")
        yield page


def tone_db(samples: np.ndarray[Any, Any], hz: float, rate_hz: int) -> float:
    """Level of one frequency in dB of its amplitude (full scale 1), leaving the ends out."""
    middle = samples[len(samples) // 4 : 3 * len(samples) // 4]
    window = np.hanning(len(middle))
    phase = np.exp(-2j * np.pi * hz * np.arange(len(middle)) / rate_hz)
    return float(20 * np.log10(2 * abs(np.sum(middle * window * phase)) / np.sum(window) + 1e-12))


async def captured(page: Page, rate_hz: int, *tones_hz: int) -> tuple[dict[str, Any], np.ndarray[Any, Any]]:
    """What the capture worklet told of these tones, and its samples (−1 to 1, 16 kHz)."""
    told = await page.evaluate(CAPTURE, [rate_hz, list(tones_hz), LEVEL])
    samples = np.frombuffer(base64.b64decode(told["audio"]), dtype="<i2") / 32768
    return told, samples


@pytest.mark.parametrize("rate_hz", RATES_HZ)
async def test_the_microphone_becomes_frames_of_the_line(page: Page, rate_hz: int) -> None:
    """20 ms each at 16 kHz whatever the context's rate, the tone neither louder nor softer, its level said."""
    told, samples = await captured(page, rate_hz, TONE_HZ)
    assert set(told["sizes"]) == {640}
    assert tone_db(samples, TONE_HZ, SPEECH_HZ) == pytest.approx(20 * np.log10(LEVEL), abs=0.05)
    assert told["level"] == pytest.approx(LEVEL / np.sqrt(2), rel=0.02)


@pytest.mark.parametrize("rate_hz", [rate for rate in RATES_HZ if rate > 2 * SPEECH_HZ])
async def test_what_the_line_cannot_carry_is_filtered_out(page: Page, rate_hz: int) -> None:
    """11 kHz would come back as 5 kHz: it is 65 dB down, while 6.5 kHz beside it stays."""
    _, samples = await captured(page, rate_hz, 6500, 11000)
    assert tone_db(samples, 6500, SPEECH_HZ) == pytest.approx(20 * np.log10(LEVEL), abs=0.05)
    assert tone_db(samples, 5000, SPEECH_HZ) < 20 * np.log10(LEVEL) - 65


@pytest.mark.parametrize("rate_hz", RATES_HZ)
async def test_the_line_is_played_at_any_rate(page: Page, rate_hz: int) -> None:
    """The tone is there at its level; its image above the line's 8 kHz is not."""
    rendered = await page.evaluate(PLAYBACK, [rate_hz, TONE_HZ, LEVEL])
    samples = np.frombuffer(base64.b64decode(rendered), dtype="<f4")
    assert tone_db(samples, TONE_HZ, rate_hz) == pytest.approx(20 * np.log10(LEVEL), abs=0.05)
    if rate_hz > 2 * SPEECH_HZ:
        assert tone_db(samples, SPEECH_HZ - TONE_HZ, rate_hz) < 20 * np.log10(LEVEL) - 65


async def test_loud_sound_is_clipped_not_wrapped(page: Page) -> None:
    """Beyond full scale a sample stays at full scale."""
    encoded = await page.evaluate(
        """async () => {
          const { encode, decode } = await import("/static/telephone/format.js");
          return [...decode(encode(Float32Array.of(-2, -1, 0, 0.5, 2)))];
        }"""
    )
    assert encoded == [-1, -1, 0, 0.5, 32767 / 32768]


async def test_marks_wait_for_what_came_before_them(page: Page) -> None:
    """Each is told when its sound has been played, in order; one with nothing before it at once."""
    steps = [
        ["mark", "a"], ["push", 4], ["mark", "b"], ["push", 2], ["mark", "c"], ["mark", "d"], ["pull", 3], ["pull", 1],
        ["pull", 2], ["pull", 1],
    ]  # fmt: skip
    assert await page.evaluate(PLAYOUT, steps) == [
        {"type": "mark", "id": "a"},
        {"type": "playing", "playing": True},
        {"type": "heard", "frames": 3},
        {"type": "mark", "id": "b"},
        {"type": "heard", "frames": 1},
        {"type": "mark", "id": "c"},
        {"type": "mark", "id": "d"},
        {"type": "heard", "frames": 2},
        {"type": "playing", "playing": False},
        {"type": "heard", "frames": 0},
    ]


async def test_a_flush_silences_at_once(page: Page) -> None:
    """What was queued is forgotten with its marks; what comes later is played."""
    steps = [
        ["push", 10], ["mark", "old"], ["pull", 1], ["clear", None], ["pull", 1], ["push", 3], ["mark", "new"], ["pull", 3],
    ]  # fmt: skip
    assert await page.evaluate(PLAYOUT, steps) == [
        {"type": "playing", "playing": True},
        {"type": "heard", "frames": 1},
        {"type": "playing", "playing": False},
        {"type": "heard", "frames": 0},
        {"type": "mark", "id": "new"},
        {"type": "playing", "playing": True},
        {"type": "heard", "frames": 3},
    ]


async def test_a_little_is_gathered_before_it_is_played(page: Page) -> None:
    """After a silence playing waits for three frames, or for as long as three frames take."""
    gathering = [["push", 1], ["pull", 1], ["push", 2], ["pull", 1]]
    alone = [["push", 1], ["pull", 1], ["pull", 1], ["pull", 1]]
    heard = [
        [told["frames"] for told in await page.evaluate(PLAYOUT, steps) if told["type"] == "heard"]
        for steps in (gathering, alone)
    ]
    assert heard == [[0, 1], [0, 0, 1]]


async def test_a_full_buffer_asks_for_a_pause(page: Page) -> None:
    """XOFF at 900 frames, XON at 800, and nothing kept beyond 1000."""
    steps = [
        ["push", 899],
        ["push", 1],
        ["push", 100],
        ["push", 1],
        ["pull", 199],
        ["pull", 1],
        ["pull", 1000],
    ]
    assert await page.evaluate(PLAYOUT, steps) == [
        {"type": "flow", "paused": True},
        {"type": "playing", "playing": True},
        {"type": "heard", "frames": 199},
        {"type": "flow", "paused": False},
        {"type": "heard", "frames": 1},
        {"type": "heard", "frames": 800},
    ]
