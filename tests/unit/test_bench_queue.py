"""What callers of the queue's benchmark know they have heard, and what becomes of them in its figures."""

from callbot.bench.queue_desk import Served
from callbot.bench.queue_figures import PLACE_SENTENCES, Scene, Stood, Told, figures, has_place, rung_ms
from callbot.bench.queue_line import MUSIC, MUSIC_FRAMES, Known, Waited, Waiter
from callbot.bench.sounds import SILENCE, babble, frames
from callbot.dialogue.waiting_phrases import BACK
from callbot.humans.queue_types import Place

MS = 1_000_000
BEGINNING, FIRST, SECOND, TUNE = (frames(babble(seed, 0.4)) for seed in (1, 2, 3, 4))
KNOWN = Known({"first": [*BEGINNING, *FIRST, SILENCE], "second": [*BEGINNING, *SECOND, SILENCE], MUSIC: TUNE})


def heard(*sound: list[bytes]) -> Waiter:
    """Who was sent that, from the beginning of the call on."""
    waiter = Waiter(KNOWN)
    waiter.say(0)
    for number, frame in enumerate(frame for part in sound for frame in part):
        waiter.hear(frame, number * 20 * MS)
    return waiter


def test_a_sentence_was_heard_when_all_of_it_was() -> None:
    """To the last frame that sounds, each time it is said; another one with the same beginning was not."""
    waiter = heard([SILENCE] * 5, BEGINNING, FIRST, TUNE, BEGINNING, FIRST)
    assert waiter.heard == [("first", 20 * (5 + 39)), ("first", 20 * (5 + 99))]


def test_a_sentence_with_a_frame_missing_was_not_heard() -> None:
    """Nor one that was broken off."""
    assert heard(BEGINNING, FIRST[:9], FIRST[10:]).heard == []
    assert heard(BEGINNING, FIRST[:-1]).heard == []
    assert heard(BEGINNING, FIRST[:9], BEGINNING, SECOND).heard == [("second", 20 * 68)]


def test_music_is_counted_in_seconds_of_its_own_frames() -> None:
    """Other sound is not music."""
    rounds = 3 * MUSIC_FRAMES // len(TUNE) + 1
    assert heard(*[TUNE] * rounds, BEGINNING, FIRST).music_s == 3
    assert heard(BEGINNING, FIRST).music_s == 0


def test_a_telephone_rings_for_the_offer_before_it() -> None:
    """Each ring counts once; an offer without one is left out."""
    served = [Served(1, 100 * MS, 0), Served(2, 300 * MS, 0), Served(3, 900 * MS, 0)]
    assert rung_ms(served, [150 * MS, 340 * MS]) == [50.0, 40.0]


def call(name: str, place: str, *more: str, joined: bool = False) -> Waited:
    """A call of caller 1 or 2."""
    heard = [(sentence, 9000) for sentence in (place, *more)]
    return Waited(name, name[0], "", 1000, 1, heard, 12, [200 * MS] if joined else [], joined)


def told(*ended: Stood) -> Told:
    """Two callers: the first is taken, the second hangs up, calls again, and waits on."""
    calls = [
        call("1", PLACE_SENTENCES[0], PLACE_SENTENCES[0], joined=True),
        call("2", PLACE_SENTENCES[1]),
        call("2r", BACK, PLACE_SENTENCES[1]),
    ]
    stood = {"a": [Stood(7, Place.WAITING, 1)], "b": [Stood(8, Place.WAITING, 2)]}
    served = [Served(7, 100 * MS, 180 * MS)]
    return Told("SQLite", {"a": "1", "b": "2"}, calls, served, stood, ended, 6.0, 60.0, 500.0, 1.0, 0.25)


def test_all_is_well_when_everybody_has_a_place_or_a_talk() -> None:
    """Every figure of a run in which nothing went wrong."""
    assert figures(told(Stood(7, Place.ENDED, 0), Stood(8, Place.KEPT, 0))) == Scene(
        database="SQLite", callers=2, placed=2, placed_again=1, music=2, frames=3000, late_frames=3, failed=0,
        cpu_seconds_per_call_minute=3.0, rss_mb=500, taken=1, offers=1, offer_ms_p50=None, offer_ms_p95=None,
        ring_ms_p50=None, ring_ms_p95=None, again=1, had_place_back=1, lost=0, twice=0, behind_ms=1.0, others_cores=0.25,
    )  # fmt: skip


def test_a_place_that_is_gone_or_too_many_shows() -> None:
    """Who has called again and has another place; who has talked and waits on."""
    gone = figures(told(Stood(7, Place.ENDED, 0), Stood(8, Place.LEFT, 0), Stood(9, Place.KEPT, 0)))
    assert (gone.lost, gone.twice) == (1, 1)
    waits = figures(told(Stood(7, Place.WAITING, 0), Stood(8, Place.KEPT, 0)))
    assert (waits.lost, waits.twice) == (1, 0)


def test_who_is_lost() -> None:
    """Who has talked is done with, others have their place; nobody is without one."""
    found = {
        (place, talked)
        for place in (*Place, None)
        for talked in (True, False)
        if not has_place(place, talked=talked)
    }
    kept = {
        (Place.ENDED, True),
        *((place, False) for place in (Place.KEPT, Place.OFFERED, Place.WAITING, Place.PROMISED)),
    }
    assert {(place, talked) for place in Place for talked in (True, False)} - found == kept
    assert {(None, True), (None, False)} <= found
