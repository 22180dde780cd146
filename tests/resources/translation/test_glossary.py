"""The glossary on the desk: found, added, changed, taken out; nobody's work goes under."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client

from resources.translation.models import Term
from tests.cast import Person

pytestmark = pytest.mark.django_db
LIST, NEW = "/en/translate/glossary/", "/en/translate/glossary/new/"
WORD = {
    "source_language": "en",
    "term": "Sex worker",
    "language": "es",
    "preferred": "trabajadora sexual",
    "avoided": "puta",
    "note": "Her own word.",
}


def add(**other: object) -> Term:
    return Term.objects.create(**(WORD | {"keep": False} | other))


def path_of(row: Term) -> str:
    return f"{LIST}{row.pk}/"


def text(response: HttpResponse, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def all_rows() -> list[tuple[object, ...]]:
    return sorted(Term.objects.values_list())


def test_adding_a_word(translator: Person) -> None:
    assert "<form" in text(translator.client.get(f"{NEW}?language=es&source_language=en"))
    response = translator.client.post(NEW, {**WORD, "term": "  Sex\u202e  worker "})
    assert (response.status_code, response["Location"]) == (302, "/en/translate/es/glossary/")
    row = Term.objects.get()
    assert (row.term, row.language, row.preferred, row.keep) == (
        "Sex worker",
        "es",
        "trabajadora sexual",
        False,
    )
    shown = text(translator.client.get(LIST))
    for words in ("Sex worker", "trabajadora sexual", "puta", "Her own word."):
        assert words in shown


@pytest.mark.thorough
def test_the_list_of_a_language_and_what_is_found_in_it(editor: Person) -> None:
    add()
    add(term="PEP", language="", preferred="", avoided="", keep=True)
    add(term="Fürsorge", language="fr", preferred="soin")
    shown = text(editor.client.get("/en/translate/es/glossary/"))
    assert "Sex worker" in shown
    assert "PEP" in shown
    assert "Fürsorge" not in shown
    shown = text(editor.client.get(f"{LIST}?q=FURSORGE"))
    assert "Fürsorge" in shown
    assert "PEP" not in shown
    for query in ("?q=%3Cscript%3E", "?page=99", "?page=x", "?q=" + "x" * 500):
        assert "<script>" not in text(editor.client.get(LIST + query))
    assert editor.client.get("/en/translate/xx/glossary/").status_code == 404


def test_many_words_are_on_several_pages(translator: Person) -> None:
    for number in range(70):
        add(term=f"word {number:03}")
    first = text(translator.client.get(LIST))
    assert "word 000" in first
    assert "word 020" not in first
    assert "?page=2" in first
    assert len(translator.client.get(LIST).content) == 12_288
    last = text(translator.client.get(f"{LIST}?page=4"))
    assert "word 069" in last
    assert "?page=5" not in last


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"term": ""}, "id_term"),
        ({"term": "x" * 81}, "id_term"),
        ({"term": "\u0301"}, "id_term"),
        ({"source_language": "xx"}, "id_source_language"),
        ({"source_language": ""}, "id_source_language"),
        ({"language": "xx"}, "id_language"),
        ({"language": "en"}, "id_language"),
        ({"preferred": "x" * 161}, "id_preferred"),
        ({"preferred": "", "avoided": "", "note": ""}, "id_preferred"),
        ({"keep": "on"}, "id_preferred"),
        ({"avoided": "otra, Trabajadora Sexual"}, "id_avoided"),
        ({"note": "x" * 301}, "id_note"),
    ],
)
def test_what_is_wrong_is_named_and_kept(
    translator: Person, wrong: dict[str, str], field: str
) -> None:
    shown = text(translator.client.post(NEW, WORD | wrong))
    assert f'href="#{field}"' in shown
    assert "Her own word." in shown or "note" in wrong
    assert not Term.objects.exists()


def test_a_word_is_there_once_a_language(translator: Person) -> None:
    add()
    shown = text(translator.client.post(NEW, WORD | {"term": "SEX WÓRKER"}))
    assert "in the glossary already" in shown
    assert translator.client.post(NEW, WORD | {"language": "fr"}).status_code == 302
    assert Term.objects.count() == 2
    other = Term.objects.get(language="fr")
    was = was_of(translator, other)
    shown = text(translator.client.post(path_of(other), WORD | {"was": was}))
    assert "in the glossary already" in shown


def was_of(person: Person, row: Term) -> str:
    shown = text(person.client.get(path_of(row)))
    return shown.split('name="was" value="')[1].split('"')[0]


def test_changing_a_word(translator: Person) -> None:
    row = add()
    was = was_of(translator, row)
    sent = WORD | {"was": was, "term": "sex worker", "preferred": "persona que ejerce"}
    assert translator.client.post(path_of(row), sent).status_code == 302
    row.refresh_from_db()
    assert (row.term, row.preferred) == ("sex worker", "persona que ejerce")
    # The same once more: nothing to do, and no complaint.
    assert translator.client.post(path_of(row), sent).status_code == 302


def test_two_at_once_lose_nothing(translator: Person, editor: Person) -> None:
    row = add()
    was = was_of(translator, row)
    first = WORD | {"was": was, "note": "First."}
    second = WORD | {"was": was, "note": "Second."}
    assert translator.client.post(path_of(row), first).status_code == 302
    shown = text(editor.client.post(path_of(row), second), 409)
    assert "First." in shown
    assert "Second." in shown
    row.refresh_from_db()
    assert row.note == "First."
    now = shown.split('name="was" value="')[1].split('"')[0]
    assert editor.client.post(path_of(row), second | {"was": now}).status_code == 302
    row.refresh_from_db()
    assert row.note == "Second."


def test_taking_a_word_out_asks_first(translator: Person) -> None:
    row = add(term="Not a starter word")
    assert "<form" in text(translator.client.get(f"{path_of(row)}delete/"))
    assert Term.objects.exists()
    text(translator.client.post(f"{path_of(row)}delete/", {"unlock": "1"}))
    assert Term.objects.exists()
    assert translator.client.post(f"{path_of(row)}delete/").status_code == 302
    assert not Term.objects.exists()
    assert translator.client.post(f"{path_of(row)}delete/").status_code == 404
    # Somebody who had it open meanwhile keeps what she typed.
    shown = text(translator.client.post(path_of(row), WORD), 409)
    assert "Her own word." in shown
    assert f'action="{NEW}"' in shown
    assert translator.client.get(path_of(row)).status_code == 404


def test_what_comes_back_through_the_lock_page_does_nothing(translator: Person) -> None:
    assert "Her own word." in text(translator.client.post(NEW, WORD | {"carry_to": NEW}))
    row = add()
    sent = WORD | {"note": "New.", "unlock": "1", "was": was_of(translator, row)}
    assert "New." in text(translator.client.post(path_of(row), sent))
    assert Term.objects.get().note == "Her own word."


def test_a_language_the_site_has_no_more(translator: Person) -> None:
    row = add(language="xx")
    assert "xx" in text(translator.client.get(LIST))
    sent = WORD | {"language": "xx", "note": "N.", "was": was_of(translator, row)}
    assert translator.client.post(path_of(row), sent)["Location"] == LIST
    assert Term.objects.get().note == "N."


@pytest.mark.thorough
def test_nobody_else(member: Person, moderator: Person, nobody: Client) -> None:
    row = add()
    before = all_rows()
    paths = (LIST, NEW, path_of(row), f"{path_of(row)}delete/", "/en/translate/es/glossary/")
    for path in paths:
        for person in (member, moderator):
            assert person.client.get(path).status_code == 404
            assert person.client.post(path, WORD).status_code == 404
        assert nobody.get(path).status_code == 302
    assert all_rows() == before


def test_wrong_methods(translator: Person) -> None:
    assert translator.client.post(LIST, WORD).status_code == 405
    assert translator.client.delete(NEW).status_code == 405
