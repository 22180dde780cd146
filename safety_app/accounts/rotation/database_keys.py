"""The network keys in the database, as far as one can tell without opening any: for operators.

Where this server does not remember them, it takes an operator's word. She compares number and words
with what a moderator read on "The network's key", or with the last output of `manage.py status`;
everything else here could come from whoever changed the database.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from safety_app.accounts.keys import epoch_pin, verifying_keys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Desk, Epoch, Organisation, VerifyingKey, WitnessList
from safety_app.vault import codes, network, signatures
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from safety_app.vault.witnesses import CODE, Signers

WORDS = 6


class Unclear(Exception):
    """The database does not say which keys are its newest."""


@dataclass(frozen=True)
class DatabaseKeys:
    """The newest keys of the database, as far as one can tell without opening any.

    `witnesses` are names of organisations, and their recovery codes; `is_bound` is whether a later
    version than 0.2.0 made the network key, as far as the operator knows.
    """

    epoch: Epoch
    signers: Signers
    witnesses: list[str]
    is_bound: bool

    @property
    def has_signature(self) -> bool:
        """Whether there is a moderator's signature of the network key. Of one that was made up to
        0.2.0 it is not checked before that key is open.
        """
        if not self.is_bound:
            return bool(self.epoch.signature)
        return verifying_keys.is_signed_as_stated(self.signers.verifying_key, self.epoch)

    @property
    def words(self) -> str:
        """Six words to compare."""
        commitment = epoch_pin.stated_commitment(self.epoch) if self.is_bound else b""
        return spoken_keys(self.epoch.number, commitment, self.epoch.floor, self.signers)

    def trust(self, *, is_signed: bool) -> None:
        """Pin them. A network key that `is_signed` opens only with that signature.

        Raises OSError.
        """
        is_single = Organisation.objects.count() == 1
        epoch_pin.trust(
            self.epoch,
            self.signers,
            is_signed=is_signed,
            is_single=is_single,
            is_bound=self.is_bound,
        )


def spoken_keys(number: int, commitment: bytes, floor: int, signers: Signers) -> str:
    """Six words (113.8 bits) for the network key, by its number and commitment (32 bytes; empty for
    one made with 0.2.0), the oldest that is still open, the network's verifying key and its
    witnesses.
    """
    of_key = (number, commitment, floor)
    statement = make_context("network keys", *of_key, signers.verifying_key, signers.witnesses)
    return codes.spoken(hashlib.sha256(statement).digest(), WORDS)


def words_of(ring: KeyRing) -> str:
    """What a moderator reads. They change when the last note has moved to the newest key."""
    number = ring.current
    is_bound = number >= epoch_pin.bound_from()
    commitment = network.commitment(ring.network_key) if is_bound else b""
    return spoken_keys(number, commitment, ring.floor, ring.signers)


@dataclass(frozen=True)
class EpochRows:
    """The row of the newest network key that this server knows, or that a moderator signed as she
    signs what this server knows; and how many rows stand for a key and are none of these.
    """

    newest: Epoch | None
    made_up: int


def epoch_rows() -> EpochRows:
    """Raises PinUnreadable. One row for each network key there ever was."""
    seen, rows = epoch_pin.newest_number(), _newest_first()
    try:
        key = verifying_keys.pinned_key()
    except VaultError:
        key = b""
    true = [
        one for one in rows if one.number <= seen or verifying_keys.is_signed_as_stated(key, one)
    ]
    return EpochRows(true[0] if true else None, Epoch.objects.count() - len(true))


def _newest_first() -> list[Epoch]:
    """All with a number that a key can have."""
    return [one for one in Epoch.objects.order_by("-number") if one.number > 0]


def database_keys(number: int | None = None, *, is_bound: bool = True) -> DatabaseKeys:
    """What an operator would vouch for, with the newest network key or the one of this number;
    `is_bound` is whether a later version than 0.2.0 made it.

    Raises Unclear.
    """
    rows = _newest_first()
    if not rows:
        raise Unclear("There is no network here yet.")
    epoch = next((one for one in rows if number in (None, one.number)), None)
    if epoch is None:
        raise Unclear("The database has no network key of that number.")
    signers = _signers()
    try:
        listed = verifying_keys.witnesses_of(signers.witnesses)
    except VaultError:
        raise Unclear("The list of witnesses is not in the database.") from None
    names = dict(Organisation.objects.values_list("pk", "name"))
    codes_of = {CODE: ", its moderation recovery code"}
    witnesses = [
        names.get(one.organisation, "an organisation that is gone") + codes_of.get(one.kind, "")
        for one in listed
    ]
    return DatabaseKeys(epoch, signers, witnesses, is_bound)


def _own_key(desk: Desk) -> bytes:
    """The verifying key (32 bytes) that signed a moderation desk's own row; empty for none."""
    try:
        return verifying_keys.check_desk_certificate(
            signatures.certified_key(bytes(desk.certificate)), desk
        )
    except VaultError:
        return b""


def _signers() -> Signers:
    """Those of the moderation desk, with the witnesses that its predecessor signed."""
    keys = {_own_key(desk) for desk in Desk.objects.filter(organisation=None)} - {b""}
    if len(keys) != 1:
        raise Unclear("The moderation desk is not in the database, or there are several.")
    key = keys.pop()
    found = {bytes(row.witnesses) for row in VerifyingKey.objects.filter(key=key)}
    if not VerifyingKey.objects.exists():  # the keys of the founding
        found = {bytes(row.digest) for row in WitnessList.objects.all()}
    if len(found) != 1:
        raise Unclear("The database has no list of witnesses for the moderators' key, or several.")
    return Signers(key, found.pop())
