"""Desk notes: reports left for the moderators of one's own organisation, not published."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alerts.desk_seals import open_desk_note
from alerts.flows import put_back
from alerts.models import DeskNote
from alerts.presentation import described, full_identifiers, what_words, when_and_where
from alerts.retention import desk_note_ends, living
from alerts.sealing.bodies import report_from
from alerts.views import undo as undo_views
from safety_app import notices
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys.desk_keys import desk_of, open_desk
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import age_words, expires_words, today
from safety_app.locales.languages import language_name
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault.errors import VaultError


@role_required("moderator")
def desk_notes(request: MemberRequest) -> HttpResponse:
    """All of them, opened, oldest first. There are few, and each needs someone's attention."""
    member = request.user
    own = living(DeskNote).filter(organisation=member.organisation_id)
    rows = list(own.order_by("day", "pk"))
    notes: list[dict[str, Any]] = []
    if rows:
        try:
            desk = desk_of(request.ring, member.organisation_id)
            seed = open_desk(request.ring, member, desk)
        except VaultError:
            seed = b""
        notes = [_note_context(request.ring, seed, row) for row in rows]
    return render(request, "alerts/desk_notes.html", {"notes": notes})


@role_required("moderator")
@require_POST
def delete_note(request: MemberRequest, note_id: int) -> HttpResponse:
    """Delete a note of one's own organisation's desk; any other is a 404."""
    moderator = request.user
    kept = put_back.kept_row(request.ring, DeskNote, note_id)
    with moderator_decision(moderator):
        notes = DeskNote.objects.filter(pk=note_id, organisation=moderator.organisation_id)
        deleted, _by_model = notes.delete()
    if not deleted:
        raise Http404
    checkpoint_wal()
    back = reverse("alerts:desk_notes")
    button = undo_views.button(request, undo_views.ROW, kept, back)
    notices.add(request, _("The note is deleted."), button)
    return HttpResponseRedirect(back)


def _note_context(ring: KeyRing, seed: bytes, row: DeskNote) -> dict[str, Any]:
    context: dict[str, Any] = {
        "id": row.pk,
        "age": age_words(row.day, today()),
        "until": expires_words(desk_note_ends(row.day), today()),
    }
    language = get_language() or settings.LANGUAGE_CODE
    try:
        report, content = report_from(open_desk_note(ring, seed, row))
    except VaultError:
        return context
    return context | {
        "report": report,
        "what": what_words(report.what),
        "facts": when_and_where(report, language) + described(report),
        "identifiers": full_identifiers(report.identifiers),
        "language_name": language_name(report.language, language) if report.language else "",
        "pseudonym": content.get("pseudonym", ""),
    }
