"""Whose sound it is: echoes made of recorded speech, callers over them, televisions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbot.audio import g711
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.turn_taking.echo import KEPT_MS, LAG_MS, Played, echo_share
from callbot.turn_taking.whose import ECHO, FAR_DB, QUIETEST_DBFS, WORD_MS, Whose
from tests.support.sound import CLIPS, clip
from tests.support.speaking_over import at_level

BOT, CALLER = at_level(clip(CLIPS[3])), at_level(clip(CLIPS[1]))
WINDOW = TELEPHONE_HZ * 128 // 1000
CHUNK = TELEPHONE_HZ * 32 // 1000


def on_the_line(wave: np.ndarray) -> Pcm:
    """Through a telephone's codec, with a little noise."""
    noisy = wave + np.random.default_rng(1).normal(0, 8, len(wave))
    return g711.decode_alaw(g711.encode_alaw(np.clip(np.rint(noisy), -32767, 32767).astype(np.int16)))


def echo_of(pcm: Pcm, db: float, ms: int) -> np.ndarray:
    """Later and softer, through a short filter."""
    filtered = np.convolve(pcm.astype(np.float64), [1.0, 0.3, -0.2, 0.1])[: len(pcm)] * 10 ** (db / 20)
    return np.concatenate([np.zeros(8 * ms), filtered])[: len(pcm)]


def shares(heard: Pcm, played: Pcm) -> list[float]:
    """The echo's share of each loud window."""
    lag = LAG_MS * TELEPHONE_HZ // 1000
    found = []
    for end in range(lag + WINDOW, len(heard), WINDOW):
        window = heard[end - WINDOW : end]
        if np.sqrt(np.mean(window.astype(np.float64) ** 2)) > 60:
            found.append(echo_share(window, played[end - WINDOW - lag : end]))
    return found


@pytest.mark.parametrize("ms", [20, 150, 400])
@pytest.mark.parametrize("db", [-6.0, -20.0, -30.0])
def test_an_echo_is_explained_by_what_was_played(db: float, ms: int) -> None:
    """In nearly every window; whatever the delay."""
    found = shares(on_the_line(echo_of(BOT, db, ms)), BOT)
    assert np.mean(np.array(found) >= ECHO) >= 0.85


def test_another_voice_is_not() -> None:
    """Speech is not explained by other speech."""
    caller = np.resize(CALLER, len(BOT))
    found = shares(on_the_line(caller.astype(np.float64)), BOT)
    assert max(found) < ECHO


def test_a_caller_over_the_echo_is_heard() -> None:
    """12 dB above it: most windows are theirs."""
    caller = np.resize(loud(CALLER), len(BOT)).astype(np.float64)
    found = shares(on_the_line(caller + echo_of(BOT, -12.0, 150)), BOT)
    assert np.mean(np.array(found) < ECHO) >= 0.8


def test_silence_is_nobody_s() -> None:
    """Neither side."""
    still = np.zeros(WINDOW, np.int16)
    long = np.zeros(WINDOW + LAG_MS * 8, np.int16)
    assert echo_share(still, long) == 0.0
    assert echo_share(BOT[:WINDOW], long) == 0.0


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 40)), max_size=20), st.integers(0, 500))
def test_what_was_played_is_kept_by_its_time(pieces: list[tuple[int, int]], cut_ms: int) -> None:
    """Whatever gaps lie between, and whatever is cut off: the same as in one long sound."""
    played, whole, at_ms = Played(), np.zeros(8 * 20_000, np.int16), 0
    for number, (gap_ms, ms) in enumerate(pieces, start=1):
        at_ms += gap_ms
        piece = np.full(8 * ms, number, np.int16)
        played.add(at_ms, piece)
        whole[8 * at_ms : 8 * (at_ms + ms)] = piece
        at_ms += ms
    end_ms = max(0, at_ms - cut_ms)
    played.cut(end_ms)
    whole[8 * end_ms :] = 0
    until_ms, size = end_ms + 100, 8 * min(1000, end_ms + 100)
    assert size <= 8 * KEPT_MS
    np.testing.assert_array_equal(played.until(until_ms, size), whole[8 * until_ms - size : 8 * until_ms])


def hear(whose: Whose, pcm: Pcm, at_ms: int = 0) -> int:
    """An utterance all of whose chunks are voiced; how much of it was the caller's."""
    for number, at in enumerate(range(0, len(pcm) - CHUNK + 1, CHUNK), start=1):
        whose.push(pcm[at : at + CHUNK], 32 * number, at_ms + 32 * number)
    return whose.caller_ms


def loud(pcm: Pcm) -> Pcm:
    """Only its voiced chunks."""
    chunks = pcm[: len(pcm) // CHUNK * CHUNK].reshape(-1, CHUNK)
    return chunks[np.abs(chunks.astype(np.int32)).max(axis=1) > 1500].reshape(-1)


def test_a_caller_of_whom_nothing_is_known_counts() -> None:
    """Down to QUIETEST_DBFS."""
    whose = Whose()
    assert whose.softest_dbfs == QUIETEST_DBFS
    assert hear(whose, loud(CALLER)) >= 1000


def test_who_is_softer_than_the_caller_does_not_count() -> None:
    """The level of their turns is learnt; another voice 16 dB below it is a television."""
    whose = Whose()
    hear(whose, loud(CALLER))
    whose.ended()
    assert whose.softest_dbfs > -30 - FAR_DB
    television = (loud(BOT) * 10 ** (-16 / 20)).astype(np.int16)
    assert hear(whose, television) <= 64
    assert whose.ended().far
    assert hear(whose, loud(CALLER)) >= 1000
    assert not whose.ended().far


def test_the_bot_s_own_echo_does_not_count_and_is_told() -> None:
    """However loud."""
    played = Played()
    spoken = BOT[: 8 * 3200]
    played.add(0, spoken)
    whose = Whose(played)
    heard = on_the_line(echo_of(spoken, -6.0, 100))
    began = int(np.flatnonzero(np.abs(heard.astype(np.int32)) > 1000)[0]) // CHUNK
    most_ms = 0
    for number in range(began + 3, len(heard) // CHUNK):
        whose.push(heard[(number - 6) * CHUNK : number * CHUNK], 32 * (number - began), 32 * number)
        most_ms = max(most_ms, whose.caller_ms)
    assert most_ms < 96
    sounded = whose.ended()
    assert sounded.own
    assert whose.softest_dbfs == QUIETEST_DBFS


@pytest.mark.parametrize("db", [-10.0, -20.0])
def test_an_answer_after_the_echo_is_not_the_bot_s(db: float) -> None:
    """The end of the bot's sentence comes back, and the caller answers within the same utterance: most of it is theirs."""
    played = Played()
    spoken = BOT[: 8 * 1200]
    played.add(0, spoken)
    whose = Whose(played)
    line = on_the_line(np.concatenate([echo_of(spoken, db, 100), loud(CALLER).astype(np.float64)]))
    hear(whose, line)
    sounded = whose.ended()
    assert sounded.run_ms >= WORD_MS
    assert not sounded.own


def test_a_caller_over_the_echo_is_not_the_bot_s() -> None:
    """All the while that they speak."""
    played = Played()
    spoken = BOT[: 8 * 3200]
    played.add(0, spoken)
    whose = Whose(played)
    caller = np.zeros(len(spoken))
    caller[8 * 2000 :] = np.resize(loud(CALLER), len(spoken) - 8 * 2000)
    hear(whose, on_the_line(caller + echo_of(spoken, -12.0, 100)))
    assert not whose.ended().own
