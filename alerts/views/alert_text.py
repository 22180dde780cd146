"""What an alert says, as the pages that show one whole take it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from alerts.models import Alert, Corroboration
from alerts.presentation import described, identifier_words, level_of, what_words, when_and_where
from alerts.sealing import AlertKeys, Report, open_note
from safety_app.locales.languages import language_name
from safety_app.vault.errors import VaultError


def alert_content(report: Report, language: str) -> dict[str, Any]:
    """What `alerts/alert_text.html` takes: lists in the reader's language, identifiers in part."""
    return {
        "level": level_of(report),
        "what": what_words(report.what),
        "facts": when_and_where(report, language) + described(report),
        "identifiers": identifier_words(report.identifiers),
        "report": report,
        "language_name": language_name(report.language, language) if report.language else "",
    }


def notes_of(keys: AlertKeys, row: Alert, confirmations: Iterable[Corroboration]) -> list[str]:
    """The notes of all confirmations that open; empty for those who left none."""
    notes = []
    for one in confirmations:
        # The newest too: it may have moved there since the row was read.
        for epoch in dict.fromkeys((row.epoch, keys.current)):
            with suppress(VaultError):
                notes.append(open_note(keys, epoch, row.pk, one.pk, one.note))
                break
    return notes
