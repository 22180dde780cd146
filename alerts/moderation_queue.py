"""The items of the moderation queue that come from alerts.

The queue must be fast with 10,000 alerts: a handful of queries, each with a limit, and no body is
opened. Cards are opened for the rows of one page only.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from alerts.budgets import CARDS
from alerts.cards import card_rows, open_cards
from alerts.desk_seals import open_moderation_desk
from alerts.flows import change_requests
from alerts.flows import flags as flags_flow
from alerts.flows.waiting_notes import count_waiting_notes, waiting_notes
from alerts.models import Alert, ChangeRequest, DeskNote, Flag
from alerts.presentation import level_of, place_words, what_words
from alerts.retention import living
from alerts.sealing.keys import AlertKeys
from safety_app.accounts import sealed_memory
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.locales.dates import today
from safety_app.locales.phrases import join_words
from safety_app.privacy.budgets import BudgetSpent, spend
from safety_app.vault.errors import VaultError

MOST_FLAGS = 500  # opened, 0.1 ms each
_FLAGS = "reasons of flags"
# Its id, its note, its day, and the seal.
_FlagColumns = tuple[int, int, datetime.date, bytes | memoryview]
_TITLES: dict[str, Promise] = {
    "new": gettext_lazy("Not reviewed yet"),
    "held": gettext_lazy("Waiting to be published"),
    "hidden": gettext_lazy("Hidden, and soon shown again"),
}


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


def count_notes(ring: KeyRing, moderator: Member) -> int:
    """How many notes wait."""
    return count_waiting_notes(ring)


def note_items(ring: KeyRing, moderator: Member, start: int, stop: int) -> list[QueueItem]:
    """The waiting notes from `start` up to `stop`."""
    return [
        QueueItem(
            _TITLES.get(note.state, _TITLES["new"]),
            reverse("alerts:review", args=[note.pk]),
            note.day,
            urgent=note.level == change_requests.VERY_DANGEROUS,
            note=note.pk,
        )
        for note in waiting_notes(ring, stop)[start:]
    ]


def describe(ring: KeyRing, moderator: Member, items: list[QueueItem]) -> list[QueueItem]:
    """Items with the level, the kinds of harm and the place of their notes.

    Each card counts as one that was listed; when that budget is spent, and where a card does not
    open, the row stays without.
    """
    notes = [item.note for item in items if item.note]
    if not notes:
        return items
    try:
        spend(CARDS, moderator.pk, len(notes))
    except BudgetSpent:
        return items
    language = get_language() or settings.LANGUAGE_CODE
    rows = card_rows(Alert.objects.filter(pk__in=notes))
    cards = {row.pk: card for row, card, _visible in open_cards(AlertKeys(ring), rows)}
    described = []
    for item in items:
        card = cards.get(item.note)
        if card is not None:
            about = (*what_words(card.what), *place_words(card, language))
            item = replace(item, level=level_of(card), about=about)
        described.append(item)
    return described


def flag_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One item for each flagged alert: urgent ones first, then oldest first.

    Beyond a limit the rows only say that there are flags.
    """
    columns = Flag.objects.order_by("day", "pk").values_list("pk", "alert", "day", "sealed")
    rows = list(columns[:MOST_FLAGS])
    if not rows:
        return []
    reasons = _reasons(ring, moderator, rows)
    flagged: dict[int, _FlaggedAlert] = {}
    for row in rows:
        _pk, alert_id, day, _sealed = row
        alert = flagged.setdefault(alert_id, _FlaggedAlert(day, Counter()))
        reason = reasons.get(_flag_key(*row))
        if reason is None:
            alert.unopened += 1
        else:
            alert.reasons[reason] += 1
    if len(rows) == MOST_FLAGS:
        others = Flag.objects.exclude(alert__in=list(flagged)).order_by("day", "pk")
        for pk, day in others.values_list("alert", "day"):
            flagged.setdefault(pk, _FlaggedAlert(day, Counter(), 1))
    listed = sorted(flagged.items(), key=lambda item: (not item[1].is_urgent, item[1].day))
    return [
        QueueItem(
            _flag_title(alert),
            reverse("alerts:review", args=[pk]),
            alert.day,
            urgent=alert.is_urgent,
            note=pk,
        )
        for pk, alert in listed
    ]


def _reasons(ring: KeyRing, moderator: Member, rows: list[_FlagColumns]) -> dict[str, str]:
    """The reason of each flag that opens. Each is opened once in a quarter of an hour, so that the
    page costs the same however many wait.
    """
    known: dict[str, str] = sealed_memory.recall(ring, _FLAGS) or {}
    keys = {_flag_key(*row): row[0] for row in rows}
    reasons = {key: known[key] for key in keys if key in known}
    missing = {pk: key for key, pk in keys.items() if key not in known}
    if not missing:
        return reasons
    try:
        seed = open_moderation_desk(ring, moderator)
    except VaultError:  # the queue has an item of its own that says so
        return {}
    for row in Flag.objects.filter(pk__in=list(missing)):
        with suppress(VaultError):
            reasons[missing[row.pk]] = flags_flow.open_flag(ring, seed, row).reason
    sealed_memory.remember(ring, _FLAGS, reasons)
    return reasons


def _flag_key(pk: int, alert: int, day: datetime.date, sealed: bytes | memoryview) -> str:
    """All that its MAC covers: a flag that was changed since is opened again."""
    digest = hashlib.blake2b(bytes(sealed), digest_size=16).hexdigest()
    return f"{pk} {alert} {day} {digest}"


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
            note=alert,
        )
        for alert, day in oldest.items()
    ]


def next_note(ring: KeyRing, moderator: Member, current: int) -> int:
    """The note that comes after this one in the queue, from its end on to its beginning.

    0 if no other waits. Ask before the decision: afterwards this one may not be in the queue.
    """
    items = flag_items(ring, moderator) + change_request_items(ring, moderator)
    items.sort(key=lambda item: (not item.urgent, item.day))
    flagged = list(dict.fromkeys(item.note for item in items))
    row = Alert.objects.filter(pk=current).values_list("level", "day", "pk").first()
    without = [current, *flagged]
    behind = None
    if current in flagged:
        place = flagged.index(current)
        later, flagged = flagged[place + 1 :], flagged[:place]
        if later:
            return later[0]
    elif row is not None:
        behind = row
    for rest in waiting_notes(ring, 1, behind=behind, without=without):
        return rest.pk
    if flagged:
        return flagged[0]
    return next((rest.pk for rest in waiting_notes(ring, 1, without=without)), 0)


def closed_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One item for all notes under a key that is closed: nobody can open them any more.

    Someone changed them in the database before the key was renewed, or put them there since.
    """
    closed = Alert.objects.filter(epoch__lt=ring.floor).count()
    if not closed:
        return []
    words = ngettext(
        "%(number)s note could not be opened", "%(number)s notes could not be opened", closed
    )
    title = words % {"number": closed}
    return [QueueItem(title, reverse("accounts:network_key"), today(), urgent=True)]


def desk_note_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One item for all notes at the desk of the moderator's organisation."""
    notes = living(DeskNote).filter(organisation=moderator.organisation_id)
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


def _flag_title(alert: _FlaggedAlert) -> str:
    """What people say is wrong, most frequent first."""
    words = []
    for reason, times in alert.reasons.most_common():
        label = str(flags_flow.REASONS.get(reason, reason))
        words.append(f"{label} ({times})" if times > 1 else label)
    if alert.unopened:
        words.append(_("could not be opened"))
    return _("Someone says: %(reasons)s") % {"reasons": join_words(words)}
