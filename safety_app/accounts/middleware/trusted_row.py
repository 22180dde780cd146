"""Gives each signed-in request its keys, once the member's own row proves authentic."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.contrib.auth import get_user, logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from safety_app.accounts.flows.sign_in import store_newer_box
from safety_app.accounts.guards import database_in_doubt
from safety_app.accounts.keys import epoch_pin
from safety_app.accounts.keys.desk_keys import is_moderator
from safety_app.accounts.keys.epochs import with_floor, with_newer_epochs
from safety_app.accounts.keys.keyring import (
    EpochMoved,
    KeyRing,
    recall,
    remember,
)
from safety_app.accounts.keys.row_auth import check_member
from safety_app.accounts.member_request import ring_of, set_ring, usable_ring
from safety_app.accounts.models import Member
from safety_app.accounts.pin_file import EpochNotPinned, PinUnreadable
from safety_app.accounts.rotation import reencrypt
from safety_app.privacy import errors
from safety_app.privacy.after_response import after
from safety_app.privacy.form_replay import carried
from safety_app.privacy.page_state import page_state
from safety_app.vault.errors import VaultError

MODERATOR = "moderator"


class _StartAgain(HttpResponse):
    """Stands in for the response of a view that has to run again."""


class TrustedRow:
    """Middleware: set the request's `ring`, and end a session whose own row was tampered with.

    A moderator's role is believed only if her organisation's desk was given to her, since every
    member can write herself the role; that costs three queries, for those who have it. Otherwise
    it costs one HMAC for a signed-in request and nothing for others. A rotation renews every row's
    MAC, so a row that fails is checked again with the newer key, if there is one. While the
    session holds several network keys, one more query finds those no longer needed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _trust(request)
        response = self.get_response(request)
        if isinstance(response, _StartAgain):
            request.user = get_user(request)
            _trust(request)
            response = self.get_response(request)
        if isinstance(response, _StartAgain):
            response = _later(request)
        ring = ring_of(request)
        if ring is not None and len(ring.epochs) > 1:
            after(response, partial(reencrypt.continue_soon, ring))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The network key was renewed meanwhile: nothing was written, and the view runs
        again. One that the server cannot remember is not made.
        """
        if isinstance(error, EpochNotPinned):
            return database_in_doubt(request)
        if not isinstance(error, EpochMoved):
            return None
        return _StartAgain(status=503)


def trusted_row(get_response: Callable[[HttpRequest], HttpResponse]) -> TrustedRow:
    """The middleware, under the name that settings use."""
    return TrustedRow(get_response)


def _trust(request: HttpRequest) -> None:
    ring = recall(request.session)
    if ring is None or not request.user.is_authenticated:
        set_ring(request, None)
        return
    state, current = page_state(request), None
    try:
        current = None if state.pin_unreadable else _checked(ring, request.user)
    except PinUnreadable:
        state.pin_unreadable = True
    except (EpochNotPinned, VaultError):
        logout(request)
        state.own_row_changed = True
    if state.pin_unreadable:
        set_ring(request, replace(ring, epochs={}))
    elif current is None:
        set_ring(request, None)
    else:
        if current is not ring:
            remember(request.session, current)
        usable = usable_ring(request.user, current)
        if request.user.has_role(MODERATOR) and not is_moderator(usable, request.user):
            request.user.disbelieved = frozenset({MODERATOR})
        set_ring(request, usable)


def _checked(ring: KeyRing, member: Member) -> KeyRing:
    """The ring as it is now, for a member's own authentic row. Raises VaultError.

    A row put back as it was before a renewal of the network key is authentic under the key before.
    The server knows that there was a newer one.
    """
    try:
        check_member(ring, member)
        if ring.epochs and ring.current < epoch_pin.pinned_epoch():
            member.refresh_from_db()  # the renewal may have ended since the row was read
            raise VaultError("keys: older than the newest that this server has seen")
        current = with_floor(ring)
    except Member.DoesNotExist:
        raise VaultError("member: gone") from None
    except VaultError:
        current = with_newer_epochs(ring, member)
        check_member(current, member)
    if current is not ring:
        store_newer_box(member, current)
    return current


def _later(request: HttpRequest) -> HttpResponse:
    """For two rotations during one request."""
    fields = carried(request) if request.method == "POST" else ()
    return errors.page(
        request,
        503,
        _("Please send it again"),
        _("The keys of the network are being renewed at this moment. Nothing you wrote is lost."),
        fields,
    )
