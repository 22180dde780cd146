"""`/r/local/`, `/r/<number>/local/`: what is true in a country, from who knows it there."""

from __future__ import annotations

import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from resources.pages.models import LocalNote, Page
from tests.cast import Person
from tests.resources.pages.editors import hidden, make, text

pytestmark = pytest.mark.django_db
BODY = "Text.\n\n::: local night\nWhere at night?\n:::\n\n::: local crisis-line\nWho answers?\n:::"
OLD = datetime.date(2024, 1, 1)


@pytest.fixture
def page(editor: Person) -> Page:
    return make(editor, publish="1", body=BODY)


def path(page: Page, query: str = "?country=FR&language=en") -> str:
    return f"/en/r/{page.number}/local/{query}"


def put(someone: Person, page: Page, **fields: Any) -> Any:
    """Send the form as a browser would; what was seen is what stands there now."""
    chosen = {"country": "FR", "language": "en"} | fields
    shown = path(page, f"?country={chosen['country']}&language={chosen['language']}")
    html = someone.client.get(shown).content.decode()
    for key in ("night", "crisis-line"):
        if f'name="seen_{key}"' in html:
            chosen.setdefault(f"seen_{key}", hidden(someone.client, shown, f"seen_{key}"))
    return someone.client.post(path(page, ""), chosen)


def note(page: Page, key: str = "night") -> LocalNote | None:
    return page.local_notes.filter(key=key).first()


@pytest.mark.thorough
def test_filled_in_by_a_moderator_read_by_everybody(
    moderator: Person, page: Page, nobody: Client
) -> None:
    shown = text(moderator.client.get(path(page)))
    assert "Where at night?" in shown
    assert "Who answers?" in shown
    answer = put(moderator, page, text_night="**North hospital**, door 3.", checked_night="1")
    assert answer.status_code == 302
    assert answer["Location"] == path(page).replace("/en", "/en", 1)
    kept = note(page)
    assert kept is not None
    assert (kept.country, kept.language, kept.owner) == (
        "FR",
        "en",
        moderator.row.organisation_id,
    )
    assert kept.checked == datetime.datetime.now(datetime.UTC).date()
    public = nobody.get(f"/en/r/{page.number}/?in=FR").content.decode()
    assert "<strong>North hospital</strong>, door 3." in public
    assert note(page, "crisis-line") is None


@pytest.mark.thorough
def test_nothing_unchecked_is_stored_and_nothing_typed_is_lost(
    moderator: Person, page: Page
) -> None:
    answer = put(
        moderator, page, text_night="+33 1", **{"text_crisis-line": "x", "checked_crisis-line": "1"}
    )
    shown = text(answer)
    assert "Check it first" in shown
    assert "+33 1" in shown
    assert not LocalNote.objects.exists()
    assert "2000 characters at most" in text(
        put(moderator, page, text_night="x" * 2001, checked_night="1")
    ).replace("2,000", "2000")
    assert not LocalNote.objects.exists()


@pytest.mark.thorough
def test_checked_again_changed_and_emptied(moderator: Person, page: Page) -> None:
    put(moderator, page, text_night="Door 3.", checked_night="1")
    LocalNote.objects.update(checked=OLD)
    assert "Not checked for six months" in text(moderator.client.get(path(page)))
    put(moderator, page, text_night="Door 3.")
    kept = note(page)
    assert kept is not None
    assert kept.checked == OLD
    put(moderator, page, text_night="Door 3.", checked_night="1")
    kept = note(page)
    assert kept is not None
    assert kept.checked > OLD
    put(moderator, page, text_night="Door 4.", checked_night="1")
    kept = note(page)
    assert kept is not None
    assert kept.text == "Door 4."
    put(moderator, page, text_night="")
    assert note(page) is None


@pytest.mark.thorough
def test_a_note_is_its_organisations(
    editor: Person, moderator: Person, other_moderator: Person, page: Page
) -> None:
    put(moderator, page, text_night="Ours.", checked_night="1")
    shown = text(other_moderator.client.get(path(page)))
    assert "Another organisation wrote this" in shown
    assert 'name="text_night"' not in shown
    put(other_moderator, page, text_night="Theirs.", checked_night="1", seen_night="x")
    put(other_moderator, page, text_night="")
    kept = note(page)
    assert kept is not None
    assert kept.text == "Ours."
    # A colleague edits it too; in another language or country there is room.
    put(editor, page, text_night="Ours again.", checked_night="1")
    put(other_moderator, page, text_night="Ici.", checked_night="1", language="fr")
    put(other_moderator, page, text_night="Here.", checked_night="1", country="BE")
    assert LocalNote.objects.count() == 3
    assert LocalNote.objects.filter(owner=other_moderator.row.organisation_id).count() == 2


@pytest.mark.thorough
def test_what_an_organisation_left_behind_is_free(other_moderator: Person, page: Page) -> None:
    for owner in (None, 2**62 + 5):
        LocalNote.objects.all().delete()
        where = {"page": page, "key": "night", "country": "FR", "language": "en"}
        LocalNote.objects.create(**where, text="Old.", checked=OLD, owner=owner)
        put(other_moderator, page, text_night="Old.", checked_night="1")
        kept = note(page)
        assert kept is not None
        assert (kept.owner, kept.checked > OLD) == (other_moderator.row.organisation_id, True)


@pytest.mark.thorough
def test_two_at_once_the_second_is_told(editor: Person, moderator: Person, page: Page) -> None:
    put(moderator, page, text_night="First.", checked_night="1")
    seen = hidden(moderator.client, path(page), "seen_night")
    put(editor, page, text_night="Second.", checked_night="1")
    shown = text(put(moderator, page, text_night="Third.", checked_night="1", seen_night=seen))
    assert "Someone changed this meanwhile. It now says: Second." in shown
    assert "Third." in shown
    kept = note(page)
    assert kept is not None
    assert kept.text == "Second."
    # The same sent twice does nothing.
    assert put(editor, page, text_night="Second.", seen_night=seen).status_code == 302


@pytest.mark.thorough
def test_what_readers_would_miss_is_said(moderator: Person, page: Page) -> None:
    put(moderator, page, text_night="a\n\n<b>x</b> [y](page:99) ::: z", checked_night="1")
    shown = text(moderator.client.get(path(page)))
    assert "Line 3: HTML does nothing here" in shown
    assert "there is no such page" in shown
    assert "<b>x</b>" not in moderator.client.get(path(page)).content.decode()


@pytest.mark.thorough
def test_odd_choices_are_the_sites_own(moderator: Person, page: Page) -> None:
    for query in ("", "?country=ZZ&language=xx", "?country=<b>&language="):
        assert "What is true in France" in text(moderator.client.get(path(page, query)))
    put(moderator, page, text_night="x", checked_night="1", country="ZZ", language="xx")
    kept = note(page)
    assert kept is not None
    assert (kept.country, kept.language) == ("FR", "en")
    put(moderator, page, **{"text_no-such": "x", "checked_no-such": "1"})
    assert LocalNote.objects.count() == 1


@pytest.mark.thorough
def test_a_page_of_one_country_has_no_other(editor: Person, moderator: Person) -> None:
    page = make(editor, publish="1", body=BODY, country="BE")
    put(moderator, page, text_night="x", checked_night="1", country="FR")
    kept = note(page)
    assert kept is not None
    assert kept.country == "BE"
    shown = moderator.client.get("/en/r/local/?country=FR").content.decode()
    assert f"/r/{page.number}/local/" not in shown


@pytest.mark.thorough
def test_a_form_that_comes_back_from_the_lock_stores_nothing(moderator: Person, page: Page) -> None:
    shown = text(put(moderator, page, text_night="Typed.", checked_night="1", unlock="1"))
    assert "Typed." in shown
    assert not LocalNote.objects.exists()


@pytest.mark.thorough
def test_the_list_has_what_is_old_first(editor: Person, moderator: Person, page: Page) -> None:
    other = make(editor, publish="1", body=BODY, title="Old notes")
    make(editor, publish="1", body="Nothing open.", title="No places")
    put(moderator, other, text_night="x", checked_night="1")
    LocalNote.objects.update(checked=OLD)
    shown = unescape(moderator.client.get("/en/r/local/").content.decode())
    assert shown.index("Old notes") < shown.index("If it rains")
    assert "1 was not checked for six months." in shown
    assert "2 local boxes · 1 is empty" in shown.replace("</small>", "")
    assert "No places" not in shown
    assert "six months" not in text(moderator.client.get("/en/r/local/?country=BE"))


@pytest.mark.thorough
def test_a_key_that_was_filled_in_is_missed_when_it_goes(
    editor: Person, moderator: Person, page: Page
) -> None:
    put(moderator, page, text_night="x", checked_night="1")
    shown = text(
        editor.client.post(
            f"/en/r/{page.number}/edit/",
            {"title": "T", "answer": "A", "body": "No place.", "topic": "work", "preview": "1"},
        )
    )
    assert "Organisations have filled in “night”" in shown


def test_nobody_else_comes_in(
    editor: Person, translator: Person, member: Person, nobody: Client, page: Page
) -> None:
    for someone in (translator, member):
        for address in (path(page), "/en/r/local/"):
            assert someone.client.get(address).status_code == 404
        sent = {"text_night": "x", "checked_night": "1"}
        assert someone.client.post(path(page), sent).status_code == 404
    assert nobody.get(path(page)).status_code == 302
    assert editor.client.put(path(page)).status_code == 405
    assert editor.client.post("/en/r/local/").status_code == 405
    Page.objects.update(published=False)
    assert editor.client.get(path(page)).status_code == 404
