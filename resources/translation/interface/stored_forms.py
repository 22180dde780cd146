"""How an override keeps its forms: a JSON list in one column, read as nothing when it is none."""

from __future__ import annotations

import json
from collections.abc import Sequence

from resources.translation.models import InterfaceOverride
from safety_app.locales.catalogue_checks import Text


def text_of(row: InterfaceOverride) -> Text:
    """The English it is about."""
    return Text(row.english, row.english_plural, row.context)


def forms_of(row: InterfaceOverride) -> tuple[str, ...]:
    """One form, or all plural forms; one that is empty if the column says nothing sensible."""
    try:
        forms = json.loads(row.forms)
    except (ValueError, RecursionError):  # deeper than Python reads
        return ("",)
    is_list = isinstance(forms, list) and forms and all(map(_is_text, forms))
    return tuple(forms) if is_list else ("",)


def _is_text(form: object) -> bool:
    """Whether it can be sent: JSON spells lone surrogates, which UTF-8 has not."""
    try:
        return isinstance(form, str) and form.encode() is not None
    except UnicodeEncodeError:
        return False


def column_of(forms: Sequence[str]) -> str:
    """The forms as they are stored."""
    return json.dumps(list(forms), ensure_ascii=False)
