"""Prompts: cached, made while the caller listens, urgent before background, with a fallback."""

import asyncio
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from callbot.audio.types import Pcm
from callbot.errors import EngineError
from callbot.priorities import RECOGNITION, RENDERING
from callbot.speech import prompt_queue
from callbot.speech.prompts import Prompts, Rendered
from callbot.speech.rendering import render_all
from callbot.speech.speaking import join, speak, with_pause
from tests.support.scripted_voice import ScriptedVoice

PLAIN_HZ = 900
"""The tone of the fallback's voice."""


@pytest.fixture
def voice() -> ScriptedVoice:
    """The first voice."""
    return ScriptedVoice()


@pytest.fixture
async def prompts(voice: ScriptedVoice, tmp_path: Path) -> AsyncIterator[Prompts]:
    """Prompts without a fallback."""
    prompts = Prompts(voice, tmp_path)
    yield prompts
    voice.release.set()
    await prompts.close()


async def heard(prompts: Prompts, text: str) -> list[Pcm]:
    """The pieces that a caller gets."""
    return [piece async for piece in prompts.stream(text)]


def is_same(pieces: list[Pcm], expected: Pcm) -> bool:
    """True when the pieces are, sample by sample, the expected sound."""
    return np.array_equal(np.concatenate(pieces), expected)


def files(folder: Path) -> list[Path]:
    """The rendered sentences on disk."""
    return list(folder.iterdir())


async def test_what_was_rendered_is_never_spoken_again(
    prompts: Prompts, voice: ScriptedVoice, tmp_path: Path
) -> None:
    """Rendered once: then from memory, and from disk by another process, in one piece and bit-exact."""
    assert await prompts.render(["Un. Deux."]) == Rendered(made=1, kept=0, failed=0)
    assert await prompts.render(["Un. Deux."]) == Rendered(made=0, kept=1, failed=0)
    [piece] = await heard(prompts, "Un. Deux.")
    later_voice = ScriptedVoice()
    later = Prompts(later_voice, tmp_path)
    assert is_same(await heard(later, "Un. Deux."), piece)
    await later.close()
    assert (voice.spoken, later_voice.spoken) == (["Un.", "Deux."], [])


async def test_a_sentence_that_prompts_share_is_spoken_once(prompts: Prompts, voice: ScriptedVoice) -> None:
    """Two prompts end alike: the end is made once."""
    await prompts.render(["Très bien. Ne quittez pas.", "Désolé. Ne quittez pas."])
    assert sorted(voice.spoken) == ["Désolé.", "Ne quittez pas.", "Très bien."]


async def test_an_unknown_prompt_comes_sentence_by_sentence(prompts: Prompts, voice: ScriptedVoice) -> None:
    """The first sentence is heard while the second one is still being made; then the whole is stored."""
    voice.held = {"Deux."}
    assert prompts.ready("Un. Deux.") is None
    stream = prompts.stream("Un. Deux.")
    first = await anext(stream)
    voice.release.set()
    rest = [piece async for piece in stream]
    whole = speak(ScriptedVoice(), "Un. Deux.")
    assert is_same([first, *rest], whole)
    assert len(rest) == 1
    stored = prompts.ready("Un. Deux.")
    assert stored is not None
    assert is_same([stored], whole)


async def test_urgent_prompts_overtake_the_background(prompts: Prompts, voice: ScriptedVoice) -> None:
    """A caller waits neither for the sentence being spoken nor for the rest of the background's."""
    voice.held = {"Fond un."}
    background = asyncio.create_task(prompts.render(["Fond un. Fond deux.", "Fond trois."]))
    await asyncio.to_thread(voice.started.wait, 20)
    await heard(prompts, "Urgent un. Urgent deux.")
    assert not background.done()
    voice.release.set()
    await background
    assert voice.spoken == ["Fond un.", "Urgent un.", "Urgent deux.", "Fond deux.", "Fond trois."]


async def test_what_is_being_made_for_nobody_is_not_made_twice(
    prompts: Prompts, voice: ScriptedVoice
) -> None:
    """A caller who needs the background's sentence while it is made waits for that one."""
    voice.held = {"Long."}
    background = asyncio.create_task(prompts.render(["Long."]))
    await asyncio.to_thread(voice.started.wait, 10)
    caller = asyncio.create_task(heard(prompts, "Long."))
    await asyncio.sleep(0.1)
    voice.release.set()
    assert len(await caller) == 1
    await background
    assert voice.spoken == ["Long."]


async def test_a_caller_makes_the_background_s_prompt_urgent(prompts: Prompts, voice: ScriptedVoice) -> None:
    """What waits in the background and a caller now needs is spoken next, once."""
    voice.held = {"Fond un."}
    background = asyncio.create_task(prompts.render(["Fond un. Fond deux. Fond trois."]))
    await asyncio.to_thread(voice.started.wait, 20)
    await heard(prompts, "Fond trois.")
    voice.release.set()
    await background
    assert voice.spoken == ["Fond un.", "Fond trois.", "Fond deux."]


async def test_first_sentences_come_before_second_ones(prompts: Prompts, voice: ScriptedVoice) -> None:
    """A long answer to one caller does not hold up the first words to another."""
    voice.held = {"Fond."}
    background = asyncio.create_task(prompts.render(["Fond."]))
    await asyncio.to_thread(voice.started.wait, 20)
    callers = [
        asyncio.create_task(heard(prompts, text)) for text in ("A un. A deux. A trois.", "B un. B deux.")
    ]
    await asyncio.sleep(0)
    voice.release.set()
    await asyncio.gather(background, *callers)
    assert voice.spoken == ["Fond.", "A un.", "B un.", "A deux.", "B deux.", "A trois."]


async def test_what_nobody_could_render_ahead_is_heard_from_its_first_words(
    prompts: Prompts, voice: ScriptedVoice, tmp_path: Path
) -> None:
    """A number that is read back comes clause by clause, without a gap inside a sentence; nothing of it is kept."""
    number = "J'ai noté le zéro un, quarante-deux, trente-quatre, cinquante-six, soixante-dix-huit."
    voice.held = {"cinquante-six, soixante-dix-huit."}
    stream = prompts.stream(f"{number} C'est bien ça ?", private=True)
    first = [await anext(stream), await anext(stream)]
    voice.release.set()
    rest = [piece async for piece in stream]
    tone = speak(ScriptedVoice(), "Un.")
    assert is_same([*first, *rest], np.concatenate([tone, tone, with_pause(tone), tone]))
    assert voice.spoken[0] == "J'ai noté le zéro un,"
    assert files(tmp_path) == []


@pytest.mark.parametrize("trouble", ["fails", "is late"])
async def test_the_fallback_ends_what_nobody_could_render_ahead(
    voice: ScriptedVoice, tmp_path: Path, trouble: str
) -> None:
    """The second clause does not come: the fallback says it and the rest; the first voice is not asked for that any more."""
    plain = ScriptedVoice(hertz=PLAIN_HZ)
    prompts = Prompts(voice, tmp_path, fallback=plain, patience_s=20 if trouble == "fails" else 0.3)
    number = "J'ai noté le zéro un, quarante-deux, trente-quatre, cinquante-six, soixante-dix-huit."
    if trouble == "fails":
        voice.failing = {"quarante-deux, trente-quatre,": EngineError("scripted")}
    else:
        voice.held = {"quarante-deux, trente-quatre,"}
    pieces = [piece async for piece in prompts.stream(number, private=True)]
    voice.release.set()
    await prompts.close()
    assert plain.spoken == ["quarante-deux, trente-quatre,", "cinquante-six, soixante-dix-huit."]
    assert voice.spoken[:2] == ["J'ai noté le zéro un,", "quarante-deux, trente-quatre,"]
    if trouble == "is late":
        assert len(voice.spoken) == 2
    assert is_same(pieces, np.concatenate([speak(ScriptedVoice(), "a"), *[speak(plain, "b")] * 2]))


async def test_a_voice_slower_than_speech_leaves_it_all_to_the_fallback(
    voice: ScriptedVoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gaps inside a sentence are not heard; what is rendered ahead stays the first voice's."""
    plain = ScriptedVoice(hertz=PLAIN_HZ)
    prompts = Prompts(voice, tmp_path, fallback=plain, patience_s=20)
    await heard(prompts, "Un.")
    monkeypatch.setattr("callbot.speech.prompts.SLOWEST_PACE", 0.0)
    pieces = [piece async for piece in prompts.stream("Deux, trois. Quatre.", private=True)]
    assert (voice.spoken, plain.spoken) == (["Un."], ["Deux, trois.", "Quatre."])
    tone = speak(ScriptedVoice(hertz=PLAIN_HZ), "a")
    assert is_same(pieces, np.concatenate([with_pause(tone), tone]))
    await prompts.close()


async def test_the_background_waits_while_calls_need_the_machine(
    prompts: Prompts, voice: ScriptedVoice
) -> None:
    """What a caller waits for is made all the same, also when the background wants it; then the background goes on."""
    prompts.hold(True)
    background = asyncio.create_task(prompts.render(["Fond un. Fond deux.", "Fond trois."]))
    await heard(prompts, "Urgent.")
    await heard(prompts, "Fond deux.")
    assert voice.spoken == ["Urgent.", "Fond deux."]
    assert not background.done()
    prompts.hold(False)
    assert await background == Rendered(made=2, kept=0, failed=0)
    assert voice.spoken == ["Urgent.", "Fond deux.", "Fond un.", "Fond trois."]


async def test_held_prompts_can_be_closed(prompts: Prompts) -> None:
    """Who waits gets an error."""
    prompts.hold(True)
    background = asyncio.create_task(prompts.render(["Fond."]))
    await asyncio.sleep(0)
    await prompts.close()
    assert await background == Rendered(made=0, kept=0, failed=1)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
async def test_prompts_step_back_behind_the_sound_and_the_background_behind_all(
    prompts: Prompts, voice: ScriptedVoice
) -> None:
    """What a caller waits for goes with recognition, before what nobody waits for; the event loop goes first."""
    await prompts.render(["Fond."])
    await heard(prompts, "Urgent.")
    usual = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert [low - usual for low in voice.priorities] == [RENDERING, RECOGNITION]


async def test_a_caller_who_leaves_takes_nothing_from_the_others(
    prompts: Prompts, voice: ScriptedVoice
) -> None:
    """Two callers wait for the same prompt, one is cut off: the other hears it, it is made once, and stored."""
    voice.held = {"Un."}
    leaver, stayer = (asyncio.create_task(heard(prompts, "Un. Deux.")) for _ in range(2))
    await asyncio.to_thread(voice.started.wait, 20)
    leaver.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaver
    voice.release.set()
    assert is_same(await stayer, speak(ScriptedVoice(), "Un. Deux."))
    assert voice.spoken == ["Un.", "Deux."]


async def test_what_the_only_caller_left_is_still_stored(prompts: Prompts, voice: ScriptedVoice) -> None:
    """Cut off in the first sentence: the prompt is finished for the next caller, who waits for nothing more."""
    voice.held = {"Un."}
    caller = asyncio.create_task(heard(prompts, "Un. Deux."))
    await asyncio.to_thread(voice.started.wait, 20)
    caller.cancel()
    await asyncio.wait([caller])
    voice.release.set()
    await heard(prompts, "Un. Deux.")
    assert voice.spoken == ["Un.", "Deux."]


async def test_a_failure_without_fallback_is_an_engine_error(prompts: Prompts, voice: ScriptedVoice) -> None:
    """The caller gets what was spoken, then the error; the next attempt tries again."""
    voice.failing = {"Deux.": EngineError("scripted: no more breath")}
    stream = prompts.stream("Un. Deux.")
    assert is_same([await anext(stream)], with_pause(speak(ScriptedVoice(), "Un.")))
    with pytest.raises(EngineError, match="no more breath"):
        await anext(stream)
    voice.failing = {}
    assert is_same(await heard(prompts, "Un. Deux."), speak(ScriptedVoice(), "Un. Deux."))


async def test_an_unforeseen_failure_ends_one_prompt_only(
    prompts: Prompts, voice: ScriptedVoice, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug in an engine is logged with its traceback, reaches the caller as EngineError, and the queue goes on."""
    voice.failing = {"Un.": KeyError("bug")}
    with pytest.raises(EngineError, match="bug"):
        await heard(prompts, "Un.")
    assert "Traceback" in caplog.text
    assert is_same(await heard(prompts, "Deux."), speak(ScriptedVoice(), "Deux."))


async def test_the_fallback_says_what_the_first_voice_could_not(voice: ScriptedVoice, tmp_path: Path) -> None:
    """The second sentence fails: the fallback says it and the third, not the first again; nothing of it is cached."""
    plain = ScriptedVoice(hertz=PLAIN_HZ)
    prompts = Prompts(voice, tmp_path, fallback=plain, patience_s=20)
    voice.failing = {"Deux.": EngineError("scripted")}
    pieces = await heard(prompts, "Un. Deux. Trois.")
    await prompts.close()
    tones = [(ScriptedVoice(), "Un."), (ScriptedVoice(hertz=PLAIN_HZ), "Deux."), (plain, "Trois.")]
    assert is_same(pieces, join([speak(tone, text) for tone, text in tones]))
    assert plain.spoken[:2] == ["Deux.", "Trois."]
    assert prompts.ready("Deux.") is None


async def test_the_fallback_speaks_when_the_first_voice_is_late(voice: ScriptedVoice, tmp_path: Path) -> None:
    """Nothing within the patience: the fallback says it all; the first voice ends its work for the next caller."""
    plain = ScriptedVoice(hertz=PLAIN_HZ)
    prompts = Prompts(voice, tmp_path, fallback=plain, patience_s=0.01)
    voice.held = {"Un."}
    late = await heard(prompts, "Un.")
    voice.release.set()
    await prompts.render(["Un."])
    next_time = await heard(prompts, "Un.")
    await prompts.close()
    assert is_same(late, speak(plain, "Un."))
    assert is_same(next_time, speak(ScriptedVoice(), "Un."))


async def test_a_full_queue_is_refused_and_the_fallback_speaks(
    voice: ScriptedVoice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the bound a sentence is not queued: the fallback says it at once."""
    monkeypatch.setattr(prompt_queue, "MOST_IN_MAKING", 1)
    plain = ScriptedVoice(hertz=PLAIN_HZ)
    prompts = Prompts(voice, tmp_path, fallback=plain, patience_s=20)
    voice.held = {"Un."}
    background = asyncio.create_task(prompts.render(["Un."]))
    await asyncio.to_thread(voice.started.wait, 20)
    assert is_same(await heard(prompts, "Deux."), speak(ScriptedVoice(hertz=PLAIN_HZ), "Deux."))
    voice.release.set()
    assert await background == Rendered(made=1, kept=0, failed=0)
    await prompts.close()


async def test_a_corrupt_file_is_rendered_again(
    prompts: Prompts, voice: ScriptedVoice, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A file cut by a power failure is noticed by the next process, logged and made anew."""
    await prompts.render(["Un."])
    [path] = files(tmp_path)
    path.write_bytes(path.read_bytes()[:500])
    again = Prompts(voice, tmp_path)
    assert is_same(await heard(again, "Un."), speak(ScriptedVoice(), "Un."))
    await again.close()
    assert "rendered again" in caplog.text
    assert voice.spoken == ["Un.", "Un."]


async def test_a_disk_that_cannot_be_written_stops_no_call(
    voice: ScriptedVoice, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The folder's place is taken by a file: prompts live in memory, and the log says why."""
    (tmp_path / "prompts").write_text("in the way")
    prompts = Prompts(voice, tmp_path / "prompts")
    await heard(prompts, "Un.")
    await heard(prompts, "Un.")
    await prompts.close()
    assert voice.spoken == ["Un."]
    assert "cannot be kept" in caplog.text


async def test_rendering_counts_and_goes_on_after_a_failure(
    prompts: Prompts, voice: ScriptedVoice, caplog: pytest.LogCaptureFixture
) -> None:
    """Progress is told for each text; what fails, or has no words, is counted and logged."""
    voice.failing = {"Deux.": EngineError("scripted: hoarse")}
    seen: list[tuple[int, int]] = []
    rendered = await prompts.render(["Un.", "Deux.", "...", "Un."], lambda *at: seen.append(at))
    assert rendered == Rendered(made=1, kept=1, failed=2)
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert "hoarse" in caplog.text


async def test_other_voices_and_versions_have_prompts_of_their_own(
    prompts: Prompts, voice: ScriptedVoice, tmp_path: Path
) -> None:
    """A new version or another voice makes its own files; prune then removes the old ones."""
    await prompts.render(["Un."])
    for other in (ScriptedVoice(version="2"), ScriptedVoice(voice="other")):
        changed = Prompts(other, tmp_path)
        assert await changed.render(["Un.", "Deux."]) == Rendered(made=2, kept=0, failed=0)
        await changed.close()
    assert len(files(tmp_path)) == 5
    assert prompts.prune(["Un."]) == 4
    assert prompts.ready("Un.") is not None


async def test_closing_frees_everything_and_tells_who_waits(voice: ScriptedVoice, tmp_path: Path) -> None:
    """Who waits gets an EngineError instead of silence, both voices are freed, and closing twice is harmless."""
    plain = ScriptedVoice()
    prompts = Prompts(voice, tmp_path, fallback=None)
    voice.held = {"Un."}
    caller = asyncio.create_task(heard(prompts, "Un."))
    await asyncio.to_thread(voice.started.wait, 20)
    closing = asyncio.create_task(prompts.close())
    await asyncio.sleep(0)
    voice.release.set()
    await closing
    await prompts.close()
    with pytest.raises(EngineError, match="closed"):
        await caller
    with pytest.raises(EngineError, match="closed"):
        await heard(prompts, "Deux.")
    other = Prompts(ScriptedVoice(), tmp_path, fallback=plain)
    await other.close()
    assert (voice.closed, plain.closed) == (True, True)


async def test_the_first_start_renders_what_a_call_needs_first(
    prompts: Prompts, voice: ScriptedVoice
) -> None:
    """The first phrases come first, then it is told that a call can be taken, then the rest; the lines say how far it is."""
    lines: list[str] = []
    seen: list[tuple[int, int]] = []
    rendered = await render_all(
        prompts,
        ["Un.", "Deux."],
        ["Trois.", "Un."],
        lines.append,
        on_first=lambda: lines.append("ready for calls"),
        progress=lambda *at: seen.append(at),
    )
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert rendered == Rendered(made=3, kept=1, failed=0)
    assert voice.spoken == ["Un.", "Deux.", "Trois."]
    assert lines == [
        "Rendering prompts 1/4 …",
        "Rendering prompts 2/4 …",
        "ready for calls",
        "Rendering prompts 3/4 …",
        "Prompts ready: 3 rendered, 1 already there.",
    ]


async def test_pico_speaks_at_once_and_is_cached(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The whole way with a real voice: French sound at a telephone's level, then the same again from disk."""
    from callbot.speech.pico import PicoSynthesizer

    with caplog.at_level(logging.WARNING):
        prompts = Prompts(PicoSynthesizer("pico", "1"), tmp_path)
        first = await heard(prompts, "Bonjour, vous êtes à la mairie. Je vous écoute.")
        await prompts.close()
    [again] = await heard(
        Prompts(PicoSynthesizer("pico", "1"), tmp_path), "Bonjour, vous êtes à la mairie. Je vous écoute."
    )
    assert is_same(first, again)
    assert 2.0 < len(again) / 8000 < 5.0
    assert caplog.text == ""


async def test_a_slow_prompt_is_longer_and_made_once(voice: ScriptedVoice, tmp_path: Path) -> None:
    """Each sentence is spoken at the usual speed, stretched, and kept in memory: then it is ready at once."""
    prompts = Prompts(voice, tmp_path, slow_speed=0.5)
    assert prompts.ready("Un. Deux.", slow=True) is None
    slow = np.concatenate([piece async for piece in prompts.stream("Un. Deux.", slow=True)])
    usual = prompts.ready("Un. Deux.")
    assert usual is not None
    pause = len(with_pause(usual)) - len(usual)
    assert len(slow) == 2 * (len(usual) - pause) + pause
    assert voice.spoken == ["Un.", "Deux."]
    ready = prompts.ready("Un. Deux.", slow=True)
    assert ready is not None
    assert is_same([ready], slow)
    await prompts.close()


async def test_slower_again_is_longer_to_a_floor(voice: ScriptedVoice, tmp_path: Path) -> None:
    """Each request counts, and below 0.6 of the usual speed nothing changes."""
    prompts = Prompts(voice, tmp_path, slow_speed=0.8)
    lengths = []
    for slow in range(5):
        pieces = [piece async for piece in prompts.stream("Un.", slow=slow)]
        lengths.append(len(np.concatenate(pieces)))
    assert [round(lengths[0] / length, 2) for length in lengths] == [1.0, 0.8, 0.64, 0.6, 0.6]
    await prompts.close()


async def test_a_private_prompt_is_spoken_and_kept_nowhere(voice: ScriptedVoice, tmp_path: Path) -> None:
    """A caller's number leaves no sound behind, in memory or on the disk."""
    prompts = Prompts(voice, tmp_path)
    spoken = [piece async for piece in prompts.stream("Un.", private=True)]
    assert len(np.concatenate(spoken))
    assert prompts.ready("Un.") is None
    await prompts.close()
    assert [name for _, _, names in os.walk(tmp_path) for name in names] == []
