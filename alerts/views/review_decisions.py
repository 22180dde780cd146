"""What the buttons of a review do, and what the page after it says; most of it can be undone."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.flows import moderation, put_back
from alerts.flows.change_requests import HIDE, LEVEL, REDACT, Change
from alerts.flows.lifecycle import report_or_none
from alerts.flows.moderation import Case
from alerts.forms.moderation import ReviewForm
from alerts.models import Alert
from alerts.redact import is_too_short, phrase_of
from alerts.sealing.keys import AlertKeys
from alerts.views import undo
from safety_app import notices
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.ids import parse_id

# By the state before approving, or the kind of change.
_APPROVED = {
    "new": _("It is marked as reviewed."),
    "held": _("It is published."),
    "hidden": _("It is shown again."),
    "reviewed": _("Settled: nothing is wrong with it."),
}
_CHANGED = {
    HIDE: _("It stays hidden."),
    LEVEL: _("The level is changed."),
    REDACT: _("The words are removed."),
}
_ASKED = _("You asked for it. Waiting for a moderator of another organisation.")
# After these, what an alert says may be another: all of it is kept for undoing.
_REWRITES = ("level", "redact", "agree")


def decide(request: MemberRequest, case: Case, do: str, form: ReviewForm) -> bool:
    """Do what the button says, and have the next page say so. False if the form has errors.

    Raises NotPossible for an unknown button, and what the flows raise.
    """
    action = do.partition("-")[0]
    kept = put_back.kept_alerts(request.ring, [case.alert], whole=action in _REWRITES)
    words = _decide(case, do, form, request.POST.getlist("w"))
    if form.errors:
        return False
    back = reverse("alerts:review", args=[case.alert])
    notices.add(request, words, undo.button(request, undo.DECISION, kept, back))
    return True


def _decide(case: Case, do: str, form: ReviewForm, ticked: list[str]) -> str | Promise:
    """Returns what was done, in words; nothing if the form has errors."""
    why = form.cleaned_data["why"]
    decisions: dict[str, Callable[[], str | Promise]] = {
        "reviewed": lambda: _APPROVED.get(moderation.approve(case), _APPROVED["new"]),
        "hide": lambda: _hide(case),
        "keep": lambda: _change(case, Change(HIDE, why=why)),
        "level": lambda: _change_level(case, form, why),
        "redact": lambda: _redact(case, form, why, ticked),
    }
    if do in decisions:
        return decisions[do]()
    action, _dash, number = do.partition("-")
    request_id = parse_id(number)
    if action not in ("agree", "end") or request_id is None:
        raise moderation.NotPossible
    if action == "agree":
        moderation.agree(case, request_id)
        return _("Agreed, and done.")
    moderation.end_change_request(case, request_id)
    return _("This is asked no more. The note stays as it is.")


def _hide(case: Case) -> Promise:
    moderation.hide(case)
    return _("It is hidden for three days.")


def _change(case: Case, change: Change) -> Promise:
    return _CHANGED[change.do] if moderation.change_or_propose(case, change) else _ASKED


def _change_level(case: Case, form: ReviewForm, why: str) -> str | Promise:
    level = form.cleaned_data["level"]
    if level:
        return _change(case, Change(LEVEL, level=int(level), why=why))
    form.add_error("level", str(_("Choose one of these.")))
    return ""


def _redact(case: Case, form: ReviewForm, why: str, ticked: list[str]) -> str | Promise:
    """Take out the words that were ticked."""
    keys = AlertKeys(case.ring)
    alert = Alert.objects.filter(pk=case.alert).first()
    report = report_or_none(keys, alert) if alert else None
    if alert is None:
        raise moderation.AlertGone
    if report is None:
        raise moderation.NotPossible
    phrase = phrase_of(moderation.passages(keys, alert, report), ticked)
    if is_too_short(phrase):
        form.add_error(None, str(_("Tick the words to remove. One letter alone is too short.")))
        return ""
    return _change(case, Change(REDACT, phrase=phrase, why=why))
