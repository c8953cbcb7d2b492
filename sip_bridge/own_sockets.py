"""The library's own sockets, which are this process's too: found by their ports, and given packet filters (Linux)."""

import ctypes
import os
import socket
import struct
import sys
from collections.abc import Collection, Iterator
from contextlib import ExitStack, suppress

__all__ = ["attach", "detach", "dropped", "own_sockets"]

ATTACH_FILTER, DETACH_FILTER = 26, 27
"""SO_ATTACH_FILTER, SO_DETACH_FILTER."""
MEMORY_INFO, MEMORY_INFO_DROPS = 55, 8
"""SO_MEMINFO, and SK_MEMINFO_DROPS in the array of uint32 that it gives."""
DESCRIPTORS = "/proc/self/fd"
BOTH = (socket.SOCK_DGRAM, socket.SOCK_STREAM)


def attach(one: socket.socket, program: bytes) -> None:
    """Let the kernel judge what comes in by `program` (packet_filter.py), in place of the one before. Raises OSError."""
    buffer = ctypes.create_string_buffer(program)
    told = struct.pack("HP", len(program) // 8, ctypes.addressof(buffer))  # struct sock_fprog
    one.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, told)


def detach(one: socket.socket) -> None:
    """Let everything in again. Raises OSError where there is no filter."""
    one.setsockopt(socket.SOL_SOCKET, DETACH_FILTER, 0)


def dropped(one: socket.socket) -> int | None:
    """Packets that the kernel has dropped at this socket so far, by its filter or for want of room; None where it does not say.

    Raises OSError where there is no such option.
    """
    told = one.getsockopt(socket.SOL_SOCKET, MEMORY_INFO, 4 * (MEMORY_INFO_DROPS + 1))
    counts = struct.unpack(f"{len(told) // 4}I", told)
    return counts[MEMORY_INFO_DROPS] if len(counts) > MEMORY_INFO_DROPS else None


def own_sockets(
    ports: Collection[int], kinds: Collection[socket.SocketKind] = BOTH
) -> Iterator[socket.socket]:
    """Sockets of IP and of those kinds at these ports, the youngest first; none but on Linux.

    The kinds matter: a TCP connection of ours may have the number of a UDP port. Each comes by a descriptor that is closed again.
    """
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
                if one.family not in (socket.AF_INET, socket.AF_INET6) or one.type not in kinds:
                    continue
                if one.getsockname()[1] in ports:
                    yield one
