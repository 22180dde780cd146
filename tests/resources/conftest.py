"""Starter pages in the database, and the weight of an answer on the wire."""

import gzip
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import models
from django.http import HttpResponse
from django.test import Client

from resources.pages.models import Page, Segment, SegmentText, Source, Version
from resources.pages.starter import FOLDER

LANGUAGES = ("en", "es", "fr")
# Where a test goes through many pages: French, the longest, at once; the others after.
LONGEST_FIRST = [
    pytest.param(language, marks=[] if language == "fr" else [pytest.mark.thorough])
    for language in LANGUAGES
]
# Every starter page has a file in each language, named NN-slug.
NUMBERS = tuple(int(path.name[:2]) for path in sorted(FOLDER.glob("en/*.md")))
# The first flight of a TCP connection: ten segments of 1,460 bytes.
FIRST_FLIGHT = 14_600


# What the command made the first time: reading 48 files takes longer than any of the tests.
_loaded: list[tuple[type[models.Model], list[models.Model]]] = []


@pytest.fixture
def starter(db: None) -> None:
    for model, rows in _loaded:
        model._default_manager.bulk_create(rows)
    if not _loaded:
        call_command("load_pages", verbosity=0)
        tables: tuple[type[models.Model], ...] = (Page, Segment, SegmentText, Source, Version)
        _loaded.extend((model, list(model._default_manager.all())) for model in tables)


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
