"""Signing in: from what was typed to an open key ring, and from that to a session.

A wrong passphrase and an unknown pseudonym are the same case, not two made to look alike: each
yields a handle that is in no row, after one Argon2id run and one index lookup.

Whichever form opens an account, `begin_sign_in` hands it to allauth, which runs the login stages
(`login_stages`) and then starts the session (`adapter`). There is no other way in.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from allauth.account.utils import perform_login
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from safety_app.accounts import roles
from safety_app.accounts.budgets import SIGN_IN
from safety_app.accounts.flows import messages
from safety_app.accounts.keys import (
    application_seals,
    arrival_words,
    credentials,
    personal_settings,
)
from safety_app.accounts.keys.epochs import LeftOut, known_floor, open_epochs, state_floor
from safety_app.accounts.keys.keyring import (
    KeyRing,
    is_newest,
    lock_epoch,
    remember,
    require_current_epoch,
)
from safety_app.accounts.keys.row_auth import check_member, sign_member
from safety_app.accounts.member_request import set_ring, usable_ring
from safety_app.accounts.models import Member
from safety_app.accounts.rotation import absence, reencrypt
from safety_app.locales.dates import month_of, today
from safety_app.privacy import budgets
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import network, seals
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from safety_app.vault.member_secret import MemberSecret
from safety_app.vault.passphrase import fold_pseudonym


class UnknownAccount(Exception):
    """Pseudonym and passphrase, or the recovery code, open nothing: one answer for all."""


class DamagedAccount(UnknownAccount):
    """The passphrase is right, and somebody without the key changed the account's row."""


class AbsentAccount(UnknownAccount):
    """The passphrase is right, but the account was not used for so long that it got no new keys."""


class OpenedAccount(NamedTuple):
    """An account whose keys are open and whose owner is not signed in yet."""

    member: Member
    ring: KeyRing
    pin: str = ""


def attach(opened: OpenedAccount) -> Member:
    """Put the open keys on the member's row, for as long as this request takes.

    allauth passes nothing but the user from step to step, so the keys travel on it.
    """
    cast(Any, opened.member).opened = opened
    return opened.member


def attached(member: object) -> OpenedAccount | None:
    """What `attach` put there; None for a row that comes straight from the database."""
    return cast(OpenedAccount | None, getattr(member, "opened", None))


def detach(member: object) -> None:
    """Remove it again: the rest of this request finds keys only in the session."""
    vars(member).pop("opened", None)


def begin_sign_in(request: HttpRequest, opened: OpenedAccount) -> HttpResponse:
    """Hand an opened account to allauth: its stages, then the session.

    Returns a redirect: to the start page when signed in, to the second step when one is
    required, to the sign-in page when a stage refused.
    """
    return cast(HttpResponse, perform_login(request, cast(Any, attach(opened))))


def open_account(pseudonym: str, passphrase: str) -> tuple[Member, KeyRing]:
    """The account that pseudonym and passphrase open, with its keys; delayed after many wrong
    tries.

    Raises UnknownAccount and VaultBusy.
    """
    counted = slow_down(pseudonym)
    opened = find_account(pseudonym, passphrase)
    budgets.give_back(counted)
    return opened


def find_account(pseudonym: str, passphrase: str) -> tuple[Member, KeyRing]:
    """`open_account` without counting tries.

    Raises UnknownAccount, DamagedAccount for a row that was tampered with, AbsentAccount, and
    VaultBusy.
    """
    keys = credentials.stretch(pseudonym, passphrase)
    member = Member.objects.select_related("organisation").filter(handle=keys.handle).first()
    if member is None or not network.equal(bytes(member.verifier), keys.verifier):
        raise UnknownAccount
    try:
        return member, open_ring(member, credentials.open_with_passphrase(member, keys), pseudonym)
    except VaultError as failure:
        raise _why_closed(member, failure) from failure


def _why_closed(member: Member, failure: VaultError) -> UnknownAccount:
    """What to say of an account whose passphrase is right and whose keys do not open."""
    if not member.is_active:
        return UnknownAccount()
    is_late = today() > absence.last_day_of_new_keys(member.renewed)
    return AbsentAccount() if is_late and isinstance(failure, LeftOut) else DamagedAccount()


def open_ring(member: Member, secret: MemberSecret, pseudonym: str) -> KeyRing:
    """The keys of a member whose secret is open; without a network key for applicants.

    Raises VaultError for a tampered or expired row, and for one whose secret is not this one: an
    older seed box or recovery seal, put back, opens nothing.
    """
    if seals.public_key(secret.seed) != bytes(member.public_key):
        raise VaultError("member: another key pair's secret")
    opened = open_epochs(secret.seed, member)
    ring = KeyRing(secret.seed, pseudonym, opened.keys, opened.floor, secret.older_roots)
    ring = ring.with_signers(opened.signers)
    check_member(ring, member)
    holds_key = {
        "active": roles.holds_network_key(member.roles),
        "approved": True,
        "waiting": False,
    }.get(member.state)
    if holds_key != bool(ring.epochs) or not member.is_active:
        raise VaultError("member: not active")
    if member.state == "waiting" and member.roles != "member":
        raise VaultError("member: waits with roles")
    return ring


def slow_down(pseudonym: str) -> budgets.Try:
    """Delay after many tries for this pseudonym. Refusing would let anyone lock its owner out.

    Returns the counted try. A right passphrase gives it back (`budgets.give_back`): otherwise a
    stranger's delay would begin earlier for a pseudonym whose owner has just signed in, and tell
    that it exists. It is counted first and given back afterwards, never only looked at: guesses
    that arrive at the same time would all find the budget unspent.
    """
    return budgets.slow_down(SIGN_IN, fold_pseudonym(pseudonym).encode("utf-8", "replace"))


def count_guess(pseudonym: str, passphrase: str) -> None:
    """Delay whoever sets a passphrase of her own beside a pseudonym, as a sign-in with it would.

    The answer tells whether somebody has both. What was made here is no guess: a form takes only
    what it offered. Nothing is given back, as each answer says something.
    """
    if not isinstance(passphrase, MadePassphrase):
        slow_down(pseudonym)


def activate_approved(member_id: int, ring: KeyRing) -> tuple[Member, KeyRing]:
    """Activate the account of an approved applicant who may come in. Returns the row and the ring
    with network keys.

    From here on the row is like any other: the network key under the member's own key, the
    pseudonym sealed to an authenticated desk. Before the four words are typed, and while the desk
    is not the one she applied to, it stays approved. Raises VaultError when the row was tampered
    with or deleted.
    """
    with transaction.atomic():
        lock_epoch()
        members = Member.objects.select_for_update(of=("self",)).select_related("organisation")
        member = members.filter(pk=member_id).first()
        if member is None:
            raise VaultError("member: gone")
        ring = open_ring(member, ring.secret, ring.pseudonym)
        if not may_come_in(member, ring):
            return member, ring
        require_current_epoch(ring)
        activate(member, ring)
        member.save()
    checkpoint_wal()
    return member, ring


def may_come_in(member: Member, ring: KeyRing) -> bool:
    """Whether an approved applicant has typed the four words, and the desk is the one she knows."""
    if member.state != "approved" or not arrival_words.are_typed(ring, member):
        return False
    try:
        arrival_words.check_arrival(ring, member)
    except VaultError:
        return False
    return True


def activate(member: Member, ring: KeyRing) -> None:
    """Make the row of an applicant who may come in like any other's, and forget what only an
    applicant needs. Does not save the row; the caller locked it. Raises VaultError.
    """
    desk = arrival_words.check_arrival(ring, member)
    messages.keep_letters(ring)
    credentials.store_network_key(member, ring)
    credentials.seal_pseudonym(member, ring, desk)
    member.state = "active"
    sign_member(ring, member)
    personal_settings.change(
        ring, member.pk, lambda kept: application_seals.forget_note(arrival_words.forget(kept))
    )


def renew_account(member: Member, ring: KeyRing) -> None:
    """Keep the account for another year, and store a newer network key or a higher floor.

    Writes at most once a month, and when there is a newer key or floor.
    """
    month = month_of(today())
    if member.renewed < month:
        member.renewed = month
        member.save(update_fields=["renewed"])
        checkpoint_wal()  # the log must not show this row beside the alert written next
    if ring.epochs:
        store_newer_box(member, ring)
        state_floor(ring, known_floor(ring))


def store_newer_box(member: Member, ring: KeyRing) -> None:
    """Store the ring's network key and floor, if the row's box is behind.

    If another rotation intervenes, its key is left for the next sign-in: the seal it wrote must
    not be overwritten.
    """
    if member.state == "approved" or not credentials.is_box_behind(member, ring):
        return
    with transaction.atomic():
        # Under an old seed nothing is written beside a new one, which would never open it.
        has_seed = Member.objects.filter(pk=member.pk, public_key=seals.public_key(ring.seed))
        if not is_newest(ring) or not has_seed.exists():
            return
        credentials.store_network_key(member, ring)
        member.save(update_fields=["epoch", "network_box", "network_seal"])
        reencrypt.erase_unneeded(ring)
    # The log must not show this row beside the alert written next, nor keep an older key.
    checkpoint_wal()


def start_session(request: HttpRequest, opened: OpenedAccount) -> None:
    """Start the session: new session key, new CSRF token, the ring sealed inside.

    Only allauth's adapter calls it, after the last stage.
    """
    member, ring, pin = opened
    request.session.flush()
    if member.state == "approved":
        member, ring = activate_approved(member.pk, ring)
    if member.state != "approved":
        renew_account(member, ring)
    login(request, cast(Any, member))
    remember(request.session, ring)
    if pin:
        cast(Any, request.session).set_pin(pin)
    set_ring(request, usable_ring(member, ring))
