"""`/r/<number>/versions/`: what was published, compared word by word, and a way back."""

from __future__ import annotations

import pytest
from django.test import Client

from resources.pages.models import Page
from tests.cast import Person
from tests.resources.pages.editors import BODY, draft, edit, hidden, make, text, typed, versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(editor: Person) -> Page:
    """Published three times."""
    page = make(editor, publish="1")
    edit(
        editor,
        page,
        publish="1",
        body=BODY.replace("72", "24"),
        change_note="Hours",
        correction="1",
    )
    edit(editor, page, publish="1", body="Third paragraph only.", title="Rain")
    return page


def path(page: Page, query: str = "") -> str:
    return f"/en/r/{page.number}/versions/{query}"


@pytest.mark.thorough
def test_any_two_are_compared_word_by_word(editor: Person, moderator: Person, page: Page) -> None:
    first, second, third = (version.serial for version in versions(page))
    shown = text(moderator.client.get(path(page, f"?older={first}&newer={second}")))
    assert "removed: </span>72</del>" in shown
    assert "added: </span>24</ins>" in shown
    assert "Hours" in shown
    assert "urgent correction" in shown
    assert f"From version {first} to version {second}" in shown
    # The other way round it is the same; odd numbers show the last two.
    assert "</span>24</ins>" in text(
        editor.client.get(path(page, f"?older={second}&newer={first}"))
    )
    for odd in ("", "?older=x&newer=99999999999999999999", f"?older={third}&newer={third}"):
        assert editor.client.get(path(page, odd)).status_code == 200
    assert f"From version {second} to version {third}" in text(editor.client.get(path(page)))


@pytest.mark.thorough
def test_what_is_no_text_is_compared_too(editor: Person, page: Page) -> None:
    edit(
        editor,
        page,
        publish="1",
        body="Third paragraph only.",
        title="Rain",
        country="FR",
        urgent="1",
    )
    shown = text(editor.client.get(path(page)))
    for words in ("Everywhere</del>", "France</ins>", "No</del>", "Yes</ins>"):
        assert words in shown


@pytest.mark.thorough
def test_going_back_opens_the_older_text_and_stores_nothing(editor: Person, page: Page) -> None:
    first = versions(page)[0].serial
    address = f"/en/r/{page.number}/edit/?from={first}"
    assert address.replace("/en", "") in text(editor.client.get(path(page)))
    shown = text(editor.client.get(address))
    assert "This is an older text." in shown
    assert "within 72 hours" in shown[shown.index("<textarea") :]
    assert draft(page) is None
    seen = hidden(editor.client, address, "seen")
    assert edit(editor, page, save="1", seen=seen).status_code == 302
    kept = draft(page)
    assert kept is not None
    assert kept.body == BODY
    assert len(versions(page)) == 3
    edit(editor, page, publish="1")
    assert versions(page)[-1].body == BODY


@pytest.mark.thorough
def test_an_older_text_says_that_it_would_take_a_drafts_place(editor: Person, page: Page) -> None:
    edit(editor, page, save="1", body="A draft.")
    first = versions(page)[0].serial
    shown = text(editor.client.get(f"/en/r/{page.number}/edit/?from={first}"))
    assert "when you save, this takes its place" in shown
    kept = draft(page)
    assert kept is not None
    assert kept.body == "A draft."


@pytest.mark.thorough
def test_a_version_of_another_page_is_none_of_this_one(editor: Person, page: Page) -> None:
    other = make(editor, publish="1", body="Of the other page.")
    serial = versions(other)[0].serial
    for odd in (serial, "x", "-1", 10**12):
        shown = text(editor.client.get(f"/en/r/{page.number}/edit/?from={odd}"))
        assert "Of the other page." not in shown
        assert "This is an older text." not in shown


@pytest.mark.thorough
def test_nobody_else_comes_in(
    editor: Person, translator: Person, member: Person, nobody: Client, page: Page
) -> None:
    for someone in (translator, member):
        assert someone.client.get(path(page)).status_code == 404
    assert nobody.get(path(page)).status_code == 302
    assert editor.client.post(path(page), typed()).status_code == 405
