"""What of alerts waits for a moderator, for the desk's list.

The desk must be fast with 10,000 alerts: a handful of queries, each with a limit; what is beyond
is one line with a count, and no card or body is opened.
"""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from alerts.flows import change_requests
from alerts.flows import flags as flags_flow
from alerts.flows.change_requests import VERY_DANGEROUS
from alerts.models import Alert, ChangeRequest, DeskNote, Flag
from alerts.sealing import AlertKeys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.locales.dates import today
from safety_app.vault.errors import VaultError

MOST_ROWS = 20  # with words of their own
MOST_ALIKE = 5  # of a kind that differ in their age alone
MOST_FLAGS = 100  # opened, 0.1 ms each
_UNREVIEWED = Q(state="new", level=VERY_DANGEROUS)
_HELD = Q(state="held")


@dataclass
class _Flagged:
    """Flags about one alert: since when, for which reasons, and how many do not open."""

    day: datetime.date
    reasons: Counter[str]
    unopened: int = 0


def alert_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Very dangerous ones that nobody reviewed, what is held, what is shown again soon, and one
    line for all others.
    """
    return [
        *_rows(_UNREVIEWED, _("Very dangerous, not reviewed yet"), urgent=True),
        *_rows(_HELD, _("Waits to be published")),
        *_ending(),
        *_counted(),
    ]


def flag_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One row for each alert that someone flagged; what can hurt someone today is urgent."""
    rows = list(Flag.objects.order_by("day", "pk")[:MOST_FLAGS])
    if not rows:
        return []
    found: dict[int, _Flagged] = {}
    seed = flags_flow.desk_seed(ring, moderator)
    for row in rows:
        about = found.setdefault(row.alert_id, _Flagged(row.day, Counter()))
        try:
            about.reasons[flags_flow.open_flag(ring, seed, row).reason] += 1
        except VaultError:
            about.unopened += 1
    listed = list(found.items())
    listed.sort(key=lambda one: (flags_flow.URGENT.isdisjoint(one[1].reasons), one[1].day))
    return [
        QueueItem(
            _flag_words(about),
            reverse("alerts:review", args=[alert]),
            about.day,
            urgent=not flags_flow.URGENT.isdisjoint(about.reasons),
        )
        for alert, about in listed[:MOST_ROWS]
    ]


def change_request_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One row for each alert about which another organisation asks for a second one's word."""
    rows = (
        ChangeRequest.objects.exclude(
            organisation__in=(moderator.organisation_id, ChangeRequest.NONE)
        )
        .select_related("alert")
        .defer("alert__card", "alert__body", "alert__author_seal")
        .order_by("day", "pk")
    )
    keys = AlertKeys(ring)
    opened = change_requests.open_all(keys, rows[:MOST_FLAGS])
    others = [one for one in reversed(opened) if one.asks and not one.is_of(keys, moderator)]
    first = {one.row.alert_id: one for one in others}
    return [
        QueueItem(
            _("Another organisation asks for your word"),
            reverse("alerts:review", args=[alert]),
            one.row.day,
            urgent=True,
        )
        for alert, one in list(first.items())[:MOST_ROWS]
    ]


def desk_note_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One row for what was left for the moderators of her own organisation."""
    left = DeskNote.objects.filter(organisation=moderator.organisation_id)
    days = list(left.order_by("day").values_list("day", flat=True))
    if not days:
        return []
    words = ngettext(
        "%(number)s left for your organisation: someone under 18",
        "%(number)s left for your organisation: someone under 18",
        len(days),
    )
    title = words % {"number": len(days)}
    return [QueueItem(title, reverse("alerts:desk_notes"), days[0], urgent=True)]


def _rows(which: Q, title: str, *, urgent: bool = False) -> list[QueueItem]:
    """The oldest alerts of a kind."""
    rows = Alert.objects.filter(which).order_by("day", "pk").values_list("pk", "day")
    return [
        QueueItem(title, reverse("alerts:review", args=[pk]), day, urgent)
        for pk, day in rows[:MOST_ALIKE]
    ]


def _ending() -> list[QueueItem]:
    """Hidden ones whose 72 hours end today or tomorrow."""
    last = today() + datetime.timedelta(days=1)
    return _rows(Q(state="hidden", hidden_until__lte=last), _("Hidden, and soon shown again"))


def _counted() -> list[QueueItem]:
    """One line for levels 1 and 2 that nobody reviewed, and for rows beyond the limits."""
    lower = Q(state="new", level__in=(1, 2))
    found = Alert.objects.filter(state__in=("new", "held")).aggregate(
        lower=Count("pk", filter=lower),
        high=Count("pk", filter=_UNREVIEWED),
        held=Count("pk", filter=_HELD),
    )
    lines = (
        (
            found["high"] - MOST_ALIKE,
            ngettext_lazy(
                "%(number)s more very dangerous, not reviewed yet",
                "%(number)s more very dangerous, not reviewed yet",
                "number",
            ),
            "?show=3",
            _UNREVIEWED,
            MOST_ALIKE,
        ),
        (
            found["held"] - MOST_ALIKE,
            ngettext_lazy(
                "%(number)s more waits to be published",
                "%(number)s more wait to be published",
                "number",
            ),
            "?show=held",
            _HELD,
            MOST_ALIKE,
        ),
        (
            found["lower"],
            ngettext_lazy(
                "%(number)s less dangerous, not reviewed yet",
                "%(number)s less dangerous, not reviewed yet",
                "number",
            ),
            "",
            lower,
            0,
        ),
    )
    address = reverse("alerts:unreviewed")
    return [
        QueueItem(
            words % {"number": number},
            address + show,
            _oldest(which, listed),
            urgent=which is _UNREVIEWED,
        )
        for number, words, show, which, listed in lines
        if number > 0
    ]


def _oldest(which: Q, listed: int) -> datetime.date:
    """The day of the oldest alert of a kind that has no row of its own; the first `listed` do."""
    days = Alert.objects.filter(which).order_by("day", "pk").values_list("day", flat=True)
    return next(iter(days[listed : listed + 1]), today())


def _flag_words(about: _Flagged) -> str:
    """What people say is wrong, the most frequent first."""
    words = []
    for reason, times in about.reasons.most_common():
        label = str(flags_flow.REASONS.get(reason, reason))
        words.append(f"{label} ({times})" if times > 1 else label)
    if about.unopened:
        words.append(_("could not be opened"))
    return _("Someone says: %(reasons)s") % {"reasons": ", ".join(words)}
