"""Enters a sandbox's network namespace for one call.

A socket permanently belongs to the namespace in which its thread was when it was created. A dedicated thread enters the namespace,
creates the socket and leaves again, so that no other thread can be in the wrong network.
"""

import ctypes
import fcntl
import os
import socket
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

CLONE_NEWNET = 0x40000000
SIOCSIFADDR, SIOCSIFNETMASK, SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8916, 0x891C, 0x8913, 0x8914
IFF_UP = 1

libc = ctypes.CDLL(None, use_errno=True)
gate = ThreadPoolExecutor(1, thread_name_prefix="namespace-gate")


def setns(descriptor: int) -> None:
    if libc.setns(descriptor, CLONE_NEWNET) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"setns: {os.strerror(error)}")


def _step_in(namespace: str, call: Callable[[], T]) -> T:
    with open("/proc/thread-self/ns/net", "rb") as home, open(namespace, "rb") as away:
        setns(away.fileno())
        try:
            return call()
        finally:
            setns(home.fileno())


def inside(namespace: str, call: Callable[[], T]) -> T:
    """Runs `call` in the network `namespace` (a path such as /proc/PID/ns/net) and returns its result."""
    return gate.submit(_step_in, namespace, call).result()


def _request(name: str, payload: bytes) -> bytes:
    return struct.pack("16s16s", name.encode(), payload)


def _internet_address(address: str) -> bytes:
    return struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))


def raise_loopback(extra_address: str) -> None:
    """Activates `lo` and adds a /32 address. Must be called in the namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        flags = struct.unpack("16xH14x", fcntl.ioctl(control, SIOCGIFFLAGS, struct.pack("16s16x", b"lo")))[0]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))
        fcntl.ioctl(control, SIOCSIFADDR, _request("lo:extra", _internet_address(extra_address)))
        fcntl.ioctl(control, SIOCSIFNETMASK, _request("lo:extra", _internet_address("255.255.255.255")))


def listener(address: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((address, port))
    made.listen(64)
    made.setblocking(False)
    return made


def stream() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setblocking(False)
    return made
