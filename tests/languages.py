"""Languages to run tests in: those the site has, three of them quickly.

Spanish, English and French run with the quick tests, the others with the thorough ones: what
breaks in one of fifteen is a size, a font or a plural form, and each has a test of its own.
"""

from __future__ import annotations

import pytest
from django.conf import settings

# Their letters take two or three bytes each, so a full page may take the next size.
WIDE = {"bg", "ru", "uk", "ar", "th"}
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
QUICK = ("es", "en", "fr")


def each(*quick: str) -> list[object]:
    """Every language as a test's parameter; thorough, but for those of `quick`."""
    return [
        pytest.param(code, marks=[] if code in quick else [pytest.mark.thorough])
        for code in LANGUAGES
    ]


EACH = each(*QUICK)
# Where a test goes through many pages: French, the longest of the three, at once.
EACH_SLOW = each("fr")
