"""`/a/unreviewed/`: alerts that nobody has reviewed, held ones and hidden ones."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from alerts.altered import find_altered
from alerts.budgets import CARDS
from alerts.cards import CardRow, card_rows, count_confirmations, open_cards
from alerts.content import Card
from alerts.flows import feed, moderation, put_back
from alerts.flows.change_requests import VERY_DANGEROUS
from alerts.markup import card_html
from alerts.models import Alert
from alerts.presentation import level_of
from alerts.sealing.keys import AlertKeys
from alerts.views import undo as undo_views
from safety_app import notices
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.budgets import spend
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.ids import parse_id
from safety_app.privacy.paging import page_number, pager

_LISTS = {
    "": (_("Not reviewed"), Q(state="new", level__gt=0)),
    "3": (pgettext_lazy("level", "Very dangerous"), Q(state="new", level=3)),
    "nuisance": (pgettext_lazy("level", "Nuisance"), Q(state="new", level=0)),
    "held": (_("Waiting for review"), Q(state="held")),
    "hidden": (pgettext_lazy("notes", "Hidden"), Q(state="hidden")),
}
_ALTERED = "altered"
_REVIEWED = ngettext_lazy(
    "%(number)s note is marked as reviewed.", "%(number)s notes are marked as reviewed.", "number"
)
_NONE_REVIEWED = _("Nothing was changed: pick notes that nobody has changed or flagged meanwhile.")
_LAST_PAGE = 10_000 // feed.PAGE


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("pick")
def unreviewed(request: MemberRequest) -> HttpResponse:
    """One of the lists, newest first; each card leads to the page of its review.

    Several that are not very dangerous can be marked as reviewed at once, as they are shown here.
    """
    ring = request.ring
    if request.method == "POST":
        return _approve_picked(request)
    show = request.GET.get("show", "")
    show = show if show in _LISTS else ""
    page = page_number(request.GET.get("page", ""), _LAST_PAGE)
    start = (page - 1) * feed.PAGE
    # Changed from outside they are in no list of their own: a line of the queue leads here.
    altered = find_altered(ring) if request.GET.get("show") == _ALTERED else None
    chosen = _LISTS[show][1] if altered is None else Q(pk__in=altered)
    alerts = Alert.objects.filter(chosen).order_by("-day", "-pk")
    rows = list(card_rows(alerts[start : start + feed.PAGE + 1]))
    keys = AlertKeys(ring)
    opened = list(open_cards(keys, rows[: feed.PAGE]))
    if opened:
        spend(CARDS, request.user.pk, len(opened))
    counts = count_confirmations(keys, {card.row.pk: card.row.epoch for card in opened})
    own = feed.own_cards(ring, opened)
    language = get_language() or settings.LANGUAGE_CODE
    context = {
        "show": show if altered is None else _ALTERED,
        "altered": altered is not None,
        "lists": [(key, words) for key, (words, _which) in _LISTS.items()],
        "cards": [
            (
                card_html(
                    reverse("alerts:review", args=[row.pk]),
                    row,
                    card,
                    others=counts.get(row.pk, 0),
                    is_own=row.pk in own,
                    language=language,
                ),
                _pick_of(row, card),
            )
            for row, card, _visible in opened
        ],
        "unopened": len(rows[: feed.PAGE]) - len(opened),
        "pager": pager(page, more=len(rows) > feed.PAGE),
    }
    context["can_pick"] = any(_pick_of(row, card) for row, card, _visible in opened)
    return render(request, "alerts/alert_unreviewed.html", context)


def _pick_of(row: CardRow, card: Card) -> str:
    """The value of the box that picks a card: its id and what is seen of it; empty for none."""
    if row.state != "new" or level_of(card) == VERY_DANGEROUS:
        return ""
    return f"{row.pk}:{row.version}-{row.state}"


def _approve_picked(request: MemberRequest) -> HttpResponse:
    """Mark those as reviewed that were picked and are still as they were shown."""
    picked = [typed.partition(":") for typed in request.POST.getlist("pick")[: feed.PAGE]]
    seen = {pk: version for typed, _colon, version in picked if (pk := parse_id(typed)) is not None}
    kept = put_back.kept_alerts(request.ring, seen, whole=False)
    done = moderation.approve_several(request.ring, request.user, seen)
    words = _NONE_REVIEWED if not done else _REVIEWED % {"number": len(done)}
    show = request.GET.get("show", "")
    back = reverse("alerts:unreviewed") + (f"?show={show}" if show in _LISTS and show else "")
    button = undo_views.button(request, undo_views.DECISION, kept, back) if done else None
    notices.add(request, words, button)
    return HttpResponseRedirect(back)
