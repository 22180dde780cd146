"""Starter pages in the database, and the weight of an answer on the wire."""

import gzip
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from resources.pages.models import Page, Segment, SegmentText, Source, Version
from resources.pages.starter import FOLDER

# Every starter page has a file in each language, named NN-slug.
NUMBERS = tuple(int(path.name[:2]) for path in sorted(FOLDER.glob("en/*.md")))
# The first flight of a TCP connection: ten segments of 1,460 bytes.
FIRST_FLIGHT = 14_600


# Tables of the pages, and what the command made in them the first time: reading 48 files takes
# longer than any of the tests, and so would making a thousand objects for each.
PAGE_TABLES = (Page, Segment, SegmentText, Source, Version)
_loaded: list[tuple[str, list[tuple[object, ...]]]] = []


@pytest.fixture
def starter(db: None) -> None:
    if not _loaded:
        call_command("load_pages", verbosity=0)
        _loaded.extend(_rows_of(model._meta.db_table) for model in PAGE_TABLES)
        return
    with connection.cursor() as cursor:
        for insert, rows in _loaded:
            cursor.executemany(insert, rows)


def _rows_of(table: str) -> tuple[str, list[tuple[object, ...]]]:
    """A statement that puts the rows of a table back, and the rows."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (ours)
        rows = cursor.fetchall()
    places = ", ".join(["%s"] * len(rows[0]))
    return f'INSERT INTO "{table}" VALUES ({places})', rows  # noqa: S608 (ours)


@pytest.fixture
def someone_hurt_you(starter: None) -> Page:
    return Page.objects.get(number=8)


@pytest.fixture
def html(client: Client) -> Callable[[str], str]:
    def get(address: str) -> str:
        response = client.get(address)
        assert response.status_code == 200
        return response.content.decode()

    return get


def on_the_wire(response: HttpResponse) -> int:
    """Bytes of headers and body, compressed if a middleware has not done it yet."""
    body = response.content
    if not response.get("Content-Encoding"):
        body = gzip.compress(body)
    headers = sum(len(f"{name}: {value}\r\n") for name, value in response.items())
    cookies = sum(len(f"{morsel.output()}\r\n") for morsel in response.cookies.values())
    return len("HTTP/1.1 200 OK\r\n\r\n") + headers + cookies + len(body)
