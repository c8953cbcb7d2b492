"""Whatever is killed during a call, with SIGKILL: no orphan leg, port, process or call record is left."""

import asyncio
import os
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest

from callbot.telephony import COMMAND
from tests.sip.test_bridge import PERSON, bridge, consulted, place
from tests.support.bridge_process import bridge_process
from tests.support.cli import environment
from tests.support.killing import is_free, lives, outcomes, running
from tests.support.learnt import share_prompts
from tests.support.peers.baresip import BaresipPhone
from tests.support.peers.processes import free_ports
from tests.support.peers.scenario import Scenario
from tests.support.peers.sipp import Sipp
from tests.support.scripted_service import ScriptedService
from tests.support.waiting import until


def by_hand(tmp_path: Path, service: ScriptedService, port: int) -> dict[str, str]:
    """The environment of a bridge that an operator, or a container, starts."""
    rtp = free_ports(200)
    return environment(
        tmp_path,
        sip_mode="peer",
        sip_port=port,
        sip_rtp_ports=f"{rtp}-{rtp + 199}",
        bridge_url=service.url,
        drain_seconds=0,
    )


async def test_a_bridge_by_itself_is_killed(tmp_path: Path) -> None:
    """Nobody supervises it: whoever starts next at its port ends its calls, says so in a line, and leaves no journal."""
    port = free_ports(2)
    async with ScriptedService().serving() as service, BaresipPhone("usager") as phone:
        env = by_hand(tmp_path, service, port)
        async with running("sip_bridge", env=env) as first:
            await first.said("ready")
            await phone.dial(f"sip:0139000001@127.0.0.1:{port}")
            await (await service.call()).answered()
            await phone.event("CALL_ESTABLISHED")
            [journal] = (tmp_path / "bridge/journal").glob("*.jsonl")
            await until(lambda: b"opened" in journal.read_bytes())
            await first.kill()
        async with running("sip_bridge", env=env) as second:
            await phone.event("CALL_CLOSED")
            await second.said("a bridge was killed: 1 SIP dialogs ended in its place, 1 confirmed")
            await until(lambda: journal.read_bytes() == b"")
            assert "usager" not in second.log
            second.process.send_signal(signal.SIGTERM)
            assert await second.process.wait() == 0
        assert list(journal.parent.iterdir()) == []
        assert is_free(port)


async def test_two_people_talk_on_until_a_new_service_wants_the_port(tmp_path: Path) -> None:
    """Their telephones know no REFER with Replaces; the new bridge waits for the old one, and takes calls."""
    port = free_ports(2)
    scenario = Scenario().invite().answered()
    for _hold_and_resume in range(2):
        scenario.expect("INVITE").respond("200 OK").expect("ACK")
    scenario.expect("BYE").respond("200 OK")
    async with (
        BaresipPhone("100", says=np.concatenate([PERSON] * 20), answers="at once") as receptionist,
        bridge(tmp_path, sip_domain=receptionist.address, sip_port=port) as (first, service),
        Sipp(scenario, first.address) as call,
    ):
        served = await consulted(service)
        await served.command("BRIDGE")
        await served.event("BRIDGED")
        first.orphan()
        served.die()
        await asyncio.sleep(16)  # longer than callers may take to be brought to a person
        assert receptionist.is_alive()
        assert first.process.returncode is None
        assert call.count("BYE") == 0
        async with bridge_process(service.url, data_dir=tmp_path, sip_port=port) as second:
            await call.finished()
            await receptionist.event("CALL_CLOSED")
            assert await first.process.wait() == 0
            assert "waiting for it" in second.log
            async with BaresipPhone("usager") as phone:
                await place(second, service, phone)


async def test_a_stranger_at_the_port_is_told_at_once(tmp_path: Path) -> None:
    """A bridge that stays is one too: nobody waits for it."""
    async with bridge(tmp_path) as (first, service):
        port = first.of("ready")[0]["sip_port"]
        env = by_hand(tmp_path, service, port)
        ran = await asyncio.to_thread(
            subprocess.run, COMMAND[:-1], env=env, capture_output=True, text=True, timeout=20, check=False
        )
        assert ran.returncode == 1
        [line] = ran.stderr.splitlines()
        assert f"CALLBOT_SIP_PORT: 127.0.0.1:{port} cannot be bound over UDP" in line


@pytest.mark.timeout(400)  # starts two services with real engines
async def test_bridge_and_service_are_killed_in_mid_call(tmp_path: Path) -> None:
    """The bridge: BYE. The service: the reception. Each time the call's row has an end, and the port is free again."""
    share_prompts(tmp_path)
    port = free_ports(2)
    rtp = free_ports(200)
    async with BaresipPhone("100", answers="at once") as receptionist, BaresipPhone("usager") as phone:
        env = environment(
            tmp_path,
            tts="pico",
            sip_mode="peer",
            sip_port=port,
            sip_rtp_ports=f"{rtp}-{rtp + 199}",
            sip_domain=receptionist.address,
            drain_seconds=0,
        )
        async with running("callbot", "serve", env=env) as service:
            await service.said("Ready: call now.")
            await phone.dial(f"sip:mairie@127.0.0.1:{port}")
            await phone.event("CALL_ESTABLISHED")
            os.kill(service.bridge_pid(), signal.SIGKILL)
            await phone.event("CALL_CLOSED")
            await until(lambda: outcomes(tmp_path) == ["failed"])
            await service.said("the SIP bridge takes calls again")
            await phone.dial(f"sip:mairie@127.0.0.1:{port}")
            await phone.event("CALL_ESTABLISHED", count=2)
            await until(lambda: outcomes(tmp_path) == ["failed", None])
            bridge_pid = service.bridge_pid()
            await service.kill()
            await receptionist.event("CALL_ESTABLISHED")
            await until(lambda: not lives(bridge_pid))
            assert is_free(port)
            assert list((tmp_path / "bridge/journal").iterdir()) == []
        await phone.hang_up()
        async with running("callbot", "serve", env=env) as again:
            await again.said("Ready: call now.")
            await until(lambda: outcomes(tmp_path) == ["failed", "failed"])
            bridge_pid = again.bridge_pid()
            again.process.send_signal(signal.SIGTERM)
            assert await again.process.wait() == 0
        await until(lambda: not lives(bridge_pid))
        assert is_free(port)
