"""A translator's bookmark: what she has seen already. Only she can find and open it.

The row is found by a tag made from her own key, and locked with that key; the table tells neither
whose it is nor what she has seen.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import QuerySet

from resources.translation.models import BOOKMARK_SIZE, TranslatorBookmark
from safety_app.accounts.keys.keyring import KeyRing, own_key
from safety_app.accounts.keys.tags import new_tag, own_tags
from safety_app.locales.dates import months_before
from safety_app.privacy.codec import Codec
from safety_app.vault import boxes, shapes
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

KEPT_MONTHS = 12
_LANGUAGE_LIMIT = 40
_CODEC = Codec[dict[str, int]](
    kind="bookmark",
    size=BOOKMARK_SIZE,
    to_json=dict,
    from_json=shapes.mapping(shapes.text(_LANGUAGE_LIMIT), shapes.number(0, shapes.LARGEST), 100),
)


def last_seen(ring: KeyRing) -> dict[str, int]:
    """The serial of the last publication she has seen, by language. One that does not open is
    none.
    """
    row = _rows(ring).first()
    return {} if row is None else _open(ring, row)


def mark_seen(ring: KeyRing, language: str, serial: int, today: datetime.date) -> None:
    """Note that she has seen everything up to `serial`; never back to an earlier one."""
    with transaction.atomic():
        row = _rows(ring).select_for_update().first()
        seen = {} if row is None else _open(ring, row)
        seen[language] = max(serial, seen.get(language, 0))
        if row is None:
            row = TranslatorBookmark(tag=new_tag(ring, "bookmark"))
        row.box = boxes.seal_box(own_key(ring.seed), _CODEC.encode(seen), _context(row))
        row.until = months_before(today, -KEPT_MONTHS)
        row.save()


def erase_bookmark(ring: KeyRing) -> int:
    """Delete her bookmark. Returns the number of deleted rows."""
    return _rows(ring).delete()[0]


def reseal_bookmark(ring: KeyRing, renewed: KeyRing) -> None:
    """Move her bookmark to her new seed: `ring` opens it now, `renewed` from now on."""
    row = _rows(ring).select_for_update().first()
    if row is not None:
        seen = _open(ring, row)
        row.tag = new_tag(renewed, "bookmark")
        row.box = boxes.seal_box(own_key(renewed.seed), _CODEC.encode(seen), _context(row))
        row.save()


def sweep_bookmarks(day: datetime.date) -> int:
    """Delete expired bookmarks. Returns how many."""
    return TranslatorBookmark.objects.filter(until__lte=day).delete()[0]


def _rows(ring: KeyRing) -> QuerySet[TranslatorBookmark]:
    return TranslatorBookmark.objects.filter(tag__in=own_tags(ring, "bookmark"))


def _context(row: TranslatorBookmark) -> bytes:
    return make_context("bookmark", row.pk)


def _open(ring: KeyRing, row: TranslatorBookmark) -> dict[str, int]:
    try:
        return _CODEC.decode(boxes.open_box(own_key(ring.seed), bytes(row.box), _context(row)))
    except VaultError:
        return {}
