"""Background work in a thread of this process: one job of a kind and key at a time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from safety_app.accounts.keys.keyring import EpochMoved
from safety_app.privacy.retention import rewrite

_log = logging.getLogger(__name__)
_guard = threading.Lock()
_running: set[tuple[str, int]] = set()


def start(kind: str, key: int, work: Callable[[], object]) -> None:
    """Run `work` in a thread, unless this process is already running that kind for that key.

    `kind` names the thread and appears in the log; `key` does not. What stops half-way is left for
    the next caller, so `work` must be able to resume. Without background threads
    (`REENCRYPT_IN_BACKGROUND`) nothing happens.
    """
    if not settings.REENCRYPT_IN_BACKGROUND:
        return
    with _guard:
        if (kind, key) in _running:
            return
        _running.add((kind, key))
    try:
        threading.Thread(target=_run, args=(kind, key, work), name=kind, daemon=True).start()
    except RuntimeError:  # no more threads: the next caller tries again
        _running.discard((kind, key))


def _run(kind: str, key: int, work: Callable[[], object]) -> None:
    try:
        work()
    except EpochMoved:
        pass  # a session that holds the newer key resumes it
    except Exception as error:  # whatever it is, the next caller resumes
        # The error's text could quote what was in a row.
        _log.error("Background work stopped (%s): %s", kind, type(error).__name__)
    finally:
        connection.close()
        _running.discard((kind, key))
        rewrite.soon()  # no request ends here that would have the file rewritten
