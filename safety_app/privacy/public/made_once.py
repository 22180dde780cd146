"""What is made of public content alone, kept in this process until the content changes.

For anything whose cost grows with the pages or the directory: it is made once for each version of
the content and not for each visitor, who need not even be one of ours. Nothing of a request goes in
but the language it is read in. Not for use inside a transaction that writes: a version that is
rolled back is given out again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

from safety_app.privacy.public.content import current_content

Given = ParamSpec("Given")
Made = TypeVar("Made")

_stores: list[OrderedDict[Hashable, object]] = []


def made_once(most: int) -> Callable[[Callable[Given, Made]], Callable[Given, Made]]:
    """Keep the last `most` values that a function made, by its arguments and the content."""

    def decorator(make: Callable[Given, Made]) -> Callable[Given, Made]:
        kept: OrderedDict[Hashable, Made] = OrderedDict()
        lock = threading.RLock()  # one may be made from another
        _stores.append(kept)  # type: ignore[arg-type]

        @wraps(make)
        def made(*given: Given.args, **named: Given.kwargs) -> Made:
            # Read before it is made: it may be newer than its version says, never older.
            key = (current_content(), given, tuple(sorted(named.items())))
            # One thread makes it, and the others wait: a flood does not make it many times.
            with lock:
                if key not in kept:
                    for old in [old for old in kept if old[0] != key[0]]:  # type: ignore[index]
                        del kept[old]
                    kept[key] = make(*given, **named)
                    while len(kept) > most:
                        kept.popitem(last=False)
                kept.move_to_end(key)
                return kept[key]

        return made

    return decorator


def forget_all() -> None:
    """Make everything anew when it is next asked for."""
    for kept in _stores:
        kept.clear()
