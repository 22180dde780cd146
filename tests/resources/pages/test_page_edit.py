"""`/r/new/`, `/r/<number>/edit/`: editors write pages, and nobody's work is lost.

People rely on it: nothing is public before somebody publishes it, what readers would see is what
the preview shows, and of two who write at once the second is told.
"""

from __future__ import annotations

import datetime

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation
from django.utils.http import urlencode

from resources.pages.editing import checks
from resources.pages.editing.content import NEVER_CHECKED, PageContent, newest_content
from resources.pages.editing.forms import PageForm
from resources.pages.models import Page, SegmentText, Version
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from tests.cast import Person
from tests.resources.pages.editors import BODY, draft, edit, hidden, make, text, typed, versions

pytestmark = pytest.mark.django_db


def sent(**fields: str) -> QueryDict:
    """A form as it arrives."""
    return QueryDict(urlencode(typed(**fields)))


def address(page: Page) -> str:
    return f"/en/r/{page.number}/edit/"


@pytest.mark.thorough
def test_a_draft_is_seen_by_editors_only_then_published(editor: Person, nobody: Client) -> None:
    page = make(editor, save="1")
    assert (page.number, page.published, page.source_language) == (101, False, "en")
    assert nobody.get("/en/r/101/").status_code == 404
    assert "It is not on the site." in text(editor.client.get(address(page)))
    assert edit(editor, page, publish="1").status_code == 302
    shown = nobody.get("/en/r/101/").content.decode()
    assert "First paragraph, within 72 hours." in shown
    (version,) = versions(page)
    assert (bytes(version.author_tags), version.day) == (b"", today())
    assert draft(page) is None


@pytest.mark.thorough
def test_published_at_once_where_no_second_person_is_needed(editor: Person) -> None:
    page = make(editor, publish="1", change_note="A new page.")
    assert page.published
    assert versions(page)[0].change_note == "A new page."


@pytest.mark.thorough
def test_the_language_of_the_address_is_the_originals(editor: Person) -> None:
    row = hidden(editor.client, "/fr/r/new/", "row")
    with translation.override("fr"):
        editor.client.post("/fr/r/new/", typed(row=row, save="1"))
    page = Page.objects.get()
    assert page.source_language == "fr"
    assert "Français" in editor.client.get(address(page)).content.decode()


@pytest.mark.thorough
def test_the_same_new_page_sent_twice_is_one(editor: Person) -> None:
    row = str(random_id())
    for _ in range(2):
        answer = editor.client.post("/en/r/new/", typed(row=row, save="1"))
        assert answer.status_code == 302
    assert Page.objects.count() == 1
    other = editor.client.post("/en/r/new/", typed(row=row, save="1", body="Other."))
    assert "was stored already" in text(other)
    assert Page.objects.count() == Version.objects.count() == 1


ODD_IDS = ["", "7", "x" * 19, str(2**63), "-1"]


@pytest.mark.thorough
def test_an_odd_id_makes_a_page_with_another_one(editor: Person) -> None:
    for row in ODD_IDS:
        assert editor.client.post("/en/r/new/", typed(row=row, save="1")).status_code == 302
        assert 2**62 <= Page.objects.get().pk < 2**63
        Page.objects.all().delete()


def test_preview_shows_what_readers_see_and_stores_nothing(editor: Person) -> None:
    body = "::: fact Within 72 hours\nMedicine.\n:::\n\n::: local night\nWhere at night?\n:::"
    shown = text(editor.client.post("/en/r/new/", typed(row="", preview="1", body=body)))
    frame = shown[shown.index('class="phone"') :]
    assert "<b>Within 72 hours</b>" in frame
    assert "Ask your organisation" in frame
    assert 'href="https://who.int/x"' in frame
    assert "::: fact Within 72 hours" in shown[shown.index("<textarea") :]
    assert not Page.objects.exists()


MISSED = [
    ("One\n\n<b>two</b>", "Line 3: HTML does nothing here"),
    ("[x](javascript:alert(1))", "Line 1:"),
    ("![x](https://a.example/b.png)", "Pictures are not shown"),
    ("a\n\n[b](page:99)", "Line 3: “page:99”: there is no such page"),
    ("Call [us](tel:+331).", "A telephone number is true in one country only"),
]


@pytest.mark.thorough
def test_what_readers_would_miss_is_said_with_its_line_and_blocks_nothing(editor: Person) -> None:
    for body, words in MISSED:
        found = checks.check_content(PageContent("work", body=body), None)
        assert any(words in f"Line {one.line}: {one.words}" for one in found if not one.blocks)
    body = "\n\n".join(body for body, _words in MISSED)
    assert "Line 3: HTML does nothing" in text(
        editor.client.post("/en/r/new/", typed(row="", preview="1", body=body))
    )
    page = make(editor, publish="1", body=body)
    assert page.published
    public = Client().get(f"/en/r/{page.number}/").content.decode()
    assert "<b>two" not in public
    assert 'href="javascript' not in public
    assert "<img" not in public


KEEPS_BACK = [
    ({"title": ""}, "A page needs a title."),
    ({"answer": ""}, "A page needs an answer in one sentence."),
    ({"body": ""}, "A page needs a text."),
    ({"checked_today": ""}, "then tick that you have"),
    ({"body": "::: fact A\nx"}, "Line 1: This block has no end"),
    ({"body": "a\n\n:::"}, "Line 3: This line ends a block"),
    ({"body": "::: local A_B\nx\n:::"}, "a key of small"),
    ({"body": "::: local a\nx\n:::\n\n::: local a\ny\n:::"}, "Line 5: Two local boxes"),
    ({"body": "\n\n".join("x" for _ in range(151))}, "Line 301: A page has at most 150"),
    ({"body": "a\n\n" + "word " * 1300}, "Line 3: This paragraph is too long"),
]


def test_what_keeps_it_from_being_published_is_said_by_line() -> None:
    for fields, words in KEEPS_BACK:
        form = PageForm(sent(**fields), language="en", now=None)
        assert form.is_valid(), form.errors
        found = checks.check_content(form.content, None)
        assert checks.any_blocking(found)
        assert any(words in f"Line {one.line}: {one.words}" for one in found if one.blocks), words


@pytest.mark.thorough
def test_what_keeps_it_from_being_published_can_be_saved(editor: Person) -> None:
    page = make(editor, publish="1", body="a\n\n:::")
    assert not page.published
    shown = text(edit(editor, page, publish="1", body="a\n\n:::", title="Other"))
    assert "Not published yet" in shown
    assert "Line 3: This line ends a block" in shown
    assert 'value="Other"' in shown
    assert not versions(page)
    kept = draft(page)
    assert kept is not None
    assert kept.title == "If it rains"


NOT_STORED = [
    ("title", "x" * 121, "120 characters at most"),
    ("answer", "x" * 301, "300 characters at most"),
    ("keywords", "x" * 601, "600 characters at most"),
    ("body", "x" * 40_001, "40000 characters at most"),
    ("change_note", "x" * 201, "200 characters at most"),
    ("topic", "nothing", "Select a valid choice"),
    ("country", "ZZ", "Select a valid choice"),
    ("sources", "\n".join("x" for _ in range(41)), "At most 40 sources"),
    ("sources", "WHO | https://who.int/x\nX | javascript:alert(1)", "Line 2: the address"),
    ("sources", "WHO | ftp://who.int/x", "Line 1: the address"),
    ("sources", " | https://who.int/x", "Line 1: the name is missing"),
    ("sources", "a | b | c | d", "Line 1: write a name"),
    ("sources", "x" * 201, "is too long"),
]


def test_what_cannot_be_stored_is_said() -> None:
    for name, value, words in NOT_STORED:
        form = PageForm(sent(**{name: value}), language="en", now=None)
        assert not form.is_valid()
        assert words in str(form.errors[name][0]).replace("40,000", "40000"), name


def test_search_words_become_one_line() -> None:
    form = PageForm(sent(keywords="rain,\n coat", answer="Take\na coat."), language="en", now=None)
    assert form.is_valid()
    assert (form.content.keywords, form.content.answer) == ("rain, coat", "Take a coat.")


@pytest.mark.thorough
def test_what_cannot_be_stored_stays_typed_whatever_the_button(editor: Person) -> None:
    for button in ("preview", "save", "publish"):
        fields = typed(row="", title="x" * 121, body="Typed.") | {button: "1"}
        shown = text(editor.client.post("/en/r/new/", fields))
        assert "Title: 120 characters at most" in shown
        assert "Typed." in shown
    assert not Page.objects.exists()


@pytest.mark.thorough
def test_forty_thousand_letters_of_any_script_fit(editor: Person) -> None:
    body = "\n\n".join("ก" * 5_000 for _ in range(7))
    page = make(editor, publish="1", body=body)
    assert versions(page)[0].body == body


def test_control_and_turning_characters_are_left_out(editor: Person) -> None:
    page = make(editor, publish="1", title="If\u202e it \x07rains", body="One\r\n\r\ntwo\u2066")
    assert (versions(page)[0].title, versions(page)[0].body) == ("If it rains", "One\n\ntwo")


@pytest.mark.thorough
def test_what_is_unchanged_does_nothing(editor: Person) -> None:
    page = make(editor, publish="1")
    before = [list(table.objects.order_by("pk").values()) for table in (Page, Version, SegmentText)]
    for button in ("save", "publish", "ask"):
        assert edit(editor, page, **{button: "1"}).status_code == 302
    after = [list(table.objects.order_by("pk").values()) for table in (Page, Version, SegmentText)]
    assert after == before


@pytest.mark.thorough
def test_publishing_twice_publishes_once(editor: Person) -> None:
    page = make(editor, publish="1")
    seen = hidden(editor.client, address(page), "seen")
    for _ in range(2):
        answer = edit(editor, page, publish="1", body="Newer.", change_note="Shorter.", seen=seen)
        assert answer.status_code == 302
    assert [version.body for version in versions(page)] == [BODY, "Newer."]


@pytest.mark.thorough
def test_two_editors_at_once_the_second_sees_both(editor: Person) -> None:
    page = make(editor, save="1")
    seen = hidden(editor.client, address(page), "seen")
    edit(editor, page, save="1", body="Their first paragraph.\n\nSecond paragraph.")
    answer = edit(
        editor, page, save="1", body="My first paragraph.\n\nSecond paragraph.", seen=seen
    )
    shown = text(answer)
    assert "Someone saved meanwhile" in shown
    assert "removed:" in shown
    assert "Their</del>" in shown
    assert "My first paragraph." in shown[shown.index("<textarea") :]
    kept = draft(page)
    assert kept is not None
    assert kept.body.startswith("Their")
    # What was shown now counts as seen.
    again = shown[shown.index('name="seen" value="') + 19 :][:32]
    assert edit(editor, page, save="1", body="Both.", seen=again).status_code == 302
    kept = draft(page)
    assert kept is not None
    assert kept.body == "Both."


@pytest.mark.thorough
def test_published_meanwhile_is_told_too(editor: Person) -> None:
    page = make(editor, publish="1")
    seen = hidden(editor.client, address(page), "seen")
    edit(editor, page, publish="1", body="Theirs.")
    assert "Someone saved meanwhile" in text(
        edit(editor, page, publish="1", body="Mine.", seen=seen)
    )
    assert versions(page)[-1].body == "Theirs."


@pytest.mark.thorough
def test_a_form_that_comes_back_from_the_lock_shows_what_was_typed(editor: Person) -> None:
    page = make(editor, publish="1")
    answer = edit(editor, page, publish="1", body="Typed before.", unlock="1")
    assert "Typed before." in text(answer)
    assert len(versions(page)) == 1
    answer = editor.client.post("/en/r/new/", typed(row="", publish="1", carry_to="/en/r/new/"))
    assert "First paragraph" in text(answer)
    assert Page.objects.count() == 1


@pytest.mark.thorough
def test_a_draft_is_thrown_away_after_asking_once_more(editor: Person) -> None:
    page = make(editor, publish="1")
    edit(editor, page, save="1", body="Draft.")
    path = f"/en/r/{page.number}/draft/"
    seen = hidden(editor.client, path, "seen")
    edit(editor, page, save="1", body="Newer draft.")
    assert "changed meanwhile" in text(editor.client.post(path, {"seen": seen, "yes": "1"}))
    assert draft(page) is not None
    seen = hidden(editor.client, path, "seen")
    assert editor.client.post(path, {"seen": seen, "yes": "1"}).status_code == 302
    assert draft(page) is None
    assert versions(page)
    assert editor.client.get(path).status_code == 302


@pytest.mark.thorough
def test_a_page_that_never_was_more_than_a_draft_goes_with_it(editor: Person) -> None:
    page = make(editor, save="1")
    path = f"/en/r/{page.number}/draft/"
    editor.client.post(path, {"seen": hidden(editor.client, path, "seen"), "yes": "1"})
    assert not Page.objects.exists()
    assert not Version.objects.exists()


@pytest.mark.thorough
def test_off_the_site_and_back(editor: Person, nobody: Client) -> None:
    page = make(editor, publish="1")
    path = f"/en/r/{page.number}/off/"
    assert "Hide this page from readers?" in text(editor.client.get(path))
    editor.client.post(path, {"off": "1", "unlock": "1"})
    assert nobody.get(f"/en/r/{page.number}/").status_code == 200
    editor.client.post(path, {"off": "1"})
    assert nobody.get(f"/en/r/{page.number}/").status_code == 404
    assert "Show this page to readers again" in text(editor.client.get(path))
    editor.client.post(path, {"on": "1"})
    assert nobody.get(f"/en/r/{page.number}/").status_code == 200


@pytest.mark.thorough
def test_what_was_never_published_cannot_be_put_on_the_site(editor: Person) -> None:
    page = make(editor, save="1")
    path = f"/en/r/{page.number}/off/"
    assert editor.client.post(path, {"on": "1"}).status_code == 404
    page.refresh_from_db()
    assert not page.published


def test_a_page_nobody_checked_cannot_say_it_was(editor: Person) -> None:
    page = make(editor, save="1", checked_today="")
    kept = draft(page)
    assert kept is not None
    assert kept.checked == NEVER_CHECKED
    assert "1900" not in text(editor.client.get(address(page)))


@pytest.mark.thorough
def test_the_list_says_what_is_old_and_what_waits(editor: Person, moderator: Person) -> None:
    page = make(editor, publish="1")
    Page.objects.update(checked=datetime.date(2020, 1, 1))
    make(editor, save="1", title="Only a draft")
    make(editor, publish="1", title="To be read", topic="health")
    shown = text(editor.client.get("/en/r/edit/"))
    for words in ("If it rains", "six months", "not on the site", "Draft", "Waiting for review"):
        assert words in shown
    assert f"/en/r/{page.number}/edit/" in shown
    theirs = text(moderator.client.get("/en/r/edit/"))
    assert "/en/r/new/" not in theirs
    assert f"/en/r/{page.number}/edit/" not in theirs


@pytest.mark.thorough
@pytest.mark.usefixtures("starter")
def test_every_starter_page_can_be_published_as_it_is() -> None:
    for page in Page.objects.all():
        found = checks.check_content(newest_content(page) or PageContent(""), page)
        assert not checks.any_blocking(found), (page.number, found)
