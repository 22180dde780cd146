""" "Something is wrong with this note": one question, a few words, one button."""

from __future__ import annotations

from typing import cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alerts.budgets import FLAGS as FLAGS_BUDGET
from alerts.flows import flags, lifecycle
from alerts.flows.flags import WORDS_LIMIT, FlagContent
from alerts.models import Alert
from alerts.report.vocabulary import FLAGS
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.budgets import spend
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.text_fields import PlainText
from safety_app.vault.errors import VaultError


class FlagForm(forms.Form):
    """A reason, and words if she likes."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong"),
        choices=FLAGS,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of these."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )
    words = PlainText(
        label=gettext_lazy("A few words, if you like"),
        help_text=gettext_lazy("Up to 300 characters. Not your own name or place."),
        longest=WORDS_LIMIT,
        lines=True,
    )


@role_required("member")
@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: HttpRequest, alert_id: int) -> HttpResponse:
    """The form, or what became of it. What is not listed, or not there, is a 404."""
    member_request = cast(MemberRequest, request)
    ring = member_request.ring
    if not Alert.objects.filter(pk=alert_id, state__in=lifecycle.VISIBLE_STATES).exists():
        raise Http404
    if flags.has_flagged(ring, alert_id):
        return _sent(request, alert_id, taken=False)
    # What came back through the lock page is shown again, to be sent by its own button.
    pressed = "send" in request.POST and not is_replayed(request)
    form = FlagForm(request.POST if pressed else None, initial=request.POST.dict(), label_suffix="")
    if not form.is_valid():
        return _ask(request, alert_id, form)
    spend(FLAGS_BUDGET, member_request.user.pk)
    said = FlagContent(form.cleaned_data["reason"], form.cleaned_data["words"])
    try:
        taken = flags.send_flag(ring, alert_id, said)
    except lifecycle.NotAuthor:
        raise Http404 from None
    except VaultError:
        form.add_error(None, _("The moderators' desk cannot be reached just now."))
        return _ask(request, alert_id, form)
    return _sent(request, alert_id, taken=taken)


def _ask(request: HttpRequest, alert_id: int, form: FlagForm) -> HttpResponse:
    context = {"form": form, "alert_id": alert_id}
    return render(request, "alerts/flag_write.html", context, status=400 if form.errors else 200)


def _sent(request: HttpRequest, alert_id: int, *, taken: bool) -> HttpResponse:
    return render(request, "alerts/flag_sent.html", {"taken": taken, "alert_id": alert_id})
