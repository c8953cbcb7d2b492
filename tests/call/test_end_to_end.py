"""The whole service as a citizen meets it: real engines, a real connection, recordings as the caller's voice."""

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import json
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from playwright.async_api import expect

from callbot.audio.files import read_wav, write_wav
from callbot.audio.types import TELEPHONE_HZ
from callbot.caller import Caller
from tests.support.browser import TAP, loudspeaker, open_browser, sign_in, watch
from tests.support.cli import ROOT, callbot, environment
from tests.support.grafana import asked
from tests.support.learnt import share_prompts
from tests.support.peers.sound import heard
from tests.support.prompts import rendered
from tests.support.scripted import QUESTIONS, question
from tests.support.webhook_receiver import SECRET, Receiver, receiving

READY = "Ready: call now."


METRICS_TOKEN = "jeton-de-prometheus"
PASSWORD = "une phrase de passe"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """Another program, which is told of each call that has ended."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, receiver: Receiver
) -> Iterator[tuple[Path, int, list[str]]]:
    """`callbot serve`, started as `make run` does; its data folder, media port and the lines it printed."""
    data_dir = tmp_path_factory.mktemp("service")
    share_prompts(data_dir)
    process = subprocess.Popen(
        [sys.executable, "-m", "callbot", "serve"],
        env=environment(
            data_dir,
            tts="pico",
            webhook_url=receiver.url,
            webhook_secret=SECRET,
            metrics_token=METRICS_TOKEN,
        ),
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    lines: list[str] = []
    for line in process.stderr:
        lines.append(line.rstrip())
        if READY in line:
            break
    assert READY in lines[-1], "\n".join(lines)
    threading.Thread(target=lambda: lines.extend(process.stderr or ()), daemon=True).start()
    port = int(lines[-1].split("/media")[0].rsplit(":", 1)[1])
    yield data_dir, port, lines
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def place(
    service: tuple[Path, int, list[str]],
    *files: Path,
    record: Path | None = None,
    line: str = "",
    pace: str = "fast",
) -> list[dict[str, Any]]:
    """`callbot call --json` against the running service; its events."""
    data_dir, port, _lines = service
    options = [*(["--record", str(record)] if record else []), *(["--to", line] if line else [])]
    ran = callbot(data_dir, "call", *files, "--json", "--pace", pace, *options, media_port=port)
    assert ran.code == 0, ran.lines
    return [json.loads(line) for line in ran.out.splitlines()]


def pages(service: tuple[Path, int, list[str]]) -> str:
    """Their address."""
    return next(line for line in service[2] if line.startswith("Pages: ")).split()[1]


def key_then(folder: Path, low_hz: int, high_hz: int, question: Path) -> Path:
    """A telephone key as it sounds on the line and, once the bot has said its sentences, a question: one turn of the caller."""
    at = np.arange(TELEPHONE_HZ // 4) / TELEPHONE_HZ
    tone = (np.sin(2 * np.pi * low_hz * at) + np.sin(2 * np.pi * high_hz * at)) * 8000
    quiet, listening = (np.zeros(TELEPHONE_HZ * ms // 1000, np.int16) for ms in (500, 13_500))
    file = folder / "key.wav"
    speech, _rate_hz = read_wav(question)
    write_wav(file, np.concatenate([quiet, tone.astype(np.int16), listening, speech]), TELEPHONE_HZ)
    return file


def said(events: list[dict[str, Any]]) -> list[str]:
    """What the caller heard, in order."""
    return [event["text"] for event in events if event["event"] == "PlaybackStarted"]


def test_a_citizen_gets_the_validated_answer(service: tuple[Path, int, list[str]], tmp_path: Path) -> None:
    """Transcripts, the right motives, the answer heard word for word, the times, the stored call."""
    recording = tmp_path / "heard.wav"
    names = ("passeport_enfant_prix", "encombrants", "non_merci_au_revoir")
    events = place(service, *(QUESTIONS / f"{name}.wav" for name in names), record=recording, pace="real")
    ended = events[-1]
    assert ended["event"] == "CallEnded"
    assert (ended["outcome"], ended["motives"]) == ("answered", ["titre_prix", "encombrants"])
    assert ended["turns"] == len(ended["response_ms"]) == 3
    matched = [event for event in events if event["event"] == "IntentMatched"]
    assert [(event["decision"], event["motive"], event["act"]) for event in matched] == [
        ("answer", "titre_prix", None),
        ("answer", "encombrants", None),
        ("act", None, "au_revoir"),
    ]
    assert len([event for event in events if event["event"] == "FinalTranscript"]) == 3

    [answer] = [
        event
        for event in events
        if event["event"] == "PlaybackStarted" and "premier lundi du mois" in event["text"]
    ]
    sound, _rate_hz = read_wav(recording)
    [said] = asyncio.run(rendered(environment(service[0], tts="pico"), [answer["text"]]))
    assert heard(sound, said) > 0.9

    day = dt.datetime.now(ZoneInfo("Europe/Paris")).date().isoformat()
    ran = callbot(service[0], "report", "--day", day, "--format", "json")
    report = json.loads(ran.out)
    motives = {subject["motive"]: subject["calls"] for subject in report["motives"]}
    assert motives["titre_prix"] >= 1
    assert motives["encombrants"] >= 1


@pytest.mark.parametrize(("name", "reason"), [("un_agent", "asked"), ("incendie", "emergency")])
def test_who_needs_a_person_is_announced_one(
    service: tuple[Path, int, list[str]], name: str, reason: str
) -> None:
    """A request for a person, and an emergency, in a real voice through a telephone codec."""
    events = place(service, QUESTIONS / f"{name}.wav")
    assert [event["reason"] for event in events if event["event"] == "CallerQueued"] == [reason]
    assert events[-1]["outcome"] == "handed_over"


async def test_the_number_that_was_called_chooses_the_greeting(
    service: tuple[Path, int, list[str]],
) -> None:
    """The leg names the line, in a form that commune.toml does not have; the disclosure is that line's."""
    events: list[dict[str, Any]] = []
    speech, _rate_hz = read_wav(QUESTIONS / "non_merci_au_revoir.wav")
    to = urlencode({"events": "1", "from": "", "to": "+33199000002"})
    await Caller([speech], fast=True, on_event=events.append).call(f"ws://127.0.0.1:{service[1]}/media?{to}")
    assert (events[0]["event"], events[0]["line"]) == ("CallStarted", "+33199000002")
    assert next(event["text"] for event in events if event["event"] == "PlaybackStarted") == (
        "Bonjour, vous êtes bien à l'état civil de Valbourg-sur-Ourcelle. Je suis un assistant vocal automatique."
    )


@pytest.mark.parametrize("how", ["line", "key"])
def test_a_question_in_english_is_answered_in_english(
    service: tuple[Path, int, list[str]], tmp_path: Path, how: str
) -> None:
    """On the English line at once; on the other one after key nine, with the disclosure once more."""
    asked = QUESTIONS / "en_passport_price.wav"
    if how == "line":
        events = place(service, asked, line="0199000003")
        assert events[0]["language"] == "en"
        assert said(events)[0] == (
            "Hello, you have reached the town hall of Valbourg-sur-Ourcelle. I am an automatic voice assistant."
        )
    else:
        events = place(service, key_then(tmp_path, 852, 1477, asked), line="0199000001")
        assert [event["language"] for event in events if event["event"] == "LanguageChanged"] == ["en"]
        assert "We will continue in English. I am an automatic voice assistant." in said(events)
    matched = [event for event in events if event["event"] == "IntentMatched"][-1]
    assert (matched["decision"], matched["motive"]) == ("answer", "titre_prix")
    assert any("eighty-six euros for an adult" in text for text in said(events))
    assert (events[-1]["event"], events[-1]["outcome"]) == ("CallEnded", "answered")


def test_what_is_out_of_scope_is_not_answered(service: tuple[Path, int, list[str]]) -> None:
    """A wrong answer is worse than none."""
    events = place(service, QUESTIONS / "hors_sujet.wav")
    assert "NoMatch" in [event["event"] for event in events]
    assert events[-1]["motives"] == []


def test_the_end_of_a_call_is_told_signed(service: tuple[Path, int, list[str]], receiver: Receiver) -> None:
    """To another program, which verifies it as docs/api.md says: HMAC-SHA256 over "id.timestamp.body", not older than five minutes."""
    ended = place(service, QUESTIONS / "non_merci_au_revoir.wav")[-1]
    until_s = time.monotonic() + 30
    while not (told := [one for one in receiver.got if ended["call_id"] in one[1]]):
        assert time.monotonic() < until_s
        time.sleep(0.1)
    [(headers, body)] = told
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 300
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    made = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert f"v1,{made}" in headers["webhook-signature"].split(" ")
    message = json.loads(body)
    assert (message["type"], message["data"]["call"]) == ("call.ended", ended["call_id"])
    assert message["data"]["outcome"] == ended["outcome"]


async def test_a_question_in_the_browser_is_answered(
    service: tuple[Path, int, list[str]], tmp_path: Path
) -> None:
    """Microphone, page, media server, engines: the question stands in the transcript, and the answer in writing and in sound."""
    added = callbot(service[0], "users", "add", "accueil", "--password-stdin", text=PASSWORD)
    assert added.code == 0, added.lines
    wav = tmp_path / "microphone.wav"
    silence = np.zeros(TELEPHONE_HZ * 16, np.int16)  # while the greeting plays
    asked = [silence, question("passeport_enfant_prix")] * 4  # a caller whose words are lost says them again
    write_wav(wav, np.concatenate([*asked, silence]), TELEPHONE_HZ)
    async with open_browser(wav) as browser:
        page = await browser.new_page()
        seen = watch(page)
        await page.add_init_script(TAP)
        await sign_in(page, pages(service), "accueil", PASSWORD, "/telephone")
        await page.get_by_role("button", name="Appeler").click()
        transcript = page.get_by_role("log")
        await expect(transcript.get_by_text("c'est combien", exact=False).first).to_be_visible(timeout=60_000)
        levels = [(await loudspeaker(page))[1]]
        until_s = time.monotonic() + 90
        while not await transcript.get_by_text("Avez-vous une autre question").count():
            assert time.monotonic() < until_s, await transcript.inner_text()
            await page.wait_for_timeout(200)
            levels.append((await loudspeaker(page))[1])
        text = await transcript.inner_text()
        assert "Je suis un assistant vocal automatique" in text
        await page.get_by_role("button", name="Raccrocher").click()
        assert max(levels) > -50
        assert seen.errors == []
        assert seen.hosts <= {"127.0.0.1"}


def test_prometheus_finds_all_that_the_grafana_dashboard_asks_for(
    service: tuple[Path, int, list[str]],
) -> None:
    """In the running service, by its token: each metric."""
    request = urllib.request.Request(
        f"{pages(service)}/metrics", headers={"authorization": f"Bearer {METRICS_TOKEN}"}
    )
    with urllib.request.urlopen(request) as answer:
        text = answer.read().decode()
    samples = set(re.findall(r"^([a-z_]+)(?:\{| )", text, re.MULTILINE))
    assert asked() - samples == set()


def test_nothing_that_was_said_is_in_the_logs(service: tuple[Path, int, list[str]]) -> None:
    """After real calls, standard error holds neither transcripts nor numbers."""
    _data_dir, _port, lines = service
    assert not [line for line in lines if "passeport" in line.lower() or "canapé" in line.lower()]


def test_a_call_needs_no_running_service(tmp_path: Path) -> None:
    """`callbot call` starts one for the call, and it ends with it."""
    share_prompts(tmp_path)
    ran = callbot(
        tmp_path, "call", QUESTIONS / "un_agent.wav", "--json", "--pace", "fast", tts="pico", media_port=1
    )
    assert ran.code == 0, ran.lines
    assert "starting one for this call" in " ".join(ran.lines)
    assert json.loads(ran.out.splitlines()[-1])["outcome"] == "handed_over"
