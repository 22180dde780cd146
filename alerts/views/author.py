"""`/a/<id>/author/`: a note for whoever wrote it, and who that is."""

from __future__ import annotations

import datetime
from typing import cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alerts.flows import disclose_author, lifecycle
from alerts.models import Alert
from alerts.presentation import level_of, what_words
from safety_app.accounts.budgets import MESSAGES
from safety_app.accounts.flows.disclosures import REASON_LIMIT
from safety_app.accounts.flows.messages import MessageTooLong
from safety_app.accounts.forms.moderation import MessageForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.periods import DISCLOSURE_DAYS, MESSAGE_DAYS
from safety_app.locales.dates import today
from safety_app.privacy.budgets import spend
from safety_app.privacy.text_fields import PlainText
from safety_app.vault.errors import VaultError

_WRITTEN = "author_note_left"


class DisclosureForm(forms.Form):
    """Asks once more, and for a reason."""

    reason = PlainText(
        longest=REASON_LIMIT,
        required=True,
        label=gettext_lazy("Reason, in a few words"),
        help_text=gettext_lazy("All moderators of your organisation read it."),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Show me who it is, and note that I looked"), required=True
    )


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def author(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One page, two buttons: "send" leaves a note, "look" shows the pseudonym this once."""
    hers = cast(MemberRequest, request)
    alert = Alert.objects.filter(pk=alert_id).first()
    if alert is None:
        raise Http404
    try:
        report = lifecycle.read_report(hers.ring, alert)
    except VaultError:
        raise Http404 from None
    sends, looks = "send" in request.POST, "look" in request.POST
    letter = MessageForm(request.POST if sends else None, initial=request.POST.dict())
    look = DisclosureForm(
        request.POST if looks else None, initial={"reason": request.POST.get("reason", "")}
    )
    name = ""
    ours = disclose_author.is_ours(hers.ring, hers.user, alert)
    if ours and sends and report.may_note and _leave(hers, alert, letter):
        hers.session[_WRITTEN] = True
        return redirect("alerts:author", alert.pk)
    if ours and looks and look.is_valid():
        try:
            name = disclose_author.disclose(
                hers.ring, hers.user, alert.pk, look.cleaned_data["reason"]
            )
        except disclose_author.NotOurs:
            ours = False
    context = {
        "level": level_of(report),
        "what": what_words(report.what),
        "back": disclose_author.readable_alerts([alert.pk])[alert.pk],
        "ours": ours,
        "may_note": report.may_note,
        "letter": letter,
        "look": look,
        "name": name,
        "left": _WRITTEN in hers.session and hers.session.pop(_WRITTEN),
        "until": today() + datetime.timedelta(days=MESSAGE_DAYS),
        "days": DISCLOSURE_DAYS,
    }
    wrong = ours and (letter.errors or look.errors)
    return render(request, "alerts/author_show.html", context, status=400 if wrong else 200)


def _leave(request: MemberRequest, alert: Alert, letter: MessageForm) -> bool:
    """Whether the note was left; else the form says why not."""
    if not letter.is_valid():
        return False
    spend(MESSAGES, request.user.pk)
    try:
        disclose_author.leave_note(request.ring, request.user, alert, letter.cleaned_data["text"])
    except MessageTooLong:
        letter.add_error("text", _("These signs take more room than others: write less."))
    except disclose_author.NotOurs:
        raise Http404 from None  # gone between two looks at the row
    return not letter.errors
