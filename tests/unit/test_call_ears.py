"""What a call's ears tell the conversation, and how often."""

import asyncio
import threading

import numpy as np
import pytest

from callbot.audio.types import FRAME_MS, TELEPHONE_HZ, Pcm
from callbot.call_ears import CLOCK_MS, Ears
from callbot.dialogue.turns import Conversation
from callbot.events import DtmfReceived, SpeechStopped
from callbot.hearing import Heard, Hearing
from callbot.parts import Parts
from callbot.speech.fair_queue import Kind
from callbot.speech.listening import Listener
from callbot.speech.pool import Pool
from callbot.turn_taking.quiet import AWAKE_MS, PEAK
from callbot.turn_taking.whose import Sounded
from callbot.understanding.interpretation import Interpretation
from tests.support.scripted import ScriptedRecognizer
from tests.support.waiting import PATIENCE_S

FRAME = TELEPHONE_HZ * FRAME_MS // 1000


class Keys(Hearing):
    """Hears a key in every piece that is not silent."""

    def __init__(self) -> None:
        self._rate_hz = TELEPHONE_HZ
        self._samples = 0
        self._listening = False
        self.said = None
        self.sounded = Sounded()
        self.certain = list[str]()

    def know(self, text: str) -> None:
        """Keep it."""
        self.certain.append(text)

    def cut_off_at(self, pause_ms: int) -> None:
        """No rhythm."""

    def push(self, pcm: Pcm) -> list[Heard]:
        """A key, or nothing."""
        self._samples += len(pcm)
        return [DtmfReceived(self.at_ms, "5")] if pcm.any() else []


class Listening(Conversation):
    """Hears whatever comes."""

    language = "fr"
    unfinished = True
    private = False

    def __init__(self) -> None:
        self.listened = True

    @property
    def listens(self) -> bool:
        """Not while the caller speaks to somebody else."""
        return self.listened

    @property
    def records(self) -> bool:
        """They speak no message."""
        return False


def ears_of(conversation: Conversation) -> tuple[Ears, list[tuple[int, list[Heard]]]]:
    """Ears, and what they tell: when, and what was heard."""
    told: list[tuple[int, list[Heard]]] = []
    parts = Parts(conversation, Keys(), ScriptedRecognizer([]), Interpretation)
    ears = Ears(
        parts,
        TELEPHONE_HZ,
        advance=lambda heard: told.append((ears.at_ms, list(heard))),
        failed=lambda _error: None,
    )
    return ears, told


def test_the_time_is_told_once_per_message() -> None:
    """Of one frame or of four."""
    ears, told = ears_of(Listening())
    ears.hear(np.zeros(FRAME, np.int16))
    ears.hear(np.zeros(4 * FRAME, np.int16))
    assert told == [(20, []), (100, [])]


def test_what_is_heard_is_told_at_its_own_time() -> None:
    """In the middle of a message, as if its frames had come one by one."""
    ears, told = ears_of(Listening())
    message = np.zeros(4 * FRAME, np.int16)
    message[FRAME : FRAME + 10] = 1000
    ears.hear(message)
    assert told == [(40, [DtmfReceived(40, "5")]), (80, [])]


def test_a_long_message_is_no_leap_in_time() -> None:
    """A leg may send a second at once: the conversation lives through it in steps."""
    ears, told = ears_of(Listening())
    ears.hear(np.zeros(TELEPHONE_HZ, np.int16))
    assert told == [(at_ms, []) for at_ms in range(CLOCK_MS, 1001, CLOCK_MS)]


def test_time_goes_by_while_the_caller_speaks_to_somebody_else() -> None:
    """Told as often, without a word of what they say."""
    conversation = Listening()
    ears, told = ears_of(conversation)
    conversation.listened = False
    ears.hear(np.full(2 * FRAME, 1000, np.int16))
    assert told == [(40, [])]


def test_who_waits_and_says_nothing_is_told_the_time_a_message_at_a_time() -> None:
    """However long it is; with a sound in it each frame is heard by itself again, and its end not sooner than the others'."""
    conversation = Listening()
    conversation.private = True
    hearing = Hearing(TELEPHONE_HZ, Listener(200, 700, 20_000), ScriptedRecognizer([]))
    told: list[int] = []
    ears = Ears(
        Parts(conversation, hearing, ScriptedRecognizer([]), Interpretation),
        TELEPHONE_HZ,
        advance=lambda _heard: told.append(ears.at_ms),
        failed=lambda _error: None,
    )
    for _ in range(AWAKE_MS // FRAME_MS):
        assert not ears.sleeps
        ears.hear(np.zeros(FRAME, np.int16))
    assert ears.sleeps
    asleep_ms = ears.at_ms
    told.clear()
    ears.hear(np.zeros(TELEPHONE_HZ, np.int16))
    assert told == [asleep_ms + 1000]
    ears.hear(np.full(4 * FRAME, PEAK, np.int16))
    assert (told[1:], ears.sleeps) == ([asleep_ms + 1080], False)
    ears.hear(np.zeros(TELEPHONE_HZ, np.int16))
    assert told[2:] == [asleep_ms + 1080 + at_ms for at_ms in range(CLOCK_MS, 1001, CLOCK_MS)]


class Voice:
    """Voice activity: a second of voice, then silence."""

    def __init__(self) -> None:
        self._chunks = 0

    def push(self, pcm_16k: Pcm) -> list[float]:  # noqa: ARG002 (whatever is heard)
        """The next chunk's."""
        self._chunks += 1
        return [1.0 if self._chunks <= 31 else 0.0]


class Ready(ScriptedRecognizer):
    """Knows in the pause what it will say in the end."""

    def prepared(self) -> str | None:
        """The text."""
        return self._script[0] if self._script and isinstance(self._script[0], str) else None


@pytest.mark.parametrize(("final", "readings"), [("un passeport", 1), ("deux passeports", 2)])
async def test_what_was_said_is_read_before_the_turn_ends(final: str, readings: int) -> None:
    """Once; only where the final text is another one is it read again, and what was read ahead is thrown away."""
    read: list[tuple[int, str]] = []
    understood: list[str] = []
    ended: list[int] = []

    def interpret(text: str) -> Interpretation:
        read.append((ears.at_ms, text))
        return Interpretation(text)

    def advance(heard: list[Heard]) -> None:
        for event in heard:
            if isinstance(event, SpeechStopped):
                recognizer._script[0] = final
                ended.append(event.at_ms)
                ears.cut_off(event)

    listener = Listener(200, 700, 20_000)
    listener._activity = Voice()  # type: ignore[assignment]
    recognizer = Ready(["un passeport"])
    hearing = Hearing(TELEPHONE_HZ, listener, recognizer)
    ears = Ears(
        Parts(Listening(), hearing, recognizer, interpret),
        TELEPHONE_HZ,
        advance=advance,
        failed=lambda _error: None,
    )
    task = asyncio.create_task(
        ears.think(lambda *_: None, lambda reading, _utterance: understood.append(reading.text))
    )
    while not understood:
        ears.hear(np.zeros(FRAME, np.int16))
        await asyncio.sleep(0.001)
    task.cancel()
    assert understood == [final]
    assert len(read) == readings
    assert read[0][0] < ended[0]


async def test_the_ear_is_told_when_what_is_asked_for_is_certain() -> None:
    """As soon as it has been read; of what is not certain it hears nothing."""
    parts = Parts(
        Listening(),
        Keys(),
        ScriptedRecognizer([]),
        Interpretation,
        known=lambda reading: "passeport" in reading.text,
    )
    ears = Ears(parts, TELEPHONE_HZ, advance=lambda _heard: None, failed=lambda _error: None)
    for said in ("je voudrais", "je voudrais un passeport"):
        parts.hearing.said = said
        for _ in range(20):
            ears.hear(np.zeros(FRAME, np.int16))
            await asyncio.sleep(0.005)
    assert isinstance(parts.hearing, Keys)
    assert set(parts.hearing.certain) == {"je voudrais un passeport"}


async def test_what_was_said_is_read_in_the_readers_threads() -> None:
    """Not in the event loop, which goes on meanwhile, and not in asyncio's own threads, of which there may be many."""
    go, read_by = threading.Event(), list[str]()

    def interpret(text: str) -> Interpretation:
        read_by.append(threading.current_thread().name)
        go.wait(10)
        return Interpretation(text)

    readers = Pool("reading", 1)
    understood: asyncio.Queue[str] = asyncio.Queue()
    parts = Parts(Listening(), Keys(), ScriptedRecognizer(["bonjour"]), interpret, readers=readers)
    parts.hearing.began_ms = 0
    ears = Ears(parts, TELEPHONE_HZ, advance=lambda _heard: None, failed=lambda _error: None)
    ears.cut_off(SpeechStopped(1000, 900))
    thinking = asyncio.create_task(
        ears.think(lambda *_: None, lambda reading, _: understood.put_nowait(reading.text))
    )
    while not read_by:  # noqa: ASYNC110 (the thread tells nobody)
        await asyncio.sleep(0.01)
    go.set()  # by the loop, which is free
    assert await asyncio.wait_for(understood.get(), PATIENCE_S) == "bonjour"
    assert read_by == ["reading-0"]
    thinking.cancel()
    readers.close()


@pytest.mark.parametrize(
    ("between", "sounded"), [("", Sounded()), ("oui", Sounded()), ("le journal", Sounded(far=True))]
)
async def test_words_of_long_ago_are_not_gone_on_with(between: str, sounded: Sounded) -> None:
    """A minute after them comes a cough, a murmur or a television, and a second later a question: it is read alone."""
    understood: asyncio.Queue[str] = asyncio.Queue()
    parts = Parts(
        Listening(),
        Keys(),
        ScriptedRecognizer(["mon voisin", between, "un passeport", "pour ma fille"]),
        Interpretation,
        rescue_ms=1300,
    )
    ears = Ears(parts, TELEPHONE_HZ, advance=lambda _heard: None, failed=lambda _error: None)
    thinking = asyncio.create_task(
        ears.think(lambda *_: None, lambda reading, _: understood.put_nowait(reading.text))
    )
    read = []
    for began_ms, whose in ((0, Sounded()), (60_000, sounded), (61_000, Sounded()), (62_000, Sounded())):
        parts.hearing.began_ms, parts.hearing.sounded = began_ms, whose
        Listening.unfinished = began_ms != 60_000
        ears.cut_off(SpeechStopped(began_ms + 900, began_ms + 300))
        read.append(await asyncio.wait_for(understood.get(), PATIENCE_S))
        await asyncio.sleep(0)
    thinking.cancel()
    Listening.unfinished = True
    assert read == ["mon voisin", between, "un passeport", "un passeport pour ma fille"]


async def test_of_what_a_caller_said_only_the_latest_waits_to_be_read() -> None:
    """However often they pause while the readers are busy; the turn's end comes before other calls' pauses, and its text is read once."""
    go, read = threading.Event(), list[str]()

    def interpret(text: str) -> Interpretation:
        go.wait(10)
        read.append(text)
        return Interpretation(text)

    readers = Pool("reading", 1)
    busy = readers.submit("other", Kind.FINAL, lambda: interpret("busy"))
    while readers.pressure().backlog_ms:  # noqa: ASYNC110 (the thread tells nobody)
        await asyncio.sleep(0.01)
    readers.submit("another", Kind.AHEAD, lambda: interpret("another call's pause"))
    one_ms = readers.pressure().backlog_ms
    parts = Parts(Listening(), Keys(), ScriptedRecognizer(["je voudrais 19"]), interpret, readers=readers)
    parts.hearing.began_ms = 0
    ears = Ears(parts, TELEPHONE_HZ, advance=lambda _heard: None, failed=lambda _error: None)
    for number in range(20):
        parts.hearing.said = f"je voudrais {number}"
        ears.hear(np.zeros(FRAME, np.int16))
    assert readers.pressure().backlog_ms == 2 * one_ms
    understood: asyncio.Queue[str] = asyncio.Queue()
    ears.cut_off(SpeechStopped(1000, 900))
    thinking = asyncio.create_task(
        ears.think(lambda *_: None, lambda reading, _: understood.put_nowait(reading.text))
    )
    await asyncio.sleep(0.1)  # until the thinking waits for the reading
    go.set()
    await asyncio.wrap_future(busy.future)
    assert await asyncio.wait_for(understood.get(), PATIENCE_S) == "je voudrais 19"
    thinking.cancel()
    readers.close()
    assert read[:2] == ["busy", "je voudrais 19"]
    assert len(read) <= 3


async def test_a_call_that_ends_leaves_nothing_to_be_read() -> None:
    """What it had waiting leaves the queue."""
    go = threading.Event()
    readers = Pool("reading", 1)
    readers.submit("other", Kind.FINAL, lambda: go.wait(10))
    parts = Parts(Listening(), Keys(), ScriptedRecognizer([]), Interpretation, readers=readers)
    ears = Ears(parts, TELEPHONE_HZ, advance=lambda _heard: None, failed=lambda _error: None)
    while readers.pressure().backlog_ms:  # noqa: ASYNC110 (the thread tells nobody)
        await asyncio.sleep(0.01)
    parts.hearing.said = "je voudrais"
    ears.hear(np.zeros(FRAME, np.int16))
    assert readers.pressure().backlog_ms > 0
    ears.forget()
    await asyncio.sleep(0)
    assert readers.pressure().backlog_ms == 0
    go.set()
    readers.close()
