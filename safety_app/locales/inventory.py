"""Why each column exists, for the page "What we keep": English in the models, translated last.

These texts are an eighth of all words, and nobody in danger needs them. So they have a catalogue
of their own (`locale/*/LC_MESSAGES/inventory.po`), which need not be complete: what it lacks is
shown in English and marked as such.
"""

from __future__ import annotations

import gettext
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language, to_locale

DOMAIN = "inventory"


class ColumnText(str):
    """An English text about a table or a column; extracted into the inventory's catalogues."""

    __slots__ = ()


class Shown(NamedTuple):
    """A text, and the language it is in when that is not the page's."""

    words: str
    language: str


class _Missing(gettext.NullTranslations):
    """Behind a catalogue: says that there is no translation, where gettext gives the original."""

    def gettext(self, message: str) -> str:
        return ""


def shown(text: str) -> Shown:
    """A text in the active language; in English, and marked, when nobody has translated it."""
    language = get_language() or "en"
    if language == "en":
        return Shown(text, "")
    translated = _catalogue(language).gettext(text) if text else ""
    return Shown(translated, "") if translated else Shown(text, "en")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    found = gettext.translation(
        DOMAIN, str(settings.LOCALE_PATHS[0]), [to_locale(language)], fallback=True
    )
    if not isinstance(found, gettext.GNUTranslations):
        return _Missing()
    found.add_fallback(_Missing())
    return found
