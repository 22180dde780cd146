"""One note that came from another network: looked at, then taken in or declined."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts.identifiers import mask
from alerts.retention import incoming_ends
from alerts.sharing import incoming as flow
from alerts.sharing.similar import find_similar
from alerts.views.alert_text import alert_content
from alerts.views.shared import show_list
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import expires_words, today
from safety_app.privacy.form_replay import is_replayed
from safety_app.vault.errors import VaultError


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def incoming(request: MemberRequest, incoming_id: int) -> HttpResponse:
    """The whole of it, and what of it is here already; two buttons."""
    try:
        if request.method == "POST" and not is_replayed(request):
            return _decided(request, incoming_id)
        came = flow.get_pending(request.ring, request.user, incoming_id)
    except flow.NotPending:
        return _gone(request, incoming_id)
    return render(request, "alerts/incoming_show.html", _shown(request.ring, came))


def _decided(request: MemberRequest, pk: int) -> HttpResponse:
    """Do what the button said, and say so over the list of what is left."""
    if "take" in request.POST:
        try:
            flow.accept(request.ring, request.user, pk)
        except VaultError:
            return show_list(request, _("This could not be opened with your keys."), 409)
        return show_list(request, _("It is among the notes now."))
    if "decline" not in request.POST:
        raise Http404
    flow.decline(request.user, pk)
    return show_list(request, _("It is erased."))


def _gone(request: MemberRequest, pk: int) -> HttpResponse:
    """The second of two people is told what the first one did."""
    happened = flow.recent_outcome(pk)
    if happened == "taken":
        return show_list(request, _("Someone took this in already."), 409)
    if happened == "declined":
        return show_list(request, _("Someone declined this already."), 409)
    if request.method == "POST":
        return show_list(request, _("This does not wait any more."), 409)
    raise Http404


def _shown(ring: KeyRing, came: flow.PendingNote) -> dict[str, Any]:
    context: dict[str, Any] = {
        "incoming_id": came.row.pk,
        "until": expires_words(incoming_ends(came.row.day), today()),
    }
    if came.shared is None:
        return context
    report = came.shared.as_of(today())
    found = find_similar(ring, report)
    return context | {
        "name": came.name,
        "said": alert_content(report, get_language() or settings.LANGUAGE_CODE),
        "posted": date_format(came.shared.posted, "DATE_FORMAT"),
        "same": [reverse("alerts:alert", args=[pk]) for pk in found.same],
        "about": [
            (mask(one.identifier), [reverse("alerts:alert", args=[pk]) for pk in pks])
            for one, pks in found.about
            if pks
        ],
    }
