"""Days in words. Everything is a date; nothing finer is kept or shown."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime

from babel.dates import format_skeleton
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, to_locale

_DAYS_IN_WEEK = 7
_DAYS_SHOWN_AS_DAYS = 13
_DAYS_SHOWN_AS_WEEKS = 59


def today() -> date:
    """The day, in UTC: nothing finer is ever stored."""
    return datetime.now(UTC).date()


def month_of(day: date) -> date:
    """The first day of a day's month; all that is kept of a sign-in."""
    return day.replace(day=1)


def month_from(day: date) -> date:
    """The first of a month on or after a day."""
    return day if day.day == 1 else add_months(day.replace(day=1), 1)


def months_before(day: date, months: int) -> date:
    """The first day of the month that lies so many months before a day's."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def age_words(day: date, today: date) -> str:
    """How long ago `day` was: "today", "3 days ago", "3 weeks ago", "2 months ago"."""
    days = (today - day).days
    if days <= 0:
        return pgettext("how long ago", "today")
    if days <= _DAYS_SHOWN_AS_DAYS:
        return ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}
    if days <= _DAYS_SHOWN_AS_WEEKS:
        weeks = days // _DAYS_IN_WEEK
        return ngettext("%(count)s week ago", "%(count)s weeks ago", weeks) % {"count": weeks}
    months = _whole_months(day, today)
    return ngettext("%(count)s month ago", "%(count)s months ago", months) % {"count": months}


def month_words(day: date, language: str) -> str:
    """A day's month with its year, as the language writes them: "November 2026"."""
    return format_skeleton("yMMMM", day, locale=to_locale(language))


def expires_words(expires: date, today: date) -> str:
    """How long an alert still lives: "expires today", "expires in 12 days", "… in 23 months"."""
    days = (expires - today).days
    if days <= 0:
        return _("expires today")
    if days <= _DAYS_SHOWN_AS_WEEKS:
        words = ngettext("expires in %(count)s day", "expires in %(count)s days", days)
        return words % {"count": days}
    months = _whole_months(today, expires)
    words = ngettext("expires in %(count)s month", "expires in %(count)s months", months)
    return words % {"count": months}


def _whole_months(first: date, last: date) -> int:
    """Full calendar months from `first` to `last`."""
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last < add_months(first, months))


def add_months(day: date, months: int) -> date:
    """`day` that many calendar months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
