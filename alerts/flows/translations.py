"""Translations of an alert's free text by members.

Each is sealed like the text itself: compact JSON in UTF-8, padded to one size, in a box under a key
of the alert's epoch, bound to alert, version and translation. A correction raises the version, so
`carry_over` seals translations again, or deletes them if the words have changed.

    translation: 6,144 + 29 bytes

The tag of a translation is made from its author's seed, the alert and the language: only she can
replace or erase it, and nothing links two of her translations. Moderators can erase any.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from alerts.content import HELPED_LIMIT, KEY_LIMIT, MARKS_LIMIT, TEXT_LIMIT, Report
from alerts.models import Alert, Translation
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.tags import new_tag, own_tags
from safety_app.privacy.codec import Codec
from safety_app.vault import boxes, shapes
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

TRANSLATION_SIZE = 6144
PURPOSE = "alert translations"

MOST_SHOWN = 5
# More than there are languages; rows beyond are not opened, whoever put them there.
_MOST_OPENED = 100


@dataclass(frozen=True)
class TranslatedText:
    """The texts of an alert in one language, a key of the languages a report can be in."""

    language: str
    text: str = ""
    helped: str = ""
    marks: str = ""

    @property
    def parts(self) -> list[str]:
        """The texts that are not empty, in the order of the page."""
        return [part for part in (self.marks, self.text, self.helped) if part]


@dataclass(frozen=True)
class ShownTranslation:
    """A translation on the page, with its row's id, and whether it is the reader's own."""

    pk: int
    content: TranslatedText
    is_own: bool


_row = shapes.row(
    shapes.text(KEY_LIMIT),
    shapes.text(TEXT_LIMIT),
    shapes.text(HELPED_LIMIT),
    shapes.text(MARKS_LIMIT),
)


def _from_json(content: Any) -> TranslatedText:
    return TranslatedText(*_row(content))


_CODEC = Codec[TranslatedText](
    kind="translation",
    size=TRANSLATION_SIZE,
    to_json=lambda content: [content.language, content.text, content.helped, content.marks],
    from_json=_from_json,
)


def translation_tag(ring: KeyRing, alert: int, language: str) -> bytes:
    """The tag (16 bytes) of a new translation by this person of an alert into a language."""
    return new_tag(ring, "translation", alert, language)


def own_translations(ring: KeyRing, alert: int, language: str) -> QuerySet[Translation]:
    """This person's translation of an alert into a language, if there is one."""
    tags = own_tags(ring, "translation", alert, language)
    return Translation.objects.filter(alert=alert, tag__in=tags)


def seal_translation(
    keys: AlertKeys, version: int, row: Translation, content: TranslatedText
) -> bytes:
    """The box of a translation of the alert `row.alert_id` in this version, 6,173 bytes.

    In the newest epoch, so the alert has to be there too.
    """
    padded = _CODEC.encode(content)
    return boxes.seal_box(keys.newest(PURPOSE), padded, _context(keys, keys.current, row, version))


def open_translation(keys: AlertKeys, epoch: int, version: int, row: Translation) -> TranslatedText:
    """Undo `seal_translation`. Raises VaultError for another epoch, alert, version or row."""
    try:
        context = _context(keys, epoch, row, version)
    except (OverflowError, TypeError):
        # SQLite stores any type in any column: one such row must not hide all others.
        raise VaultError("translation: malformed") from None
    return _CODEC.decode(boxes.open_box(keys.derived(PURPOSE, epoch), bytes(row.box), context))


def resealed(keys: AlertKeys, row: Translation, old: tuple[int, int], version: int) -> bytes:
    """A translation's box in the newest epoch, for a version of its alert; `old` are the epoch and
    version of now. Raises VaultError.
    """
    return seal_translation(keys, version, row, open_translation(keys, *old, row))


def delete_all(alert: Alert) -> int:
    """Delete all translations of an alert whose words change. Returns how many there were.

    The caller checkpoints the journal afterwards (`privacy.storage.checkpoint_wal`).
    """
    deleted, _by_model = Translation.objects.filter(alert=alert).delete()
    return deleted


def carry_over(keys: AlertKeys, alert: Alert, before: Report | None, report: Report) -> None:
    """Seal an alert's translations for its next version, in the newest epoch.

    Call it in the transaction that writes that version, before the row gets it. If the words
    change, their translations are deleted.
    """
    if before is None or _words(before) != _words(report):
        delete_all(alert)
        return
    old, version = (alert.epoch, alert.version), alert.version + 1
    for row in Translation.objects.filter(alert=alert):
        try:
            row.box = resealed(keys, row, old, version)
        except VaultError:
            continue  # not from a member, and a new seal would make it count
        row.save(update_fields=["box"])


def _words(report: Report) -> tuple[str, ...]:
    return report.language, report.text, report.helped, report.marks


def list_translations(
    ring: KeyRing, keys: AlertKeys, alert: Alert, language: str
) -> list[ShownTranslation]:
    """At most five: first those in the reader's language, her own before others', then the rest.

    Rows that do not open are left out: someone without the network key put them there.
    """
    listed: list[ShownTranslation] = []
    for row in Translation.objects.filter(alert=alert)[:_MOST_OPENED]:
        content = _opened_or_none(keys, alert, row)
        if content is not None:
            own = own_tags(ring, "translation", alert.pk, content.language)
            listed.append(ShownTranslation(row.pk, content, bytes(row.tag) in own))
    base = language.partition("-")[0]
    listed.sort(
        key=lambda item: (item.content.language != base, not item.is_own, item.content.language)
    )
    return listed[:MOST_SHOWN]


def count_damaged(keys: AlertKeys, alert: Alert) -> int:
    """How many translations of an alert, read a moment ago, do not open."""
    damaged = 0
    for row in Translation.objects.filter(alert=alert)[:_MOST_OPENED]:
        if _opened_or_none(keys, alert, row) is None:
            damaged += 1
    return damaged


def _opened_or_none(keys: AlertKeys, alert: Alert, row: Translation) -> TranslatedText | None:
    # Also the newest epoch: the row may have been re-encrypted since the alert was read.
    for epoch in dict.fromkeys((alert.epoch, keys.current)):
        with suppress(VaultError):
            return open_translation(keys, epoch, alert.version, row)
    return None


def _context(keys: AlertKeys, epoch: int, row: Translation, version: int) -> bytes:
    """Its tag too, so that nobody makes somebody else's hers; up to 0.2.0 it was not in it."""
    bound = (bytes(row.tag),) if keys.takes_servers_key(epoch) else ()
    return make_context("alert translation", row.alert_id, version, row.pk, *bound)
