"""`/object/`: someone who believes they were reported, without an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from alerts.flows import objections, public_form
from alerts.flows.objections import IDENTIFIER_LIMIT, TEXT_LIMIT
from alerts.periods import OBJECTION_DAYS
from safety_app.accounts.forms.fields import CodeField
from safety_app.privacy.budgets import BudgetSpent
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.text_fields import PlainText
from safety_app.vault.codes import show_code
from safety_app.vault.errors import VaultError


class ObjectionForm(forms.Form):
    """What is meant, and what there is to say about it."""

    use_required_attribute = False

    identifier = PlainText(
        label=gettext_lazy("The number, e-mail, name or plate that is meant"),
        longest=IDENTIFIER_LIMIT,
        required=True,
        error_messages={"required": gettext_lazy("Say which one it is about.")},
    )
    text = PlainText(
        label=gettext_lazy("What you want to say"),
        help_text=gettext_lazy(
            "Up to 2,000 characters. What is not right, and why. Leave out where anyone lives or "
            "works."
        ),
        longest=TEXT_LIMIT,
        lines=True,
        required=True,
        error_messages={"required": gettext_lazy("Write what you want to say.")},
    )

    def clean(self) -> dict[str, Any]:
        """Some scripts take more room for each character: then fewer fit."""
        cleaned = super().clean() or self.cleaned_data
        text = cleaned.get("text", "")
        over = objections.bytes_over(cleaned.get("identifier", ""), text) if text else 0
        if over and not self.errors:
            each = len(text.encode()) / len(text)
            count = min(len(text), int(over / each) + 1)
            message = ngettext(
                "This is a little too long. Please leave out %(count)s character.",
                "This is too long. Please leave out about %(count)s characters.",
                count,
            )
            raise ValidationError({"text": ValidationError(message, "long", {"count": count})})
        return cleaned


class ReturnCodeForm(forms.Form):
    """The code that came with an objection."""

    use_required_attribute = False

    return_code = CodeField(
        label=gettext_lazy("Return code"),
        error_messages={"required": gettext_lazy("Type the code that you were shown.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def object_page(request: HttpRequest) -> HttpResponse:
    """Take an objection, or say what became of one. It never says whether there is an alert."""
    if request.method != "POST":
        return _ask(request, ObjectionForm())
    if "return_code" in request.POST:
        return _look(request)
    if is_replayed(request):
        return _ask(request, ObjectionForm(initial=request.POST.dict()))
    form = ObjectionForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, 400)
    left = public_form.seconds_left(request.POST.get("form_token", ""))
    if left:
        form.add_error(None, _too_soon(left))
        return _ask(request, form, 429)
    if left is None:
        form.add_error(None, _wait_again(_("This page was too old, or not opened here.")))
        return _ask(request, form, 400, renew=True)
    return _send(request, form)


def _send(request: HttpRequest, form: ObjectionForm) -> HttpResponse:
    typed = form.cleaned_data
    try:
        code = public_form.send(request.POST["form_token"], typed["identifier"], typed["text"])
    except public_form.OtherWordsSent:
        form.add_error(
            None, _wait_again(_("One was sent from this page already, and this is another one."))
        )
        return _ask(request, form, 409, renew=True)
    except BudgetSpent as spent:
        form.add_error(None, _enough_today(spent.minutes))
        return _ask(request, form, 429)
    except VaultError:
        form.add_error(None, _("It cannot be taken just now. Please try again later."))
        return _ask(request, form, 503)
    context = {"code": show_code(code), "days": OBJECTION_DAYS}
    return render(request, "alerts/object_sent.html", context)


def _look(request: HttpRequest) -> HttpResponse:
    codes = ReturnCodeForm(request.POST)
    if not codes.is_valid():
        return _ask(request, ObjectionForm(), 400, codes=codes)
    found = objections.state_of(codes.cleaned_data["return_code"])
    return _ask(request, ObjectionForm(), looked=True, found=found)


def _ask(
    request: HttpRequest,
    form: ObjectionForm,
    status: int = 200,
    *,
    renew: bool = False,
    codes: ReturnCodeForm | None = None,
    **answer: Any,
) -> HttpResponse:
    """The page; with the token it had, so that waiting does not begin anew."""
    token = request.POST.get("form_token", "")
    keep = not renew and public_form.seconds_left(token) is not None
    context = {
        "form": form,
        "token": token if keep else public_form.new_token(),
        "codes": codes or ReturnCodeForm(),
        "days": OBJECTION_DAYS,
        "seconds": public_form.WAIT_SECONDS,
        **answer,
    }
    return render(request, "alerts/object_ask.html", context, status=status)


def _too_soon(seconds: int) -> str:
    words = ngettext(
        "You can send it in %(seconds)s second. What you typed is still here.",
        "You can send it in %(seconds)s seconds. What you typed is still here.",
        seconds,
    )
    return words % {"seconds": seconds}


def _wait_again(why: str) -> str:
    """Why, and that the waiting begins anew."""
    return f"{why} {_too_soon(public_form.WAIT_SECONDS)}"


def _enough_today(minutes: int) -> str:
    hours = -(-minutes // 60)
    words = ngettext(
        "As many came in today as people can read. Keep what you wrote, and send it in %(hours)s "
        "hour.",
        "As many came in today as people can read. Keep what you wrote, and send it in %(hours)s "
        "hours.",
        hours,
    )
    return words % {"hours": hours}
