"""Signing in: from what was typed to an opened key ring, and from that to a session.

A wrong passphrase and a pseudonym nobody has are one case, not two made alike: each gives a handle
that is in no row, after one Argon2id run and one look into one index.

Whichever form opened an account, `begin` hands it to allauth, which goes through the login stages
(`login_stages`) and then starts the session (`adapter`). There is no other way in.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, NamedTuple, cast

from allauth.account.utils import perform_login
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from safety_app.accounts import roles
from safety_app.accounts.budgets import SIGN_IN
from safety_app.accounts.keys import contexts, credentials
from safety_app.accounts.keys.desk_keys import desk_of
from safety_app.accounts.keys.keyring import (
    KeyRing,
    is_newest,
    lock_epoch,
    open_epochs,
    remember,
    require_current_epoch,
)
from safety_app.accounts.keys.row_auth import check_member, member_mac
from safety_app.accounts.member_request import set_ring
from safety_app.accounts.models import Member
from safety_app.locales.dates import month_of, today
from safety_app.privacy import budgets
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import boxes, network
from safety_app.vault.errors import VaultError
from safety_app.vault.passphrase import fold_pseudonym


class UnknownAccount(Exception):
    """Pseudonym and passphrase, or the recovery code, open nothing here. One answer for all."""


class OpenedAccount(NamedTuple):
    """An account whose keys are open and whose owner is not signed in yet."""

    member: Member
    ring: KeyRing
    pin: str = ""


def attach(opened: OpenedAccount) -> Member:
    """The member's row with its keys beside it, for as long as this request takes.

    allauth hands a user from step to step and nothing else; so the keys travel on it.
    """
    cast(Any, opened.member).opened = opened
    return opened.member


def attached(member: object) -> OpenedAccount | None:
    """What `attach` put there; None for a row that comes straight from the database."""
    return cast(OpenedAccount | None, getattr(member, "opened", None))


def detach(member: object) -> None:
    """Take it away again: what follows in this request finds keys in the session only."""
    vars(member).pop("opened", None)


def begin_sign_in(request: HttpRequest, opened: OpenedAccount) -> HttpResponse:
    """Hand an opened account to allauth: its stages, then the session.

    The answer is a redirect: to where she begins when she is in, to the second step when one is
    asked for, to the sign-in page when a stage refused.
    """
    return cast(HttpResponse, perform_login(request, cast(Any, attach(opened))))


def open_account(pseudonym: str, passphrase: str) -> tuple[Member, KeyRing]:
    """The account that pseudonym and passphrase open, with its keys; slowed down after many tries.

    Raises NotKnown and VaultBusy.
    """
    slow_down(pseudonym)
    return find_account(pseudonym, passphrase)


def find_account(pseudonym: str, passphrase: str) -> tuple[Member, KeyRing]:
    """The same without counting tries.

    Raises NotKnown, also for a row that someone tampered with, and VaultBusy.
    """
    keys = credentials.stretch(pseudonym, passphrase)
    member = Member.objects.select_related("organisation").filter(handle=keys.handle).first()
    if member is None or not network.equal(bytes(member.verifier), keys.verifier):
        raise UnknownAccount
    try:
        seed = boxes.open_box(keys.kek, bytes(member.seed_box), contexts.seed_box(member.pk))
        return member, open_ring(member, seed, pseudonym)
    except VaultError as failure:
        raise UnknownAccount from failure


def open_ring(member: Member, seed: bytes, pseudonym: str) -> KeyRing:
    """The keys of a member whose seed is open; no network key yet for someone who waits.

    Raises VaultError for a tampered or ended row.
    """
    ring = KeyRing(seed=seed, pseudonym=pseudonym, epochs=open_epochs(seed, member))
    check_member(ring, member)
    # Her own key vouches for a row without network key, so the rest of it has to go with that.
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


def slow_down(pseudonym: str) -> None:
    """Wait when this pseudonym was tried often. Refusing would let anyone lock her out."""
    budgets.slow_down(SIGN_IN, fold_pseudonym(pseudonym).encode("utf-8", "replace"))


def activate_approved(member_id: int, ring: KeyRing) -> tuple[Member, KeyRing]:
    """Someone whose application was approved takes the network key over and is in.

    From here on her row is like any other: the key under her own, her pseudonym sealed to a desk
    that she knows to be genuine. Raises VaultError when the row was tampered with or has gone.
    """
    with transaction.atomic():
        lock_epoch()
        members = Member.objects.select_for_update(of=("self",)).select_related("organisation")
        member = members.filter(pk=member_id).first()
        if member is None:
            raise VaultError("member: gone")
        ring = open_ring(member, ring.seed, ring.pseudonym)
        if member.state != "approved":
            return member, ring
        require_current_epoch(ring)
        credentials.store_network_key(member, ring)
        with suppress(VaultError):  # of a desk that is not genuine: the moderator's seal stays
            credentials.seal_pseudonym(member, ring, desk_of(ring, member.organisation_id))
        member.state = "active"
        member.row_mac = member_mac(ring.row_key, member)
        member.save()
    checkpoint_wal()
    return member, ring


def renew_account(member: Member, ring: KeyRing) -> None:
    """Keep the account for another year, and take over a newer network key.

    Writes at most once a month, and when there is a newer key. A rotation that comes in between
    is left for the next sign-in: the key it sealed must not be written over.
    """
    month = month_of(today())
    changed = []
    if member.renewed < month:
        member.renewed = month
        changed.append("renewed")
    if not changed and ring.current <= member.epoch:
        return
    with transaction.atomic():
        if ring.current > member.epoch and is_newest(ring):
            credentials.store_network_key(member, ring)
            changed += ["epoch", "network_box", "network_seal"]
        if changed:
            member.save(update_fields=changed)
    if changed:
        # Her row must not stand in the journal beside what she posts next; nor an older key.
        checkpoint_wal()


def start_session(request: HttpRequest, opened: OpenedAccount) -> None:
    """Start the session: new session key, new CSRF token, the ring sealed inside.

    Only allauth's adapter calls it, after the last stage.
    """
    member, ring, pin = opened
    request.session.flush()
    if member.state == "approved":
        member, ring = activate_approved(member.pk, ring)
    renew_account(member, ring)
    login(request, cast(Any, member))
    remember(request.session, ring)
    if pin:
        cast(Any, request.session).set_pin(pin)
    set_ring(request, ring)
