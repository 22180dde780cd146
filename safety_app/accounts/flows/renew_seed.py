"""A new seed for an account, and everything that lay under the old one.

An old copy of the disk and the passphrase of that day give the seed of that day. It must open
nothing that is sealed to its owner later. So a new passphrase, a new recovery code and a recovery
each draw a new seed, and what is kept under the old one is opened and locked again in the same
transaction. Apps that keep something under a member's own key register what to do about it.

Alerts, confirmations and texts carry tags and lead to nobody, so they stay as they are: the old
tag root comes along inside the secret (`vault.member_secret`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from safety_app.accounts.flows import applications, messages
from safety_app.accounts.keys import credentials, desk_keys, personal_settings, second_step
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.row_auth import check_member, sign_member
from safety_app.accounts.keys.second_step import SecondStep
from safety_app.accounts.models import Member
from safety_app.registry import Registry
from safety_app.vault import seals
from safety_app.vault.errors import VaultError

# Takes the ring with the old seed and the one with the new; locks again what an app keeps.
reseal_actions: Registry[Callable[[KeyRing, KeyRing], None]] = Registry()


def renew_seed(member: Member, ring: KeyRing, step: SecondStep, pseudonym: str = "") -> KeyRing:
    """Give an account a new seed. Returns its ring from now on. Does not save the member's row.

    Call it with the row locked, in a transaction that began with `current_epoch` or `lock_epoch`.
    Afterwards seal the new secret (`credentials.seal_secret`) and set a new stamp, which ends the
    other sessions: they hold the old seed. `step` are the second step's settings from now on,
    `pseudonym` the new one if it changes. Raises VaultError for a row that is not authentic, and
    when the ring's seed is not the account's any more.
    """
    check_member(ring, member)
    if seals.public_key(ring.seed) != bytes(member.public_key):
        raise VaultError("member: has a newer seed")
    secret = ring.secret.successor()
    renewed = replace(ring.with_secret(secret), pseudonym=pseudonym or ring.pseudonym)
    member.public_key = seals.public_key(secret.seed)
    if member.state == "approved":
        credentials.store_welcome_box(member, renewed)
    elif renewed.epochs:
        credentials.store_network_key(member, renewed)
    else:
        known = credentials.kept_fingerprint(member, ring)
        credentials.store_desk_fingerprint(member, renewed, known)
    desk_keys.reseal_own_seals(member, ring)
    personal_settings.reseal(ring, renewed, member.pk)
    messages.reseal_messages(ring, renewed, member)
    applications.reseal_application(ring, renewed, member)
    for reseal in reseal_actions:
        reseal(ring, renewed)
    second_step.store_settings(renewed, member, step)
    sign_member(renewed, member)
    return renewed
