""" "Something is wrong with this note": one question, a few words, one button."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts.budgets import FLAGS
from alerts.card_status import visible_alert
from alerts.flows import flags, lifecycle
from alerts.flows.flags import FlagContent
from alerts.forms.moderation import FlagForm
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.budgets import spend
from safety_app.privacy.form_replay import own_button
from safety_app.vault.errors import VaultError


@role_required("member")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("send")
def flag(request: MemberRequest, alert_id: int) -> HttpResponse:
    """The form, or that it was sent. An alert that is not visible is a 404."""
    if visible_alert(AlertKeys(request.ring), alert_id) is None:
        raise Http404
    if flags.has_flagged(request.ring, alert_id):
        return _sent_page(request, alert_id, taken=False)
    data = request.POST if "send" in request.POST else None
    form = FlagForm(data, initial=request.POST.dict(), label_suffix="")
    if not form.is_valid():
        return _form_page(request, alert_id, form)
    spend(FLAGS, request.user.pk)
    content = FlagContent(form.cleaned_data["reason"], form.cleaned_data["words"])
    try:
        taken = flags.send_flag(request.ring, alert_id, content)
    except lifecycle.NotAuthor:
        raise Http404 from None
    except VaultError:
        form.add_error(None, _("The moderators cannot be reached right now."))
        return _form_page(request, alert_id, form)
    return _sent_page(request, alert_id, taken=taken)


def _form_page(request: HttpRequest, alert_id: int, form: FlagForm) -> HttpResponse:
    context = {"form": form, "alert_id": alert_id}
    return render(request, "alerts/flag_write.html", context, status=400 if form.errors else 200)


def _sent_page(request: HttpRequest, alert_id: int, *, taken: bool) -> HttpResponse:
    return render(request, "alerts/flag_sent.html", {"taken": taken, "alert_id": alert_id})
