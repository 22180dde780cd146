"""New keys for the desks, under the same network key."""

from __future__ import annotations

from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import Member
from safety_app.accounts.rotation import desk_rotation


def renew_own_desk(ring: KeyRing, moderator: Member, code_seed: bytes = b"") -> str:
    """What `flows.revoke.renew_desk` does of the desks alone. Returns the new recovery code."""
    with moderator_decision(moderator, ring) as current:
        code = desk_rotation.renew_desk_keys(ring, current, code_seed=code_seed)
    desk_rotation.reencrypt_soon(ring, moderator)
    return code
