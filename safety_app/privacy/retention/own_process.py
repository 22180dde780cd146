"""Housekeeping in a process of its own: what it needs of memory is not the server's, and no thread
of the server waits for it.
"""

from __future__ import annotations

import logging
import os
import subprocess  # nosec B404 (a fixed command)
import sys
import threading

from django.conf import settings

from safety_app.configuration import PEPPER_NAMES

_log = logging.getLogger(__name__)


def start() -> None:
    """Start `manage.py housekeep`, without the pepper, which it does not need. Raises OSError."""
    process = subprocess.Popen(  # noqa: S603  # nosec B603
        [sys.executable, "manage.py", "housekeep"],
        cwd=settings.BASE_DIR,
        env={name: value for name, value in os.environ.items() if name not in PEPPER_NAMES},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    threading.Thread(target=_watch, args=(process,), name="housekeeping", daemon=True).start()


def _watch(process: subprocess.Popen[bytes]) -> None:
    if process.wait():
        _log.error("Housekeeping did not finish")
