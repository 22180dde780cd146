"""Translations of an alert's free text by members.

Each is sealed as the text is: compact JSON in UTF-8, padded to one size, in a box under a key of
the alert's epoch, bound to alert, version and translation. A correction raises the version, so what
was translated before it is sealed anew (`follow`), or deleted when the words are others.

    translation: 6,144 + 29 bytes

The tag of a translation is made from its author's seed, the alert and the language: she, and no
other member, can replace or erase it, and nothing links two of hers. A moderator can erase one.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from alerts.models import Alert, Translation
from alerts.sealing import AlertKeys, Report
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.privacy.codec import Codec
from safety_app.vault import boxes
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import member_tag

TRANSLATION_SIZE = 6144
PURPOSE = "alert translations"

MOST_SHOWN = 5
# More than all languages of the list; rows beyond are not opened, whoever put them there.
_MOST_OPENED = 100


@dataclass(frozen=True)
class TranslatedText:
    """What a translation says; `language` is a key of the languages a report can be written in."""

    language: str
    text: str = ""
    helped: str = ""
    marks: str = ""

    @property
    def parts(self) -> list[str]:
        """What there is of it, in the order of the page."""
        return [part for part in (self.marks, self.text, self.helped) if part]


@dataclass(frozen=True)
class ShownTranslation:
    """A translation on the page, and whether it is the reader's own. `pk` is its row's."""

    pk: int
    said: TranslatedText
    hers: bool


def _from_json(content: Any) -> TranslatedText:
    language, text, helped, marks = content
    return TranslatedText(str(language), str(text), str(helped), str(marks))


_CODEC = Codec[TranslatedText](
    kind="translation",
    size=TRANSLATION_SIZE,
    to_json=lambda said: [said.language, said.text, said.helped, said.marks],
    from_json=_from_json,
)


def translation_tag(ring: KeyRing, alert: int, language: str) -> bytes:
    """The tag (16 bytes) of this person's translation of an alert into a language."""
    return member_tag(ring.seed, "translation", alert, language)


def seal_translation(
    keys: AlertKeys, epoch: int, version: int, row: Translation, said: TranslatedText
) -> bytes:
    """The box of a translation of the alert `row.alert_id` in this version, 6,173 bytes."""
    content = _CODEC.encode(said)
    return boxes.seal_box(keys.derived(PURPOSE, epoch), content, _context(row, version))


def open_translation(keys: AlertKeys, epoch: int, version: int, row: Translation) -> TranslatedText:
    """Undo `seal_translation`. Raises VaultError for another epoch, alert, version or row."""
    try:
        context = _context(row, version)
    except (OverflowError, TypeError):
        # SQLite keeps whatever is put into a column: one such row must not hide all others.
        raise VaultError("translation: malformed") from None
    return _CODEC.decode(boxes.open_box(keys.derived(PURPOSE, epoch), bytes(row.box), context))


def resealed(
    keys: AlertKeys, row: Translation, old: tuple[int, int], new: tuple[int, int]
) -> bytes:
    """A translation's box for another (epoch, version) of its alert. Raises VaultError."""
    return seal_translation(keys, *new, row, open_translation(keys, *old, row))


def delete_all(alert: Alert) -> int:
    """Delete all translations of an alert whose words change. Says how many there were.

    The caller empties the journal afterwards (`privacy.storage.forget`).
    """
    gone, _each = Translation.objects.filter(alert=alert).delete()
    return gone


def carry_over(keys: AlertKeys, alert: Alert, before: Report | None, report: Report) -> None:
    """Take an alert's translations along to its next version, in the newest epoch.

    Call it in the transaction that writes that version, while the row still has the one before.
    When the words change, their translations go.
    """
    if before is None or _words(before) != _words(report):
        delete_all(alert)
        return
    old, new = (alert.epoch, alert.version), (keys.current, alert.version + 1)
    for row in Translation.objects.filter(alert=alert):
        try:
            row.box = resealed(keys, row, old, new)
        except VaultError:
            continue  # not from a member: sealing it anew would make it count
        row.save(update_fields=["box"])


def _words(report: Report) -> tuple[str, ...]:
    return report.language, report.text, report.helped, report.marks


def list_translations(
    ring: KeyRing, keys: AlertKeys, alert: Alert, language: str
) -> list[ShownTranslation]:
    """At most five: the reader's own first among those in her language, then her other ones.

    What does not open was put there by somebody without the network key: it is left out.
    """
    found: list[ShownTranslation] = []
    for row in Translation.objects.filter(alert=alert)[:_MOST_OPENED]:
        # The newest too: it may have moved there since the alert was read.
        for epoch in dict.fromkeys((alert.epoch, keys.current)):
            with suppress(VaultError):
                said = open_translation(keys, epoch, alert.version, row)
                found.append(
                    ShownTranslation(
                        row.pk,
                        said,
                        bytes(row.tag) == translation_tag(ring, alert.pk, said.language),
                    )
                )
                break
    base = language.partition("-")[0]
    found.sort(key=lambda one: (one.said.language != base, not one.hers, one.said.language))
    return found[:MOST_SHOWN]


def _context(row: Translation, version: int) -> bytes:
    return make_context("alert translation", row.alert_id, version, row.pk)
