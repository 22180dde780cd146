"""When a fact was last checked, and when readers are told that this was long ago."""

from __future__ import annotations

import datetime

OLD_AFTER_DAYS = 183  # six months


def is_old(checked: datetime.date | None, today: datetime.date) -> bool:
    """Whether the last check is more than six months ago, or there never was one."""
    return checked is None or (today - checked).days > OLD_AFTER_DAYS
