"""Which languages a sheet can be in, and which one its doctor probably reads.

On the sheet it is the doctor's language that counts, so it has some that the site does not:
their sentences are in `resources/doctor/locale`, which Django finds by itself.
"""

from __future__ import annotations

from babel import Locale
from babel.core import get_global
from django.conf import settings

from safety_app.locales.languages import language_label

# Codes and own names. The sentences of each are complete (`deploy/strings.py check`).
FOR_DOCTORS = {
    "it": "Italiano",
    "nl": "Nederlands",
    "pt": "Português (Portugal)",
    "tr": "Türkçe",
    "vi": "Tiếng Việt",
}


def sheet_languages() -> dict[str, str]:
    """Codes and own names of the languages a sheet can be in: first those of the site."""
    return dict(settings.LANGUAGES) | FOR_DOCTORS


def doctors_language(own: str) -> str:
    """The language of the operator's country, if there is a sheet in it; else another than `own`.

    "pt" in Portugal, "pt-br" in Brazil.
    """
    country = settings.HOME_COUNTRY
    likely = get_global("likely_subtags").get(f"und_{country}", "")
    spoken = Locale.parse(likely).language if likely else ""
    codes = list(sheet_languages())
    exact = [code for code in (f"{spoken}-{country.lower()}", spoken) if code in codes]
    near = [code for code in codes if code.partition("-")[0] == spoken]
    others = [code for code, _name in settings.LANGUAGES if code != own]
    return [*exact, *near, *others, own][0]


def language_choices(own: str) -> list[tuple[str, str]]:
    """Every language of a sheet: its own name, and its name in the reader's language."""
    return [(code, _both_names(code, name, own)) for code, name in sheet_languages().items()]


def _both_names(code: str, own_name: str, shown_in: str) -> str:
    name = language_label(code, shown_in)
    same = name.casefold() == own_name.casefold()
    return own_name if same else f"{own_name} ({name})"
