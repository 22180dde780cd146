"""Where a moderation recovery code is typed to sign new moderation keys beside the moderators."""

from __future__ import annotations

from django.utils.translation import gettext as _

from safety_app.accounts.budgets import DESK_CODE
from safety_app.accounts.forms.moderation import RenewalForm, WitnessForm
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.presentation import code_context
from safety_app.accounts.rotation import countersigning
from safety_app.privacy.budgets import EVERYONE, slow_down


def renewal_form(request: MemberRequest, button: str) -> RenewalForm | None:
    """The form for a renewal that this button begins; None where no code is asked for."""
    if not countersigning.asks_for_code(request.ring):
        return None
    return RenewalForm(request.POST if button in request.POST else None)


def typed_seed(request: MemberRequest, form: RenewalForm | None) -> bytes | None:
    """The seed (32 bytes) of the typed code, empty if none was typed; None with an error in the
    form.
    """
    if form is None:
        return b""
    if not form.is_valid():
        return None
    typed = form.cleaned_data["code"]
    if typed:
        slow_down(DESK_CODE, EVERYONE)
    try:
        return countersigning.seed_for_renewal(request.ring, typed)
    except countersigning.CodeUnknown:
        form.add_error("code", _("This code does not open your organisation's moderation."))
        return None


def desk_code_context(request: MemberRequest, code: str) -> dict[str, object]:
    """Template context for a new moderation recovery code; `waits`: the old one is still needed."""
    return {**code_context(code), "waits": countersigning.waits_for_code(request.ring)}


def countersign(request: MemberRequest, form: WitnessForm) -> bool:
    """Let the code from before witness the renewal that waits for it; False with an error in the
    form.
    """
    if not form.is_valid():
        return False
    slow_down(DESK_CODE, EVERYONE)
    try:
        with moderator_decision(request.user, request.ring):
            countersigning.countersign_with_code(request.ring, form.cleaned_data["code"])
    except countersigning.CodeUnknown:
        form.add_error("code", _("This code does not open your organisation's moderation."))
        return False
    return True
