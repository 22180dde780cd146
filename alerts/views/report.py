"""Writing a report, and correcting one of one's own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts import budgets
from alerts.content import Report
from alerts.flows import lifecycle, send_once
from alerts.models import Alert
from alerts.report.compose import compose, typed_from
from alerts.report.flow import (
    FIRST,
    LAST,
    WHAT,
    WORDS,
    Answers,
    Screen,
    Typed,
    check_all,
    form_of,
    hidden_fields,
    screen_after,
    typed_in,
)
from alerts.report.forms import SUGGEST
from alerts.report.summary import summarise
from alerts.sealing import ReportTooLong
from alerts.vocabulary.choices import MINOR
from safety_app import notices
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import today
from safety_app.locales.session_country import chosen_country
from safety_app.privacy.budgets import BudgetSpent, spend
from safety_app.vault.errors import VaultError

_PAGES = ("what", "where", "who", "description", "words")
SPENT = "spent"
# After these, medical care comes first on the last page.
_BODY = {
    "attempted_killing",
    "sexual_assault",
    "physical_assault",
    "drugging",
    "condom_removal",
    "boundary",
}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required("member")
def report(request: MemberRequest) -> HttpResponse:
    """Five steps. Nothing is stored before the last button is pressed."""
    typed = typed_in(request.POST, _language(), for_others=_for_others(request))
    if "send" in typed.data:
        return _send(request, typed)
    if request.method != "POST":
        # The country of her last lookup is the likeliest one.
        typed = typed_in(QueryDict(f"country={chosen_country(request)}"), _language())
        return _step_page(request, typed, Screen(FIRST, form_of(typed, FIRST, check=False)))
    return _step_page(request, typed, screen_after(typed))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required("member")
def correct(request: MemberRequest, alert_id: int) -> HttpResponse:
    """The same steps, filled in with what she sent. Any alert but her own is a 404."""
    alert = Alert.objects.filter(pk=alert_id).first()
    if alert is None or not lifecycle.is_author(request.ring, alert):
        raise Http404
    for_others = _for_others(request, alert)
    if request.method != "POST":
        sent = typed_from(lifecycle.read_report(request.ring, alert))
        typed = typed_in(sent, _language(), for_others=for_others)
        return _step_page(request, typed, Screen(FIRST, form_of(typed, FIRST, check=False)), alert)
    typed = typed_in(request.POST, _language(), for_others=for_others)
    if "send" in typed.data:
        return _send_correction(request, typed, alert)
    return _step_page(request, typed, screen_after(typed), alert)


def _for_others(request: MemberRequest, alert: Alert | None = None) -> bool:
    """Whether she may write on behalf of someone else, as reporters may.

    A report written on behalf of someone stays so even if she is no longer a reporter.
    """
    if alert is None or request.user.has_role("reporter"):
        return request.user.has_role("reporter")
    try:
        return lifecycle.read_report(request.ring, alert).on_behalf
    except VaultError:
        return False


def _send(request: MemberRequest, typed: Typed) -> HttpResponse:
    """Publish the report or leave it at the desk. Tapping twice shows the same page twice."""
    answers = check_all(typed)
    if isinstance(answers, Screen):
        return _step_page(request, typed, answers)
    composed = compose(answers, today())
    name = send_once.name_of(request.user.pk, typed.data.get("send_token", ""), repr(composed))
    earlier = send_once.begin(name)
    if earlier is not None:
        return _sent_page(request, composed, earlier)
    try:
        _spend_budget(request)
        alert = _post(request, composed)
    except (BudgetSpent, ReportTooLong, VaultError) as error:
        send_once.undo(name)
        return _step_page(request, typed, _refused(answers, composed, error))
    except Exception:
        send_once.undo(name)
        raise
    result = str(alert.pk) if alert else ""
    send_once.finish(name, result)
    return _sent_page(request, composed, result)


def _spend_budget(request: MemberRequest) -> None:
    """Spend the budget for sending. Raises BudgetSpent."""
    reporter = request.user.has_role("reporter")
    spend(budgets.REPORTER_SENT if reporter else budgets.SENT, request.user.pk)


def _post(request: MemberRequest, composed: Report) -> Alert | None:
    if composed.about_minor:
        lifecycle.leave_at_desk(request.ring, request.user, composed)
        return None
    return lifecycle.post(request.ring, request.user, composed)


def _send_correction(request: MemberRequest, typed: Typed, alert: Alert) -> HttpResponse:
    """Replace what the alert says. One about a minor goes to the desk and is withdrawn."""
    answers = check_all(typed)
    if isinstance(answers, Screen):
        return _step_page(request, typed, answers, alert)
    composed = compose(answers, alert.day)
    try:
        _spend_budget(request)
        if composed.about_minor:
            lifecycle.leave_at_desk(request.ring, request.user, composed)
            lifecycle.withdraw(request.ring, alert.pk)
            return _sent_page(request, composed, "")
        lifecycle.correct(request.ring, alert.pk, composed)
    except lifecycle.NotAuthor:
        raise Http404 from None
    except (BudgetSpent, ReportTooLong, VaultError) as error:
        return _step_page(request, typed, _refused(answers, composed, error), alert)
    notices.add(request, _("Your note is corrected."))
    return HttpResponseRedirect(reverse("alerts:alert", args=[alert.pk]))


def _refused(answers: Answers, composed: Report, error: Exception) -> Screen:
    """Step 5 with the reason for refusal, at the longest text if it is too long."""
    words = answers.words
    if isinstance(error, ReportTooLong):
        longest = "helped" if len(composed.helped) > len(composed.text) else "text"
        words.add_error(longest, _("All together this is too long. Shorten this a little."))
    elif isinstance(error, BudgetSpent):
        words.add_error(None, ValidationError(error.message, SPENT))
    else:
        words.add_error(None, _("Your organisation's moderators cannot be reached right now."))
    return Screen(WORDS, words)


def _step_page(
    request: HttpRequest, typed: Typed, screen: Screen, alert: Alert | None = None
) -> HttpResponse:
    step, form = screen.step, screen.form
    context: dict[str, Any] = {
        "step": step,
        "last": LAST,
        "form": form,
        "alert": alert,
        "about_minor": MINOR.key in typed.data.getlist("what"),
        "hidden": list(hidden_fields(typed, form, *(("level",) if step == WORDS else ()))),
        "token": "" if "send_token" in typed.data else send_once.new_token(),
        "country": typed.country,
        "every_country": typed.every_country,
    }
    if step == WORDS:
        context |= _summary(typed)
    status = 400 if form.errors else 200
    if form.has_error(NON_FIELD_ERRORS, SPENT):
        status = 429
    return render(request, f"alerts/report_{_PAGES[step - 1]}.html", context, status=status)


def _summary(typed: Typed) -> dict[str, Any]:
    summary = summarise(typed)
    return {
        "sections": summary.sections,
        "level": summary.level,
        "suggested": typed.data.get("level", SUGGEST) == SUGGEST,
        "what_form": form_of(typed, WHAT, check=False),
    }


def _sent_page(request: HttpRequest, composed: Report, alert_id: str) -> HttpResponse:
    """The page after sending: what helps next. `alert_id` is empty if nothing was published."""
    page = "alerts/report_left.html" if composed.about_minor else "alerts/report_sent.html"
    context = {
        "alert": Alert.objects.filter(pk=int(alert_id)).first() if alert_id else None,
        "body_first": not _BODY.isdisjoint(composed.what),
    }
    return render(request, page, context)


def _language() -> str:
    return get_language() or "en"
