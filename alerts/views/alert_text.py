"""Template context for pages that show a whole alert."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from alerts.content import Report
from alerts.models import Alert, Corroboration
from alerts.presentation import described, identifier_words, level_of, what_words, when_and_where
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import note_of, open_note
from safety_app.locales.languages import language_name
from safety_app.vault.errors import VaultError


def alert_content(report: Report, language: str) -> dict[str, Any]:
    """Context of `alerts/alert_text.html`: lists in the reader's language, identifiers masked."""
    return {
        "level": level_of(report),
        "what": what_words(report.what),
        "facts": when_and_where(report, language) + described(report),
        "identifiers": identifier_words(report.identifiers),
        "report": report,
        "language_name": language_name(report.language, language) if report.language else "",
    }


def notes_of(keys: AlertKeys, row: Alert, confirmations: Iterable[Corroboration]) -> list[str]:
    """The notes of all confirmations that open; empty strings for those without one."""
    notes = []
    for confirmation in confirmations:
        # Also the newest epoch: it may have been re-encrypted since the row was read.
        for epoch in dict.fromkeys((row.epoch, keys.current)):
            with suppress(VaultError):
                notes.append(open_note(keys, epoch, note_of(confirmation), confirmation.note))
                break
    return notes
