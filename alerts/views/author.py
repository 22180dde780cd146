"""`/a/<id>/author/`: leaving the author a note, and disclosing who it is."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts.flows import disclose_author, lifecycle
from alerts.forms.moderation import DisclosureForm
from alerts.models import Alert
from alerts.presentation import level_of, what_words
from safety_app import notices
from safety_app.accounts.budgets import MESSAGES
from safety_app.accounts.flows.messages import MessageTooLong
from safety_app.accounts.forms.moderation import MessageForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.periods import DISCLOSURE_DAYS, MESSAGE_DAYS
from safety_app.accounts.presentation import MESSAGE_SENT
from safety_app.locales.dates import today
from safety_app.privacy.budgets import spend
from safety_app.privacy.post_redirect_get import render_once
from safety_app.vault.errors import VaultError


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def author(request: MemberRequest, alert_id: int) -> HttpResponse:
    """One page, two buttons: "send" leaves a note, "look" discloses the pseudonym this once."""
    alert = Alert.objects.filter(pk=alert_id).first()
    if alert is None:
        raise Http404
    try:
        report = lifecycle.read_report(request.ring, alert)
    except VaultError:
        raise Http404 from None
    sends, discloses = "send" in request.POST, "look" in request.POST
    message = MessageForm(request.POST if sends else None, initial=request.POST.dict())
    disclosure = DisclosureForm(
        request.POST if discloses else None, initial={"reason": request.POST.get("reason", "")}
    )
    name = ""
    ours = disclose_author.is_ours(request.ring, request.user, alert)
    if ours and sends and report.may_note and _leave_note(request, alert, message):
        notices.add(request, MESSAGE_SENT)
        return redirect("alerts:author", alert.pk)
    if ours and discloses and disclosure.is_valid():
        try:
            name = disclose_author.disclose(
                request.ring, request.user, alert.pk, disclosure.cleaned_data["reason"]
            )
        except disclose_author.NotOurs:
            ours = False
    context = {
        "level": level_of(report),
        "what": what_words(report.what),
        "back": disclose_author.readable_alerts([alert.pk])[alert.pk],
        "ours": ours,
        "may_note": report.may_note,
        "message": message,
        "disclosure": disclosure,
        "name": name,
        "until": today() + datetime.timedelta(days=MESSAGE_DAYS),
        "days": DISCLOSURE_DAYS,
    }
    wrong = ours and (message.errors or disclosure.errors)
    return render_once(request, "alerts/author_show.html", context, 400 if wrong else 200)


def _leave_note(request: MemberRequest, alert: Alert, message: MessageForm) -> bool:
    """Returns whether the note was left; otherwise the form says why not."""
    if not message.is_valid():
        return False
    spend(MESSAGES, request.user.pk)
    try:
        disclose_author.leave_note(request.ring, request.user, alert, message.cleaned_data["text"])
    except MessageTooLong:
        message.add_error("text", _("These signs take more room than others: write less."))
    except disclose_author.NotOurs:
        raise Http404 from None  # the author has left in the meantime
    return not message.errors
