"""An approved text reaches every page of every process, and only a sound one does."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from resources.translation.interface import serving
from resources.translation.models import InterfaceOverride
from safety_app.locales import interface_texts
from safety_app.locales.interface_texts import text_cache
from safety_app.privacy.public.content import make_new_version
from tests.cast import Person
from tests.resources.translation.interface.suggestions import (
    BEFORE,
    BETTER,
    KEEP,
    approve,
    suggest,
    text,
)
from tests.test_structure import SOURCES

pytestmark = pytest.mark.django_db
BROWSER = {"accept-encoding": "identity"}


def stored_elsewhere(forms: Any = (BETTER,), language: str = "fr", **more: str) -> None:
    """As another process, or whoever can write to the database, stores an approved text."""
    values = {"english": KEEP.english, "key": text().key} | more
    InterfaceOverride.objects.create(
        language=language, forms=json.dumps(forms), state="approved", day="2026-11-30", **values
    )
    make_new_version(texts=True)


def shown() -> str:
    with translation.override("fr"):
        return translation.gettext(KEEP.english)


def page(client: Client, address: str) -> str:
    return client.get(address, headers=BROWSER).content.decode()


def test_public_pages_have_it_at_once_also_those_that_were_kept() -> None:
    assert BEFORE in page(Client(), "/fr/")
    stored_elsewhere()
    assert BETTER in page(Client(), "/fr/")
    assert BEFORE not in page(Client(), "/fr/")
    assert BETTER not in page(Client(), "/es/")


def test_signed_in_pages_have_it_after_some_seconds(member: Person, settings: Any) -> None:
    assert BEFORE in page(member.client, "/fr/a/")
    stored_elsewhere()
    assert BEFORE in page(member.client, "/fr/a/")
    settings.INTERFACE_TEXTS_SECONDS = 0
    assert BETTER in page(member.client, "/fr/a/")


def test_the_process_in_which_it_was_approved_has_it_everywhere_at_once(
    translator: Person, proofreader: Person, member: Person
) -> None:
    assert BEFORE in page(member.client, "/fr/a/")
    suggest(translator)
    approve(proofreader)
    assert BETTER in page(member.client, "/fr/a/")


def test_other_writes_load_nothing(django_assert_num_queries: Any) -> None:
    stored_elsewhere()
    serving.refresh()
    make_new_version()
    with django_assert_num_queries(1):
        serving.refresh()


@pytest.mark.parametrize(
    "forms",
    [
        ["<b>Ce</b> que nous gardons"],
        ["Ce que nous %(gardons)s"],
        ["un", "deux"],
        [""],
        [],
        ["x", 3],
        {"a": "b"},
    ],
)
def test_what_could_break_a_page_is_not_served_whoever_stored_it(forms: Any) -> None:
    stored_elsewhere(forms)
    serving.refresh()
    assert shown() == BEFORE


def test_a_column_that_is_no_list_is_not_served() -> None:
    stored_elsewhere()
    InterfaceOverride.objects.update(forms="{")
    make_new_version(texts=True)
    serving.refresh()
    assert shown() == BEFORE


@pytest.mark.parametrize("language", ["en", "xx", "", "../fr"])
def test_languages_without_a_catalogue_are_left_alone(language: str) -> None:
    stored_elsewhere(language=language)
    serving.refresh()
    assert page(Client(), "/en/").count("What we keep")


def test_a_text_whose_english_changed_is_kept_and_not_served() -> None:
    stored_elsewhere(["Vieux"], english="What we kept once", key="0" * 32)
    serving.refresh()
    assert InterfaceOverride.objects.count() == 1
    with translation.override("fr"):
        assert translation.gettext("What we kept once") == "What we kept once"


def test_words_kept_in_memory_are_made_anew() -> None:
    @text_cache(10)
    def kept(language: str) -> str:
        return translation.gettext(KEEP.english)

    with translation.override("fr"):
        assert kept("fr") == BEFORE
        stored_elsewhere()
        serving.refresh()
        assert kept("fr") == BETTER
        interface_texts.serve({})
        assert kept("fr") == BEFORE


# Made from the data of CLDR, not from texts of the interface; what inventories and state.toml say.
OF_THEMSELVES = {
    "locale_of",
    "_countries",
    "_codes",
    "_names",
    "_catalogue",
    "states",
    "word_list",
    "texts",
    "examples",
}


@pytest.mark.thorough
def test_whatever_keeps_words_of_a_language_forgets_them() -> None:
    kept = {
        function.name
        for source in SOURCES
        for function in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        and {"cache", "lru_cache"} & {_name(one) for one in function.decorator_list}
        and "language" in {argument.arg for argument in function.args.args}
    }
    assert kept == OF_THEMSELVES, "use text_cache"


def _name(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.id if isinstance(called, ast.Name) else ""
