"""Pages for other networks: who we are, whom we know, what goes and what comes."""

from __future__ import annotations

import datetime
import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from alerts import budgets
from alerts.flows import lifecycle
from alerts.models import Alert, Incoming, Partner
from safety_app.locales.dates import today
from safety_app.privacy.backends.uploads import MOST
from safety_app.vault import sharing
from tests.alerts import networks
from tests.alerts.reports import report, reported
from tests.cast import Person

pytestmark = pytest.mark.django_db

HOME = "/en/a/shared/"
OWN, OWN_FILE = f"{HOME}own/", f"{HOME}own/file/"
KNOWN, SEND, TAKE = f"{HOME}networks/", f"{HOME}send/", f"{HOME}take/"
PAGES = (HOME, OWN, OWN_FILE, KNOWN, SEND, TAKE)
NOBODYS = 2**62 + 1


def text_of(response: Any) -> str:
    return html.unescape(response.content.decode())


# Who may come in


@pytest.mark.parametrize("person", ["member", "reporter", "translator", "outsider"])
def test_who_is_no_moderator_finds_none_of_it(request: pytest.FixtureRequest, person: str) -> None:
    someone: Person = request.getfixturevalue(person)
    for page in (*PAGES, f"{KNOWN}{NOBODYS}/", f"{HOME}{NOBODYS}/"):
        assert someone.client.get(page).status_code == 404, page
        assert someone.client.post(page, {"send": "1"}).status_code == 404, page


@pytest.mark.thorough
def test_signed_out_people_are_asked_to_sign_in(nobody: Client) -> None:
    for page in PAGES:
        assert nobody.get(page).status_code == 302
        assert nobody.post(page).status_code == 403


@pytest.mark.parametrize("page", [*PAGES, f"{HOME}{NOBODYS}/"])
def test_other_methods_are_refused(moderator: Person, page: str) -> None:
    assert moderator.client.put(page).status_code == 405


@pytest.mark.thorough
def test_pages_have_their_size_and_neutral_titles(moderator: Person) -> None:
    networks.befriend(moderator)
    for page in (HOME, OWN, KNOWN, SEND, TAKE):
        response = moderator.client.get(page)
        assert len(response.content) == 12_288, page
        assert "<title>Moderation</title>" in response.content.decode()
        assert response["Cache-Control"] == "no-store"


def test_the_desk_leads_here(moderator: Person) -> None:
    assert "Other networks" in text_of(moderator.client.get("/en/desk/"))


# Our own identity


@pytest.mark.thorough
def test_every_moderator_shows_the_same_identity(
    moderator: Person, other_moderator: Person
) -> None:
    us = networks.ours(moderator)
    for someone in (moderator, other_moderator):
        page = text_of(someone.client.get(OWN))
        assert us.words in page
        assert "no secret" in page
        assert "Whenever a moderator of any organisation is removed" in page
        shown = re.search(r"(?s)<textarea[^>]*>(.*?)</textarea>", page)
        assert shown
        assert sharing.from_text(shown[1]) == us


def test_the_identity_as_a_file(moderator: Person) -> None:
    response = moderator.client.get(OWN_FILE)
    assert sharing.from_text(response.content.decode()) == networks.ours(moderator)
    assert response["Content-Disposition"] == 'attachment; filename="notes.txt"'
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Type"].startswith("text/plain")


# Networks we know


def typed(**fields: str) -> dict[str, str]:
    return {"name": "Harbour <Network>", "identity": sharing.to_text(networks.THEM), **fields}


@pytest.mark.thorough
def test_a_network_counts_once_its_words_were_compared(moderator: Person) -> None:
    shown = moderator.client.post(KNOWN, typed())
    assert shown.status_code == 200
    assert networks.THEM.words in text_of(shown)
    assert not Partner.objects.exists()
    not_ticked = moderator.client.post(KNOWN, typed(words_shown="1"))
    assert not_ticked.status_code == 400
    assert "Compare the words first" in text_of(not_ticked)
    added = moderator.client.post(KNOWN, typed(compared=networks.THEM.words))
    assert added["Location"] == KNOWN
    page = moderator.client.get(KNOWN).content.decode()
    assert "Harbour &lt;Network&gt;" in page
    assert networks.THEM.words in page


def test_the_tick_is_for_the_words_that_were_shown(moderator: Person) -> None:
    other = sharing.own_identity(networks.new_seed())
    fields = typed(identity=sharing.to_text(other), compared=networks.THEM.words, words_shown="1")
    response = moderator.client.post(KNOWN, fields)
    assert response.status_code == 400
    assert other.words in text_of(response)
    assert not Partner.objects.exists()


def test_a_tick_that_came_back_from_signing_in_counts_for_nothing(moderator: Person) -> None:
    fields = typed(compared=networks.THEM.words, carry_to=KNOWN)
    moderator.client.post(KNOWN, fields)
    assert not Partner.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "Give it a name."),
        ({"name": "x" * 81}, "Remove 1"),
        ({"identity": ""}, "Paste the text"),
        ({"identity": "hello"}, "lost in copying"),
        ({"identity": sharing.to_text(networks.THEM)[:-9]}, "lost in copying"),
        ({"identity": "x" * 10_000}, "lost in copying"),
    ],
)
def test_mistakes_are_named_and_what_was_typed_stays(
    moderator: Person, fields: dict[str, str], words: str
) -> None:
    response = moderator.client.post(KNOWN, typed(**fields))
    assert response.status_code == 400
    assert words in text_of(response)
    if "name" not in fields:
        assert "Harbour <Network>" in text_of(response)
    assert not Partner.objects.exists()


@pytest.mark.thorough
def test_our_own_and_a_known_one_are_refused(moderator: Person) -> None:
    us = networks.ours(moderator)
    own = moderator.client.post(KNOWN, typed(identity=sharing.to_text(us), compared=us.words))
    assert own.status_code == 400
    assert "your own network's identity" in text_of(own)
    moderator.client.post(KNOWN, typed(compared=networks.THEM.words))
    again = moderator.client.post(KNOWN, typed(name="Twice", compared=networks.THEM.words))
    assert again.status_code == 400
    assert "know this network already" in text_of(again)
    assert Partner.objects.count() == 1


def test_removing_a_network(moderator: Person, other_moderator: Person) -> None:
    partner = networks.befriend(moderator)
    path = f"{KNOWN}{partner}/"
    assert moderator.client.get(path).status_code == 405
    assert other_moderator.client.post(path)["Location"] == KNOWN
    assert not Partner.objects.exists()
    assert moderator.client.post(path).status_code == 404


# What goes


@pytest.fixture
def alert(member: Person) -> Alert:
    return lifecycle.post(
        member.ring, member.row, report(reported("phone", "06 39 98 12 42"), may_share=True)
    )


def test_what_goes_is_counted_and_said_before_it_goes(moderator: Person, alert: Alert) -> None:
    partner = networks.befriend(moderator)
    first = text_of(moderator.client.get(SEND))
    assert "1 note may be shared" in first
    assert "Île-de-France (1)" in first
    fields = {"partner": str(partner), "level": ["3", "2", "1"], "next": "1"}
    page = text_of(moderator.client.post(SEND, fields))
    for words in ("1 note goes out", networks.NAME, "cannot be undone", "Who wrote it"):
        assert words in page, words


def test_the_file_opens_for_the_other_network(moderator: Person, alert: Alert) -> None:
    partner = networks.befriend(moderator)
    us = networks.ours(moderator)
    fields = {"partner": str(partner), "level": "3", "region": "FR-IDF", "send": "1"}
    response = moderator.client.post(SEND, fields)
    assert response["Content-Disposition"] == 'attachment; filename="notes.bin"'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Cache-Control"] == "no-store"
    opened = sharing.open_file(networks.SEED, response.content, {us.fingerprint: us})
    assert len(opened.entries) == 1


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"partner": "5"}, "Choose a network."),
        ({"partner": ""}, "Choose a network."),
        ({"level": []}, "Tick at least one level."),
        ({"level": ["0", "9", "x"]}, "Tick at least one level."),
        ({"level": ["1"]}, "Nothing of this may be shared"),
        ({"region": ["FR-BRE"]}, "Nothing of this may be shared"),
        ({"region": ["<b>"]}, "Nothing of this may be shared"),
    ],
)
def test_what_cannot_be_sent_is_said(
    moderator: Person, alert: Alert, fields: dict[str, Any], words: str
) -> None:
    partner = networks.befriend(moderator)
    sent = {"partner": str(partner), "level": ["3"], "send": "1", **fields}
    response = moderator.client.post(SEND, sent)
    assert response.status_code == 400
    assert words in text_of(response)


def test_coming_back_from_the_lock_page_asks_again(moderator: Person, alert: Alert) -> None:
    partner = networks.befriend(moderator)
    fields = {"partner": str(partner), "level": "3", "send": "1", "carry_to": SEND}
    assert "1 note goes out" in text_of(moderator.client.post(SEND, fields))


def test_without_a_network_there_is_a_way_to_add_one(moderator: Person) -> None:
    assert KNOWN in moderator.client.get(SEND).content.decode()


def test_files_have_a_budget(
    moderator: Person, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alerts.views.sharing.files.EXPORTED", budgets.EXPORTED._replace(amount=1))
    partner = networks.befriend(moderator)
    fields = {"partner": str(partner), "level": "3", "send": "1"}
    assert moderator.client.post(SEND, fields).status_code == 200
    assert moderator.client.post(SEND, fields).status_code == 429


# What comes


def bring(person: Person, raw: bytes, to: str = TAKE) -> Any:
    return person.client.post(to, {"file": SimpleUploadedFile("any name.bin", raw)})


@pytest.mark.thorough
def test_a_file_is_taken_in_whole(moderator: Person) -> None:
    networks.befriend(moderator)
    raw = networks.file(moderator, networks.entry(), networks.entry(text="Two."))
    page = text_of(bring(moderator, raw))
    assert "2 notes for you to decide" in page
    assert networks.NAME in page
    again = text_of(bring(moderator, raw))
    assert "0 notes for you to decide" in again
    assert "2 notes in it were waiting already" in again
    listed = text_of(moderator.client.get(HOME))
    assert "2 notes waiting" in listed
    assert "Followed or stalked" in listed


@pytest.mark.thorough
def test_a_large_file_is_taken_in(moderator: Person) -> None:
    networks.befriend(moderator)
    entries = [networks.entry(text=f"{n} " + "ж" * 990) for n in range(300)]
    raw = networks.file(moderator, *entries)
    assert len(raw) > 600_000
    assert "300 notes for you to decide" in text_of(bring(moderator, raw))
    assert Incoming.objects.count() == 300
    assert len(moderator.client.get(HOME).content) % 12_288 == 0


@pytest.mark.thorough
def test_every_refusal_has_its_words(moderator: Person) -> None:
    good = networks.file(moderator)
    old = networks.file(moderator, day=today() - datetime.timedelta(days=40))
    odd = networks.file(moderator, networks.entry(), networks.odd_entry(region="XX"))
    assert "network that you do not know" in text_of(bring(moderator, good))
    networks.befriend(moderator)
    for raw, words in (
        (b"x", "not a file from another network"),
        (good[:-5], "its end is missing"),
        (good[:-1] + b"x", "does not open with your network's key"),
        (good + b"x" * (sharing.MAX_FILE + 1 - len(good)), "4 MiB"),
        (old, "was made on"),
        (odd, "Note 2 in it has something that no form here could give: Region."),
    ):
        response = bring(moderator, raw)
        assert response.status_code == 400, words
        page = text_of(response)
        assert "Nothing of it was imported" in page
        assert words in page
    assert not Incoming.objects.exists()


@pytest.mark.parametrize("data", [{}, {"file": "text"}, {"other": "x"}])
def test_without_a_file_one_is_asked_for(moderator: Person, data: dict[str, str]) -> None:
    response = moderator.client.post(TAKE, data)
    assert response.status_code == 400
    assert "Choose a file." in text_of(response)


def test_an_empty_choice_is_no_file(moderator: Person) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--b--\r\n'
    sent = moderator.client.generic("POST", TAKE, part, "multipart/form-data; boundary=b")
    response = moderator.client.get(sent["Location"])
    assert response.status_code == 400
    assert "Choose a file." in text_of(response)


@pytest.mark.parametrize("size", [100, 500_000, MOST - 1000])
@pytest.mark.parametrize("person", ["member", "translator"])
def test_nobody_else_can_send_a_file_there(
    request: pytest.FixtureRequest, person: str, size: int
) -> None:
    someone: Person = request.getfixturevalue(person)
    assert bring(someone, b"x" * size).status_code in (400, 413)
    nobody = Client()
    sent = nobody.post(TAKE, {"file": SimpleUploadedFile("x", b"x" * size)})
    assert sent.status_code in (400, 413)


@pytest.mark.parametrize("size", [100, 500_000])
@pytest.mark.parametrize("page", [HOME, SEND, "/en/a/new/", "/en/a/check/", "/en/me/", "/en/desk/"])
def test_no_other_page_takes_one(moderator: Person, page: str, size: int) -> None:
    assert bring(moderator, b"x" * size, page).status_code in (400, 413)


def test_two_files_and_too_large_ones_are_refused(moderator: Person) -> None:
    two = {"file": SimpleUploadedFile("a", b"x"), "more": SimpleUploadedFile("b", b"x")}
    assert moderator.client.post(TAKE, two).status_code == 400
    assert bring(moderator, b"x" * MOST).status_code == 413


@pytest.mark.thorough
def test_a_file_never_touches_the_disk(moderator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_more: Any) -> None:
        raise AssertionError("a temporary file")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", refuse)
    networks.befriend(moderator)
    entries = [networks.entry(text=f"{n} " + "ж" * 990) for n in range(200)]
    assert "200 notes for you to decide" in text_of(
        bring(moderator, networks.file(moderator, *entries))
    )
