"""`callbot call`: place a call with recordings as the caller's turns."""

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click

from callbot import config
from callbot.audio.files import read_wav, write_wav
from callbot.audio.resampling import Resampler
from callbot.audio.types import TELEPHONE_HZ, Pcm
from callbot.caller import Caller
from callbot.config import Settings


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE.wav…")
@click.option(
    "--transport",
    type=click.Choice(["ws", "sip"]),
    default="ws",
    show_default=True,
    help="How the call reaches the service. sip needs the SIP bridge, which is not part of this version.",
)
@click.option(
    "--pace",
    type=click.Choice(["real", "fast"]),
    default="real",
    show_default=True,
    help="fast: quicker than real time while nobody thinks; response times then mean little.",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what the caller hears (8 kHz WAV).",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per event on standard output.")
def call(files: tuple[Path, ...], transport: str, pace: str, record: Path | None, as_json: bool) -> None:
    """Call the service as a citizen whose turns are the WAV files, and print what happens.

    Each file is one turn (any rate, mono or stereo); the next one starts when the bot has finished. Calls the service
    that runs on this machine; when none runs, starts one for this call.
    """
    if transport == "sip":
        raise click.UsageError(
            "--transport sip: the SIP bridge is not part of this version; use --transport ws"
        )
    turns = [_telephone(file) for file in files]
    caller = Caller(turns, fast=pace == "fast", on_event=_print_json if as_json else _print_line)
    asyncio.run(_place(caller, config.load()))
    if record:
        write_wav(record, caller.recording, TELEPHONE_HZ)
        click.echo(f"What the caller heard is in {record}.", err=True)


def _telephone(file: Path) -> Pcm:
    pcm, rate_hz = read_wav(file)
    if rate_hz == TELEPHONE_HZ:
        return pcm
    resampler = Resampler(rate_hz, TELEPHONE_HZ)
    import numpy as np

    return np.concatenate([resampler.push(pcm), resampler.flush()])


async def _place(caller: Caller, settings: Settings) -> None:
    try:
        await caller.call(_address(settings, settings.media_port))
    except ConnectionRefusedError:
        from callbot.service import Service

        click.echo("No service runs here: starting one for this call.", err=True)
        alone = settings.model_copy(update={"media_port": 0, "audiosocket_port": 0})
        async with Service.open(alone, pages=False) as service:
            await caller.call(_address(alone, service.media_port))


def _address(settings: Settings, port: int) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "localhost") else settings.host  # noqa: S104 (compared)
    if ":" in host:
        host = f"[{host}]"
    query = {"events": "1", "from": "", "to": ""}
    if token := settings.media_token.get_secret_value():
        query["token"] = token
    return f"ws://{host}:{port}/media?{urlencode(query)}"


def _print_json(data: dict[str, Any]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False))


def _print_line(data: dict[str, Any]) -> None:
    """One line a person reads: when, what, and the event's own fields."""
    own = {key: value for key, value in data.items() if key not in ("event", "call_id", "at_ms")}
    fields = "  ".join(f"{key}={value}" for key, value in own.items() if value not in (None, "", []))
    click.echo(f"{data['at_ms'] / 1000:8.2f} s  {data['event']:<20} {fields}")
