"""A network made by hand, for tests that need no sign-in: one organisation, its desk, people."""

import datetime
import os
from dataclasses import dataclass

from safety_app.accounts.keys import epoch_pin, verifying_keys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.row_auth import desk_mac, member_mac
from safety_app.accounts.keys.verifying_keys import certify_desk
from safety_app.accounts.models import Desk, Member, Organisation
from safety_app.accounts.server_key import server_key
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes, network, seals, signatures
from safety_app.vault.witnesses import Signers


@dataclass
class Person:
    """Someone with keys and a row."""

    ring: KeyRing
    member: Member


@dataclass
class Ground:
    """An organisation, its desk's seed, the network key of epoch 1, and a seed that signs."""

    organisation: Organisation
    desk: Desk
    desk_seed: bytes
    key: bytes
    signer: bytes
    witnesses: bytes

    def person(self, pseudonym: str = "quiet heron", roles: str = "member") -> Person:
        """A new member of the organisation."""
        ring = KeyRing(
            seed=seals.new_seed(),
            pseudonym=pseudonym,
            epochs={1: self.key},
            floor=1,
            verifying_key=signatures.verifying_key(self.signer),
            witnesses=self.witnesses,
        )
        member = Member(
            handle=os.urandom(32),
            verifier=os.urandom(32),
            recovery_handle=os.urandom(32),
            organisation=self.organisation,
            roles=roles,
            public_key=seals.public_key(ring.seed),
            seed_seal=b"",
            recovery_seal=b"",
            epoch=1,
            pseudonym_seal=b"",
            second_factor_box=b"",
            stamp=os.urandom(16),
            renewed=datetime.date(2026, 1, 1),
        )
        member.row_mac = member_mac(ring.row_key, member)
        member.save()
        return Person(ring, member)


def ground() -> Ground:
    """Found the network."""
    key = boxes.new_key()
    seed, signer = seals.new_seed(), seals.new_seed()
    organisation = Organisation.objects.create(name=f"Org {os.urandom(4).hex()}")
    desk = Desk(id=random_id(), organisation=organisation, public_key=seals.public_key(seed))
    certify_desk(desk, signer, signatures.verifying_key(seed))
    desk.row_mac = desk_mac(network.row_key(key, server_key()), desk)
    desk.save()
    listed = verifying_keys.choose_witnesses([desk], is_single=True)
    witnesses = verifying_keys.store_witnesses(listed)
    epoch_pin.found(key, Signers(signatures.verifying_key(signer), witnesses))
    return Ground(organisation, desk, seed, key, signer, witnesses)
