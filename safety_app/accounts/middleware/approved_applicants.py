"""Tells the session of an applicant that she was approved, without a new sign-in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest, HttpResponse

from safety_app.accounts.flows import sign_in
from safety_app.accounts.keys.keyring import recall, remember
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.privacy.page_state import page_state
from safety_app.vault.errors import VaultError


def approved_applicants(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware before `trusted_row`: take the network key with the seed from the session, and
    let her in if she has typed the four words already.

    A row that was tampered with is left alone; the next middleware ends its session. While no key
    can be trusted she waits, and is told why.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        member = request.user
        if member.is_authenticated and member.state == "approved":
            ring = recall(request.session)
            if ring is not None and not ring.epochs:
                try:
                    with suppress(VaultError):
                        _row, activated_ring = sign_in.activate_approved(member.pk, ring)
                        remember(request.session, activated_ring)
                        member.refresh_from_db()
                except EpochNotPinned:
                    page_state(request).pin_unreadable = True
        return get_response(request)

    return middleware
