"""One alert before a moderator: all that is known about it, and what can be done with it."""

from __future__ import annotations

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
from alerts.card_status import trust_card
from alerts.flows import change_requests, lifecycle, moderation
from alerts.flows import flags as flags_flow
from alerts.flows.change_requests import ChangeRequestTooLong
from alerts.flows.lifecycle import report_or_none
from alerts.flows.moderation import Case
from alerts.forms.moderation import ReviewForm
from alerts.models import Alert
from alerts.moderation_queue import next_note
from alerts.redact import PhraseMissing, words_of
from alerts.sealing.bodies import ReportTooLong
from alerts.sealing.keys import AlertKeys
from alerts.views import review_context
from alerts.views.review_decisions import decide
from alerts.vocabulary.choices import LEVELS
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.budgets import spend
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.ids import parse_id

_AND_NEXT = "-next"  # ends the value of a button that goes on to the next note
_TRAIL = "review_trail"  # in the session: the notes decided one after the other, newest last
_LONGEST_TRAIL = 30

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
    PhraseMissing: _("These words are not in the note any more."),
    ChangeRequestTooLong: _(
        "This is too long to ask another organisation in one go. Remove it in two parts."
    ),
    ReportTooLong: _("So many short cuts make the note too long. Remove longer parts."),
}


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
    following = next_note(request.ring, request.user, alert_id) if do.endswith(_AND_NEXT) else 0
    try:
        decide(request, case, do.removesuffix(_AND_NEXT), form)
    except moderation.AlertGone:
        return review_context.alert_gone(request)
    except tuple(_TOO_LATE) as error:
        return _page(request, alert_id, form, _TOO_LATE[type(error)], 409)
    except tuple(_BAD_PHRASE) as error:
        form.add_error(None, str(_BAD_PHRASE[type(error)]))
    if form.errors:
        return _page(request, alert_id, form, status=400)
    if not do.endswith(_AND_NEXT):
        return HttpResponseRedirect(reverse("alerts:review", args=[alert_id]))
    trail = [pk for pk in request.session.get(_TRAIL, []) if pk != alert_id]
    request.session[_TRAIL] = [*trail, alert_id][-_LONGEST_TRAIL:]
    if not following:
        return HttpResponseRedirect(reverse("accounts:desk"))
    return HttpResponseRedirect(reverse("alerts:review", args=[following]))


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def review_words(request: MemberRequest, alert_id: int) -> HttpResponse:
    """The words of an alert, each with a box to tick; its form is sent to the review."""
    row = Alert.objects.filter(pk=alert_id).first()
    keys = AlertKeys(request.ring)
    report = report_or_none(keys, row) if row else None
    if row is None or report is None:
        return review_context.alert_gone(request)
    trust_card(keys, row)
    if not lifecycle.is_author(request.ring, row):
        spend(OPENED, request.user.pk)
    context = {
        "alert_id": row.pk,
        "seen": moderation.seen_of(row),
        "passages": [
            words_of(key, text) for key, text in moderation.passages(keys, row, report).items()
        ],
        "form": ReviewForm(),
        "second": change_requests.needs_second(request.ring, request.user, report),
    }
    return render(request, "alerts/alert_words.html", context)


def _previous(request: MemberRequest, alert_id: int) -> int:
    """The note decided before this one, 0 if there is none."""
    trail: list[int] = request.session.get(_TRAIL, [])
    if alert_id in trail:
        trail = trail[: trail.index(alert_id)]
    return trail[-1] if trail else 0


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
    trust_card(keys, row)
    report = report_or_none(keys, row)
    language = get_language() or settings.LANGUAGE_CODE
    level = form["level"].value() or ""
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
        "previous": _previous(request, alert_id),
        "following": next_note(ring, request.user, alert_id),
        "levels": [(item, str(item.number) == level) for item in reversed(LEVELS)],
        "pressed": request.POST.get("do", ""),
        "words_limit": flags_flow.WORDS_LIMIT,
    }
    return render(request, "alerts/alert_review.html", context, status=status)


def _ids(text: str) -> tuple[int, ...]:
    """The ids in a text with commas; whatever is not an id is left out."""
    parts = text.split(",")[: review_context.MOST_FLAGS]
    return tuple(number for part in parts if (number := parse_id(part)) is not None)
