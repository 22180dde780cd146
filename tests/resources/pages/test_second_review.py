"""Pages about health and the law: nobody publishes their own words.

People rely on it: two people have read what stands there, and what the second one read is what is
published.
"""

from __future__ import annotations

import pytest
from django.test import Client

from resources.pages.editing import second_review
from resources.pages.models import Page, Version
from tests.cast import Person
from tests.resources.pages.editors import draft, edit, hidden, make, text, versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(editor: Person) -> Page:
    """A new page about health that waits."""
    return make(editor, publish="1", topic="health")


def path(page: Page) -> str:
    return f"/en/r/{page.number}/asked/"


def press(someone: Person, page: Page, **fields: str) -> int:
    """Press a button of the page as it stands there now; the status."""
    if "seen" not in fields:
        fields["seen"] = hidden(someone.client, path(page), "seen")
    status: int = someone.client.post(path(page), fields).status_code
    return status


def state(page: Page) -> str:
    kept = draft(page)
    return kept.state if kept else ""


@pytest.mark.thorough
def test_publishing_asks_and_a_moderator_of_any_organisation_publishes(
    editor: Person, moderator: Person, other_moderator: Person, page: Page, nobody: Client
) -> None:
    assert state(page) == "asked"
    assert nobody.get(f"/en/r/{page.number}/").status_code == 404
    kept = draft(page)
    assert kept is not None
    assert len(kept.author_tags) == 16
    for someone in (moderator, other_moderator):
        assert "A page to read: If it rains" in someone.client.get("/en/desk/").content.decode()
    shown = text(other_moderator.client.get(path(page)))
    assert "First paragraph, within 72 hours." in shown
    assert press(other_moderator, page, publish="1") == 302
    assert nobody.get(f"/en/r/{page.number}/").status_code == 200
    (version,) = versions(page)
    assert bytes(version.author_tags) == b""
    assert "Nothing to do here" in text(moderator.client.get(path(page)))
    assert "A page to read" not in moderator.client.get("/en/desk/").content.decode()


@pytest.mark.thorough
def test_nobody_publishes_their_own(editor: Person, page: Page) -> None:
    shown = text(editor.client.get(path(page)))
    assert "Someone else has to review and publish it." in shown
    assert 'name="publish"' not in shown
    assert press(editor, page, publish="1") == 200
    assert edit(editor, page, publish="1", topic="health").status_code == 302
    assert edit(editor, page, ask="1", topic="health").status_code == 302
    assert not versions(page)


@pytest.mark.thorough
def test_the_topic_before_counts_and_the_topic_after(editor: Person, moderator: Person) -> None:
    page = make(editor, publish="1", topic="work")
    edit(editor, page, publish="1", topic="police", body="The law says so.")
    assert (state(page), len(versions(page))) == ("asked", 1)
    press(moderator, page, publish="1")
    page.refresh_from_db()
    assert page.topic == "police"
    edit(editor, page, publish="1", topic="work", body="No law any more.")
    assert (state(page), len(versions(page))) == ("asked", 2)
    # Off the site it is still the same page.
    editor.client.post(f"/en/r/{page.number}/off/", {"off": "1"})
    edit(editor, page, publish="1", topic="work", body="Something else.")
    assert (state(page), len(versions(page))) == ("asked", 2)


@pytest.mark.thorough
def test_what_is_changed_is_theirs_who_changed_it_too(
    editor: Person, moderator: Person, page: Page
) -> None:
    tag = Version.objects.get().author_tags
    Version.objects.update(author_tags=b"y" * 16)  # somebody else wrote it
    assert press(editor, page, publish="1", seen="0" * 32) == 200
    edit(editor, page, save="1", topic="health", body="Mine now.")
    assert state(page) == "draft"
    assert Version.objects.get().author_tags == b"".join(sorted([bytes(tag), b"y" * 16]))
    edit(editor, page, ask="1", topic="health", body="Mine now.")
    assert state(page) == "asked"
    assert press(editor, page, publish="1") == 200
    assert not versions(page)
    assert press(moderator, page, publish="1") == 302
    assert versions(page)[0].body == "Mine now."


@pytest.mark.thorough
def test_a_comma_of_somebody_else_makes_ones_own_words_no_others(
    editor: Person, moderator: Person, page: Page
) -> None:
    tag = bytes(Version.objects.get().author_tags)
    # She wrote it, another editor only saved a comma more: asking for it does not let her publish.
    Version.objects.update(author_tags=b"".join(sorted([tag, b"y" * 16])), state="draft")
    edit(editor, page, ask="1", topic="health")
    assert state(page) == "asked"
    assert press(editor, page, publish="1") == 200
    assert not versions(page)
    assert press(moderator, page, publish="1") == 302
    assert versions(page)
    assert bytes(Version.objects.get(serial__isnull=False).author_tags) == b""


@pytest.mark.thorough
def test_asking_without_a_change_leaves_it_with_whoever_wrote_it(
    editor: Person, page: Page
) -> None:
    Version.objects.update(author_tags=b"y" * 16, state="draft")
    edit(editor, page, ask="1", topic="health")
    assert (state(page), bytes(Version.objects.get().author_tags)) == ("asked", b"y" * 16)
    assert press(editor, page, publish="1") == 302
    assert versions(page)


@pytest.mark.thorough
def test_changed_while_it_was_read_it_is_not_published(
    editor: Person, moderator: Person, page: Page
) -> None:
    seen = hidden(moderator.client, path(page), "seen")
    edit(editor, page, ask="1", topic="health", body="Something quite different.")
    answer = moderator.client.post(path(page), {"publish": "1", "seen": seen})
    shown = text(answer)
    assert "It was changed meanwhile" in shown
    assert "Something quite different." in shown
    assert not versions(page)
    for odd in ("", "x", "0" * 32):
        assert press(moderator, page, publish="1", seen=odd) == 200
    assert not versions(page)


@pytest.mark.thorough
def test_sent_back_with_a_line_of_why(editor: Person, moderator: Person, page: Page) -> None:
    assert press(moderator, page, back="1") == 200
    assert "Say what has to change." in text(
        moderator.client.post(
            path(page), {"back": "1", "seen": hidden(moderator.client, path(page), "seen")}
        )
    )
    assert press(moderator, page, back="1", why="24 or 72 hours?") == 302
    assert state(page) == "draft"
    shown = text(editor.client.get(f"/en/r/{page.number}/edit/"))
    assert "24 or 72 hours?" in shown
    assert "Sent back" in text(editor.client.get("/en/r/edit/"))
    edit(editor, page, ask="1", topic="health", body="72 hours.")
    kept = draft(page)
    assert kept is not None
    assert kept.rejection_reason == ""
    press(moderator, page, publish="1")
    assert versions(page)[0].rejection_reason == ""


@pytest.mark.thorough
def test_published_twice_is_published_once(moderator: Person, page: Page) -> None:
    seen = hidden(moderator.client, path(page), "seen")
    assert press(moderator, page, publish="1", seen=seen) == 302
    assert press(moderator, page, publish="1", seen=seen) == 200
    assert len(versions(page)) == 1


@pytest.mark.thorough
def test_a_form_that_comes_back_from_the_lock_publishes_nothing(
    moderator: Person, page: Page
) -> None:
    assert press(moderator, page, publish="1", unlock="1") == 200
    assert not versions(page)


@pytest.mark.thorough
def test_whose_author_cannot_be_told_is_not_published(moderator: Person, page: Page) -> None:
    Version.objects.update(author_tags=b"")
    assert "We cannot see who wrote this." in text(moderator.client.get(path(page)))
    assert press(moderator, page, publish="1") == 200
    assert not versions(page)


def test_the_desk_shows_nobody_her_own(editor: Person, moderator: Person, page: Page) -> None:
    assert second_review.review_queue_items(editor.ring, editor.row) == []
    (row,) = second_review.review_queue_items(moderator.ring, moderator.row)
    assert not row.urgent
    Version.objects.update(correction=True)
    assert second_review.review_queue_items(moderator.ring, moderator.row)[0].urgent


@pytest.mark.thorough
def test_what_keeps_it_back_is_not_asked(editor: Person) -> None:
    page = make(editor, publish="1", topic="health", checked_today="")
    assert state(page) == "draft"
    assert "then tick that you have" in text(
        edit(editor, page, ask="1", topic="health", checked_today="")
    )
    assert state(page) == "draft"


def test_nobody_else_comes_in(
    editor: Person, translator: Person, member: Person, nobody: Client, page: Page
) -> None:
    for someone in (translator, member):
        assert someone.client.get(path(page)).status_code == 404
        assert someone.client.post(path(page), {"publish": "1"}).status_code == 404
    assert nobody.get(path(page)).status_code == 302
    assert editor.client.put(path(page)).status_code == 405
    assert state(page) == "asked"
