"""Four words by which somebody who applied knows that nobody stands between her and her moderator.

She applies without a network key, so she cannot tell whether the desk she seals to is the
organisation's. Whoever can write to the database can put a key of their own there, read what she
sent, and let her into a network of their own making. The words are derived from her key and from
the desk that she sealed to. Her moderator derives them from the organisation's desk and reads them
out; she types them; only the same desk gives the same words. Until then she is not in. Her own page
never shows them, so that they cannot be copied from there.
"""

from __future__ import annotations

import hashlib

from safety_app.accounts.keys import credentials, personal_settings
from safety_app.accounts.keys.desk_keys import desk_of
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Desk, Member
from safety_app.vault import codes, seals
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from safety_app.vault.network import equal
from safety_app.vault.passphrase import fold_passphrase

COMPARISON_WORDS = 4
# In the applicant's settings, which are locked with her own seed: the desk's fingerprint as
# hexadecimal digits, and the words once she has typed them.
_KEPT_DESK, _TYPED_WORDS = "application desk", "application words"


def comparison_words(public_key: bytes, desk_fingerprint: bytes) -> str:
    """Four words (75.8 bits).

    `public_key` is the applicant's (1,216 bytes). `desk_fingerprint` (32 bytes) is, on the
    applicant's side, that of the desk the application was sealed to; on the moderator's side,
    that of their own desk. The words differ if the desk was swapped while the application was
    sent, even if it was put back afterwards.
    """
    context = make_context("application words", public_key, desk_fingerprint)
    return codes.spoken(hashlib.sha256(context).digest(), COMPARISON_WORDS)


def kept_desk(desk: Desk) -> personal_settings.Content:
    """What the settings of somebody who applies keep of the desk she seals to."""
    return {_KEPT_DESK: credentials.desk_fingerprint(desk).hex()}


def forget(content: personal_settings.Content) -> personal_settings.Content:
    """The settings without what only somebody who applied needs."""
    return {name: content[name] for name in content.keys() - {_KEPT_DESK, _TYPED_WORDS}}


def own_comparison_words(ring: KeyRing, member: Member) -> str:
    """The words of somebody who applied, with the desk as it was then. Raises VaultError."""
    return comparison_words(seals.public_key(ring.seed), _kept_fingerprint(ring, member))


def type_words(ring: KeyRing, member: Member, typed: str) -> bool:
    """Whether these are the words; if so, they are kept as typed. Raises VaultError."""
    words = own_comparison_words(ring, member)
    if not equal(
        fold_passphrase(typed).encode("utf-8", "replace"), fold_passphrase(words).encode()
    ):
        return False
    personal_settings.change(ring, member.pk, lambda kept: {**kept, _TYPED_WORDS: words})
    return True


def are_typed(ring: KeyRing, member: Member) -> bool:
    """Whether the words were typed, for the keys and the desk as she knows them now."""
    typed = personal_settings.read(ring, member.pk).get(_TYPED_WORDS, "")
    try:
        return bool(typed) and typed == own_comparison_words(ring, member)
    except VaultError:
        return False


def check_arrival(ring: KeyRing, member: Member) -> Desk:
    """The desk of somebody who was accepted, who may come in.

    Raises VaultError unless its row is authentic under the network key that arrives with her, and
    it is the desk she sealed to.
    """
    desk = desk_of(ring, member.organisation_id)
    credentials.check_desk_fingerprint(desk, _kept_fingerprint(ring, member))
    return desk


def _kept_fingerprint(ring: KeyRing, member: Member) -> bytes:
    if member.state == "waiting":
        return credentials.kept_fingerprint(member, ring)
    kept = personal_settings.read(ring, member.pk).get(_KEPT_DESK)
    if not isinstance(kept, str):
        raise VaultError("desk: no fingerprint is kept")
    try:
        return bytes.fromhex(kept)
    except ValueError:
        raise VaultError("desk: malformed fingerprint") from None
