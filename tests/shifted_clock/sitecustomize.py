"""Another clock for a Python process and for those it starts (`tests/clocks.py`).

Python imports a module of this name at its start from PYTHONPATH, before anything can have asked
what time it is. Only the time of day moves: the monotonic clock, which waits and timeouts are
measured with, stays as it is.
"""

import os
import time

import time_machine

# Seconds by which the clock is ahead. Not a day to start from: that would begin anew in each
# process, and clocks that disagree are another thing to test.
_AHEAD = float(os.environ.get("CLOCK_AHEAD", "0"))
if _AHEAD:
    time_machine.travel(time.time() + _AHEAD, tick=True).start()
