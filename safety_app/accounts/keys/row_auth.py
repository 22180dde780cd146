"""Rows that receive seals or carry roles are authenticated under the network key.

Whoever can write to the database cannot add a person, swap a key or raise a role: nothing is
sealed to a row that fails, and a session whose own row fails ends.
"""

from collections.abc import Callable
from functools import partial

from django.contrib.auth import get_user, logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from safety_app.accounts.keys.keyring import (
    EpochMoved,
    KeyRing,
    caught_up,
    recall,
    remember,
    without_done,
)
from safety_app.accounts.models import Desk, Invitation, Member
from safety_app.accounts.rotation import reencrypt
from safety_app.privacy import errors
from safety_app.privacy.after_response import after
from safety_app.privacy.form_replay import carried
from safety_app.vault import network
from safety_app.vault.errors import VaultError


def member_mac(row_key: bytes, member: Member) -> bytes:
    """The MAC (32 bytes) a member's row must carry."""
    stay = member.stay_until.isoformat() if member.stay_until else ""
    return network.row_mac(
        row_key,
        "member",
        member.pk,
        bytes(member.public_key),
        member.organisation_id,
        member.roles,
        f"{member.state} {stay}",
    )


def invitation_mac(row_key: bytes, invitation: Invitation) -> bytes:
    """The MAC (32 bytes) an invitation's row must carry."""
    kind = "guest" if invitation.guest else "open"
    state = kind if invitation.state == "open" else invitation.state
    return network.row_mac(
        row_key,
        "invitation",
        invitation.pk,
        bytes(invitation.public_key),
        invitation.organisation_id,
        invitation.roles,
        f"{state} {invitation.expires.isoformat()}",
    )


def desk_mac(row_key: bytes, desk: Desk) -> bytes:
    """The MAC (32 bytes) a desk's row must carry."""
    return network.row_mac(
        row_key, "desk", desk.pk, bytes(desk.public_key), desk.organisation_id or 0, "", ""
    )


def check_member(ring: KeyRing, member: Member) -> None:
    """Raises VaultError unless the row was made by someone who holds the network key.

    For an account without a network key: unless its owner made the row (see `KeyRing.row_key`).
    """
    _check(member_mac(ring.row_key, member), member.row_mac, "member")


def check_invitation(row_key: bytes, invitation: Invitation) -> None:
    """Raises VaultError unless someone who holds the network key made it.

    An invitation that brings no network key is vouched for under a key from its code, which the
    moderator who made it knew; so whoever uses it can check it all the same.
    """
    _check(invitation_mac(row_key, invitation), invitation.row_mac, "invitation")


def check_desk(ring: KeyRing, desk: Desk) -> None:
    """Raises VaultError unless someone who holds the network key made it."""
    _check(desk_mac(ring.row_key, desk), desk.row_mac, "desk")


def _check(wanted: bytes, found: bytes | memoryview, kind: str) -> None:
    # Both are MACs of fixed size; `found` comes from the row, `wanted` from the key.
    if not network.equal(wanted, bytes(found)):
        raise VaultError(f"row: this {kind} was not made by a member of the network")


class TrustedRow:
    """Middleware: give the request its `ring`, and end a session whose own row was tampered with.

    Costs one HMAC for a signed-in request and nothing for others. A rotation changes every row's
    MAC: a row that fails is read again with the newer key, when one came. While the session holds
    several keys, one more query finds those that are done with.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _trust(request)
        response = self.get_response(request)
        if _is_to_be_started_again(response):
            request.user = get_user(request)
            _trust(request)
            response = self.get_response(request)
        if _is_to_be_started_again(response):
            response = _later(request)
        ring: KeyRing | None = request.ring  # type: ignore[attr-defined]
        if ring is not None and len(ring.epochs) > 1:
            after(response, partial(reencrypt.go_on, ring))
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The network key was renewed meanwhile: nothing was written, and it starts again."""
        if not isinstance(error, EpochMoved):
            return None
        response = HttpResponse(status=503)
        response.starts_again = True  # type: ignore[attr-defined]
        return response


def trusted_row(get_response: Callable[[HttpRequest], HttpResponse]) -> TrustedRow:
    """The middleware, under the name that settings use."""
    return TrustedRow(get_response)


def _trust(request: HttpRequest) -> None:
    ring = recall(request.session)
    if ring is not None and request.user.is_authenticated:
        try:
            current = _checked(ring, request.user)
        except VaultError:
            logout(request)
            current = None
        if current is not None and current is not ring:
            remember(request.session, current)
        ring = current
    request.ring = ring if request.user.is_authenticated else None  # type: ignore[attr-defined]


def _checked(ring: KeyRing, member: Member) -> KeyRing:
    """The ring as it is now, for her own authentic row. Raises VaultError."""
    try:
        check_member(ring, member)
    except VaultError:
        ring = caught_up(ring, member)
        check_member(ring, member)
        return ring
    return without_done(ring)


def _is_to_be_started_again(response: HttpResponse) -> bool:
    return getattr(response, "starts_again", False)


def _later(request: HttpRequest) -> HttpResponse:
    """Twice in one request: the keys are being renewed again and again."""
    fields = carried(request) if request.method == "POST" else ()
    return errors.page(
        request,
        503,
        _("Please send it once more"),
        _("The keys of the network are being renewed at this moment. Nothing you wrote is lost."),
        fields,
    )
