"""The way to a person: every stage with everything that can come, and what it leads to."""

import itertools

import pytest

from callbot.dialogue.handover import (
    BRIEFING_MS,
    JOIN_MS,
    MS_PER_LETTER,
    NEXT,
    REPLACE_MS,
    SAID_AGAIN_MS,
    SLACK_MS,
    Handover,
    News,
    Plan,
    Stage,
    Step,
    Way,
)
from callbot.events import (
    AgentConnected,
    AgentOffered,
    AgentReleased,
    BriefAgent,
    CallerQueued,
    ClearAudio,
    ConnectAgent,
    OfferAgent,
    PlayMusic,
    PlayPrompt,
    QueueAbandoned,
    ReleaseAgent,
    Transfer,
    TransferResult,
)
from callbot.media.dialect import (
    Bridged,
    ConsultAnswered,
    ConsultEnded,
    ConsultMarkPlayed,
    ConsultRinging,
    TransferEnded,
)

TRANSFER = Transfer("accueil", "100", "asked")
PLAN = Plan("Merci de patienter.", ("Un appel.",), "le prix d'un acte")
RING_MS = 20_000
BEGUN = 1000
BRIEFED = ConsultMarkPlayed("briefing")
BUSY = ConsultEnded(TransferResult.BUSY, 486)
GONE = ConsultEnded(TransferResult.CALLER_GONE, None)
MOVED = TransferEnded(TransferResult.ANSWERED, 200)
MOVED_GONE = TransferEnded(TransferResult.CALLER_GONE, None)
NOT_MOVED = TransferEnded(TransferResult.REJECTED, 603)
NEWS: dict[str, News] = {
    "ringing": ConsultRinging(),
    "answered": ConsultAnswered(),
    "briefed": BRIEFED,
    "busy": BUSY,
    "gone": GONE,
    "bridged": Bridged(),
    "moved": MOVED,
    "not moved": NOT_MOVED,
    "moved gone": MOVED_GONE,
}
WAY_TO: dict[tuple[Way, Stage], tuple[News, ...]] = {
    (Way.BRIDGE, Stage.RINGING): (),
    (Way.BRIDGE, Stage.BRIEFING): (ConsultAnswered(),),
    (Way.BRIDGE, Stage.CONNECTING): (ConsultAnswered(), BRIEFED),
    (Way.BRIDGE, Stage.TALKING): (ConsultAnswered(), BRIEFED, Bridged()),
    (Way.ATTENDED, Stage.RINGING): (),
    (Way.ATTENDED, Stage.BRIEFING): (ConsultAnswered(),),
    (Way.ATTENDED, Stage.CONNECTING): (ConsultAnswered(), BRIEFED),
    (Way.REFER, Stage.CONNECTING): (),
}
"""What leads to each stage of each way, after the beginning."""
MOVES: dict[tuple[Way, Stage, str], Stage] = {
    **{
        (way, Stage.RINGING, news): stage
        for way in (Way.BRIDGE, Way.ATTENDED)
        for news, stage in (("answered", Stage.BRIEFING), ("busy", Stage.FAILED))
    },
    **{
        (way, Stage.BRIEFING, news): stage
        for way in (Way.BRIDGE, Way.ATTENDED)
        for news, stage in (("briefed", Stage.CONNECTING), ("busy", Stage.FAILED))
    },
    (Way.BRIDGE, Stage.CONNECTING, "bridged"): Stage.TALKING,
    (Way.BRIDGE, Stage.CONNECTING, "busy"): Stage.FAILED,
    (Way.BRIDGE, Stage.TALKING, "busy"): Stage.OVER,
    (Way.ATTENDED, Stage.CONNECTING, "moved"): Stage.OVER,
    (Way.ATTENDED, Stage.CONNECTING, "bridged"): Stage.TALKING,
    (Way.BRIDGE, Stage.CONNECTING, "moved"): Stage.OVER,
    (Way.REFER, Stage.CONNECTING, "moved"): Stage.OVER,
    (Way.REFER, Stage.CONNECTING, "bridged"): Stage.TALKING,
    (Way.REFER, Stage.CONNECTING, "not moved"): Stage.FAILED,
    **{
        (way, stage, news): Stage.OVER
        for (way, stage), news in itertools.product(WAY_TO, ("gone", "moved gone"))
    },
}
"""Everything else that may come leaves the stage as it is."""


def at_stage(way: Way, stage: Stage) -> Handover:
    """A handover that has come so far."""
    handover = Handover(TRANSFER, PLAN, way, RING_MS)
    handover.begin(BEGUN)
    for news in WAY_TO[way, stage]:
        handover.hear(news, BEGUN)
    assert handover.stage is stage
    return handover


@pytest.mark.parametrize(("way", "stage"), WAY_TO)
@pytest.mark.parametrize("name", NEWS)
def test_every_news_in_every_stage(way: Way, stage: Stage, name: str) -> None:
    """It leads where the table of this test says; what a stage does not know changes nothing."""
    handover = at_stage(way, stage)
    told = handover.hear(NEWS[name], BEGUN + 500)
    assert handover.stage is MOVES.get((way, stage, name), stage)
    if (way, stage, name) not in MOVES and (way, stage, name) != (
        Way.ATTENDED,
        Stage.CONNECTING,
        "not moved",
    ):
        assert told == []


@pytest.mark.parametrize("stage", [Stage.FAILED, Stage.OVER])
@pytest.mark.parametrize("name", NEWS)
def test_nothing_leads_out_of_the_end(stage: Stage, name: str) -> None:
    """What comes too late is ignored."""
    handover = at_stage(Way.BRIDGE, Stage.RINGING)
    handover.hear(BUSY if stage is Stage.FAILED else GONE, BEGUN)
    assert (handover.hear(NEWS[name], 2000), handover.stage) == ([], stage)
    assert handover.tick(10**6) == []
    assert stage not in {before for before, _step in NEXT}


def test_every_step_of_the_table_has_its_place() -> None:
    """The table knows each step and reaches each stage."""
    assert {step for _stage, step in NEXT} == set(Step)
    assert set(NEXT.values()) == set(Stage) - {Stage.ANNOUNCED}


def test_the_way_over_the_bridge() -> None:
    """Command by command, with the times that it took."""
    handover = Handover(TRANSFER, PLAN, Way.BRIDGE, RING_MS)
    assert handover.begin(1000) == [
        CallerQueued(1000, "accueil", "asked"),
        AgentOffered(1000, "accueil", "bridge"),
        OfferAgent("100", "le prix d'un acte", ("Un appel.",)),
        PlayMusic(),
    ]
    assert handover.hear(ConsultRinging(), 2000) == []
    assert handover.hear(ConsultAnswered(), 6000) == [BriefAgent(("Un appel.",))]
    assert handover.hear(BRIEFED, 9000) == [ClearAudio(), ConnectAgent("bridge")]
    assert handover.hear(Bridged(), 9100) == [AgentConnected(9100, "accueil", 8100)]
    assert handover.hear(ConsultEnded(TransferResult.REJECTED, None), 60_100) == [
        AgentReleased(60_100, 51_000)
    ]
    assert (handover.stage, handover.connected) == (Stage.OVER, True)


def test_the_attended_way() -> None:
    """Music goes on until the PBX has joined both; the person's leg may end before we are told so."""
    handover = at_stage(Way.ATTENDED, Stage.BRIEFING)
    assert handover.hear(BRIEFED, 4000) == [ConnectAgent("attended")]
    assert handover.hear(ConsultEnded(TransferResult.REJECTED, None), 4500) == []
    assert handover.hear(MOVED, 5000) == [AgentConnected(5000, "accueil", 4000), ClearAudio()]
    assert handover.stage is Stage.OVER


def test_a_pbx_that_cannot_join_leaves_it_to_the_bridge() -> None:
    """The person is on the line: they are not lost."""
    handover = at_stage(Way.ATTENDED, Stage.CONNECTING)
    assert handover.hear(NOT_MOVED, 3000) == [ClearAudio(), ConnectAgent("bridge")]
    assert handover.hear(Bridged(), 3100) == [AgentConnected(3100, "accueil", 2100)]


def test_a_person_who_leaves_while_the_pbx_fails_to_join_is_a_failure() -> None:
    """How they left counts."""
    handover = at_stage(Way.ATTENDED, Stage.CONNECTING)
    handover.hear(ConsultEnded(TransferResult.REJECTED, None), 3000)
    handover.hear(TransferEnded(TransferResult.FAILED, 500), 3100)
    assert (handover.stage, handover.result, handover.code) == (Stage.FAILED, TransferResult.REJECTED, None)


def test_the_blind_way() -> None:
    """The PBX rings the person; how it went is told with the SIP status."""
    handover = Handover(TRANSFER, PLAN, Way.REFER, RING_MS)
    assert handover.begin(1000) == [
        *[CallerQueued(1000, "accueil", "asked"), AgentOffered(1000, "accueil", "refer"), TRANSFER],
        PlayMusic(),
    ]
    assert handover.hear(NOT_MOVED, 3000) == []
    assert (handover.stage, handover.result, handover.code) == (Stage.FAILED, TransferResult.REJECTED, 603)


def test_without_a_destination_nobody_is_rung() -> None:
    """Unreachable at once."""
    handover = Handover(Transfer("accueil", "", "asked"), PLAN, Way.BRIDGE, RING_MS)
    assert handover.begin(1000) == [CallerQueued(1000, "accueil", "asked")]
    assert (handover.stage, handover.result, handover.code) == (
        *[Stage.FAILED, TransferResult.UNREACHABLE, None],
    )


def test_music_is_interrupted_now_and_then() -> None:
    """An announcement 20 s after the music began, then music, and 20 s later again; not while a person listens."""
    handover = at_stage(Way.BRIDGE, Stage.RINGING)
    handover._ring_ms = 10**6
    assert handover.tick(BEGUN + SAID_AGAIN_MS - 20) == []
    said = [ClearAudio(), PlayPrompt("Merci de patienter.", interruptible=False)]
    assert handover.tick(BEGUN + SAID_AGAIN_MS) == said
    assert handover.tick(BEGUN + SAID_AGAIN_MS + 20) == []
    assert handover.said(23_000) == [PlayMusic()]
    assert handover.tick(23_000 + SAID_AGAIN_MS) == said
    handover.hear(ConsultAnswered(), 44_000)
    assert handover.tick(44_000 + BRIEFING_MS) == []


@pytest.mark.parametrize(
    ("way", "stage", "patience_ms", "told", "after"),
    [
        (Way.BRIDGE, Stage.RINGING, RING_MS + SLACK_MS, [ReleaseAgent()], Stage.FAILED),
        (Way.REFER, Stage.CONNECTING, RING_MS + SLACK_MS, [], Stage.FAILED),
        (
            *[Way.BRIDGE, Stage.BRIEFING, BRIEFING_MS + 9 * MS_PER_LETTER],
            *[[ClearAudio(), ConnectAgent("bridge")], Stage.CONNECTING],
        ),
        (Way.BRIDGE, Stage.CONNECTING, JOIN_MS, [ReleaseAgent()], Stage.FAILED),
        (
            *[Way.ATTENDED, Stage.CONNECTING, REPLACE_MS],
            *[[ClearAudio(), ConnectAgent("bridge")], Stage.CONNECTING],
        ),
        (Way.BRIDGE, Stage.TALKING, 10**7, [], Stage.TALKING),
    ],
)
def test_a_leg_that_tells_nothing_does_not_keep_the_caller(
    way: Way, stage: Stage, patience_ms: int, told: list[object], after: Stage
) -> None:
    """Each stage has its patience; only two people who speak have no end."""
    handover = at_stage(way, stage)
    handover._said_ms = 10**8
    assert handover.tick(BEGUN + patience_ms - 20) == []
    assert handover.tick(BEGUN + patience_ms) == told
    assert handover.stage is after


@pytest.mark.parametrize(("way", "stage"), WAY_TO)
def test_a_caller_who_hangs_up(way: Way, stage: Stage) -> None:
    """While waiting it is an abandoned queue; later, the end of the conversation. Told once."""
    handover = at_stage(way, stage)
    told = AgentReleased(5000, 4000) if stage is Stage.TALKING else QueueAbandoned(5000, 4000)
    assert handover.caller_gone(5000) == [told]
    assert handover.caller_gone(6000) == []
    assert handover.connected is (stage is Stage.TALKING)
