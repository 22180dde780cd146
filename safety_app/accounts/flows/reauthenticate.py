"""Entering the passphrase again, so that whoever takes an unlocked phone cannot take over the
account. allauth records in the sealed session that it was entered.
"""

from __future__ import annotations

from safety_app.accounts.flows import sign_in
from safety_app.accounts.keys import credentials
from safety_app.accounts.models import Member
from safety_app.privacy import budgets
from safety_app.vault import network


def credentials_match(member: Member, pseudonym: str, passphrase: str) -> bool:
    """Whether these open this very account. One Argon2id run, delayed after many wrong
    tries; a right one counts as none.

    Raises VaultBusy.
    """
    counted = sign_in.slow_down(pseudonym)
    keys = credentials.stretch(pseudonym, passphrase)
    is_right = network.equal(keys.handle, bytes(member.handle))
    if is_right:
        budgets.give_back(counted)
    return is_right
