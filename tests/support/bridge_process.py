"""A real bridge as a process, supervised by the test, between real SIP peers and a scripted service."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from callbot.config import Settings
from tests.support.peers.processes import free_ports
from tests.support.waiting import until

ROOT = Path(__file__).parents[2]


class BridgeProcess:
    """`statuses` is all that it has told, in order."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.statuses: list[dict[str, Any]] = []
        self.log = ""

    @property
    def address(self) -> str:
        """Host and port of SIP."""
        return f"127.0.0.1:{self.of('ready')[0]['sip_port']}"

    def of(self, status: str) -> list[dict[str, Any]]:
        """The statuses of one kind."""
        return [told for told in self.statuses if told["status"] == status]

    async def status(self, name: str) -> dict[str, Any]:
        """Wait for a status."""
        await until(lambda: self.of(name) or self.process.returncode is not None)
        assert self.of(name), self.log
        return self.of(name)[-1]

    async def calls(self, number: int) -> None:
        """Until there are so many calls."""
        await until(lambda: self.of("calls") and self.of("calls")[-1]["calls"] == number)

    def write(self, message: dict[str, Any]) -> None:
        """A line to its stdin."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(message).encode() + b"\n")

    def orphan(self) -> None:
        """Its supervisor dies."""
        assert self.process.stdin
        self.process.stdin.close()

    async def hear(self) -> None:
        """Take its statuses in until it ends."""
        assert self.process.stdout
        while line := await self.process.stdout.readline():
            self.statuses.append(json.loads(line))

    async def hear_log(self) -> None:
        """Keep its log."""
        assert self.process.stderr
        while line := await self.process.stderr.readline():
            self.log += line.decode()


@asynccontextmanager
async def bridge_process(media_url: str, **settings: Any) -> AsyncIterator[BridgeProcess]:
    """A bridge that is ready, ended afterwards; `settings` beside those that a test needs."""
    rtp = free_ports(200)
    values = {"sip_port": 0, "sip_rtp_ports": f"{rtp}-{rtp + 199}", **settings}
    plain = Settings(**values).model_dump(mode="json") | {"media_token": "", "sip_password": ""}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sip_bridge", "--supervised"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("CALLBOT_")},
    )
    bridge = BridgeProcess(process)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(bridge.hear())
        tasks.create_task(bridge.hear_log())
        try:
            bridge.write(plain | {"media_url": media_url})
            await bridge.status("ready")
            yield bridge
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
