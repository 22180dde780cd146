"""The keys of the person who is signed in: opened at sign-in, kept in her sealed session only."""

import base64
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from safety_app.members import contexts
from safety_app.members.models import Epoch, Invitation, Member
from safety_app.vault import boxes, network, seals
from safety_app.vault.errors import VaultError

SESSION_KEY = "keys"


@dataclass(frozen=True)
class KeyRing:
    """What a signed-in person's session holds.

    `seed` is 32 bytes; `epochs` maps an epoch's number to its network key (32 bytes) and is empty
    for translators' and editors' accounts; `current` is the newest epoch, 0 for none.
    """

    seed: bytes
    pseudonym: str
    epochs: dict[int, bytes] = field(default_factory=dict)

    @property
    def current(self) -> int:
        """The newest epoch's number, 0 without a network key."""
        return max(self.epochs, default=0)

    @property
    def network_key(self) -> bytes:
        """The newest network key, 32 bytes. Raises VaultError for an account without one."""
        if not self.epochs:
            raise VaultError("keys: this account holds no network key")
        return self.epochs[self.current]

    @cached_property
    def row_key(self) -> bytes:
        """The key that authenticates rows, derived once per request.

        Without a network key it is made from the person's own: it vouches for her own row, which
        she wrote herself, and for no other.
        """
        return network.row_key(self.network_key if self.epochs else own_key(self.seed))


def own_key(seed: bytes) -> bytes:
    """The symmetric key (32 bytes) under which a member keeps things for herself."""
    return boxes.derive(seed, "own")


def open_epochs(seed: bytes, member: Member) -> dict[int, bytes]:
    """The network keys a member can use now, newest last; empty for accounts without one.

    A key that came in a seal is accepted only when it is chained to the one she holds already
    (every epoch between, one by one). Raises VaultError otherwise.
    """
    return open_epochs_of(member, own_key(seed), seed)


def open_epochs_of(row: Member | Invitation, box_key: bytes, seed: bytes) -> dict[int, bytes]:
    """The same for any row that carries a network key: `box_key` opens its box, `seed` its seal.

    Raises VaultError.
    """
    if row.epoch == 0 or row.network_box is None:
        return {}
    held = boxes.open_box(box_key, bytes(row.network_box), contexts.network_box(row.pk, row.epoch))
    epochs = {row.epoch: held}
    for newer in Epoch.objects.filter(number__gt=row.epoch).order_by("number"):
        if row.network_seal is None:
            break
        key = seals.unseal(
            seed, bytes(row.network_seal), contexts.network_seal(row.pk, newer.number)
        )
        network.check_chain(held, newer.number, key, bytes(newer.chain_mac))
        epochs[newer.number] = held = key
    newest = max(epochs)
    row_of_newest = Epoch.objects.filter(number=newest).first()
    if row_of_newest is not None and row_of_newest.previous_box and newest - 1 not in epochs:
        epochs[newest - 1] = network.open_previous(held, newest, bytes(row_of_newest.previous_box))
    return epochs


def remember(session: SessionBase, ring: KeyRing) -> None:
    """Put the ring into the (sealed) session."""
    session[SESSION_KEY] = pack(ring)


def recall(session: SessionBase) -> KeyRing | None:
    """The ring of this session, or None when nobody is signed in."""
    kept: dict[str, Any] | None = session.get(SESSION_KEY)
    return None if kept is None else unpack(kept)


def pack(ring: KeyRing) -> dict[str, Any]:
    """The ring as a session can hold it; only ever put into a sealed one."""
    return {
        "seed": _text(ring.seed),
        "pseudonym": ring.pseudonym,
        "epochs": {str(number): _text(key) for number, key in ring.epochs.items()},
    }


def unpack(kept: dict[str, Any]) -> KeyRing:
    """Undo `pack`."""
    return KeyRing(
        seed=_raw(kept["seed"]),
        pseudonym=kept["pseudonym"],
        epochs={int(number): _raw(key) for number, key in kept["epochs"].items()},
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text)
