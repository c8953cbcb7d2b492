"""Whole calls over real SIP: SIPp, baresip, linphonec and Kamailio call the service through its bridge.

What the stack alone does with a dialog is tried in test_stack.py; here it is what callers, the service and persons notice of it.
"""

import numpy as np
import pytest
import soxr
from pathlib import Path

from callbot.audio.types import Pcm
from callbot.events import CallEnded, Outcome, PlaybackStarted
from tests.support.peers.scenario import Offer, Scenario
from tests.support.peers.sipp import Sipp
from tests.support.peers.sound import heard
from tests.support.peers.tap import Earphone
from tests.support.scripted import Recorded, question
from tests.support.sound import silence
from tests.support.telephone import said, spoken, telephone

OPENING_MS = 4500
"""The greeting and the question after it are over by then."""


def after(ms: float, *sounds: Pcm) -> Pcm:
    """What a caller says: silence, then sounds, then silence."""
    return np.concatenate([silence(ms), *sounds, silence(2000)])


async def ended(recorded: Recorded, calls: int = 1) -> CallEnded:
    """All calls are over; the last event of the newest."""
    await recorded.until(lambda: recorded.names().count("CallEnded") == calls, 30)
    last = list(recorded.events.values())[-1][-1]
    assert isinstance(last, CallEnded)
    return last


def texts(recorded: Recorded) -> list[str]:
    """What the bot said in the only call."""
    return [event.text for event in recorded.only if isinstance(event, PlaybackStarted)]


@pytest.mark.parametrize("codec", ["pcma", "pcmu"])
async def test_a_question_is_heard_and_its_answer_as_well(tmp_path: Path, codec: str) -> None:
    """SIPp asks: order of responses, what each side hears, 20 ms pacing, and the bot hangs up after « non merci »."""
    speech = after(OPENING_MS, question("acte_naissance"), silence(4500), question("non_merci_au_revoir"))
    async with (
        telephone(tmp_path, ["un acte de naissance", "non merci"]) as service,
        Earphone() as ear,
    ):
        scenario = Scenario(offer=Offer((codec,), port=ear.port)).invite().answered()
        scenario.play(f"voice.{codec}", codec, times=1).expect("BYE")
        async with Sipp(scenario, service.address, says={f"voice.{codec}": speech}) as caller:
            await caller.finished()
            assert caller.answers() == [180, 200]
        end = await ended(service.recorded)
    print(service.recorded.names(), texts(service.recorded), end)
    print(ear.pacing(), [heard(ear.pcm(), spoken(text)) for text in texts(service.recorded)])
    print([heard(u, soxr.resample(question("acte_naissance"), 8000, 16000), 16000) for u in service.utterances()])
    assert end.outcome is Outcome.ANSWERED
