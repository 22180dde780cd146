"""One server a data directory, unless they share their memory.

Two that do not would each have sessions and budgets of their own: everything that is limited could
be had twice, and whoever signs in at one is nobody at the other.
"""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

FILE = "serving"


def hold_alone(directory: Path) -> int:
    """Lock the directory until this process and all that it forks have ended; a killed one has.

    Returns the open file. Ends the program with a sentence while another server has it.
    """
    opened = os.open(directory / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(
            f"Another server serves {directory} already: stop that one first. Several can share "
            "it with a CACHE_URL, where they keep sessions and budgets together."
        )
    return opened
