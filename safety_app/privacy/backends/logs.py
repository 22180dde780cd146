"""Logs that say nothing about anyone: a level, an error's class and a place in the program."""

import logging
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class BareFormatter(logging.Formatter):
    """`ERROR KeyError at alerts.flows.feed:12`.

    Never the message, which could contain what somebody typed; never a request's path or headers,
    an address, an id or a value.
    """

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return f"{record.levelname} {record.name} at {_place(record.pathname, record.lineno)}"
        return f"{record.levelname} {_kinds(error)} at {_where(error)}"


def _kinds(error: BaseException) -> str:
    """The error's class, and those of its causes."""
    kinds = [type(error).__name__]
    while (cause := error.__cause__ or error.__context__) is not None and len(kinds) < 5:
        kinds.append(type(cause).__name__)
        error = cause
    return " from ".join(kinds)


def _where(error: BaseException) -> str:
    """The innermost frame of our own code, and the innermost of all if that is another one."""
    places = [
        (frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    if not places:
        return "an unknown place"
    own = [place for place in places if _is_ours(place[0])]
    if not own or own[-1] == places[-1]:
        return _place(*places[-1])
    return f"{_place(*own[-1])} ({_place(*places[-1])})"


def _is_ours(filename: str) -> bool:
    path = Path(filename)
    return path.is_relative_to(ROOT) and "site-packages" not in path.parts


def _place(filename: str, line: int | None) -> str:
    """Module and line, without the directories of this machine."""
    path = Path(filename)
    if _is_ours(filename):
        path = path.relative_to(ROOT)
    elif "site-packages" in path.parts:
        path = Path(*path.parts[path.parts.index("site-packages") + 1 :])
    else:
        path = Path(path.name)
    return f"{'.'.join(path.with_suffix('').parts)}:{line}"
