"""One alert, and what can be done with it."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from alerts.budgets import CONFIRMED, OPENED
from alerts.flows import lifecycle
from alerts.models import Alert
from alerts.report.fields import tidy
from alerts.sealing import NOTE_LIMIT, AlertKeys, open_report
from alerts.views.alert_text import alert_content, notes_of
from alerts.views.translate import translations_of
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import age_words, expires_words, today
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
    hers = lifecycle.is_author(ring, row)
    if not hers and row.state not in lifecycle.VISIBLE_STATES:
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
    notes = notes_of(keys, row, confirmations)
    own_tag = lifecycle.confirm_tag(ring, row.pk)
    context = {
        "alert_id": row.pk,
        "said": alert_content(report, language),
        "moderated": report.moderated,
        # What does not open was put there by somebody without the network key: it does not count.
        "others": max(len(notes), report.at_least),
        "at_least": bool(report.at_least),
        "notes": [note for note in notes if note],
        "translations": translations_of(ring, keys, row, language),
        "can_translate": bool(report.text or report.helped or report.marks),
        "confirmed": any(bytes(one.tag) == own_tag for one in confirmations),
        "note_limit": NOTE_LIMIT,
        "state": row.state,
        "hers": hers,
        "moderator": member_request.user.has_role("moderator"),
        "age": age_words(row.day, today()),
        "until": expires_words(row.expires, today()),
    }
    return render(request, "alerts/alert_show.html", context)


@role_required("member")
@require_POST
def confirm(request: HttpRequest, alert_id: int) -> HttpResponse:
    """ "This happened to me too", with or without a note; a second time changes nothing."""
    member_request = cast(MemberRequest, request)
    note = " ".join(tidy(request.POST.get("note", "")).split())[:NOTE_LIMIT]
    spend(CONFIRMED, member_request.user.pk)
    try:
        lifecycle.confirm(member_request.ring, alert_id, note)
    except lifecycle.NotAuthor:
        raise Http404 from None
    return HttpResponseRedirect(reverse("alerts:alert", args=[alert_id]))


@role_required("member")
@require_POST
def withdraw(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Erase one's own alert. The page asks before it sends this."""
    try:
        lifecycle.withdraw(cast(MemberRequest, request).ring, alert_id)
    except lifecycle.NotAuthor:
        raise Http404 from None
    return HttpResponseRedirect(reverse("alerts:feed"))


@role_required("member")
@require_POST
def cut(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Stop being the author of one's own alert. The page asks before it sends this."""
    try:
        lifecycle.cut(cast(MemberRequest, request).ring, alert_id)
    except lifecycle.NotAuthor:
        raise Http404 from None
    return HttpResponseRedirect(reverse("alerts:alert", args=[alert_id]))
