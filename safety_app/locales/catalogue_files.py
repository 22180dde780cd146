"""Where the texts of the interface are, language by language; English stands in the code."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import to_locale


def folder_of(language: str) -> Path:
    """Where everything about a language is."""
    return Path(settings.LOCALE_PATHS[0]) / to_locale(language)


def source_path(language: str) -> Path:
    """The catalogue of a language, as translators write it."""
    return folder_of(language) / "LC_MESSAGES" / "django.po"


def languages() -> list[str]:
    """The languages that have a catalogue, in the order of the menu."""
    return [code for code in settings.ALL_LANGUAGES if source_path(code).is_file()]
