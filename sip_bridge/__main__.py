"""`python -m sip_bridge`: the SIP bridge as a process of its own. See README.md."""

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress

import uvloop

from callbot import config
from callbot.config import Settings
from callbot.errors import CallbotError
from callbot.knowledge.store import load as load_knowledge
from callbot.log_lines import LineFormatter
from sip_bridge.baresip_stack import BaresipStack
from sip_bridge.bridge import Bridge
from sip_bridge.control import (
    ControlError,
    JsonStatus,
    LogStatus,
    Orders,
    Status,
    read_commands,
    read_settings,
    stdin_lines,
)
from sip_bridge.destinations import Destinations
from sip_bridge.journal import Journal, path_of
from sip_bridge.leg import LegError
from sip_bridge.library_stderr import capture_stderr
from sip_bridge.orphans import json_of
from sip_bridge.succession import end_left, take_over
from sip_bridge.trace import DialogChange, DialogOpened

HELP = """\
The SIP bridge: takes telephone calls over SIP and speaks the media WebSocket of callbot.

`callbot serve` starts it by itself. By hand it runs on another machine, or before several services: it reads the
same settings (callbot.toml, CALLBOT_…; docs/settings.md), above all CALLBOT_SIP_…, CALLBOT_BRIDGE_URL (the service's
media WebSocket) and CALLBOT_MEDIA_TOKEN. SIGTERM or Ctrl-C drains the calls for CALLBOT_DRAIN_SECONDS, then brings the
others to people and stops; a second one stops at once.
"""
PRIORITY = -5
"""Niceness that is tried for: sound goes before the rest."""

log = logging.getLogger("sip_bridge")


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop; the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m sip_bridge", description=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--supervised",
        action="store_true",
        help="settings as one JSON line on stdin, then commands; statuses as JSON lines on stdout (for callbot serve)",
    )
    supervised: bool = parser.parse_args(arguments).supervised
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    logging.getLogger().handlers[0].setFormatter(LineFormatter())
    capture_stderr()
    return uvloop.run(_supervised() if supervised else _by_hand())


async def _supervised() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for our supervisor, who tells us
    status = JsonStatus(_keep_stdout())
    lines = await stdin_lines()
    try:
        orders = read_settings((await lines.readline()).decode("utf-8", "replace"))
    except (ControlError, ValueError) as error:
        status("failed", error=str(error))
        return 1

    async def listen(life: Life) -> None:
        await read_commands(lines, {"drain": life.bridge.drain, "stop": life.stop})
        if not life.is_stopping:
            log.warning("the supervisor is gone")
            await life.leave()

    return await _bridge(orders, status, listen)


async def _by_hand() -> int:
    try:
        settings = config.load()
    except CallbotError as error:
        print(f"sip_bridge: {error}", file=sys.stderr)  # noqa: T201
        return error.exit_code

    async def listen(_life: Life) -> None:
        await asyncio.Event().wait()

    url = settings.bridge_url or f"ws://127.0.0.1:{settings.media_port}/media"
    return await _bridge(Orders(settings, url), LogStatus(), listen)


class Life:
    """A bridge that runs, and how it ends: at once, or after its callers have been brought to people."""

    def __init__(self, bridge: Bridge, journal: Journal | None, *, supervised: bool) -> None:
        self.bridge = bridge
        self._supervised = supervised
        self._left = False
        self.stopping = asyncio.Event()
        self._journal = journal
        self._ending: asyncio.Task[None] | None = None

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._left or self._ending is not None or self.stopping.is_set()

    def stop(self, drain_seconds: float = 0.0) -> None:
        """Let calls end for so long, then see the others off; the second time, end at once."""
        if self.is_stopping:
            self.stopping.set()
        else:
            self._ending = asyncio.get_running_loop().create_task(self._stop(drain_seconds))

    def signalled(self, drain_seconds: float) -> None:
        """SIGTERM or SIGINT. A supervisor that lives has had it as well (systemd tells all), and says what is to be done."""
        if self._supervised and not self._left:
            self.bridge.drain()
        else:
            self.stop(drain_seconds)

    async def _stop(self, drain_seconds: float) -> None:
        self.bridge.drain()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.bridge.idle(), drain_seconds)
        await self.bridge.take_leave()
        self.stopping.set()

    async def leave(self) -> None:
        """The service is gone: the same with more time, unless a successor wants the port."""
        self._left = True
        if self._journal:
            self._journal.leave()
        await self.bridge.leave(self._journal.is_wanted if self._journal else lambda: False)
        self.stopping.set()


async def _bridge(
    orders: Orders, status: Status, listen: Callable[[Life], Coroutine[None, None, None]]
) -> int:
    """One life: take the port over, start, hold calls until told to stop."""
    settings = orders.settings
    logging.getLogger("sip_bridge").setLevel(settings.log_level)
    journal: Journal | None = None

    def changed(change: DialogChange) -> None:
        _tell_dialog(status, change)
        if journal:
            journal.take(change)

    try:
        destinations = _destinations(settings)
        if settings.sip_port:
            journal = await take_over(path_of(settings.data_dir, settings.sip_host, settings.sip_port))
        stack = BaresipStack(settings, changed=changed)
        stack.on_death(_die)
        stack.on_registration(lambda registered: status("registered" if registered else "unregistered"))
        await stack.start()
    except (CallbotError, LegError) as error:
        status("failed", error=str(error))
        return 1
    if not settings.sip_port:
        journal = await take_over(path_of(settings.data_dir, settings.sip_host, stack.port))
    bridge = Bridge(
        settings, stack, destinations, orders.media_url, lambda calls: status("calls", calls=calls)
    )
    life = Life(bridge, journal, supervised=isinstance(status, JsonStatus))
    _on_signals(life, settings.drain_seconds)
    _be_prompt()
    if settings.sip_mode == "registered":
        status("registered")
    status("ready", sip_port=stack.port, tls_port=settings.sip_tls_port if settings.sip_certificate else None)
    try:
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(listen(life))
            if journal:
                tasks.create_task(end_left(journal, orders.ended))
            await bridge.run(life.stopping)
            listening.cancel()
    finally:
        await stack.stop()
        if journal:
            journal.close()
    return 0


def _destinations(settings: Settings) -> Destinations:
    """Whom the knowledge base lets us call. Raises KnowledgeError."""
    commune = load_knowledge(settings.knowledge_dir).commune
    return Destinations.of_commune(
        commune,
        domain=settings.sip_domain,
        transport=settings.sip_transport,
        listed=settings.transfer_numbers,
    )


def _tell_dialog(status: Status, change: DialogChange) -> None:
    if isinstance(change, DialogOpened):
        status("dialog_opened", dialog=json_of(change.dialog))
    else:
        status("dialog_closed", call_id=change.call_id)


def _die() -> None:
    """The SIP thread is dead, and its calls with it: only a new process helps, which the supervisor starts."""
    os._exit(70)


def _on_signals(life: Life, drain_seconds: int) -> None:
    """The first SIGTERM or SIGINT drains and stops, the second one stops at once."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, life.signalled, drain_seconds)


def _be_prompt() -> None:
    """What is there now stays: the collector need not look at it again; and sound goes before other work where that is permitted."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    with suppress(PermissionError):
        os.nice(PRIORITY)


def _keep_stdout() -> int:
    """The descriptor for statuses. Whatever else would write to stdout, libraries included, writes to stderr instead."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return kept


if __name__ == "__main__":
    sys.exit(main())
