"""Whoever can write to the database can put anything into a suggestion; pages stay clear pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from resources.translation.interface import serving
from resources.translation.models import InterfaceOverride
from safety_app.privacy.public.content import make_new_version
from tests import any_value
from tests.cast import Person
from tests.resources.translation.interface import suggestions

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

FORMS = [
    "[" * 100_000, '{"a":' * 50_000, "[]", "{}", "null", "", "[1]", '["a", "b", "c"]', "text",
    '["\\ud800 x"]', '["\\u0000"]', '["\\u202e gardé"]', '["<b>x</b>"]', '["%(x)s"]', '["{0}"]',
    "9" * 5_000, "[1e999]", b"\xff\xfe",
]  # fmt: skip
OTHERS: dict[str, list[object]] = {
    "language": ["xx", "", "en", "../x", "fr\x00", "FR"],
    "key": ["", "x", "é" * 32],
    "context": ["\x04", "bar", "\ud7ff"],
    "english": ["", "nothing of ours", "%(x)s", "\x00", "a" * 100_000],
    "english_plural": ["%(x)s", "pages"],
    "state": ["", "x"],
    "level": ["", "x"],
    "day": ["text", "9999-12-31", "2026-99-99", ""],
    "author_tags": ["text", b"x", b"x" * 5_000, 7],
}
CASES = [("forms", value) for value in FORMS] + [
    (column, value) for column, values in OTHERS.items() for value in values
]


@pytest.mark.parametrize("state", InterfaceOverride.State.values)
@pytest.mark.parametrize(("column", "value"), CASES, ids=lambda one: repr(one)[:20])
def test_no_page_breaks(
    translator: Person, nobody: Client, column: str, value: object, state: str, settings: Any
) -> None:
    suggestions.suggest(translator)
    key = suggestions.text().key
    rows = InterfaceOverride.objects.all()
    rows.update(state=state)
    any_value.put(rows, column, value)
    make_new_version(texts=True)
    serving.refresh()
    settings.INTERFACE_TEXTS_SECONDS = 0
    try:
        for path in ("/fr/", "/fr/in/", "/en/", "/fr/kept/"):
            assert nobody.get(path).status_code == 200, path
        for path in ("", "fr/", "fr/texts/", f"fr/texts/{key}/", "fr/texts/?waiting=1"):
            answer = translator.client.get(f"/fr/translate/{path}")
            assert answer.status_code in {200, 404}, path
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DELETE FROM "{InterfaceOverride._meta.db_table}"')  # noqa: S608
        make_new_version(texts=True)
        serving.refresh()
