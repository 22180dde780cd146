"""`/me/again/`: the passphrase again, valid for five minutes."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from safety_app.accounts.keys import credentials
from safety_app.vault.errors import VaultBusy
from tests.cast import Person
from tests.languages import LANGUAGES
from tests.stacks.memory import stored
from tests.test_walk import every_address

URL = "/en/me/again/"
ASKED = ["/en/me/second-step/", "/en/me/recovery/"]
ASKED_OF_MODERATORS = ["/en/desk/people/keys/", "/en/desk/keys/renew/"]


@pytest.mark.thorough
@pytest.mark.parametrize("path", ASKED + ASKED_OF_MODERATORS)
def test_it_is_asked_for_and_then_not_for_five_minutes(
    moderator: Person, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    client = moderator.client
    redirected = client.get(path)
    assert redirected.status_code == 302
    page = client.get(redirected["Location"])
    assert f'name="next" value="{path}"' in page.content.decode()
    typed = {"passphrase": moderator.passphrase, "next": path}
    assert client.post(URL, typed)["Location"] == path
    assert client.get(path).status_code == 200
    later = time.time() + settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert client.get(path).status_code == 302


def test_a_new_session_asks_anew(member: Person) -> None:
    member.confirm()
    assert member.sign_in().get(ASKED[0]).status_code == 302


def test_it_ends_at_the_lock(member: Person) -> None:
    """Who takes the phone with the PIN has no passphrase."""
    client = member.sign_in(pin="246810")
    member.confirm(client)
    assert client.get(ASKED[0]).status_code == 200
    client.get("/en/lock/")
    assert client.post("/en/lock/", {"pin": "246810"}).status_code == 302
    assert client.get("/en/me/").status_code == 200
    assert client.get(ASKED[0]).status_code == 302


def test_it_ends_at_the_lock_that_comes_by_itself(member: Person) -> None:
    client = member.sign_in(pin="246810")
    member.confirm(client)
    assert client.session[settings.SESSION_ENDS_AT_LOCK[0]]
    cache.delete_many([name for name in stored() if name.startswith("a")])  # the awake marks
    assert client.get(ASKED[0]).status_code == 302
    assert client.post("/en/lock/", {"pin": "246810"}).status_code == 302
    assert client.get(ASKED[0]).status_code == 302


def test_a_wrong_one_opens_nothing(member: Person) -> None:
    refused = member.client.post(URL, {"passphrase": "not this one", "next": ASKED[0]})
    assert refused.status_code == 403
    assert f'name="next" value="{ASKED[0]}"' in refused.content.decode()
    assert b"not this one" not in refused.content
    assert member.client.post(URL, {"passphrase": ""}).status_code == 400
    assert member.client.get(ASKED[0]).status_code == 302


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/", "/en/exit", "/en/me/out/", "nothing", "/"]
)
def test_it_leads_to_pages_of_this_site_only(member: Person, to: str) -> None:
    page = member.client.get(URL, {"next": to}).content.decode()
    assert 'name="next"' not in page
    response = member.client.post(URL, {"passphrase": member.passphrase, "next": to})
    assert (response.status_code, response["Location"]) == (302, "/en/a/")


def test_what_was_sent_is_not_kept_and_the_page_opens_by_get(member: Person) -> None:
    client = member.client
    sent = client.post("/en/me/recovery/", {"make": "1"})
    assert sent.status_code == 302
    assert "account_reauthentication_state" not in client.session
    typed = {"passphrase": member.passphrase, "next": "/en/me/recovery/"}
    before = bytes(member.row.recovery_handle)
    assert client.post(URL, typed)["Location"] == "/en/me/recovery/"
    assert client.get("/en/me/recovery/").status_code == 200
    assert bytes(member.row.recovery_handle) == before


@pytest.mark.thorough
def test_whatever_asks_for_it_leads_back_to_a_page_that_opens(moderator: Person) -> None:
    """Also where only a button leads, which no GET opens."""
    client = moderator.client
    own = [path for path in every_address() if path.startswith(("/en/me/", "/en/desk/"))]
    asked = {
        path: client.post(path).get("Location", "")
        for path in own
        if path not in ("/en/me/out/", "/en/me/everywhere/")
    }
    nexts = {
        path: unquote(location.removeprefix(f"{URL}?next="))
        for path, location in asked.items()
        if location.startswith(URL)
    }
    assert {*ASKED, *ASKED_OF_MODERATORS, "/en/me/second-step/key/remove/"} <= nexts.keys()
    moderator.confirm(client)
    opened = {path: client.get(page, follow=True).status_code for path, page in nexts.items()}
    assert opened == dict.fromkeys(nexts, 200)


@pytest.mark.parametrize("came_by", [{"unlock": "1"}, {"carry_to": URL, "pin": ""}])
def test_getting_back_in_confirms_nothing(member: Person, came_by: dict[str, str]) -> None:
    response = member.client.post(URL, {"passphrase": member.passphrase, **came_by})
    assert response.status_code == 200
    assert member.client.get(ASKED[0]).status_code == 302


def test_a_change_of_the_account_asks_itself_and_counts(member: Person) -> None:
    typed = {
        "pseudonym": member.pseudonym,
        "passphrase": member.passphrase,
        "new_pseudonym": "Late Swallow",
    }
    assert member.client.post("/en/me/change/", typed).status_code == 302
    assert member.client.get(ASKED[0]).status_code == 200


def test_busy(member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    client = member.client

    def full(*args: Any, **kwargs: Any) -> None:
        raise VaultBusy

    monkeypatch.setattr(credentials.passphrase, "stretch", full)
    assert client.post(URL, {"passphrase": member.passphrase}).status_code == 503


@pytest.mark.thorough
def test_who_and_how(nobody: Client, member: Person, translator: Person) -> None:
    assert nobody.get(URL)["Location"] == "/en/in/"
    assert member.client.delete(URL).status_code == 405
    assert translator.confirm().get(ASKED[0]).status_code == 200
    for language in LANGUAGES:
        page = member.client.get(f"/{language}/me/again/")
        assert (page.status_code, len(page.content)) == (200, 12288)
