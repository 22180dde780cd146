"""One alert before a moderator: all that is known about it, and what can be done with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from alerts.budgets import OPENED
from alerts.flows import change_requests, lifecycle, moderation
from alerts.flows import flags as flags_flow
from alerts.flows.change_requests import (
    HIDE,
    LEVEL,
    REDACT,
    WHY_LIMIT,
    Change,
    ChangeRequestTooLong,
)
from alerts.flows.moderation import Case
from alerts.flows.redact import PhraseMissing
from alerts.models import Alert
from alerts.report.vocabulary import LEVELS
from alerts.sealing import TEXT_LIMIT, AlertKeys, ReportTooLong
from alerts.views import review_context
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.budgets import spend
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.ids import parse_id
from safety_app.privacy.text_fields import PlainText

UNDO_SECONDS = 10
# A page needs a moment to arrive, and a thumb to find the button.
_GRACE_SECONDS = 5
_UNDO = "hidden just now"

# What is said when a decision came too late, or cannot be.
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
    moderation.AlreadyRequested: _("This was asked already. It waits for another organisation."),
}
_BAD_PHRASE: dict[type[Exception], Promise] = {
    PhraseMissing: _("These words do not stand in the note. Copy them exactly as they are."),
    ChangeRequestTooLong: _(
        "This is too long to ask another organisation in one go. Take it out in two parts."
    ),
    ReportTooLong: _("With these gaps the note is too long. Take out longer parts."),
}


class ReviewForm(forms.Form):
    """What can be typed or chosen on the page. Each button takes what it needs of it."""

    use_required_attribute = False

    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[(str(level.number), level.word) for level in LEVELS],
        error_messages={"invalid_choice": _("Choose one of these.")},
    )
    phrase = PlainText(
        label=_("Words to take out"),
        help_text=_("Copy them exactly. Wherever they stand, “[…]” stands instead."),
        longest=TEXT_LIMIT,
        lines=True,
    )
    why = PlainText(
        label=_("Why, for the other organisation"),
        help_text=_("Up to 80 characters."),
        longest=WHY_LIMIT,
    )


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, alert_id: int) -> HttpResponse:
    """The page, or a decision. A moderator who decides second is told what has happened."""
    member_request = cast(MemberRequest, request)
    do = request.POST.get("do", "")
    if not do or is_replayed(request):
        # What came back through the lock page is shown again: she presses the button herself.
        return _page(member_request, alert_id, ReviewForm(initial=request.POST.dict()))
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(member_request, alert_id, form, status=400)
    case = Case(
        member_request.ring,
        member_request.user,
        alert_id,
        request.POST.get("seen", ""),
        _numbers(request.POST.get("flags", "")),
    )
    try:
        _decide(member_request, case, do, form)
    except moderation.AlertGone:
        return review_context.alert_gone(request)
    except tuple(_TOO_LATE) as error:
        return _page(member_request, alert_id, form, _TOO_LATE[type(error)], 409)
    except tuple(_BAD_PHRASE) as error:
        form.add_error("phrase", str(_BAD_PHRASE[type(error)]))
    if form.errors:
        return _page(member_request, alert_id, form, status=400)
    return HttpResponseRedirect(reverse("alerts:review", args=[alert_id]))


def _decide(request: MemberRequest, case: Case, do: str, form: ReviewForm) -> None:
    """Do what the button says; one that is unknown is not possible."""
    why = form.cleaned_data["why"]
    action, _sign, number = do.partition("-")
    plain: dict[str, Callable[[], object]] = {
        "reviewed": lambda: moderation.approve(case),
        "hide": lambda: _hide(request, case),
        "undo": lambda: _undo(request, case),
        "keep": lambda: moderation.change_or_propose(case, Change(HIDE, why=why)),
        "level": lambda: _change_level(case, form, why),
        "redact": lambda: _redact(case, form, why),
    }
    about_motion: dict[str, Callable[[int], object]] = {
        "agree": lambda motion: moderation.agree(case, motion),
        "end": lambda motion: moderation.end_change_request(case, motion),
    }
    if do in plain:
        plain[do]()
    elif action in about_motion and _numbers(number):
        about_motion[action](_numbers(number)[0])
    else:
        raise moderation.NotPossible


def _hide(request: MemberRequest, case: Case) -> None:
    """Hide, and keep in her sealed session for a moment how it was before."""
    before = moderation.hide(case)
    request.session[_UNDO] = [case.alert, before, int(time.time())]


def _undo(request: MemberRequest, case: Case) -> None:
    before = _before(request, case.alert, UNDO_SECONDS + _GRACE_SECONDS)
    if not before:
        raise moderation.NotPossible
    moderation.undo_hide(case, before)
    request.session.pop(_UNDO, None)


def _before(request: MemberRequest, alert: int, seconds: int) -> str:
    """The state of an alert that she hid not longer than `seconds` ago, or empty."""
    hidden = request.session.get(_UNDO)
    if hidden is None:
        return ""
    if time.time() - hidden[2] > UNDO_SECONDS + _GRACE_SECONDS:
        del request.session[_UNDO]
        return ""
    fresh = hidden[0] == alert and time.time() - hidden[2] <= seconds
    return str(hidden[1]) if fresh else ""


def _change_level(case: Case, form: ReviewForm, why: str) -> None:
    level = form.cleaned_data["level"]
    if level:
        moderation.change_or_propose(case, Change(LEVEL, level=int(level), why=why))
    else:
        form.add_error("level", str(_("Choose one of these.")))


def _redact(case: Case, form: ReviewForm, why: str) -> None:
    phrase = form.cleaned_data["phrase"]
    if phrase:
        moderation.change_or_propose(case, Change(REDACT, phrase=phrase, why=why))
    else:
        form.add_error("phrase", str(_("Type the words that shall go.")))


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
    hers = lifecycle.is_author(ring, row)
    if not hers:
        spend(OPENED, request.user.pk)
    keys = AlertKeys(ring)
    report = moderation.report_or_none(keys, row)
    language = get_language() or settings.LANGUAGE_CODE
    flags = review_context.flags_of(request, row)
    level = form["level"].value() or ""
    context: dict[str, Any] = {
        **review_context.whole_alert(keys, row, report, language),
        "hers": hers,
        "form": form,
        "problem": problem,
        "seen": moderation.seen_of(row),
        "flags": flags,
        "motions": review_context.change_requests_of(keys, row, request.user),
        "similar": review_context.similar_to(keys, row, report, language),
        "second": change_requests.needs_second(ring, request.user, report),
        "undo": row.state == "hidden" and bool(_before(request, row.pk, UNDO_SECONDS)),
        "levels": [(one, str(one.number) == level) for one in reversed(LEVELS)],
        "pressed": request.POST.get("do", ""),
        "words_limit": flags_flow.WORDS_LIMIT,
    }
    return render(request, "alerts/alert_review.html", context, status=status)


def _numbers(text: str) -> tuple[int, ...]:
    """The ids in a text with commas; what is none is left out."""
    parts = text.split(",")[: review_context.MOST_FLAGS]
    return tuple(number for part in parts if (number := parse_id(part)) is not None)
