"""Servers that start at once: `-m tests.faults.forks`, with the environment of a server.

The program is loaded once, as `python -m safety_app.server` loads it. For each line it reads it
forks a process that serves and can be killed like any other, and prints its number.
"""

import os
import sys

from django.db import connections

from safety_app.server import __main__ as server


def main() -> None:
    """One server a line; the one before it has to be gone."""
    for connection in connections.all():
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()  # its threads would not be in the fork
    for _line in sys.stdin:
        process = os.fork()
        if not process:
            os.setsid()
            server.main()
            return
        print(process, flush=True)
        os.waitpid(process, 0)


if __name__ == "__main__":
    main()
