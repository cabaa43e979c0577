"""Ports for servers in other processes, which can't be given a socket."""

from __future__ import annotations

import os
import socket
from itertools import count

HOST = "127.0.0.1"

# Below the ports that the system gives to clients and to servers at port 0: nobody else gets one of
# these between the moment it is found and the moment it is used. Processes begin far apart.
_FIRST, _LAST = 10_000, 32_000
_numbers = count(os.getpid() * 997 % (_LAST - _FIRST))


def free_port() -> int:
    """A port at which nobody listens; each is returned once in this process."""
    for number in _numbers:
        port = _FIRST + number % (_LAST - _FIRST)
        try:
            socket.create_server((HOST, port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("the numbers never end")
