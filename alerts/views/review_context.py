"""What the pages of a review show beside the alert itself: flags, motions, similar alerts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from alerts.flows import change_requests, feed, lifecycle, merge
from alerts.flows import flags as flags_flow
from alerts.flows.change_requests import HIDE, LEVEL, WAS_HIDDEN, Change
from alerts.models import Alert
from alerts.presentation import level_of, what_words
from alerts.report.vocabulary import LEVELS
from alerts.sealing import AlertKeys, Report
from alerts.views.alert_text import alert_content, notes_of
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import Member, Organisation
from safety_app.locales.dates import age_words, expires_words, today
from safety_app.vault.errors import VaultError

MOST_FLAGS = 20


def alert_gone(request: HttpRequest) -> HttpResponse:
    """For moderators, who may know: there is no such alert, or not any more."""
    return render(request, "alerts/alert_gone.html", status=404)


def whole_alert(
    keys: AlertKeys, row: Alert, report: Report | None, language: str
) -> dict[str, Any]:
    """The alert as on its page; `said` is None when it does not open."""
    notes = notes_of(keys, row, row.corroboration_set.all())
    at_least = report.at_least if report else 0
    return {
        "alert": row,
        "said": alert_content(report, language) if report else None,
        "notes": [note for note in notes if note],
        "others": max(len(notes), at_least),
        "at_least": bool(at_least),
        "age": age_words(row.day, today()),
        "until": expires_words(row.expires, today()),
    }


def flags_of(request: MemberRequest, row: Alert) -> dict[str, Any]:
    """The oldest flags about an alert, opened through the moderation desk, and the ids of all
    that were looked at. Those that do not open are counted.
    """
    flags = list(row.flag_set.order_by("day", "pk")[:MOST_FLAGS])
    opened: list[dict[str, Any]] = []
    if flags:
        seed = flags_flow.desk_seed(request.ring, request.user)
        for flag in flags:
            try:
                found = flags_flow.open_flag(request.ring, seed, flag)
            except VaultError:
                continue
            reason = flags_flow.REASONS.get(found.reason, found.reason)
            age = age_words(flag.day, today())
            opened.append({"reason": reason, "words": found.words, "age": age})
    return {
        "opened": opened,
        "unopened": len(flags) - len(opened),
        "ids": ",".join(str(flag.pk) for flag in flags),
    }


def change_requests_of(keys: AlertKeys, row: Alert, moderator: Member) -> list[dict[str, Any]]:
    """What organisations ask about an alert, in words; what one did alone is said too."""
    found = change_requests.list_requests(keys, row)
    names = dict(
        Organisation.objects.filter(pk__in=[one.organisation for one in found]).values_list(
            "pk", "name"
        )
    )
    return [
        {
            "id": one.row.pk,
            "words": _asked(one.wanted) % {"organisation": names.get(one.organisation, "?")},
            "phrase": one.wanted.phrase,
            "why": one.wanted.why,
            "age": age_words(one.row.day, today()),
            "own": one.is_of(keys, moderator),
            "asks": one.asks,
        }
        for one in found
    ]


def _asked(wanted: Change) -> str:
    if wanted.do == WAS_HIDDEN:
        return _("%(organisation)s has hidden this for three days.")
    if wanted.do == HIDE:
        return _("%(organisation)s asks to keep this hidden.")
    if wanted.do == LEVEL:
        word = LEVELS[wanted.level].word if wanted.level in range(len(LEVELS)) else "?"
        asked = _("%(organisation)s asks to change the level to “%(level)s”.")
        return asked.replace("%(level)s", str(word))
    return _("%(organisation)s asks to take these words out:")


def similar_to(
    keys: AlertKeys, row: Alert, report: Report | None, language: str
) -> list[dict[str, Any]]:
    """Alerts that share an identifier.

    To be kept is the more dangerous of two, then what more people confirmed: their words would go
    with it. Then it is the older one.
    """
    if report is None:
        return []
    shown = []
    found = merge.similar(keys, row, report)
    counts = feed.count_confirmations(keys, [row.pk, *(other.pk for other, _card in found)])
    for other, card in found:
        kept, goes = sorted(
            (-level, -counts.get(one.pk, 0), one.day, one.pk)
            for one, level in ((row, level_of(report)), (other, level_of(card)))
        )
        shown.append(
            {
                "id": other.pk,
                "level": level_of(card),
                "what": what_words(card.what),
                "age": age_words(other.day, today()),
                "listed": {row.state, other.state} <= set(lifecycle.VISIBLE_STATES),
                "kept": kept[-1],
                "other": goes[-1],
            }
        )
    return shown
