"""Why columns exist: in a catalogue of its own, and in English where nobody has translated it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from deploy import strings
from safety_app.locales import inventory
from safety_app.template_filters import inventory_text

TEXT = "The day it came in."
NEW = "A reason that no catalogue has <yet>."


@pytest.mark.parametrize("language", ["es", "fr"])
def test_a_translated_text_is_shown_in_the_language_of_the_page(language: str) -> None:
    with translation.override(language):
        words, marked = inventory.shown(TEXT)
        assert words != TEXT
        assert marked == ""


def test_what_nobody_has_translated_is_in_english_and_marked() -> None:
    with translation.override("fr"):
        assert inventory.shown(NEW) == (NEW, "en")
        assert inventory_text(NEW) == (
            '<span lang="en" dir="ltr">A reason that no catalogue has &lt;yet&gt;.</span>'
        )


@pytest.fixture
def without_catalogues(settings: object, tmp_path: Path) -> Iterator[None]:
    """No language has a catalogue of these texts, whatever the program comes with."""
    settings.LOCALE_PATHS = [tmp_path]  # type: ignore[attr-defined]
    inventory._catalogue.cache_clear()
    yield
    inventory._catalogue.cache_clear()


@pytest.mark.usefixtures("without_catalogues")
def test_a_language_without_such_a_catalogue_has_english() -> None:
    with translation.override("fr"):
        assert inventory.shown(TEXT) == (TEXT, "en")


def test_english_is_not_marked() -> None:
    with translation.override("en"):
        assert inventory.shown(NEW) == (NEW, "")
        assert inventory_text(NEW) == NEW


@pytest.mark.thorough
def test_these_texts_are_in_no_other_catalogue() -> None:
    texts = {str(message.id) for message in strings.catalogue(strings.INVENTORY) if message.id}
    assert len(texts) > 200
    assert TEXT in texts
    for language in strings.languages():
        assert TEXT not in {message.id for message in strings.read(language)}


@pytest.mark.django_db
def test_the_page_has_them(client: Client) -> None:
    assert TEXT in client.get("/en/kept/tables/alerts/").content.decode()
    french = client.get("/fr/kept/tables/alerts/").content.decode()
    assert TEXT not in french
    assert re.search(r"</code> [A-ZÀÉ]", french)
