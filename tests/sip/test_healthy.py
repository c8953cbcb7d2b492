"""deploy/healthy.py, the containers' own question whether they are well, asked of real listeners."""

import asyncio
import http.server
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.peers.processes import free_port
from tests.support.peers.scenario import Scenario
from tests.support.peers.sipp import Sipp

SCRIPT = Path(__file__).parents[2] / "deploy/healthy.py"


async def exit_code(part: str, **settings: str) -> int:
    """Run the script as the container engine does."""
    asking = await asyncio.create_subprocess_exec(
        sys.executable,
        str(SCRIPT),
        part,
        env=os.environ | {"PYTHONPATH": str(SCRIPT.parents[1])} | settings,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await asking.wait()


class Pages(http.server.BaseHTTPRequestHandler):
    """Only /sante is there."""

    def do_GET(self) -> None:
        """200 or 404."""
        self.send_response(200 if self.path == "/sante" else 404)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's name)
        """Nothing."""


@pytest.fixture
def web_port() -> Iterator[int]:
    """A server that answers /sante."""
    with http.server.HTTPServer(("127.0.0.1", 0), Pages) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


async def test_the_service_is_well_while_its_pages_answer(web_port: int) -> None:
    """200 at /sante is well; nobody there is not; wrong settings are not."""
    assert await exit_code("service", CALLBOT_WEB_PORT=str(web_port)) == 0
    assert await exit_code("service", CALLBOT_WEB_PORT=str(free_port())) == 1
    assert await exit_code("service", CALLBOT_WEB_PORT="abc") == 1


async def test_the_bridge_is_well_while_sip_answers() -> None:
    """An answer to OPTIONS is well, nobody there is not."""
    elsewhere = {"CALLBOT_SIP_RTP_PORTS": "40000-44000"}
    async with Sipp(Scenario().expect("OPTIONS")) as telephone:
        assert await exit_code("bridge", CALLBOT_SIP_PORT=str(telephone.port), **elsewhere) == 0
        await telephone.finished()
    assert await exit_code("bridge", CALLBOT_SIP_PORT=str(free_port()), **elsewhere) == 1
