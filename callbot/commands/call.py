"""`callbot call`: place a call with recordings as the caller's turns."""

import asyncio
import contextlib
import functools
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import click

from callbot import addresses, config
from callbot.audio.files import read_wav, write_wav
from callbot.audio.resampling import Resampler
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.caller import Caller
from callbot.config import Settings

if TYPE_CHECKING:  # loading these takes time that a wrong option need not
    from callbot.service import Service
    from callbot.sip_caller import Destination

NUMBER = re.compile(r"[A-Za-z0-9._+*-]{1,64}")
OnEvent = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Parties:
    """Who calls which line; empty where it is not said."""

    line: str
    caller: str = field(repr=False)


NOBODY = Parties("", "")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE.wav…")
@click.option(
    "--transport",
    type=click.Choice(["ws", "sip"]),
    default="ws",
    show_default=True,
    help="How the call reaches the service: its media WebSocket, or SIP and RTP as a telephone.",
)
@click.option(
    "--pace",
    type=click.Choice(["real", "fast"]),
    default="real",
    show_default=True,
    help="fast: quicker than real time while nobody thinks; response times then mean little. Not over SIP.",
)
@click.option("--to", "line", metavar="NUMBER", help="The number that is called; it chooses the line.")
@click.option("--from", "caller", metavar="NUMBER", help="The caller's number; withheld without it.")
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what the caller hears (8 kHz WAV).",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per event on standard output.")
def call(
    files: tuple[Path, ...],
    *,
    transport: str,
    pace: str,
    line: str | None,
    caller: str | None,
    record: Path | None,
    as_json: bool,
) -> None:
    """Call the service as a citizen whose turns are the WAV files, and print what happens.

    Each file is one turn (any rate, mono or stereo); the next one starts when the bot has finished. Calls the service
    that runs on this machine; when none runs, starts one for this call.
    """
    if transport == "sip" and pace == "fast":
        raise click.UsageError("--pace fast: a call over SIP goes at its real pace")
    for option, number in (("--to", line), ("--from", caller)):
        if number and not NUMBER.fullmatch(number):
            raise click.UsageError(f"{option} {number}: not a number or SIP user")
    turns = [_telephone(file) for file in files]
    on_event = _print_json if as_json else _print_line
    place = _place_sip if transport == "sip" else functools.partial(_place, fast=pace == "fast")
    heard = asyncio.run(place(turns, on_event, Parties(line or "", caller or ""), config.load()))
    if record:
        write_wav(record, heard, TELEPHONE_HZ)
        click.echo(f"What the caller heard is in {record}.", err=True)


def _telephone(file: Path) -> Pcm:
    pcm, rate_hz = read_wav(file)
    if rate_hz == TELEPHONE_HZ:
        return pcm
    resampler = Resampler(rate_hz, TELEPHONE_HZ)
    import numpy as np

    return np.concatenate([resampler.push(pcm), resampler.flush()])


async def _place(
    turns: list[Pcm], on_event: OnEvent, parties: Parties, settings: Settings, *, fast: bool
) -> Pcm:
    """Call over the media WebSocket; what the caller heard."""
    caller = Caller(turns, fast=fast, on_event=on_event)
    try:
        await caller.call(_address(settings, settings.media_port, parties))
    except ConnectionRefusedError:
        async with _service_of_its_own(settings, sip=False) as service:
            await caller.call(_address(settings, service.media_port, parties))
    return caller.recording


async def _place_sip(turns: list[Pcm], on_event: OnEvent, parties: Parties, settings: Settings) -> Pcm:
    """Call over SIP; what the caller heard."""
    from callbot.sip_caller import SipCaller

    with _clean_output():
        caller = SipCaller(turns, on_event=on_event)
        try:
            await caller.call(_destination(settings, settings.media_port, settings.sip_port, parties))
        except ConnectionRefusedError:
            async with _service_of_its_own(settings, sip=True) as service:
                assert service.telephony
                alone = service.settings
                await caller.call(_destination(alone, service.media_port, service.telephony.port, parties))
    return caller.recording


@contextlib.asynccontextmanager
async def _service_of_its_own(settings: Settings, *, sip: bool) -> "AsyncIterator[Service]":
    """A service for one call, on free ports of the loopback."""
    from callbot.service import Service

    click.echo("No service runs here: starting one for this call.", err=True)
    free: dict[str, object] = {"media_port": 0, "audiosocket_port": 0}
    if sip:
        free |= {"sip_mode": "peer", "sip_host": "127.0.0.1", "sip_port": 0, "sip_peers": ("127.0.0.1",)}
    async with Service.open(settings.model_copy(update=free), pages=False, sip=sip) as service:
        yield service


def _address(settings: Settings, port: int, parties: Parties = NOBODY) -> str:
    query = {"events": "1", "from": parties.caller, "to": parties.line}
    if token := settings.media_token.get_secret_value():
        query["token"] = token
    return f"{addresses.media_server(settings, port)}/media?{urlencode(query)}"


def _destination(settings: Settings, media_port: int, sip_port: int, parties: Parties) -> "Destination":
    from callbot.sip_caller import Destination

    return Destination(
        host=addresses.sip_host(settings),
        port=sip_port,
        line=parties.line or "mairie",
        caller=parties.caller,
        events=f"{addresses.media_server(settings, media_port)}/events",
        token=settings.media_token.get_secret_value(),
        srtp=settings.sip_srtp,
    )


@contextlib.contextmanager
def _clean_output() -> Iterator[None]:
    """Standard output is ours alone: what the SIP library might write there goes to standard error."""
    sys.stdout.flush()
    kept = os.dup(1)
    ours, theirs = os.fdopen(os.dup(1), "w", encoding="utf-8"), sys.stdout
    os.dup2(2, 1)
    sys.stdout = ours
    try:
        yield
    finally:
        ours.close()
        sys.stdout = theirs
        os.dup2(kept, 1)
        os.close(kept)


def _print_json(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False))


def _print_line(data: dict[str, Any]) -> None:
    """One line a person reads: when, what, and the event's own fields."""
    own = {key: value for key, value in data.items() if key not in ("event", "call_id", "at_ms")}
    fields = "  ".join(f"{key}={value}" for key, value in own.items() if value not in (None, "", []))
    click.echo(f"{data['at_ms'] / 1000:8.2f} s  {data['event']:<20} {fields}")
