"""Flags: someone asks the moderators of the network to look at an alert.

A flag is a sealed row for the moderation desk (`accounts.keys.sealed_rows`): compact JSON, padded
to 1,536 bytes. Its tag is made from the sender's seed and the alert, so one person can flag an
alert once, and nothing says who that was.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, NamedTuple

from django.db import IntegrityError

from alerts.card_status import visible_alert
from alerts.content import KEY_LIMIT
from alerts.flows import lifecycle
from alerts.models import Alert, Flag
from alerts.sealing.keys import AlertKeys
from alerts.vocabulary.choices import FLAGS
from safety_app.accounts.keys import sealed_rows
from safety_app.accounts.keys.desk_keys import desk_of
from safety_app.accounts.keys.keyring import KeyRing, current_epoch
from safety_app.accounts.keys.tags import new_tag, own_tags
from safety_app.locales.dates import today
from safety_app.privacy.codec import Codec
from safety_app.privacy.ids import random_id
from safety_app.vault import shapes
from safety_app.vault.errors import VaultError

FLAG_SIZE = 1536
WORDS_LIMIT = 300

REASONS = {term.key: term.label for term in FLAGS}
# What can hurt someone today comes first on the desk.
URGENT = frozenset({"private_detail", "worker_named", "minor"})


class FlagContent(NamedTuple):
    """What a flag says: a key of `vocabulary.FLAGS`, and its sender's words or none."""

    reason: str
    words: str


_row = shapes.row(shapes.text(KEY_LIMIT), shapes.text(WORDS_LIMIT))


def _flag_from(content: Any) -> FlagContent:
    return FlagContent(*_row(content))


_CODEC = Codec[FlagContent](
    kind="flag",
    size=FLAG_SIZE,
    to_json=lambda content: [content.reason, content.words[:WORDS_LIMIT]],
    from_json=_flag_from,
)


def flag_tag(ring: KeyRing, alert: int) -> bytes:
    """The tag (16 bytes) of this person's flag of this alert."""
    return new_tag(ring, "flag", alert)


def has_flagged(ring: KeyRing, alert: int) -> bool:
    """Whether this person has flagged this alert, and the flag has not been answered."""
    return Flag.objects.filter(tag__in=own_tags(ring, "flag", alert)).exists()


def send_flag(ring: KeyRing, alert_id: int, content: FlagContent) -> bool:
    """Send a flag. Returns whether it was taken (False: her earlier one stays as it is).

    Raises lifecycle.NotAuthor if no such alert is visible, and VaultError if the moderation desk
    is not authentic.
    """
    try:
        with current_epoch(ring):
            alert = visible_alert(AlertKeys(ring), alert_id)
            if alert is None:
                raise lifecycle.NotAuthor
            if has_flagged(ring, alert_id):
                return False
            row = Flag(id=random_id(), alert=alert, tag=flag_tag(ring, alert_id), day=today())
            desk = desk_of(ring, None)
            padded = _CODEC.encode(content)
            sealed_rows.seal_row("flag", row, bytes(desk.public_key), padded, ring)
            row.save(force_insert=True)
    except IntegrityError:  # she has flagged it before
        return False
    return True


def reattach(ring: KeyRing, alert: Alert, other: Alert) -> None:
    """Attach the flags of `other` to the alert it is merged into.

    Flags from someone without the network key stay behind.
    """
    for row in other.flag_set.all():
        with suppress(VaultError):
            sealed_rows.check_mac("flag", row, ring)
            row.alert = alert
            row.mac = sealed_rows.mac_of("flag", row, ring.row_key)
            row.save(update_fields=["alert", "mac"])


def open_flag(ring: KeyRing, desk_seed: bytes, row: Flag) -> FlagContent:
    """What a flag says, with the moderation desk's seed (32 bytes). Raises VaultError."""
    try:
        padded = sealed_rows.open_row("flag", row, desk_seed, ring)
    except (TypeError, ValueError, OverflowError):
        raise VaultError("flag: malformed") from None
    return _CODEC.decode(padded)
