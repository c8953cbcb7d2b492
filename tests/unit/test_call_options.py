"""`callbot call`: what is asked of it that it cannot do, and where it reaches the service."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from callbot import addresses
from callbot.commands.call import call
from callbot.config import Settings
from tests.support.scripted import QUESTIONS

FILE = str(QUESTIONS / "oui.wav")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--transport", "sip", "--pace", "fast"], "--pace fast: a call over SIP goes at its real pace"),
        (["--to", "a@b"], "--to a@b: not a number or SIP user"),
        (["--from", "12 34"], "--from 12 34: not a number or SIP user"),
    ],
)
def test_wrong_options_are_wrong_use(options: list[str], said: str) -> None:
    """Exit code 2, before anything is called."""
    ran = CliRunner().invoke(call, [FILE, *options])
    assert (ran.exit_code, said in ran.output) == (2, True)


@pytest.mark.parametrize(
    ("sip_host", "reached"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "127.0.0.1"),
        ("192.168.1.10", "192.168.1.10"),
        ("0.0.0.0", addresses.own_address(socket.AF_INET)),
    ],
)
def test_sip_is_reached_where_it_is_bound(sip_host: str, reached: str, tmp_path: Path) -> None:
    """Bound to all addresses, the stack leaves the loopback out."""
    assert addresses.sip_host(Settings.model_validate({"sip_host": sip_host})) == reached


def test_the_media_server_is_reached_on_the_loopback_where_it_can() -> None:
    """An IPv6 address stands in brackets."""
    reached = [
        addresses.media_server(Settings.model_validate({"host": host, "media_token": "x"}), 1)
        for host in ("127.0.0.1", "localhost", "0.0.0.0", "192.168.1.10", "::1")
    ]
    assert reached == ["ws://127.0.0.1:1"] * 3 + ["ws://192.168.1.10:1", "ws://[::1]:1"]
