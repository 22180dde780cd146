"""A clock that jumps while a process runs, by as many seconds as the file CLOCK_FILE says.

Python imports this at its start from PYTHONPATH. SIGUSR1 makes a running process look again; those
that it starts look by themselves. The monotonic clock stays as it is.
"""

import os
import signal
import time
from pathlib import Path

import time_machine

_traveller = time_machine.travel(time.time(), tick=True).start()


def _look(*_signal: object) -> None:
    ahead = float(Path(os.environ["CLOCK_FILE"]).read_text())
    _traveller.move_to(time_machine.escape_hatch.time.time() + ahead)


_look()
signal.signal(signal.SIGUSR1, _look)
