"""What a person chose for their own use, in one sealed row of one size for every account.

Neither the row nor its size tells whether anything was chosen. It changes only when they change
it. Apps keep what they like under a name of their own; this module knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from safety_app.accounts.keys import contexts
from safety_app.accounts.keys.keyring import KeyRing, own_key
from safety_app.accounts.models import Member, PersonalSettings
from safety_app.privacy.codec import Codec
from safety_app.privacy.prepared import select
from safety_app.vault import boxes, seals, shapes
from safety_app.vault.errors import VaultError

SIZE = 6 * 1024  # bytes before sealing
Content = dict[str, Any]

_MOST_NAMES, _LONGEST_NAME = 50, 40

# What is under a name is read by whoever keeps it there.
_CODEC = Codec[Content](
    kind="personal settings",
    size=SIZE,
    to_json=dict,
    from_json=shapes.mapping(shapes.text(_LONGEST_NAME), lambda value: value, _MOST_NAMES),
)


def create(ring: KeyRing, member: Member, content: Content | None = None) -> None:
    """The row of a new account, usually with nothing chosen. Save the account first."""
    box = _sealed(ring, member.pk, content or {})
    PersonalSettings(member=member, box=box).save(force_insert=True)


def read(ring: KeyRing, member_id: int) -> Content:
    """What was chosen; nothing if the row is gone or somebody else wrote it."""
    rows = select(PersonalSettings, ("box",), "WHERE member_id = %s", [member_id])
    return _opened(ring, member_id, rows[0][0]) if rows else {}


@transaction.atomic
def change(ring: KeyRing, member_id: int, edit: Callable[[Content], Content]) -> None:
    """Replace what was chosen by what `edit` makes of it.

    Raises `privacy.codec.TooLong` if it does not fit, and VaultError if the account is gone or
    has another seed by now: under the old one it would be locked for good.
    """
    public_key = seals.public_key(ring.seed)
    if not Member.objects.filter(pk=member_id, public_key=public_key).exists():
        raise VaultError("member: gone, or with a newer seed")
    rows = PersonalSettings.objects.select_for_update(of=("self",))
    row = rows.filter(member=member_id).first()
    if row is None:
        row = PersonalSettings(member_id=member_id)
        content: Content = {}
    else:
        content = _opened(ring, member_id, row.box)
    row.box = _sealed(ring, member_id, edit(content))
    row.save()


def store(ring: KeyRing, member_id: int, content: Content) -> None:
    """Write the settings of an account whose row was locked by the caller."""
    PersonalSettings.objects.filter(member=member_id).update(box=_sealed(ring, member_id, content))


def reseal(ring: KeyRing, renewed: KeyRing, member_id: int) -> None:
    """Lock the settings that `ring` opens for `renewed`, the ring with a new seed."""
    row = PersonalSettings.objects.filter(member=member_id).first()
    if row is not None:
        row.box = _sealed(renewed, member_id, _opened(ring, member_id, row.box))
        row.save(update_fields=["box"])


def _opened(ring: KeyRing, member_id: int, box: bytes | memoryview) -> Content:
    context = contexts.personal_settings(member_id)
    try:
        return _CODEC.decode(boxes.open_box(own_key(ring.seed), bytes(box), context))
    except VaultError:
        return {}


def _sealed(ring: KeyRing, member_id: int, content: Content) -> bytes:
    context = contexts.personal_settings(member_id)
    return boxes.seal_box(own_key(ring.seed), _CODEC.encode(content), context)
