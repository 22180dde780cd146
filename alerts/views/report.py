"""Writing a report, and correcting one of one's own.

A form is answered with a redirect to the page of the next step. What was typed waits for it in
memory (`alerts.report.draft`), until it is sent or left.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts import budgets
from alerts.check.paste import row_about
from alerts.content import Report
from alerts.flows import lifecycle, send_once
from alerts.models import Alert
from alerts.own.places import own_places
from alerts.report import draft as drafts
from alerts.report.compose import compose, typed_from
from alerts.report.draft import Draft
from alerts.report.flow import (
    FIRST,
    LAST,
    WHAT,
    WORDS,
    Screen,
    Typed,
    all_answers,
    check_all,
    form_of,
    hidden_fields,
    typed_in,
)
from alerts.report.forms import SUGGEST
from alerts.report.identifier_forms import OUT
from alerts.report.paste import LEFT_OVER
from alerts.report.places import country_meant
from alerts.report.summary import summarise
from alerts.sealing.bodies import ReportTooLong
from alerts.vocabulary.choices import MINOR
from safety_app import notices
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys import personal_settings
from safety_app.accounts.member_request import MemberRequest
from safety_app.language_choice import choice_of_language
from safety_app.locales.dates import today
from safety_app.locales.session_country import chosen_country, last_region
from safety_app.page_entries import PARAMETER
from safety_app.privacy.budgets import BudgetSpent, spend, wait_message
from safety_app.privacy.form_replay import is_target
from safety_app.privacy.post_redirect_get import (
    in_every_language,
    keep,
    kept,
    no_longer_here,
    reads_entries,
    remove,
    replace,
    see,
)
from safety_app.vault.errors import VaultError

_PAGES = ("what", "where", "who", "description", "words")
SPENT, LONG, CLOSED = "spent", "long", "closed"
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
@reads_entries
def report(request: MemberRequest) -> HttpResponse:
    """Five steps. Nothing is stored before the last button is pressed."""
    for_others = _for_others(request)
    if request.method != "POST":
        return _open(request, _begin(request), for_others)
    if "about" in request.POST:
        about = row_about(request.POST, chosen_country(request))
        entry_id = keep(request, _begin(request, **about).content(), is_draft=True)
        return see(request.path, entry_id) if entry_id else HttpResponseRedirect(request.path)
    typed = typed_in(request.POST, _language(), for_others=for_others)
    return _send(request, typed) if "send" in typed.data else _go_on(request, typed)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required("member")
@reads_entries
def correct(request: MemberRequest, alert_id: int) -> HttpResponse:
    """The same steps, filled in with what she sent. Any alert but her own is a 404."""
    alert = Alert.objects.filter(pk=alert_id).first()
    if alert is None or not lifecycle.is_author(request.ring, alert):
        raise Http404
    for_others = _for_others(request, alert)
    if request.method != "POST":
        sent = typed_from(lifecycle.read_report(request.ring, alert))
        begun = drafts.from_form(typed_in(sent, _language(), for_others=for_others))
        return _open(request, begun, for_others, alert)
    typed = typed_in(request.POST, _language(), for_others=for_others)
    if "send" in typed.data:
        return _send_correction(request, typed, alert)
    return _go_on(request, typed, alert)


def _begin(request: MemberRequest, **typed: str) -> Draft:
    """An empty draft, where she looked last, or in her region if she has one."""
    own = _own_regions(request)
    region = last_region(request) or (own[0] if len(own) == 1 else "")
    country = country_meant(region, None) if region else chosen_country(request)
    token = send_once.new_token()
    return drafts.begin(country=country, region=region, send_token=token, **typed)


def _own_regions(request: MemberRequest) -> tuple[str, ...]:
    return own_places(personal_settings.read(request.ring, request.user.pk)).regions


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


def _open(
    request: MemberRequest, begun: Draft, for_others: bool, alert: Alert | None = None
) -> HttpResponse:
    """The page that the address names; without a name, a draft of its own begins.

    It is named in the address, so that two tabs do not share one and Back finds it again.
    """
    if PARAMETER not in request.GET:
        entry_id = (
            keep(request, begun.content(), is_draft=True) if request.method == "GET" else None
        )
        if entry_id:
            return HttpResponseRedirect(see(request.path, entry_id)["Location"])
        return _draft_page(request, begun, FIRST, for_others, alert)
    content = kept(request)
    if content and "sent" in content:
        return _sent_page(request, **content["sent"])
    found = drafts.from_content(content)
    if found is None:
        return no_longer_here(request)
    return _draft_page(request, found, drafts.step_named(request.GET), for_others, alert)


def _go_on(request: MemberRequest, typed: Typed, alert: Alert | None = None) -> HttpResponse:
    """Any button but the last."""
    if "leave" in typed.data:
        remove(request)
        page = reverse("alerts:alert", args=[alert.pk]) if alert else reverse("alerts:feed")
        return HttpResponseRedirect(page)
    if "keep" not in typed.data:
        return _see(request, *drafts.after_button(typed), typed, alert)
    draft, step = drafts.as_shown(typed)
    entry_id = replace(request, draft.content(), is_draft=True)
    page = _elsewhere(request, typed.data.get("keep", ""), entry_id, step) if entry_id else ""
    return HttpResponseRedirect(page) if page else _see(request, draft, step, typed, alert)


def _elsewhere(request: HttpRequest, wanted: str, entry_id: str, step: int) -> str:
    """Where the bar or the menu of languages leads, from the middle of a report.

    `wanted` is a path, or "language" for the choice of one, which leads back to the same draft.
    Empty for anything else.
    """
    if wanted == "language":
        page = see(in_every_language(request.path), entry_id, _step(step))["Location"]
        return choice_of_language(page.removeprefix("/"))
    return wanted if is_target(wanted) else ""


def _see(
    request: MemberRequest, draft: Draft, step: int, typed: Typed, alert: Alert | None
) -> HttpResponse:
    """Redirect to the page of a step; in place if there is more than is kept."""
    entry_id = replace(request, draft.content(), is_draft=True)
    if entry_id:
        return see(request.path, entry_id, _step(step))
    return _draft_page(request, draft, step, typed.for_others, alert)


def _step(step: int) -> str:
    return f"&step={step}"


def _send(request: MemberRequest, typed: Typed) -> HttpResponse:
    """Publish the report or leave it at the desk. Tapping twice shows the same page twice."""
    answers = check_all(typed)
    if isinstance(answers, Screen):
        return _refuse(request, typed, answers.step)
    composed = compose(answers, today())
    name = send_once.name_of(request.user.pk, typed.data.get("send_token", ""), repr(composed))
    earlier = send_once.begin(name)
    if earlier is not None:
        return _see_sent(request, composed, earlier)
    try:
        _spend_budget(request)
        alert = _post(request, composed)
    except (BudgetSpent, ReportTooLong, VaultError) as error:
        send_once.undo(name)
        return _refuse(request, typed, WORDS, error)
    except Exception:
        send_once.undo(name)
        raise
    result = str(alert.pk) if alert else ""
    send_once.finish(name, result)
    return _see_sent(request, composed, result)


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
        return _refuse(request, typed, answers.step, alert=alert)
    composed = compose(answers, alert.day)
    try:
        _spend_budget(request)
        if composed.about_minor:
            lifecycle.leave_at_desk(request.ring, request.user, composed)
            lifecycle.withdraw(request.ring, alert.pk)
            return _see_sent(request, composed, "", reverse("alerts:report"))
        lifecycle.correct(request.ring, alert.pk, composed)
    except lifecycle.NotAuthor:
        raise Http404 from None
    except (BudgetSpent, ReportTooLong, VaultError) as error:
        return _refuse(request, typed, WORDS, error, alert)
    remove(request)
    notices.add(request, _("Your note is corrected."))
    return HttpResponseRedirect(reverse("alerts:alert", args=[alert.pk]))


def _refuse(
    request: MemberRequest,
    typed: Typed,
    step: int,
    error: Exception | None = None,
    alert: Alert | None = None,
) -> HttpResponse:
    """The step that has a mistake, or the last one, which says why it was not taken."""
    why, minutes = "", 0
    if isinstance(error, BudgetSpent):
        why, minutes = SPENT, error.minutes
    elif error is not None:
        why = LONG if isinstance(error, ReportTooLong) else CLOSED
    draft = drafts.from_form(typed, faulty=step, refusal=why, minutes=minutes)
    return _see(request, draft, step, typed, alert)


def _refused(typed: Typed, draft: Draft) -> Screen:
    """Step 5 with the reason for refusal, at the longest text if it is too long."""
    answers = all_answers(typed)
    words = answers.words
    if draft.refusal == LONG:
        composed = compose(answers, today())
        longest = "helped" if len(composed.helped) > len(composed.text) else "text"
        words.add_error(longest, _("All together this is too long. Shorten this a little."))
    elif draft.refusal == SPENT:
        words.add_error(None, ValidationError(wait_message(draft.minutes), SPENT))
    else:
        words.add_error(None, _("Your organisation's moderators cannot be reached right now."))
    return Screen(WORDS, words)


def _draft_page(
    request: MemberRequest, draft: Draft, step: int, for_others: bool, alert: Alert | None
) -> HttpResponse:
    """The page of one step."""
    typed = draft.typed(_language(), for_others=for_others)
    if step == FIRST:
        typed = dataclasses.replace(typed, mine=_own_regions(request))
    is_refused = bool(draft.refusal) and step == draft.faulty
    form = (_refused(typed, draft) if is_refused else draft.screen(typed, step)).form
    context: dict[str, Any] = {
        "step": step,
        "last": LAST,
        "form": form,
        "alert": alert,
        "about_minor": MINOR.key in typed.data.getlist("what"),
        "hidden": list(hidden_fields(typed, form, *(("level", OUT) if step == WORDS else ()))),
        "token": "" if "send_token" in typed.data else send_once.new_token(),
        "country": typed.country,
        "every_country": typed.every_country,
        "pasted": [value for name, value in typed.data.items() if name.endswith("-value")],
        "left_over": typed.data.get(LEFT_OVER, ""),
        "draft_form": "d",
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


def _see_sent(
    request: MemberRequest, composed: Report, alert_id: str, path: str = ""
) -> HttpResponse:
    """The page after sending, which can be opened again. It takes the draft's place in memory, so
    that Back says that the note was sent.
    """
    sent: dict[str, Any] = {
        "alert_id": alert_id,
        "about_minor": composed.about_minor,
        "body_first": not _BODY.isdisjoint(composed.what),
    }
    if path:
        remove(request)
        entry_id = keep(request, {"sent": sent}, path)
    else:
        path = request.path
        entry_id = replace(request, {"sent": sent})
    return see(path, entry_id) if entry_id else _sent_page(request, **sent)


def _sent_page(
    request: HttpRequest, alert_id: str, about_minor: bool, body_first: bool
) -> HttpResponse:
    """The page after sending: what helps next. `alert_id` is empty if nothing was published."""
    page = "alerts/report_left.html" if about_minor else "alerts/report_sent.html"
    context = {
        "alert": Alert.objects.filter(pk=int(alert_id)).first() if alert_id else None,
        "body_first": body_first,
    }
    return render(request, page, context)


def _language() -> str:
    return get_language() or "en"
