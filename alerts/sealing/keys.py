"""The keys of what is sealed, for each epoch of a ring."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from alerts.content import LookupKey
from safety_app.accounts.keys.keyring import KeyRing, require_no_newer_epoch
from safety_app.vault import boxes, labels
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from safety_app.vault.network import mac

TAG_LETTERS = 12
_TAG_BYTES = 9


class AlertKeys:
    """The keys of alerts, derived on first use, once for each epoch of a ring."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self._derived: dict[tuple[str, int], bytes] = {}
        self.current = ring.current
        self.epochs = tuple(sorted(ring.epochs, reverse=True))

    def content_key(self, epoch: int) -> bytes:
        """An epoch's key of contents, 32 bytes. Raises VaultError; EpochMoved for a newer epoch."""
        key = self.ring.content_keys.get(epoch)
        if key is None:
            if isinstance(epoch, int) and epoch > self.current:
                require_no_newer_epoch(self.ring)
            raise VaultError("keys: this ring does not hold that epoch")
        return key

    def takes_servers_key(self, epoch: int) -> bool:
        """Whether what people write in an epoch takes the server's key; up to 0.2.0 it does not.
        Raises as `content_key`.
        """
        return self.content_key(epoch) != self.ring.epochs[epoch]

    def derived(self, purpose: str, epoch: int) -> bytes:
        """The key (32 bytes) for "alert cards", "alert bodies", "alert notes" or "card marks"."""
        key = self._derived.get((purpose, epoch))
        if key is None:
            key = self._derived[purpose, epoch] = boxes.derive(self.content_key(epoch), purpose)
        return key

    def newest(self, purpose: str) -> bytes:
        """The key (32 bytes) of this purpose to seal with: nothing new is sealed under another
        epoch's.
        """
        return self.derived(purpose, self.current)

    def labels(self, epoch: int) -> bytes:
        """The key of counter labels, 32 bytes."""
        key = self._derived.get(("labels", epoch))
        if key is None:
            key = self._derived["labels", epoch] = labels.label_key(self.content_key(epoch))
        return key

    def match_tag(self, epoch: int, key: LookupKey) -> str:
        """What a card of this epoch carries if its alert is about this identifier: 12 letters."""
        tag = mac(self.derived("card marks", epoch), make_context("card mark", *key))
        return urlsafe_b64encode(tag[:_TAG_BYTES]).decode()
