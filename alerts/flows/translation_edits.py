"""What members do with translations of an alert: add, replace and erase their own.

Each is one transaction on the table of translations; while a rotation is under way, the alert comes
under the newest key first.
"""

from __future__ import annotations

from alerts.card_status import is_visible, trust_card
from alerts.flows import reencrypt
from alerts.flows.lifecycle import is_author
from alerts.flows.translations import (
    TranslatedText,
    open_translation,
    own_translations,
    seal_translation,
    translation_tag,
)
from alerts.models import Alert, Translation
from alerts.sealing.bodies import report_of
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys.keyring import KeyRing, current_epoch
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault.errors import VaultError


class NotThere(LookupError):
    """No such alert is visible, or it has nothing to translate."""


class AlertCorrected(Exception):
    """The alert was corrected in the meantime."""


def save(ring: KeyRing, alert_id: int, version: int, content: TranslatedText) -> None:
    """Add this person's translation, or replace her earlier one in this language.

    `version` is the alert's version that she read. Raises NotThere, and AlertCorrected if it has
    another version by now.
    """
    with current_epoch(ring):
        alert = Alert.objects.select_for_update().filter(pk=alert_id).first()
        if alert is None or not may_see(ring, alert):
            raise NotThere
        if alert.version != version:
            raise AlertCorrected
        try:
            alert = reencrypt.in_newest(AlertKeys(ring), alert)
        except VaultError:
            raise NotThere from None
        row = own_translations(ring, alert.pk, content.language).first()
        if row is None:
            tag = translation_tag(ring, alert.pk, content.language)
            row = Translation(id=random_id(), alert=alert, tag=tag)
        row.box = seal_translation(AlertKeys(ring), alert.version, row, content)
        row.save()
    checkpoint_wal()


def erase(ring: KeyRing, alert_id: int, language: str) -> bool:
    """Erase this person's own translation into a language. Returns whether there was one."""
    deleted, _by_model = own_translations(ring, alert_id, language).delete()
    checkpoint_wal()
    return deleted > 0


def delete_any(alert_id: int, row: int) -> bool:
    """Erase any translation of an alert, as moderators can. Returns whether it existed."""
    deleted, _by_model = Translation.objects.filter(alert=alert_id, pk=row).delete()
    checkpoint_wal()
    return deleted > 0


def own_translation(ring: KeyRing, alert: Alert, language: str) -> TranslatedText | None:
    """This person's translation into a language, if she has one that opens."""
    row = own_translations(ring, alert.pk, language).first()
    if row is None:
        return None
    try:
        return open_translation(AlertKeys(ring), alert.epoch, alert.version, row)
    except VaultError:
        return None


def may_see(ring: KeyRing, alert: Alert) -> bool:
    """Whether this member can read the alert: it is visible to all, or her own."""
    if trust_card(AlertKeys(ring), alert) is None:
        return False
    return is_visible(alert) or is_author(ring, alert)


def read_original(ring: KeyRing, alert_id: int) -> tuple[Alert, TranslatedText]:
    """The alert, and its texts in the language they were written in. Raises NotThere."""
    alert = Alert.objects.filter(pk=alert_id).first()
    if alert is None or not may_see(ring, alert):
        raise NotThere
    try:
        report = report_of(AlertKeys(ring), alert)
    except VaultError:
        raise NotThere from None
    if not (report.text or report.helped or report.marks):
        raise NotThere
    return alert, TranslatedText(report.language, report.text, report.helped, report.marks)
