"""`/a/unreviewed/`: what nobody has reviewed, what is held back, and what is hidden."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from alerts.budgets import CARDS
from alerts.flows import feed
from alerts.flows.feed import OpenedCard, count_confirmations
from alerts.models import Alert
from alerts.sealing import AlertKeys, open_card
from alerts.views.feed import card_context
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.budgets import spend
from safety_app.privacy.paging import page_number
from safety_app.vault.errors import VaultError

_LISTS = {
    "": (_("Not reviewed"), Q(state="new", level__gt=0)),
    "3": (_("Very dangerous"), Q(state="new", level=3)),
    "nuisance": (_("Nuisance"), Q(state="new", level=0)),
    "held": (_("Held back"), Q(state="held")),
    "hidden": (_("Hidden"), Q(state="hidden")),
}
_LAST_PAGE = feed.MOST_SEARCHED // feed.PAGE


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def unreviewed(request: HttpRequest) -> HttpResponse:
    """One of the lists, newest first; each card leads to the page of its review."""
    member_request = cast(MemberRequest, request)
    ring = member_request.ring
    show = request.GET.get("show", "")
    show = show if show in _LISTS else ""
    page = page_number(request.GET.get("page", ""), _LAST_PAGE)
    start = (page - 1) * feed.PAGE
    alerts = Alert.objects.filter(_LISTS[show][1]).order_by("-day", "-pk")
    rows = list(feed.rows_of(alerts[start : start + feed.PAGE + 1]))
    keys = AlertKeys(ring)
    opened = _opened(keys, rows[: feed.PAGE])
    if opened:
        spend(CARDS, member_request.user.pk, len(opened))
    counts = count_confirmations(keys, [one.row.pk for one in opened])
    language = get_language() or settings.LANGUAGE_CODE
    context = {
        "show": show,
        "lists": [(key, words) for key, (words, _which) in _LISTS.items()],
        "cards": [
            card_context(ring, one, counts, language)
            | {"url": reverse("alerts:review", args=[one.row.pk])}
            for one in opened
        ],
        "unopened": len(rows[: feed.PAGE]) - len(opened),
        "page": page,
        "newer": page - 1,
        "older": page + 1 if len(rows) > feed.PAGE else 0,
    }
    return render(request, "alerts/alert_unreviewed.html", context)


def _opened(keys: AlertKeys, rows: list[feed.CardRow]) -> list[OpenedCard]:
    """The rows whose cards open."""
    opened = []
    for row in rows:
        try:
            card = open_card(keys, row.epoch, row.pk, row.version, row.box)
        except VaultError:
            continue
        opened.append(OpenedCard(row, card))
    return opened
