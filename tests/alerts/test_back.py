"""Back works: what answers a form is a page of its own, and only its person can open it."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts import budgets
from alerts.flows import lifecycle
from alerts.models import Alert
from alerts.views import check as check_view
from safety_app.privacy import post_redirect_get
from safety_app.privacy.budgets import PAGES
from tests.alerts.reports import report, reported
from tests.cast import Person
from tests.form_answers import post_only
from tests.stacks.memory import stored

pytestmark = pytest.mark.django_db

PHONE = reported("phone", "06 39 98 12 42")
GONE = "This is no longer here"
FEED, CHECK = "/en/a/", "/en/a/check/"
FORGED = "A" * 22


def shown(response: Any) -> list[int]:
    return [int(pk) for pk in re.findall(r'class="card" href="(\d+)/"', response.content.decode())]


def address(client: Client, **data: Any) -> str:
    """Where the answer to the filters is."""
    response = post_only(client, FEED, data)
    assert response.status_code == 303
    assert response.content == b""
    where: str = response["Location"]
    assert re.fullmatch(r"/en/a/\?s=[\w-]{22}", where)
    return where


@pytest.fixture
def notes(member: Person) -> list[Alert]:
    return [
        lifecycle.post(member.ring, member.row, report(PHONE, level=level)) for level in (1, 2, 3)
    ]


@pytest.mark.thorough
def test_filters_answer_with_a_page_of_their_own(member: Person, notes: list[Alert]) -> None:
    client = member.client
    risky, worst = address(client, level="1"), address(client, level="3")
    for _ in range(2):
        assert shown(client.get(risky)) == [notes[0].pk]
        assert shown(client.get(worst)) == [notes[2].pk]
    page = client.get(risky)
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert len(page.content) % 12_288 == 0


@pytest.mark.thorough
def test_a_page_is_the_same_in_another_language(member: Person, notes: list[Alert]) -> None:
    where = address(member.client, level="1")
    page = member.client.get(where).content.decode()
    [to] = re.findall(r'href="/en/language/(\?to=[^"]*)"', page)
    menu = member.client.get(f"/en/language/{unescape(to)}").content.decode()
    assert f'href="{where.replace("/en/", "/fr/")}"' in menu
    other = member.client.get(where.replace("/en/", "/fr/"))
    assert 'lang="fr"' in other.content.decode()
    assert shown(other) == [notes[0].pk]


def test_nobody_else_opens_it(member: Person, colleague: Person, nobody: Client) -> None:
    where = address(member.client, q="Morgenstern")
    other = colleague.client.get(where)
    assert other.status_code == 404
    assert GONE in other.content.decode()
    assert "Morgenstern" not in other.content.decode()
    signed_out = nobody.get(where)
    assert signed_out.status_code == 302
    assert signed_out["Location"] == "/en/in/"


@pytest.mark.parametrize("name", [FORGED, "", "x", "A" * 5000, "é", "../../etc", "%3Cscript%3E"])
@pytest.mark.parametrize("path", [FEED, "/en/a/check/", "/en/a/figures/", "/en/me/", "/en/vouch/"])
def test_a_made_up_name_gets_a_clear_page(member: Person, path: str, name: str) -> None:
    page = member.client.get(f"{path}?s={name}")
    assert page.status_code == 404
    text = page.content.decode()
    assert GONE in text
    assert f'href="{path}"' in text
    assert len(page.content) % 12_288 == 0


def test_the_name_of_another_page_opens_nothing(member: Person) -> None:
    where = address(member.client, q="Morgenstern")
    page = member.client.get(where.replace("/a/", "/a/check/"))
    assert page.status_code == 404
    assert GONE in page.content.decode()


@pytest.mark.thorough
def test_the_seventeenth_ends_the_first(member: Person) -> None:
    first, *others = [address(member.client, q=f"word {number}") for number in range(17)]
    assert GONE in member.client.get(first).content.decode()
    for number, where in enumerate(others, start=1):
        assert f'value="word {number}"' in member.client.get(where).content.decode()


def test_after_leaving_none_of_it_is_there(member: Person) -> None:
    client = member.sign_in()
    where = address(client, q="Morgenstern")
    cookies = dict(client.cookies)
    client.post("/exit")
    client.cookies.update(cookies)
    assert client.get(where).status_code == 302
    assert _entries() == []


@pytest.mark.parametrize("path", ["/en/me/out/", "/en/me/everywhere/"])
def test_after_signing_out_none_of_it_is_there(member: Person, path: str) -> None:
    client = member.sign_in()
    where = address(client, q="Morgenstern")
    client.post(path)
    assert client.get(where).status_code == 302
    assert _entries() == []


def test_the_lock_brings_it_back(member: Person) -> None:
    client = member.sign_in(pin="314159")
    where = address(client, q="Morgenstern")
    client.get("/en/lock/")
    locked = client.get(where)
    assert locked.status_code == 302
    page = client.get(locked["Location"]).content.decode()
    assert "Morgenstern" not in page
    assert f'name="carry_to" value="{where}"' in page
    unlocked = post_only(client, "/en/lock/", {"pin": "314159", "carry_to": where})
    assert unlocked["Location"] == where
    assert 'value="Morgenstern"' in client.get(where).content.decode()


def test_the_fifth_wrong_pin_ends_it(member: Person) -> None:
    client = member.sign_in(pin="314159")
    address(client, q="Morgenstern")
    client.get("/en/lock/")
    for _ in range(5):
        client.post("/en/lock/", {"pin": "000000"})
    assert _entries() == []


def test_nothing_of_it_is_readable_in_memory(member: Person) -> None:
    where = address(member.client, q="Morgenstern", region="FR-IDF")
    memory = repr(stored())
    for secret in ("Morgenstern", "FR-IDF", where.rpartition("=")[2]):
        assert secret not in memory


def test_too_much_is_answered_in_place(member: Person) -> None:
    response = post_only(member.client, FEED, {"q": "x" * 70_000})
    assert response.status_code == 200
    assert "Nothing fits." in response.content.decode()


def test_a_note_leads_back_to_what_was_found(member: Person, notes: list[Alert]) -> None:
    where = address(member.client, level="1")
    path = f"/en/a/{notes[0].pk}/"
    page = member.client.get(path, HTTP_REFERER=f"http://testserver{where}").content.decode()
    assert f'<a href="{where}">Back to results</a>' in page
    for other in (f"http://evil.example{where}", "http://testserver/en/a/", "http://testserver["):
        page = member.client.get(path, HTTP_REFERER=other).content.decode()
        assert "Back to results" not in page


def test_a_page_that_was_written_by_a_form_is_kept_as_it_is(member: Person) -> None:
    """The view does not run again: it may have written something."""
    sent = post_only(member.client, "/en/vouch/", {"note": "", "make": "1"})
    assert sent.status_code == 303
    page = member.client.get(sent["Location"])
    assert page.status_code == 400
    assert 'role="alert"' in page.content.decode()
    other = member.client.get(sent["Location"].replace("/en/", "/es/"))
    assert other.status_code == 200
    assert GONE not in other.content.decode()


def _entries() -> list[str]:
    return [name for name in stored() if name.startswith("e")]


@pytest.mark.thorough
def test_a_check_is_paid_for_once(
    member: Person, colleague: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    lifecycle.post(member.ring, member.row, report(PHONE))
    monkeypatch.setattr(budgets, "CHECKS", budgets.CHECKS._replace(amount=1))
    monkeypatch.setattr(budgets, "RESERVE", budgets.RESERVE._replace(amount=0))
    sent = post_only(colleague.client, CHECK, {"q": "0639981242", "country": "FR"})
    assert sent.status_code == 303
    for language in ("en", "fr", "en"):
        page = colleague.client.get(sent["Location"].replace("/en/", f"/{language}/"))
        assert page.status_code == 200
        assert page.content.decode().count('href="../') == 1
    again = colleague.client.post(CHECK, {"q": "0639981242", "country": "FR"})
    assert again.status_code == 429


def test_what_was_deleted_meanwhile_is_not_found_by_coming_back(
    member: Person, colleague: Person
) -> None:
    alert = lifecycle.post(member.ring, member.row, report(PHONE))
    sent = post_only(colleague.client, CHECK, {"q": "0639981242", "country": "FR"})
    assert str(alert.pk) in colleague.client.get(sent["Location"]).content.decode()
    lifecycle.withdraw(member.ring, alert.pk)
    assert str(alert.pk) not in colleague.client.get(sent["Location"]).content.decode()


def test_both_halves_of_a_check_are_the_same_for_hit_and_miss(
    member: Person, colleague: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    lifecycle.post(member.ring, member.row, report(PHONE))
    slept: list[float] = []
    monkeypatch.setattr("safety_app.privacy.middleware.response_timing.time.sleep", slept.append)
    colleague.client  # noqa: B018  signed in before anything is compared
    halves = set()
    for typed in ("0639981242", "0639987777"):
        with CaptureQueriesContext(connection) as asked:
            sent = post_only(colleague.client, CHECK, {"q": typed, "country": "FR"})
        with CaptureQueriesContext(connection) as opened:
            page = colleague.client.get(sent["Location"])
        heads = [sorted((name, len(value)) for name, value in r.items()) for r in (sent, page)]
        halves.add((repr(heads), len(sent.content), len(page.content), len(asked), len(opened)))
    assert len(halves) == 1
    assert len(slept) == 4


def test_clear_removes_what_was_typed_and_found(member: Person) -> None:
    sent = post_only(member.client, CHECK, {"q": "0639981242", "country": "FR"})
    assert 'name="clear"' in member.client.get(sent["Location"]).content.decode()
    cleared = post_only(member.client, sent["Location"], {"q": "0639981242", "clear": "1"})
    assert (cleared.status_code, cleared["Location"]) == (303, CHECK)
    assert GONE in member.client.get(sent["Location"]).content.decode()
    assert _entries() == []


@pytest.mark.thorough
def test_one_account_cannot_fill_the_memory_with_sessions(
    member: Person, colleague: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixteen entries of 64 KB are little, but there can be any number of sessions."""
    monkeypatch.setattr(post_redirect_get, "PAGES", PAGES._replace(amount=32))
    long = "q" * 20_000  # 64 KB: 16 parts
    statuses = []
    for _session in range(2):
        client = member.sign_in()
        statuses += [post_only(client, CHECK, {"q": long}).status_code for _ in range(2)]
    assert statuses[:2] == [303, 303]
    assert 303 not in statuses[2:]
    # What is not kept is answered in place, and nobody else pays for it.
    answer = post_only(member.client, CHECK, {"q": "x" * 14_000 + " 06 39 98 12 42"})
    assert answer.status_code == 200
    assert post_only(colleague.client, CHECK, {"q": long}).status_code == 303


def test_coming_back_to_an_answer_without_end_has_a_budget(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines are paid for once; looking them up again opens as many cards each time."""
    monkeypatch.setattr(check_view, "CARDS", budgets.CARDS._replace(amount=2))
    where = post_only(member.client, CHECK, {"q": "06 39 98 12 42"})["Location"]
    assert [member.client.get(where).status_code for _ in range(4)] == [200, 200, 200, 429]
