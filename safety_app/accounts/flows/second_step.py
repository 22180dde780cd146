"""Changing the second sign-in step, and passing it while a sign-in waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from allauth.account.internal.stagekit import clear_login
from django.db import transaction
from django.http import HttpRequest

from safety_app.accounts.budgets import SECOND_STEP, SECOND_STEP_TRIES
from safety_app.accounts.flows.login_stages import SecondStepStage, reopen, site_of
from safety_app.accounts.flows.sign_in import UnknownAccount, attach
from safety_app.accounts.keys import second_step
from safety_app.accounts.keys.keyring import KeyRing, lock_epoch, own_account
from safety_app.accounts.keys.row_auth import check_member
from safety_app.accounts.keys.second_step import SecondStep, SecurityKey
from safety_app.accounts.models import Member
from safety_app.privacy.budgets import BudgetSpent, spend
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import security_keys
from safety_app.vault.errors import VaultError

StepCheck = Callable[[KeyRing, Member], bool]


class TooManyKeys(Exception):
    """The account has the maximum number of security keys."""


class WrongCode(Exception):
    """Not the current code of the app that is being set up."""


def passes(request: HttpRequest, stage: SecondStepStage, fits: StepCheck) -> bool:
    """Whether what was typed or signed is right, for the pending sign-in.

    The fifth wrong answer ends the sign-in, as does an account that was deleted or changed
    meanwhile: both raise UnknownAccount.
    """
    waited = stage.state
    try:
        tries_left = spend(SECOND_STEP_TRIES, waited["attempt"])
        has_passed = _check_step(stage, fits)
    except (VaultError, BudgetSpent) as failure:
        abandon_sign_in(request)
        raise UnknownAccount from failure
    if not has_passed and not tries_left:
        abandon_sign_in(request)
        raise UnknownAccount
    return has_passed


def passes_with_code(request: HttpRequest, stage: SecondStepStage, typed: str) -> bool:
    """`passes` for an app's code or a paper code, which is used up.

    Raises BudgetSpent after many codes of the app for one account: six digits can be guessed.
    Codes on paper and keys cannot, so whoever knows the passphrase and spends that budget does
    not lock out its owner.
    """
    user = cast(Member | None, stage.login.user)
    if second_step.looks_like_app(typed):
        spend(SECOND_STEP, user.pk if user is not None else 0)
    return passes(request, stage, lambda ring, member: second_step.accept_code(ring, member, typed))


def passes_with_key(request: HttpRequest, stage: SecondStepStage, answer: str) -> bool:
    """`passes` for a browser's answer from a security key."""

    def fits(ring: KeyRing, member: Member) -> bool:
        credentials = second_step.open_settings(ring, member).credentials
        try:
            site = site_of(request)
            security_keys.check(site, stage.state.get("challenge", {}), credentials, answer)
        except VaultError:
            return False
        return True

    return passes(request, stage, fits)


def _check_step(stage: SecondStepStage, fits: StepCheck) -> bool:
    """Check within a transaction that locks the row, so that a paper code works for only one of
    two simultaneous sign-ins. Of right answers to one sign-in, only the first counts, however many
    arrive at once. Raises VaultError (see `reopen`).
    """
    user = cast(Member | None, stage.login.user)
    with transaction.atomic():
        lock_epoch()
        members = Member.objects.select_for_update(of=("self",)).select_related("organisation")
        opened = reopen(members.filter(pk=user.pk if user is not None else 0).first(), stage.state)
        before = bytes(opened.member.second_factor_box)
        has_passed = fits(opened.ring, opened.member) and second_step.use_up_attempt(
            stage.state["attempt"]
        )
    if bytes(opened.member.second_factor_box) != before:
        checkpoint_wal()  # a used paper code must not remain in the write-ahead log beside its row
    if has_passed:
        cast(Any, stage.login).user = attach(opened)
    return has_passed


def abandon_sign_in(request: HttpRequest) -> None:
    """Give up a pending sign-in, leaving nothing of it behind."""
    clear_login(request)
    request.session.flush()


def accept_code(ring: KeyRing, member: Member, typed: str) -> bool:
    """Whether a code is right for someone who is signed in.

    Raises BudgetSpent as at sign-in, EpochMoved, and VaultError for a row that is gone or not
    authentic.
    """
    if second_step.looks_like_app(typed):
        spend(SECOND_STEP, member.pk)
    with own_account(ring):
        row = _lock_authentic(ring, member)
        return second_step.accept_code(ring, row, typed)


def is_code_of_app(member: Member, secret: bytes, typed: str) -> bool:
    """Whether it is the app's current code, used before or not. Raises BudgetSpent."""
    spend(SECOND_STEP, member.pk)
    return second_step.is_code_of_app(secret, typed)


def switch_on(ring: KeyRing, member: Member, secret: bytes, typed: str) -> tuple[str, ...]:
    """Require a second step from now on, given a code of the app. Returns the paper codes.

    If the same app was confirmed a moment ago, by the first of two taps, its codes stay and are
    returned again. Raises WrongCode and BudgetSpent.
    """
    spend(SECOND_STEP, member.pk)

    def with_app(step: SecondStep) -> SecondStep:
        if step.secret == secret and second_step.is_code_of_app(secret, typed):
            return step
        if not second_step.matches_app(secret, typed):
            raise WrongCode
        return SecondStep(secret, second_step.new_paper_codes())

    return _change_settings(ring, member, with_app).paper


def switch_off(ring: KeyRing, member: Member) -> None:
    """Require no second step, and forget the security keys."""
    _change_settings(ring, member, lambda _step: SecondStep())


def add_key(ring: KeyRing, member: Member, key: SecurityKey) -> None:
    """Add a security key. Raises TooManyKeys, and VaultError without an app."""

    def with_key(step: SecondStep) -> SecondStep:
        if not step.is_on:
            raise VaultError("second step: a key is never the only one")
        if len(step.keys) >= second_step.MAX_KEYS:
            raise TooManyKeys
        return replace(step, keys=(*step.keys, key))

    _change_settings(ring, member, with_key)


def remove_key(ring: KeyRing, member: Member, number: str) -> None:
    """Remove a security key, if it is there."""
    _change_settings(
        ring,
        member,
        lambda step: replace(step, keys=tuple(key for key in step.keys if key.number != number)),
    )


def _change_settings(
    ring: KeyRing, member: Member, change: Callable[[SecondStep], SecondStep]
) -> SecondStep:
    """Seal changed settings into the row as it is now, and return them.

    Raises EpochMoved, and VaultError when it was deleted or is not authentic.
    """
    with own_account(ring):
        row = _lock_authentic(ring, member)
        changed = change(second_step.open_settings(ring, row))
        second_step.store_settings(ring, row, changed)
        row.save(update_fields=second_step.SAVED)
    checkpoint_wal()
    member.second_factor_box, member.row_mac = row.second_factor_box, row.row_mac
    return changed


def _lock_authentic(ring: KeyRing, member: Member) -> Member:
    row = Member.objects.select_for_update(of=("self",)).filter(pk=member.pk).first()
    if row is None:
        raise VaultError("member: gone")
    check_member(ring, row)
    return row
