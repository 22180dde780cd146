"""How the C library keeps the memory of this process: glibc's; any other is left as it is.

Set by the program itself, so every way of starting it has it.
"""

from __future__ import annotations

import ctypes
from typing import Any

_LIBRARY: Any = ctypes.CDLL(None)
_M_ARENA_MAX = -8  # malloc.h


def use_one_arena() -> None:
    """For the start, before there are threads.

    glibc gives every few threads an arena of their own, and each keeps what it once needed: 30 MB
    in a server's twenty threads. Python runs one thread at a time, so one arena makes none wait.
    """
    if hasattr(_LIBRARY, "mallopt"):
        _LIBRARY.mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Give what lies free back to the system. For after something large: some milliseconds."""
    if hasattr(_LIBRARY, "malloc_trim"):
        _LIBRARY.malloc_trim(0)
