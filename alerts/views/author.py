"""`/a/<id>/author/`: leaving the author a note, and disclosing who it is."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alerts.budgets import DISCLOSED
from alerts.flows import disclose_author, lifecycle
from alerts.flows.disclose_author import Author
from alerts.forms.moderation import DisclosureForm
from alerts.models import Alert
from alerts.periods import AUTHORSHIP_DAYS
from alerts.presentation import level_of, what_words
from safety_app import notices
from safety_app.accounts.budgets import MESSAGES
from safety_app.accounts.flows.messages import MessageTooLong
from safety_app.accounts.forms.moderation import MessageForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.periods import DISCLOSURE_DAYS, MESSAGE_DAYS
from safety_app.locales.dates import today
from safety_app.privacy.budgets import spend
from safety_app.privacy.page_state import page_state
from safety_app.privacy.post_redirect_get import render_once
from safety_app.vault.errors import VaultError

# Seconds. Whether a message was written, and whose note it is, must not show in the time.
STEP = 0.2

_MESSAGE_SENT = gettext_lazy(
    "If someone from your organisation wrote this note, your message is there."
)


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def author(request: MemberRequest, alert_id: int) -> HttpResponse:
    """One page, two buttons: "send" leaves a note, "look" discloses the pseudonym this once.

    Until "look" is recorded, the page is the same whoever wrote the alert.
    """
    page_state(request).hold_until_step = STEP
    alert = Alert.objects.filter(pk=alert_id).first()
    if alert is None:
        raise Http404
    try:
        report = lifecycle.read_report(request.ring, alert)
    except VaultError:
        raise Http404 from None
    may_be_asked = disclose_author.may_be_asked(request.ring, alert)
    sends, discloses = "send" in request.POST, "look" in request.POST
    message = MessageForm(request.POST if sends else None, initial=request.POST.dict())
    disclosure = DisclosureForm(
        request.POST if discloses else None, initial={"reason": request.POST.get("reason", "")}
    )
    if may_be_asked and sends and report.may_note and _leave_note(request, alert, message):
        notices.add(request, _MESSAGE_SENT)
        return redirect("alerts:author", alert.pk)
    found = None
    if may_be_asked and discloses and disclosure.is_valid():
        found = _disclose(request, alert, disclosure.cleaned_data["reason"])
    context = {
        "level": level_of(report),
        "what": what_words(report.what),
        "back": disclose_author.readable_alerts([alert.pk])[alert.pk],
        "may_be_asked": may_be_asked,
        "may_note": report.may_note,
        "message": message,
        "disclosure": disclosure,
        "found": found,
        "until": today() + datetime.timedelta(days=MESSAGE_DAYS),
        "days": DISCLOSURE_DAYS,
        "authorship_days": AUTHORSHIP_DAYS,
    }
    wrong = may_be_asked and (message.errors or disclosure.errors)
    return render_once(request, "alerts/author_show.html", context, 400 if wrong else 200)


def _disclose(request: MemberRequest, alert: Alert, reason: str) -> Author:
    spend(DISCLOSED, request.user.pk)
    try:
        return disclose_author.disclose(request.ring, request.user, alert.pk, reason)
    except disclose_author.TooLate:
        raise Http404 from None  # it was deleted in the meantime


def _leave_note(request: MemberRequest, alert: Alert, message: MessageForm) -> bool:
    """Returns whether the form was right, and the note left if it is for the moderator's people;
    otherwise the form says why not.
    """
    if not message.is_valid():
        return False
    spend(MESSAGES, request.user.pk)
    try:
        disclose_author.leave_note(request.ring, request.user, alert, message.cleaned_data["text"])
    except MessageTooLong:
        message.add_error("text", _("These signs take more room than others: write less."))
    return not message.errors
