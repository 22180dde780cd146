"""One alert before a moderator: all that is known about it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from alerts.budgets import OPENED
from alerts.flows import change_requests, lifecycle, moderation
from alerts.flows import flags as flags_flow
from alerts.flows.change_requests import HIDE, LEVEL, REDACT, Change, ChangeRequestTooLong
from alerts.flows.lifecycle import report_or_none
from alerts.flows.moderation import Case
from alerts.flows.redact import PhraseMissing
from alerts.forms.moderation import ReviewForm
from alerts.models import Alert
from alerts.sealing import AlertKeys, ReportTooLong
from alerts.views import review_context
from alerts.vocabulary.choices import LEVELS
from safety_app import notices
from safety_app.accounts.flows import undo
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.budgets import spend
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.ids import parse_id

_HIDDEN = "hidden alert"  # the kind of decision that can be undone

# Why a decision came too late, or is not possible.
_TOO_LATE: dict[type[Exception], Promise] = {
    moderation.AlertChanged: _(
        "Nothing was done: someone has changed this since you opened the page. Below is how it is "
        "now. Look at it again before you decide."
    ),
    moderation.NotPossible: _("Nothing was done: this is not possible with the note as it is now."),
    moderation.HiddenBefore: _(
        "Your organisation has hidden this note for three days before. To hide it again, ask to "
        "keep it hidden: another organisation has to agree."
    ),
    moderation.AlreadyRequested: _("This was asked already. Waiting for another organisation."),
}
_BAD_PHRASE: dict[type[Exception], Promise] = {
    PhraseMissing: _("These words are not in the note. Copy them exactly as they are."),
    ChangeRequestTooLong: _(
        "This is too long to ask another organisation in one go. Remove it in two parts."
    ),
    ReportTooLong: _("So many short cuts make the note too long. Remove longer parts."),
}

# What the next page says, by the state before approving or the kind of change.
_APPROVED = {
    "new": _("It is marked as reviewed."),
    "held": _("It is published."),
    "hidden": _("It is shown again."),
    "reviewed": _("Settled: nothing is wrong with it."),
}
_CHANGED = {
    HIDE: _("It stays hidden."),
    LEVEL: _("The level is changed."),
    REDACT: _("The words are taken out."),
}
_ASKED = _("You asked for it. It waits for a moderator of another organisation.")


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("do")
def review(request: MemberRequest, alert_id: int) -> HttpResponse:
    """The page, or a decision. A moderator who decides second is told what has happened."""
    do = request.POST.get("do", "")
    if not do:
        return _page(request, alert_id, ReviewForm(initial=request.POST.dict()))
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, alert_id, form, status=400)
    seen, flags = request.POST.get("seen", ""), _ids(request.POST.get("flags", ""))
    case = Case(request.ring, request.user, alert_id, seen, flags)
    done: str | Promise = ""
    try:
        done = _decide(request, case, do, form)
    except moderation.AlertGone:
        return review_context.alert_gone(request)
    except tuple(_TOO_LATE) as error:
        return _page(request, alert_id, form, _TOO_LATE[type(error)], 409)
    except tuple(_BAD_PHRASE) as error:
        form.add_error("phrase", str(_BAD_PHRASE[type(error)]))
    if form.errors:
        return _page(request, alert_id, form, status=400)
    notices.add(request, done)
    return HttpResponseRedirect(reverse("alerts:review", args=[alert_id]))


def _decide(request: MemberRequest, case: Case, do: str, form: ReviewForm) -> str | Promise:
    """Do what the button says. Returns what was done, in words; nothing if the form has errors.

    Raises NotPossible for an unknown button.
    """
    why = form.cleaned_data["why"]
    action, _dash, number = do.partition("-")
    decisions: dict[str, Callable[[], str | Promise]] = {
        "reviewed": lambda: _APPROVED.get(moderation.approve(case), _APPROVED["new"]),
        "hide": lambda: _hide(request, case),
        "undo": lambda: _undo_hide(request, case),
        "keep": lambda: _change(case, Change(HIDE, why=why)),
        "level": lambda: _change_level(case, form, why),
        "redact": lambda: _redact(case, form, why),
    }
    if do in decisions:
        return decisions[do]()
    if action not in ("agree", "end") or not _ids(number):
        raise moderation.NotPossible
    if action == "agree":
        moderation.agree(case, _ids(number)[0])
        return _("Agreed, and done.")
    moderation.end_change_request(case, _ids(number)[0])
    return _("This is asked no more. The note stays as it is.")


def _hide(request: MemberRequest, case: Case) -> Promise:
    before = moderation.hide(case)
    undo.offer_undo(request.session, _HIDDEN, case.alert, before)
    return _("It is hidden for three days.")


def _undo_hide(request: MemberRequest, case: Case) -> Promise:
    before = undo.state_before(request.session, _HIDDEN, case.alert)
    if not before:
        raise moderation.NotPossible
    moderation.undo_hide(case, before)
    undo.use_undo(request.session, _HIDDEN, case.alert)
    return _("Undone. It is as it was.")


def _change(case: Case, change: Change) -> Promise:
    return _CHANGED[change.do] if moderation.change_or_propose(case, change) else _ASKED


def _change_level(case: Case, form: ReviewForm, why: str) -> str | Promise:
    level = form.cleaned_data["level"]
    if level:
        return _change(case, Change(LEVEL, level=int(level), why=why))
    form.add_error("level", str(_("Choose one of these.")))
    return ""


def _redact(case: Case, form: ReviewForm, why: str) -> str | Promise:
    phrase = form.cleaned_data["phrase"]
    if phrase:
        return _change(case, Change(REDACT, phrase=phrase, why=why))
    form.add_error("phrase", str(_("Type the words to remove.")))
    return ""


def _page(
    request: MemberRequest,
    alert_id: int,
    form: ReviewForm,
    problem: str | Promise = "",
    status: int = 200,
) -> HttpResponse:
    row = Alert.objects.filter(pk=alert_id).first()
    if row is None:
        return review_context.alert_gone(request)
    ring = request.ring
    is_own = lifecycle.is_author(ring, row)
    if not is_own:
        spend(OPENED, request.user.pk)
    keys = AlertKeys(ring)
    report = report_or_none(keys, row)
    language = get_language() or settings.LANGUAGE_CODE
    level = form["level"].value() or ""
    is_offered = undo.is_offered(request.session, _HIDDEN, row.pk)
    context: dict[str, Any] = {
        **review_context.whole_alert(keys, row, report, language),
        "is_own": is_own,
        "form": form,
        "problem": problem,
        "seen": moderation.seen_of(row),
        "flags": review_context.flags_of(request, row),
        "changes": review_context.change_requests_of(keys, row, request.user),
        "similar": review_context.similar_to(keys, row, report, language),
        "second": change_requests.needs_second(ring, request.user, report),
        "undo": row.state == "hidden" and is_offered,
        "levels": [(item, str(item.number) == level) for item in reversed(LEVELS)],
        "pressed": request.POST.get("do", ""),
        "words_limit": flags_flow.WORDS_LIMIT,
    }
    return render(request, "alerts/alert_review.html", context, status=status)


def _ids(text: str) -> tuple[int, ...]:
    """The ids in a text with commas; whatever is not an id is left out."""
    parts = text.split(",")[: review_context.MOST_FLAGS]
    return tuple(number for part in parts if (number := parse_id(part)) is not None)
