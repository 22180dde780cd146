"""What review pages show beside the alert itself: flags, change requests, similar alerts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from alerts.cards import count_confirmations
from alerts.content import Report
from alerts.desk_seals import open_moderation_desk
from alerts.flows import change_requests, merge, translations
from alerts.flows import flags as flags_flow
from alerts.flows.change_requests import HIDE, LEVEL, WAS_HIDDEN, Change
from alerts.models import Alert, Flag
from alerts.presentation import level_of, what_words
from alerts.sealing.keys import AlertKeys
from alerts.status import VISIBLE_STATES
from alerts.views.alert_text import alert_content, notes_of
from alerts.vocabulary.choices import LEVELS
from safety_app.accounts.guards import MODERATION_DESK_UNAVAILABLE
from safety_app.accounts.keys.desk_keys import ModerationDeskUnavailable
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import Member, Organisation
from safety_app.locales.dates import age_words, expires_words, today
from safety_app.vault.errors import VaultError

MOST_FLAGS = 20


def alert_gone(request: HttpRequest) -> HttpResponse:
    """The page for moderators, who may know that the alert does not exist any more."""
    return render(request, "alerts/alert_gone.html", status=404)


def whole_alert(
    keys: AlertKeys, row: Alert, report: Report | None, language: str
) -> dict[str, Any]:
    """The alert as on its own page; `content` is None if it does not open. `damaged` is how much of
    what belongs to it does not.
    """
    confirmations = list(row.corroboration_set.all())
    notes = notes_of(keys, row, confirmations)
    at_least = report.at_least if report else 0
    return {
        "alert": row,
        "content": alert_content(report, language) if report else None,
        "notes": [note for note in notes if note],
        "damaged": _damaged(keys, row) + len(confirmations) - len(notes),
        "others": max(len(notes), at_least),
        "at_least": bool(at_least),
        "age": age_words(row.day, today()),
        "until": expires_words(row.expires, today()),
    }


def _damaged(keys: AlertKeys, row: Alert) -> int:
    """How many translations and change requests of an alert do not open."""
    return translations.count_damaged(keys, row) + change_requests.count_damaged(keys, row)


def flags_of(request: MemberRequest, row: Alert) -> dict[str, Any]:
    """An alert's oldest flags, opened; the ids of all of these; how many do not open, and why."""
    flags = list(row.flag_set.order_by("day", "pk")[:MOST_FLAGS])
    seed, why_unopened = b"", ""
    if flags:
        try:
            seed = open_moderation_desk(request.ring, request.user)
        except ModerationDeskUnavailable:
            why_unopened = str(MODERATION_DESK_UNAVAILABLE)
        except VaultError:
            pass  # then they are counted as unopened
    opened = [_flag_context(request, flag, seed) for flag in flags]
    return {
        "opened": [flag for flag in opened if flag],
        "unopened": opened.count(None),
        "why_unopened": why_unopened,
        "ids": ",".join(str(flag.pk) for flag in flags),
    }


def _flag_context(request: MemberRequest, flag: Flag, seed: bytes) -> dict[str, Any] | None:
    try:
        content = flags_flow.open_flag(request.ring, seed, flag)
    except VaultError:
        return None
    reason = flags_flow.REASONS.get(content.reason, content.reason)
    return {"reason": reason, "words": content.words, "age": age_words(flag.day, today())}


def change_requests_of(keys: AlertKeys, row: Alert, moderator: Member) -> list[dict[str, Any]]:
    """An alert's change requests in words, with used-hide markers."""
    requests = change_requests.list_requests(keys, row)
    organisations = Organisation.objects.filter(pk__in=[item.organisation for item in requests])
    names = dict(organisations.values_list("pk", "name"))
    return [
        {
            "id": item.row.pk,
            "words": _change_words(item.change)
            % {"organisation": names.get(item.organisation, "?")},
            "phrase": item.change.phrase,
            "why": item.change.why,
            "age": age_words(item.row.day, today()),
            "own": item.is_from(keys, moderator),
            "is_pending": item.is_pending,
        }
        for item in requests
    ]


def _change_words(change: Change) -> str:
    if change.do == WAS_HIDDEN:
        return _("%(organisation)s has hidden this for three days.")
    if change.do == HIDE:
        return _("%(organisation)s asks to keep this hidden.")
    if change.do == LEVEL:
        word = LEVELS[change.level].word if change.level in range(len(LEVELS)) else "?"
        words = _("%(organisation)s asks to change the level to “%(level)s”.")
        return words.replace("%(level)s", str(word))
    return _("%(organisation)s asks to remove these words:")


def similar_to(
    keys: AlertKeys, row: Alert, report: Report | None, language: str
) -> list[dict[str, Any]]:
    """Alerts that share an identifier with this one, and which of the two a merge would keep.

    That is the more dangerous one, then the one with more confirmations, since their notes are
    lost with the other, then the older one.
    """
    if report is None:
        return []
    context = []
    similar = merge.similar(keys, row, report)
    epochs = {row.pk: row.epoch} | {other.row.pk: other.row.epoch for other in similar}
    counts = count_confirmations(keys, epochs)
    for other, card, _visible in similar:
        kept, erased = sorted(
            (-level, -counts.get(candidate.pk, 0), candidate.day, candidate.pk)
            for candidate, level in ((row, level_of(report)), (other, level_of(card)))
        )
        context.append(
            {
                "id": other.pk,
                "level": level_of(card),
                "what": what_words(card.what),
                "age": age_words(other.day, today()),
                "listed": {row.state, other.state} <= set(VISIBLE_STATES),
                "kept": kept[-1],
                "other": erased[-1],
            }
        )
    return context
