"""`callbot serve`: the whole service in one process."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, NoReturn

import click
import uvloop
from rich.console import Console

from callbot import addresses, config, sip_settings
from callbot.collecting import collect_regularly, spare_what_is_loaded
from callbot.config import Settings
from callbot.log_lines import LineFormatter
from callbot.priorities import sound_first
from callbot.web.service import TelephoneState, TelephoneStatus

if TYPE_CHECKING:  # loading the service takes time that `--help` need not
    from callbot.service import Service


@click.command()
def serve() -> None:
    """Run the service: media server, pages, everything local. Ctrl-C or SIGTERM drains the calls, then stops."""
    settings = config.load()
    logging.getLogger("callbot").setLevel(settings.log_level)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(LineFormatter())
    uvloop.run(_serve(settings))  # per frame of a call half the work of asyncio's own loop


async def _serve(settings: Settings) -> None:
    from callbot.service import Service

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop_once, stop)
    async with AsyncExitStack() as stack:
        service = await _unless(stop, stack.enter_async_context(Service.open(settings, sip=True, tell=_tell)))
        if service:
            spare_what_is_loaded()
            stack.callback(asyncio.create_task(collect_regularly(), name="collecting").cancel)
            sound_first()
            await _announce(service, settings)
            await stop.wait()
            if service.media.calls:
                _tell(
                    f"Stopping: {service.media.calls} calls may end first, at most {settings.drain_seconds} s."
                )
    if not service:
        _leave("Stopped before it was ready: what it was about is begun anew at the next start.")
    _tell("Stopped.")


async def _announce(service: "Service", settings: Settings) -> None:
    host = addresses.bracketed(settings.host)
    pages = f"http://{host}:{service.web_port}"
    if first := await service.first_account():
        name, password = first
        _tell(
            f"First account: {name}, password {password} (also in {settings.data_dir / 'first-password.txt'})."
        )
    _tell(f"Pages: {pages}   Telephone in the browser: {pages}/telephone")
    media = f"Media WebSocket: ws://{host}:{service.media_port}/media"
    if not service.telephony:
        _tell(f"{media}   Ready: call now.")
        return
    _tell(media)
    for name, text in sip_settings.warnings(settings):
        _tell(f"{config.PREFIX}{name.upper()}: {text}.")
    _tell(f"SIP: {_sip_line(settings, service.telephony.status())}   Ready: call now.")


def _sip_line(settings: Settings, status: TelephoneStatus) -> str:
    if settings.sip_mode == "registered":
        how = "registered" if status.state is TelephoneState.READY else "not registered yet, trying again"
        return f"extension {settings.sip_user} of {settings.sip_domain} ({how})"
    host = addresses.bracketed(addresses.sip_host(settings))
    return f"sip:mairie@{host}:{status.port} (peer mode)"


async def _unless(stop: asyncio.Event, starting: Coroutine[None, None, "Service"]) -> "Service | None":
    """What `starting` gives; None, and what it had opened is closed, when `stop` is set before."""
    start, stopping = asyncio.create_task(starting), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([start, stopping], return_when=asyncio.FIRST_COMPLETED)
        if start.done():
            return start.result()
        start.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            return await start
        return None
    finally:
        stopping.cancel()


def _leave(line: str) -> NoReturn:
    """End the process at once, with what is open closed already.

    The thread that learns cannot be broken off, and takes minutes; it writes whole files under their names or none.
    """
    Console(stderr=True).show_cursor()  # which the bar of the learning has hidden
    _tell(line)
    sys.stdout.flush()
    os._exit(0)


def _stop_once(stop: asyncio.Event) -> None:
    """The first signal drains; a second one ends at once."""
    if stop.is_set():
        raise KeyboardInterrupt
    stop.set()


def _tell(line: str) -> None:
    click.echo(line, err=True)
