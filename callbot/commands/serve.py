"""`callbot serve`: the whole service in one process."""

import asyncio
import logging
import signal

import click

from callbot import config
from callbot.config import Settings


@click.command()
def serve() -> None:
    """Run the service: media server, pages, everything local. Ctrl-C or SIGTERM drains the calls, then stops."""
    settings = config.load()
    logging.getLogger("callbot").setLevel(settings.log_level)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    from callbot.service import Service

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop_once, stop)
    async with Service.open(settings, tell=_tell) as service:
        pages = f"http://{settings.host}:{service.web_port}"
        if first := await service.first_account():
            name, password = first
            _tell(
                f"First account: {name}, password {password} (also in {settings.data_dir / 'first-password.txt'})."
            )
        _tell(f"Pages: {pages}   Telephone in the browser: {pages}/telephone")
        _tell(f"Media WebSocket: ws://{settings.host}:{service.media_port}/media   Ready: call now.")
        await stop.wait()
        if service.media.calls:
            _tell(f"Stopping: {service.media.calls} calls may end first, at most {settings.drain_seconds} s.")
    _tell("Stopped.")


def _stop_once(stop: asyncio.Event) -> None:
    """The first signal drains; a second one ends at once."""
    if stop.is_set():
        raise KeyboardInterrupt
    stop.set()


def _tell(line: str) -> None:
    click.echo(line, err=True)
