"""`/a/undo/`: undo the last step about notes, within its seconds. One address for all of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from alerts.flows import lifecycle, moderation, put_back
from alerts.flows.put_back import NotAsItWas
from safety_app import notices
from safety_app.accounts.flows import undo
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.notices import Undo
from safety_app.privacy.form_replay import is_replayed

DECISION, DELETED_NOTE, ROW = "decision", "note", "row"

_TOO_LATE = _("It is too late to undo this. Nothing happened now.")
_CHANGED = _("This cannot be undone: something else has happened since.")


def button(
    request: MemberRequest,
    kind: str,
    kept: dict[str, Any],
    back: str,
    seconds: int = undo.UNDO_SECONDS,
) -> Undo | None:
    """Keep what undoes the step just taken. Returns the button for the notice.

    `back` is where to go once it is undone. None if it is too long to be kept.
    """
    content = {**kept, "kind": kind, "back": back}
    if kind == DECISION:
        content["after"] = moderation.seen_after(request.ring, kept)
        content["left"] = put_back.left_after(kept)
    until = undo.keep(request.session, content, seconds)
    return Undo(reverse("alerts:undo"), {}, until) if until else None


@role_required("member")
@require_POST
def undo_step(request: MemberRequest) -> HttpResponse:
    """Put back what the session keeps; afterwards nothing is kept."""
    kept = undo.kept(request.session)
    if kept is None or is_replayed(request):
        return _done(request, _TOO_LATE, reverse("alerts:feed"))
    undo.forget(request.session)
    words: Promise = _("Undone. It is as it was.")
    try:
        if kept["kind"] == DECISION:
            moderation.undo_decision(request.ring, request.user, kept)
        elif kept["kind"] == ROW:
            moderation.undo_row(request.ring, request.user, kept)
        else:
            lifecycle.undo_withdraw(request.ring, kept)
            words = _("Your note is back.")
    except lifecycle.NotAuthor:
        raise Http404 from None
    except NotAsItWas:
        words = _CHANGED
    return _done(request, words, kept["back"])


def _done(request: MemberRequest, words: Promise, back: str) -> HttpResponse:
    notices.add(request, words)
    return HttpResponseRedirect(back)
