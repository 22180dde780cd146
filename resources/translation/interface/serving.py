"""Approved overrides over the compiled catalogues of this process (`locales.interface_texts`)."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from io import BytesIO
from threading import Lock

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings
from django.utils.translation import to_locale

from resources.translation.interface.stored_forms import forms_of, text_of
from resources.translation.models import InterfaceOverride
from safety_app.locales import interface_texts
from safety_app.locales.catalogue_checks import UNSAFE, faults
from safety_app.privacy.public.content import current_version

_served = 0
_lock = Lock()


def follow(version: int) -> None:
    """Serve what is approved now, unless it was loaded under this version already."""
    global _served
    if version == _served:
        return
    with _lock:
        if version != _served:
            interface_texts.serve(_approved())
            _served = version


def refresh() -> None:
    """Serve at once what this process has just approved. Not inside the transaction."""
    current_version()


def is_served(row: InterfaceOverride) -> bool:
    """Whether readers get an approved text: the program still has its English, and nothing in it
    could break a page, whoever wrote it into the table."""
    text, forms = text_of(row), forms_of(row)
    if row.language not in settings.ALL_LANGUAGES or row.language == settings.LANGUAGE_CODE:
        return False
    if not all(forms) or not interface_texts.has_text(row.language, text):
        return False
    return not any(fault.kind in UNSAFE for fault in faults(row.language, text, forms))


def _approved() -> dict[str, gettext.GNUTranslations]:
    by_language: dict[str, list[InterfaceOverride]] = {}
    for row in InterfaceOverride.objects.filter(state=InterfaceOverride.State.APPROVED):
        if is_served(row):
            by_language.setdefault(row.language, []).append(row)
    return {language: _compiled(language, rows) for language, rows in by_language.items()}


def _compiled(language: str, rows: Iterable[InterfaceOverride]) -> gettext.GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, catalogue_of(language, rows))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def catalogue_of(language: str, rows: Iterable[InterfaceOverride]) -> Catalog:
    """Overrides as a catalogue."""
    catalogue = Catalog(locale=to_locale(language), charset="utf-8")
    for row in rows:
        text, forms = text_of(row), forms_of(row)
        catalogue.add(
            (text.english, text.plural) if text.plural else text.english,
            list(forms) if text.plural else forms[0],
            context=text.context or None,
        )
    return catalogue
