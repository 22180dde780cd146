"""The items of the moderation queue that come from alerts.

The desk must be fast with 10,000 alerts: a handful of queries, each with a limit, and no card or
body is opened. Rows beyond a limit become one line with a count.
"""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from alerts.desk_seals import open_moderation_desk
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

MOST_ROWS = 20  # with titles of their own
MOST_ALIKE = 5  # with the same title, which differ in their age alone
MOST_FLAGS = 100  # opened, 0.1 ms each
_UNREVIEWED = Q(state="new", level=VERY_DANGEROUS)
_HELD = Q(state="held")


@dataclass
class _FlaggedAlert:
    """The flags of one alert: day of the first, how often each reason, how many do not open."""

    day: datetime.date
    reasons: Counter[str]
    unopened: int = 0

    @property
    def is_urgent(self) -> bool:
        """Whether it may hurt someone today."""
        return not flags_flow.URGENT.isdisjoint(self.reasons)


def alert_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Very dangerous ones that nobody reviewed, held ones, hidden ones that are soon shown again,
    and one line each for all others.
    """
    return [
        *_items(_UNREVIEWED, _("Very dangerous, not reviewed yet"), urgent=True),
        *_items(_HELD, _("Waiting to be published")),
        *_soon_visible(),
        *_counted(),
    ]


def flag_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One item for each flagged alert, urgent ones first, then oldest first."""
    rows = list(Flag.objects.order_by("day", "pk")[:MOST_FLAGS])
    if not rows:
        return []
    try:
        seed = open_moderation_desk(ring, moderator)
    except VaultError:  # the queue has an item of its own that says so
        seed = b""
    flagged: dict[int, _FlaggedAlert] = {}
    for row in rows:
        alert = flagged.setdefault(row.alert_id, _FlaggedAlert(row.day, Counter()))
        try:
            alert.reasons[flags_flow.open_flag(ring, seed, row).reason] += 1
        except VaultError:
            alert.unopened += 1
    listed = sorted(flagged.items(), key=lambda item: (not item[1].is_urgent, item[1].day))
    return [
        QueueItem(
            _flag_title(alert),
            reverse("alerts:review", args=[pk]),
            alert.day,
            urgent=alert.is_urgent,
        )
        for pk, alert in listed[:MOST_ROWS]
    ]


def change_request_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One item for each alert for which another organisation requests a change."""
    rows = (
        ChangeRequest.objects.exclude(
            organisation__in=(moderator.organisation_id, ChangeRequest.NONE)
        )
        .select_related("alert")
        .defer("alert__card", "alert__body", "alert__author_seal")
        .order_by("day", "pk")
    )
    keys = AlertKeys(ring)
    oldest: dict[int, datetime.date] = {}
    for request in change_requests.open_all(keys, rows[:MOST_FLAGS]):
        if request.is_pending and not request.is_from(keys, moderator):
            oldest.setdefault(request.row.alert_id, request.row.day)
    return [
        QueueItem(
            _("Another organisation asks for your word"),
            reverse("alerts:review", args=[alert]),
            day,
            urgent=True,
        )
        for alert, day in list(oldest.items())[:MOST_ROWS]
    ]


def desk_note_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One item for all notes at the desk of the moderator's organisation."""
    notes = DeskNote.objects.filter(organisation=moderator.organisation_id)
    days = list(notes.order_by("day").values_list("day", flat=True))
    if not days:
        return []
    words = ngettext(
        "%(number)s note for your organisation: someone under 18",
        "%(number)s notes for your organisation: someone under 18",
        len(days),
    )
    title = words % {"number": len(days)}
    return [QueueItem(title, reverse("alerts:desk_notes"), days[0], urgent=True)]


def _items(which: Q, title: str, *, urgent: bool = False) -> list[QueueItem]:
    """One item for each of the oldest alerts of a kind."""
    rows = Alert.objects.filter(which).order_by("day", "pk").values_list("pk", "day")
    return [
        QueueItem(title, reverse("alerts:review", args=[pk]), day, urgent)
        for pk, day in rows[:MOST_ALIKE]
    ]


def _soon_visible() -> list[QueueItem]:
    """Hidden alerts whose three days end today or tomorrow."""
    last = today() + datetime.timedelta(days=1)
    return _items(Q(state="hidden", hidden_until__lte=last), _("Hidden, and soon shown again"))


def _counted() -> list[QueueItem]:
    """One line for levels 1 and 2 that nobody reviewed, and one for rows beyond each limit."""
    lower = Q(state="new", level__in=(1, 2))
    counts = Alert.objects.filter(state__in=("new", "held")).aggregate(
        lower=Count("pk", filter=lower),
        high=Count("pk", filter=_UNREVIEWED),
        held=Count("pk", filter=_HELD),
    )
    lines = (
        (
            counts["high"] - MOST_ALIKE,
            ngettext_lazy(
                "%(number)s more very dangerous note not reviewed yet",
                "%(number)s more very dangerous notes not reviewed yet",
                "number",
            ),
            "?show=3",
            _UNREVIEWED,
            MOST_ALIKE,
        ),
        (
            counts["held"] - MOST_ALIKE,
            ngettext_lazy(
                "%(number)s more note waiting to be published",
                "%(number)s more notes waiting to be published",
                "number",
            ),
            "?show=held",
            _HELD,
            MOST_ALIKE,
        ),
        (
            counts["lower"],
            ngettext_lazy(
                "%(number)s less dangerous note not reviewed yet",
                "%(number)s less dangerous notes not reviewed yet",
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
    """The day of the oldest alert of a kind, leaving out the first `listed`, which have items."""
    days = Alert.objects.filter(which).order_by("day", "pk").values_list("day", flat=True)
    return next(iter(days[listed : listed + 1]), today())


def _flag_title(alert: _FlaggedAlert) -> str:
    """What people say is wrong, most frequent first."""
    words = []
    for reason, times in alert.reasons.most_common():
        label = str(flags_flow.REASONS.get(reason, reason))
        words.append(f"{label} ({times})" if times > 1 else label)
    if alert.unopened:
        words.append(_("could not be opened"))
    return _("Someone says: %(reasons)s") % {"reasons": ", ".join(words)}
