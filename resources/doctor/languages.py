"""Which languages a sheet can be in, and which one its doctor probably reads."""

from __future__ import annotations

from babel import Locale
from babel.core import get_global
from django.conf import settings

from safety_app.locales.languages import language_label


def doctors_language(own: str) -> str:
    """The language of the operator's country, if the site has it; else another than `own`."""
    codes = [code for code, _name in settings.LANGUAGES]
    likely = get_global("likely_subtags").get(f"und_{settings.HOME_COUNTRY}", "")
    spoken = Locale.parse(likely).language if likely else ""
    there = [code for code in codes if code.partition("-")[0] == spoken]
    others = [code for code in codes if code != own]
    return [*there, *others, own][0]


def language_choices(own: str) -> list[tuple[str, str]]:
    """Every language of the site: its own name, and its name in the reader's language."""
    return [(code, _both_names(code, name, own)) for code, name in settings.LANGUAGES]


def _both_names(code: str, own_name: str, shown_in: str) -> str:
    name = language_label(code, shown_in)
    same = name.casefold() == own_name.casefold()
    return own_name if same else f"{own_name} ({name})"
