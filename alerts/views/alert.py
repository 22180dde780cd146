"""One alert, and what can be done with it."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from alerts import posting
from alerts.budgets import OPENED
from alerts.dates import age_words, expires_words
from alerts.languages import language_name
from alerts.models import Alert, Corroboration
from alerts.report.fields import tidy
from alerts.retention import today
from alerts.sealing import NOTE_LIMIT, AlertKeys, open_note, open_report
from alerts.showing import (
    described,
    identifier_words,
    level_of,
    what_words,
    when_and_where,
)
from safety_app.members.guards import MemberRequest, role_required
from safety_app.privacy.budgets import spend
from safety_app.vault.errors import VaultError


@role_required("member")
def alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Everything it says: lists in the reader's language, free text in its own."""
    member_request = cast(MemberRequest, request)
    ring = member_request.ring
    row = Alert.objects.filter(pk=alert_id).first()
    if row is None:
        raise Http404
    hers = posting.is_author(ring, row)
    if not hers and row.state not in posting.LISTED:
        raise Http404
    if not hers:
        spend(OPENED, member_request.user.pk)
    keys = AlertKeys(ring)
    try:
        report = open_report(keys, row.epoch, row.pk, row.version, row.body)
    except VaultError:
        # Someone changed the row: say that there is nothing rather than show what is not sealed.
        raise Http404 from None
    language = get_language() or settings.LANGUAGE_CODE
    confirmations = list(row.corroboration_set.all())
    notes = _notes(keys, row, confirmations)
    own_tag = posting.confirm_tag(ring, row.pk)
    context = {
        "alert_id": row.pk,
        "level": level_of(report),
        "what": what_words(report.what),
        "facts": when_and_where(report, language) + described(report),
        "identifiers": identifier_words(report.identifiers),
        "report": report,
        "language_name": language_name(report.language, language) if report.language else "",
        # What does not open was put there by somebody without the network key: it does not count.
        "others": len(notes),
        "notes": [note for note in notes if note],
        "confirmed": any(bytes(one.tag) == own_tag for one in confirmations),
        "note_limit": NOTE_LIMIT,
        "state": row.state,
        "hers": hers,
        "age": age_words(row.day, today()),
        "until": expires_words(row.expires, today()),
    }
    return render(request, "alerts/alert_show.html", context)


@role_required("member")
@require_POST
def confirm(request: HttpRequest, alert_id: int) -> HttpResponse:
    """ "This happened to me too", with or without a note; a second time changes nothing."""
    note = " ".join(tidy(request.POST.get("note", "")).split())[:NOTE_LIMIT]
    try:
        posting.confirm(cast(MemberRequest, request).ring, alert_id, note)
    except posting.NotHers:
        raise Http404 from None
    return HttpResponseRedirect(reverse("alerts:alert", args=[alert_id]))


@role_required("member")
@require_POST
def withdraw(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Erase one's own alert. The page asks before it sends this."""
    try:
        posting.withdraw(cast(MemberRequest, request).ring, alert_id)
    except posting.NotHers:
        raise Http404 from None
    return HttpResponseRedirect(reverse("alerts:feed"))


@role_required("member")
@require_POST
def cut(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Stop being the author of one's own alert. The page asks before it sends this."""
    try:
        posting.cut(cast(MemberRequest, request).ring, alert_id)
    except posting.NotHers:
        raise Http404 from None
    return HttpResponseRedirect(reverse("alerts:alert", args=[alert_id]))


def _notes(keys: AlertKeys, row: Alert, confirmations: list[Corroboration]) -> list[str]:
    """The notes of all confirmations that open; empty for those who left none."""
    notes = []
    for one in confirmations:
        try:
            notes.append(open_note(keys, row.epoch, row.pk, one.pk, one.note))
        except VaultError:
            continue
    return notes
