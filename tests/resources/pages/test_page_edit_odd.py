"""Editing a page: who may not, pages that are not there, odd values."""

from __future__ import annotations

import pytest
from django.db import models
from django.db.models import Value
from django.test import Client

from resources.pages.editing.content import NEVER_CHECKED
from resources.pages.models import Page, Version
from safety_app.privacy.ids import random_id
from tests.cast import Person
from tests.resources.pages.editors import make, typed

pytestmark = pytest.mark.django_db


THEIRS = ["new/", "7/edit/", "7/draft/", "7/off/"]


@pytest.mark.thorough
def test_nobody_else_comes_in(
    editor: Person, moderator: Person, translator: Person, nobody: Client
) -> None:
    for path in THEIRS:
        Page.objects.get_or_create(
            number=7, defaults={"topic": "work", "source_language": "en", "checked": NEVER_CHECKED}
        )
        for someone in (moderator, translator):
            assert someone.client.get(f"/en/r/{path}").status_code == 404
            assert someone.client.post(f"/en/r/{path}", typed(publish="1")).status_code == 404
        assert nobody.get(f"/en/r/{path}").status_code == 302
        assert editor.client.put(f"/en/r/{path}").status_code == 405
        assert not Version.objects.exists()


NO_PAGES = [0, 8, 99_999, 10**20]


@pytest.mark.thorough
def test_a_page_that_is_not_there(editor: Person) -> None:
    for number in NO_PAGES:
        for path in ("edit/", "draft/", "off/", "asked/", "versions/", "local/"):
            assert editor.client.get(f"/en/r/{number}/{path}").status_code == 404


ODD = [
    {"topic": "x", "country": "??", "urgent": "text"},
    {"sources": "|||\n||", "checked": "text"},
    {"author_tags": "text", "state": "odd"},
    {"day": "2026-99-99", "checked": "2026-99-99", "state": "asked"},
    {"day": "", "checked": "", "state": "asked", "author_tags": b"y" * 16},
    {"serial": "text", "correction": "text", "title": b"\xff\xfe", "state": "published"},
]


@pytest.mark.sqlite_only("PostgreSQL refuses another type: tests/stacks/test_postgres.py")
@pytest.mark.thorough
def test_odd_values_break_nothing(editor: Person, moderator: Person) -> None:
    for odd in ODD:
        Page.objects.all().delete()
        page = make(editor, save="1")
        values = {name: Value(value, output_field=models.Field()) for name, value in odd.items()}
        Version.objects.update(**values)
        for path in ("edit/", "draft/", "asked/", "versions/"):
            status = editor.client.get(f"/en/r/{page.number}/{path}").status_code
            assert status in (200, 302), (path, odd)
        for path in ("r/edit/", "desk/", "", "r/local/"):
            assert moderator.client.get(f"/en/{path}").status_code == 200, (path, odd)


def test_the_same_twice_with_another_line_of_what_changed(editor: Person) -> None:
    row = str(random_id())
    for change_note in ("One", "Two"):
        fields = typed(row=row, publish="1", topic="health", change_note=change_note)
        assert editor.client.post("/en/r/new/", fields).status_code == 302
    assert Version.objects.get().change_note == "One"
