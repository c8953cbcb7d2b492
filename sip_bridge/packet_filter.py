"""Programs of the kernel's classic packet filter (Linux, socket(7): SO_ATTACH_FILTER) that drop strangers' calls unread. Pure.

A socket's own filter needs no privilege. Packets begin at their UDP or TCP header there; the network's is read by SKF_NET_OFF.
"""

import struct
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network

__all__ = ["MOST_NETWORKS", "drop_strangers"]

Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, constant: struct sock_filter."""
LOAD_WORD, LOAD_BYTE, LOAD_LENGTH = 0x20, 0x30, 0x80
AND, SHIFT_RIGHT = 0x54, 0x74
JUMP, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST = 0x05, 0x15, 0x35
RETURN = 0x06
KEEP: Instruction = (RETURN, 0, 0, 0xFFFFFFFF)
DROP: Instruction = (RETURN, 0, 0, 0)
NETWORK_HEADER = 0xFFF00000
"""SKF_NET_OFF, -0x100000."""
IPV4_SOURCE, IPV6_SOURCE = NETWORK_HEADER + 12, NETWORK_HEADER + 8
UDP_HEADER_BYTES = 8
INVITE = int.from_bytes(b"INVI", "big")
MOST_NETWORKS = 250
"""A program has 4096 instructions at most, and an IPv6 network needs 13."""


def drop_strangers(allowed: Iterable[IPv4Network | IPv6Network], *, invites_only: bool) -> bytes:
    """An array of struct sock_filter that drops what comes from elsewhere than `allowed`.

    `invites_only`: of a UDP socket, only datagrams that begin as an INVITE does; else everything.
    """
    networks = list(allowed)[:MOST_NETWORKS]
    ipv4 = [step for network in networks if network.version == 4 for step in _keep_ipv4(network)]
    ipv6 = [step for network in networks if network.version == 6 for step in _keep_ipv6(network)]
    program = [
        *(_keep_all_but_invites() if invites_only else ()),
        (LOAD_BYTE, 0, 0, NETWORK_HEADER),
        (SHIFT_RIGHT, 0, 0, 4),
        (JUMP_IF_EQUAL, 0, 1, 6),
        (JUMP, 0, 0, len(ipv4) + 1),
        *ipv4,
        DROP,
        *ipv6,
        DROP,
    ]
    return b"".join(struct.pack("HBBI", *step) for step in program)


def _keep_all_but_invites() -> list[Instruction]:
    return [
        (LOAD_LENGTH, 0, 0, 0),
        (JUMP_IF_AT_LEAST, 1, 0, UDP_HEADER_BYTES + 4),
        KEEP,
        (LOAD_WORD, 0, 0, UDP_HEADER_BYTES),
        (JUMP_IF_EQUAL, 1, 0, INVITE),
        KEEP,
    ]


def _keep_ipv4(network: IPv4Network | IPv6Network) -> list[Instruction]:
    return [
        (LOAD_WORD, 0, 0, IPV4_SOURCE),
        (AND, 0, 0, int(network.netmask)),
        (JUMP_IF_EQUAL, 0, 1, int(network.network_address)),
        KEEP,
    ]


def _keep_ipv6(network: IPv4Network | IPv6Network) -> list[Instruction]:
    steps: list[Instruction] = []
    masks, words = network.netmask.packed, network.network_address.packed
    for at in range(0, 16, 4):
        to_the_next_network = (16 - at) // 4 * 3 - 2
        steps += [
            (LOAD_WORD, 0, 0, IPV6_SOURCE + at),
            (AND, 0, 0, int.from_bytes(masks[at : at + 4], "big")),
            (JUMP_IF_EQUAL, 0, to_the_next_network, int.from_bytes(words[at : at + 4], "big")),
        ]
    return [*steps, KEEP]
