"""Whoever can write to the database can put anything into a page's columns; no page breaks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import Value
from django.test import Client

from resources.pages.models import LocalNote, Page, Segment, SegmentText, Version
from resources.translation.models import Remark, Term
from tests import any_value
from tests.cast import Person
from tests.resources.translation.pages import first, make_page, write

pytestmark = pytest.mark.django_db

TABLES = ("Page", "Segment", "SegmentText", "Version", "Source", "LocalNote", "Term", "Remark")
MODELS = {
    model.__name__: model
    for label in ("pages", "translation")
    for model in apps.get_app_config(label).get_models()
}
KINDS = (models.CharField, models.TextField, models.BooleanField, models.DateField)
NUMBERS = (models.PositiveSmallIntegerField, models.PositiveIntegerField)
ODD = (b"\xff\x00\xfe", b"", "", "text", 3.7, 10**17)
QUICK = {
    ("Page", "number"),
    ("Version", "serial"),
    ("SegmentText", "text"),
}


def columns() -> Iterator[Any]:
    for table in TABLES:
        for field in MODELS[table]._meta.concrete_fields:
            if isinstance(field, KINDS + NUMBERS) and not field.primary_key:
                if (table, field.name) in QUICK:
                    yield table, field.name, ODD[:1]
                yield pytest.param(table, field.name, ODD, marks=pytest.mark.thorough)


@pytest.fixture
def segment(translator: Person) -> Segment:
    """A paragraph of a page with all there can be of it, and another page beside it."""
    make_page(topic="health", number=12)
    segment = first(make_page(topic="health", number=11))
    write(segment, "Pide ayuda en 72 horas.", "approved")
    write(segment, "Otra ayuda en 72 horas.", by=translator)
    page = segment.page
    LocalNote.objects.create(
        page=page, key="night", country="ES", language="en", text="Here.", checked=page.checked
    )
    Remark.objects.create(segment=segment, text="Is it?", day=page.checked, author_tag=b"x" * 16)
    Term.objects.create(source_language="en", term="help", preferred="ayuda", avoided="socorro")
    return segment


def put(table: str, column: str, value: object) -> bool:
    """Into one row of it; False when the table itself refuses."""
    rows = MODELS[table]._default_manager.all()
    return any_value.put(rows.filter(pk__in=rows.values("pk")[:1]), column, value)


@pytest.mark.thorough
@pytest.mark.parametrize(("table", "column", "values"), list(columns()))
def test_no_page_breaks(
    table: str,
    column: str,
    values: tuple[object, ...],
    segment: Segment,
    nobody: Client,
    translator: Person,
    editor: Person,
    moderator: Person,
) -> None:
    public = ("", "r/11/", "new/", "new.xml", "find/?q=help", "keep/all.json")
    place = f"translate/es/11/{segment.pk}/"
    desk = ("translate/", "translate/es/", "translate/es/11/", "translate/es/11/preview/", place)
    tools = ("translate/es/11/po/file/", "translate/remarks/", "translate/glossary/")
    editing = ("r/edit/", "r/11/edit/", "r/11/versions/", "r/11/asked/", "r/local/", "r/11/local/")
    asked = [(nobody, path) for path in public]
    asked += [(translator.client, path) for path in desk + tools]
    asked += [(editor.client, path) for path in editing]
    asked += [(moderator.client, "desk/")]
    for value in values:
        before = transaction.savepoint()
        if put(table, column, value):
            for client, path in asked:
                for language in ("en", "es") if client is nobody else ("en",):
                    answer = client.get(f"/{language}/{path}")
                    assert answer.status_code < 500, (value, path)
        transaction.savepoint_rollback(before)


@pytest.mark.sqlite_only("PostgreSQL refuses another type: tests/stacks/test_postgres.py")
def test_what_does_not_fit_is_read_as_nothing(segment: Segment) -> None:
    for value in (b"\xff", b"", "text", 3.7, 10**17):
        put("Version", "serial", value)
        assert 0 in Version.objects.values_list("serial", flat=True)
    SegmentText.objects.update(text=Value(b"\xff", output_field=models.Field()))
    SegmentText.objects.update(superseded=Value("", output_field=models.Field()))
    row = SegmentText.objects.all()[0]
    assert (row.text, row.superseded) == ("", False)
    Page.objects.update(country=Value(b"", output_field=models.Field()))
    assert Page.objects.all()[0].country == ""
