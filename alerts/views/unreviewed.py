"""`/a/unreviewed/`: alerts that nobody has reviewed, held ones and hidden ones."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from alerts.budgets import CARDS
from alerts.cards import card_rows, count_confirmations, open_cards
from alerts.flows import feed
from alerts.markup import card_html
from alerts.models import Alert
from alerts.sealing import AlertKeys
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.budgets import spend
from safety_app.privacy.paging import page_number

_LISTS = {
    "": (_("Not reviewed"), Q(state="new", level__gt=0)),
    "3": (pgettext_lazy("level", "Very dangerous"), Q(state="new", level=3)),
    "nuisance": (pgettext_lazy("level", "Nuisance"), Q(state="new", level=0)),
    "held": (_("Waiting for review"), Q(state="held")),
    "hidden": (pgettext_lazy("notes", "Hidden"), Q(state="hidden")),
}
_LAST_PAGE = feed.MOST_SEARCHED // feed.PAGE


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def unreviewed(request: MemberRequest) -> HttpResponse:
    """One of the lists, newest first; each card leads to the page of its review."""
    ring = request.ring
    show = request.GET.get("show", "")
    show = show if show in _LISTS else ""
    page = page_number(request.GET.get("page", ""), _LAST_PAGE)
    start = (page - 1) * feed.PAGE
    alerts = Alert.objects.filter(_LISTS[show][1]).order_by("-day", "-pk")
    rows = list(card_rows(alerts[start : start + feed.PAGE + 1]))
    keys = AlertKeys(ring)
    opened = list(open_cards(keys, rows[: feed.PAGE]))
    if opened:
        spend(CARDS, request.user.pk, len(opened))
    counts = count_confirmations(keys, [card.row.pk for card in opened])
    language = get_language() or settings.LANGUAGE_CODE
    context = {
        "show": show,
        "lists": [(key, words) for key, (words, _which) in _LISTS.items()],
        "cards": [
            card_html(
                reverse("alerts:review", args=[row.pk]),
                row,
                card,
                others=counts.get(row.pk, 0),
                is_own=feed.is_own(ring, row),
                language=language,
            )
            for row, card in opened
        ],
        "unopened": len(rows[: feed.PAGE]) - len(opened),
        "page": page,
        "newer": page - 1,
        "older": page + 1 if len(rows) > feed.PAGE else 0,
    }
    return render(request, "alerts/alert_unreviewed.html", context)
