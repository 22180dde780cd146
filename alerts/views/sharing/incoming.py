"""One pending note from another network: read it, then accept or decline it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts.flows import put_back
from alerts.identifiers import mask
from alerts.models import Incoming
from alerts.retention import incoming_ends
from alerts.sharing import incoming as flow
from alerts.sharing.similar import find_similar
from alerts.views import undo as undo_views
from alerts.views.alert_text import alert_content
from alerts.views.sharing.shared import show_list
from safety_app import notices
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import expires_words, today
from safety_app.locales.phrases import long_date
from safety_app.privacy.form_replay import is_replayed
from safety_app.vault.errors import VaultError


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def incoming(request: MemberRequest, incoming_id: int) -> HttpResponse:
    """The whole note, similar alerts that are here already, and two buttons."""
    try:
        if request.method == "POST" and not is_replayed(request):
            return _decide(request, incoming_id)
        note = flow.get_pending(request.ring, request.user, incoming_id)
    except flow.NotPending:
        return _not_pending(request, incoming_id)
    return render(request, "alerts/incoming_show.html", _context(request.ring, note))


def _decide(request: MemberRequest, pk: int) -> HttpResponse:
    """Do what the button says, and lead back to those that still wait."""
    if "take" in request.POST:
        try:
            flow.accept(request.ring, request.user, pk)
        except VaultError:
            return show_list(request, _("This could not be opened with your keys."), 409)
        notices.add(request, _("It is among the notes now."))
        return HttpResponseRedirect(reverse("alerts:shared"))
    if "decline" not in request.POST:
        raise Http404
    kept = put_back.kept_row(request.ring, Incoming, pk)
    flow.decline(request.user, pk)
    back = reverse("alerts:shared")
    button = undo_views.button(request, undo_views.ROW, kept, back)
    notices.add(request, _("The note is deleted."), button)
    return HttpResponseRedirect(back)


def _not_pending(request: MemberRequest, pk: int) -> HttpResponse:
    """Tell a moderator who comes second what the first one did."""
    outcome = flow.recent_outcome(pk)
    if outcome == "taken":
        return show_list(request, _("Someone accepted this already."), 409)
    if outcome == "declined":
        return show_list(request, _("Someone declined this already."), 409)
    if request.method == "POST":
        return show_list(request, _("This is not waiting any more."), 409)
    raise Http404


def _context(ring: KeyRing, note: flow.PendingNote) -> dict[str, Any]:
    context: dict[str, Any] = {
        "incoming_id": note.row.pk,
        "until": expires_words(incoming_ends(note.row.day), today()),
    }
    if note.shared is None:
        return context
    report = note.shared.as_of(today())
    similar = find_similar(ring, report)
    return context | {
        "name": note.name,
        "content": alert_content(report, get_language() or settings.LANGUAGE_CODE),
        "posted": long_date(note.shared.posted),
        "same": [reverse("alerts:alert", args=[pk]) for pk in similar.same],
        "about": [
            (mask(reported.identifier), [reverse("alerts:alert", args=[pk]) for pk in pks])
            for reported, pks in similar.about
            if pks
        ],
    }
