"""The kernel's filter against strangers: what it drops and what it lets through, tried on real sockets of the loopback."""

import socket
from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from sip_bridge.own_sockets import attach
from sip_bridge.packet_filter import MOST_NETWORKS, drop_strangers


@pytest.fixture
def ear() -> Iterator[socket.socket]:
    """A UDP socket as the library's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        yield listening


def heard(ear: socket.socket, source: str, *messages: bytes) -> list[bytes]:
    """What arrives of messages from `source`."""
    with socket.socket(ear.family, socket.SOCK_DGRAM) as mouth:
        mouth.bind((source, 0))
        for message in messages:
            mouth.sendto(message, ear.getsockname())
    arrived = []
    while True:
        try:
            arrived.append(ear.recv(2000))
        except BlockingIOError:
            return arrived


MESSAGES = [
    b"INVITE sip:x SIP/2.0\r\n",
    b"BYE sip:x SIP/2.0\r\n",
    b"SIP/2.0 200 OK\r\n",
    b"\r\n\r\n",
    b"\r\n",
    b"",
]


@pytest.mark.parametrize("allowed", [["127.0.0.3"], ["192.0.2.0/24", "127.0.0.3", "2001:db8::/32"], []])
def test_only_invites_of_strangers_are_dropped(ear: socket.socket, allowed: list[str]) -> None:
    """Answers, requests in a dialog and keep-alives come through from everywhere, and everything from who is allowed."""
    attach(ear, drop_strangers(map(ip_network, allowed), invites_only=True))
    assert heard(ear, "127.0.0.2", *MESSAGES) == MESSAGES[1:]
    assert heard(ear, "127.0.0.3", *MESSAGES) == MESSAGES[0 if allowed else 1 :]


def test_a_network_is_all_its_addresses(ear: socket.socket) -> None:
    """And none beside it; the last of as many as a program can hold counts as the first."""
    networks = [ip_network(f"10.0.{number}.0/24") for number in range(MOST_NETWORKS - 1)]
    attach(ear, drop_strangers([*networks, ip_network("127.0.4.0/30")], invites_only=False))
    for source, arrives in (("127.0.4.0", 1), ("127.0.4.3", 1), ("127.0.4.4", 0), ("127.0.3.255", 0)):
        assert len(heard(ear, source, b"x")) == arrives


def test_everything_else_is_dropped_where_that_is_asked(ear: socket.socket) -> None:
    """As on a socket that takes connections."""
    attach(ear, drop_strangers([ip_network("127.0.0.3")], invites_only=False))
    assert heard(ear, "127.0.0.2", *MESSAGES) == []
    assert heard(ear, "127.0.0.3", *MESSAGES) == MESSAGES


@pytest.mark.parametrize(
    ("allowed", "arrives"),
    [
        (["::1/128"], 1),
        (["::/64"], 1),
        (["2001:db8::/32", "::1/128"], 1),
        (["::2/128"], 0),
        (["127.0.0.1/32"], 0),
    ],
)
def test_ipv6(allowed: list[str], arrives: int) -> None:
    """The same, by four words of an address."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as listening:
        listening.bind(("::1", 0))
        listening.setblocking(False)
        attach(listening, drop_strangers(map(ip_network, allowed), invites_only=True))
        assert len(heard(listening, "::1", b"INVITE ")) == arrives


def test_as_many_ipv6_networks_as_may_be() -> None:
    """The kernel still takes the program."""
    networks = [ip_network(f"2001:db8:{number:x}::/48") for number in range(MOST_NETWORKS + 50)]
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as listening:
        attach(listening, drop_strangers(networks, invites_only=True))
