"""The passphrase once more: a phone that is taken while someone is signed in must not be enough to
take the account with it. allauth remembers in the sealed session that it was typed."""

from __future__ import annotations

from safety_app.accounts.flows import sign_in
from safety_app.accounts.keys import credentials
from safety_app.accounts.models import Member
from safety_app.vault import network


def credentials_match(member: Member, pseudonym: str, passphrase: str) -> bool:
    """Whether these open this very account. One Argon2id run; slowed down after many tries.

    Raises VaultBusy.
    """
    sign_in.slow_down(pseudonym)
    keys = credentials.stretch(pseudonym, passphrase)
    return network.equal(keys.handle, bytes(member.handle))
