"""One alert, and what can be done with it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, get_language_from_path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alerts.budgets import CONFIRMED, OPENED
from alerts.card_status import is_visible, trust_card, visible_alert
from alerts.content import NOTE_LIMIT
from alerts.flows import lifecycle, put_back
from alerts.models import Alert
from alerts.report.fields import tidy
from alerts.sealing.bodies import report_of
from alerts.sealing.keys import AlertKeys
from alerts.status import VISIBLE_STATES
from alerts.views import undo as undo_views
from alerts.views.alert_text import alert_content, notes_of
from alerts.views.translate import translations_of
from safety_app import notices
from safety_app.accounts.flows import undo
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import age_words, expires_words, today
from safety_app.privacy.budgets import spend
from safety_app.privacy.origin import referrer_page
from safety_app.vault.errors import VaultError


@role_required("member")
def alert(request: MemberRequest, alert_id: int) -> HttpResponse:
    """The whole alert: lists in the reader's language, free text in its own."""
    ring = request.ring
    row = Alert.objects.filter(pk=alert_id).first()
    if row is None:
        raise Http404
    keys = AlertKeys(ring)
    vouched = trust_card(keys, row) is not None
    is_own = lifecycle.is_author(ring, row)
    if not is_own and not (vouched and is_visible(row)):
        raise Http404
    if not is_own:
        spend(OPENED, request.user.pk)
    try:
        report = report_of(keys, row)
    except VaultError:
        # The row was tampered with. The clear columns alone are not worth showing.
        raise Http404 from None
    language = get_language() or settings.LANGUAGE_CODE
    confirmations = list(row.corroboration_set.all())
    notes = notes_of(keys, row, confirmations)
    own_tags = lifecycle.confirm_tags(ring, row.pk)
    context = {
        "alert_id": row.pk,
        "results": _results(request),
        "content": alert_content(report, language),
        "moderated": report.moderated,
        # Only confirmations that open count: others are not from a member.
        "others": max(len(notes), report.at_least),
        "at_least": bool(report.at_least),
        "notes": [note for note in notes if note],
        "translations": translations_of(ring, keys, row, language),
        "can_translate": bool(report.text or report.helped or report.marks),
        "confirmed": any(bytes(confirmation.tag) in own_tags for confirmation in confirmations),
        "note_limit": NOTE_LIMIT,
        "state": row.state,
        "is_own": is_own,
        "moderator": request.user.has_role("moderator"),
        "passes_on": request.user.has_role("reporter", "moderator") and row.state in VISIBLE_STATES,
        "age": age_words(row.day, today()),
        "until": expires_words(row.expires, today()),
    }
    return render(request, "alerts/alert_show.html", context)


@role_required("member")
@require_POST
def confirm(request: MemberRequest, alert_id: int) -> HttpResponse:
    """ "This happened to me too", with or without a note; a second time changes nothing.

    The button "back" takes it back.
    """
    back = HttpResponseRedirect(reverse("alerts:alert", args=[alert_id]))
    if "back" in request.POST:
        if visible_alert(AlertKeys(request.ring), alert_id) is None:
            raise Http404
        taken = lifecycle.take_back_confirmation(request.ring, alert_id)
        notices.add(request, _("You took it back.") if taken else _("Nothing was changed."))
        return back
    note = " ".join(tidy(request.POST.get("note", "")).split())[:NOTE_LIMIT]
    spend(CONFIRMED, request.user.pk)
    try:
        counted = lifecycle.confirm(request.ring, alert_id, note)
    except lifecycle.NotAuthor:
        raise Http404 from None
    words = _("Thank you. It is counted.") if counted else _("It was counted already.")
    notices.add(request, words)
    return back


@role_required("member")
@require_POST
def withdraw(request: MemberRequest, alert_id: int) -> HttpResponse:
    """Erase one's own alert. The page asks before it sends this."""
    kept = put_back.kept_alerts(request.ring, [alert_id])
    try:
        lifecycle.withdraw(request.ring, alert_id)
    except lifecycle.NotAuthor:
        raise Http404 from None
    back = reverse("alerts:alert", args=[alert_id])
    button = undo_views.button(request, undo_views.DELETED_NOTE, kept, back, undo.PUT_BACK_SECONDS)
    words = _("Your note is deleted. For one minute you can put it back.")
    notices.add(request, words if button else _("Your note is deleted."), button)
    return HttpResponseRedirect(reverse("alerts:feed"))


@role_required("member")
@require_POST
def cut(request: MemberRequest, alert_id: int) -> HttpResponse:
    """Cut one's tie to one's own alert. The page asks before it sends this."""
    try:
        lifecycle.cut(request.ring, alert_id)
    except lifecycle.NotAuthor:
        raise Http404 from None
    notices.add(request, _("The link between you and this note is removed."))
    return HttpResponseRedirect(reverse("alerts:alert", args=[alert_id]))


def _results(request: HttpRequest) -> str:
    """The list or check that led here, where it can be opened again; empty for any other page."""
    page = referrer_page(request)
    path, _mark, entry = page.partition("?")
    language = get_language_from_path(path)
    places = {f"/{language}/a/", f"/{language}/a/check/"}
    return page if entry and path in places else ""
