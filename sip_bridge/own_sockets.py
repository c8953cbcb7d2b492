"""The library's own sockets, which are this process's too: found by their ports, and given packet filters (Linux)."""

import ctypes
import os
import socket
import struct
import sys
from collections.abc import Collection, Iterator
from contextlib import ExitStack, suppress

__all__ = ["attach", "detach", "own_sockets"]

ATTACH_FILTER, DETACH_FILTER = 26, 27
"""SO_ATTACH_FILTER, SO_DETACH_FILTER."""
DESCRIPTORS = "/proc/self/fd"


def attach(one: socket.socket, program: bytes) -> None:
    """Let the kernel judge what comes in by `program` (packet_filter.py), in place of the one before. Raises OSError."""
    buffer = ctypes.create_string_buffer(program)
    told = struct.pack("HP", len(program) // 8, ctypes.addressof(buffer))  # struct sock_fprog
    one.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, told)


def detach(one: socket.socket) -> None:
    """Let everything in again. Raises OSError where there is no filter."""
    one.setsockopt(socket.SOL_SOCKET, DETACH_FILTER, 0)


def own_sockets(ports: Collection[int]) -> Iterator[socket.socket]:
    """Sockets of IP at these ports, the youngest first, each by a descriptor of ours that is closed again; none but on Linux."""
    if sys.platform != "linux":
        return
    with os.scandir(DESCRIPTORS) as entries:
        numbers = sorted((int(entry.name) for entry in entries), reverse=True)
    for number in numbers:
        with suppress(OSError), ExitStack() as held:  # closed since, or no socket
            descriptor = os.dup(number)
            held.callback(os.close, descriptor)
            one = socket.socket(fileno=descriptor)
            held.pop_all()
            with one:
                if one.family in (socket.AF_INET, socket.AF_INET6) and one.getsockname()[1] in ports:
                    yield one
