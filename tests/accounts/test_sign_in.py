"""`/in/`"""

from __future__ import annotations

import datetime
import re
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from safety_app.accounts.budgets import SIGN_IN
from safety_app.accounts.keys import contexts, credentials
from safety_app.accounts.keys.keyring import own_key
from safety_app.accounts.keys.network_box import NetworkBox, open_network_box
from safety_app.accounts.keys.row_auth import member_mac
from safety_app.accounts.models import Epoch, Member
from safety_app.accounts.server_key import server_key
from safety_app.privacy import amount_counter, budgets
from safety_app.vault import boxes, network, seals
from safety_app.vault.errors import VaultBusy
from safety_app.vault.passphrase import PRODUCTION_COST
from tests.cast import Person

URL = "/en/in/"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def bare(body: bytes) -> bytes:
    """A page without what differs between any two responses."""
    return TOKEN.sub(b"", body)


def typed(person: Person, **other: str) -> dict[str, str]:
    return {"pseudonym": person.pseudonym, "passphrase": person.passphrase, **other}


def test_the_form_asks_for_pseudonym_passphrase_and_an_optional_pin(nobody: Client) -> None:
    page = nobody.get(URL).content.decode()
    for name in ("pseudonym", "passphrase", "pin"):
        assert f'name="{name}"' in page
    assert "carry_to" not in page


def test_right_words_sign_in(nobody: Client, member: Person) -> None:
    response = nobody.post(URL, typed(member))
    assert response.status_code == 302
    assert response["Location"] == "/en/a/"
    assert nobody.get("/en/me/").status_code == 200


def test_the_pseudonym_may_be_typed_in_any_case_and_spacing(nobody: Client, member: Person) -> None:
    other = f"  {member.pseudonym.upper()} ".replace(" ", "  ")
    assert nobody.post(URL, typed(member, pseudonym=other)).status_code == 302


@pytest.mark.parametrize(
    "as_written",
    [
        lambda words: words.capitalize(),
        lambda words: f"{words.upper()}. ",
        lambda words: words.replace(" ", "  "),
        lambda words: words.replace(" ", "\u2014"),
        lambda words: "\u200b".join(words),
    ],
)
def test_a_passphrase_opens_as_a_phone_writes_it(
    nobody: Client, member: Person, as_written: Callable[[str], str]
) -> None:
    phone = typed(member, passphrase=as_written(member.passphrase))
    assert nobody.post(URL, {**phone, "pin": "123-456"}).status_code == 302
    assert nobody.get("/en/lock/").status_code == 200
    assert nobody.post("/en/lock/", {"pin": " \u0661\u06623 456."}).status_code == 302


@pytest.mark.parametrize("pin", ["12345", "1234567", "abcdef", "12 34"])
def test_what_has_not_six_digits_is_no_pin(nobody: Client, member: Person, pin: str) -> None:
    assert nobody.post(URL, typed(member, pin=pin)).status_code == 400


def test_session_and_csrf_keys_are_new(nobody: Client, member: Person) -> None:
    nobody.get(URL)
    before = {name: cookie.value for name, cookie in nobody.cookies.items()}
    nobody.post(URL, typed(member))
    after = {name: cookie.value for name, cookie in nobody.cookies.items()}
    assert after["s"] != before.get("s")
    assert after["c"] != before["c"]


def test_unknown_pseudonym_and_wrong_passphrase_get_the_same_answer(
    nobody: Client, member: Person
) -> None:
    wrong = nobody.post(URL, typed(member, passphrase="not this one"))
    unknown = nobody.post(URL, typed(member, pseudonym="Amber Lynz", passphrase="not this one"))
    assert wrong.status_code == unknown.status_code == 403
    # What was typed stays in the form; nothing else differs.
    assert b"Amber Lynx" in wrong.content
    assert bare(wrong.content).replace(b"Lynx", b"Lynz") == bare(unknown.content)


def test_unknown_and_wrong_do_the_same_work(
    nobody: Client, member: Person, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []
    stretch = credentials.passphrase.stretch
    monkeypatch.setattr(
        credentials.passphrase, "stretch", lambda *a, **k: (runs.append(1), stretch(*a, **k))[1]
    )
    for pseudonym in (member.pseudonym, "nobody at all"):
        with django_assert_num_queries(2):
            nobody.post(URL, typed(member, pseudonym=pseudonym, passphrase="not this one"))
    assert runs == [1, 1]


@pytest.mark.thorough
def test_it_takes_less_than_a_second_of_the_processor(
    nobody: Client, member: Person, settings: Any
) -> None:
    """At the full cost of a passphrase, hit or miss: one run of Argon2id is most of it."""
    settings.SIGN_IN_COST = PRODUCTION_COST
    nobody.get(URL)
    began = time.process_time()
    assert nobody.post(URL, typed(member)).status_code == 403  # her row is of the cheap cost
    assert 0.1 < time.process_time() - began < 1


def test_the_passphrase_never_comes_back(nobody: Client) -> None:
    page = nobody.post(URL, {"pseudonym": "x", "passphrase": "secret words", "pin": "98"})
    assert b"secret words" not in page.content
    assert b'value="98"' not in page.content


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"pseudonym": "", "passphrase": ""},
        {"pseudonym": "a" * 5000, "passphrase": "b" * 5000},
        {"pseudonym": "\u202egnirts", "passphrase": "\ufdfa" * 300},
        {"pseudonym": ["a", "b"], "passphrase": ["c", "d"]},
        {"pseudonym": "👩‍🚀", "passphrase": "x", "pin": "१२३"},
    ],
)
def test_hostile_input_gets_a_clear_page(nobody: Client, fields: dict[str, Any]) -> None:
    response = nobody.post(URL, fields)
    assert response.status_code in (400, 403, 413)
    assert b"<h1>" in response.content


def test_broken_utf8_gets_a_clear_page(nobody: Client) -> None:
    body = "pseudonym=%ED%A0%80&passphrase=%FF%FE&pin=%00"
    response = nobody.post(URL, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_wrong_method(nobody: Client, method: str) -> None:
    assert getattr(nobody, method)(URL).status_code == 405


def test_someone_signed_in_goes_on(member: Person) -> None:
    response = member.client.get(URL)
    assert (response.status_code, response["Location"]) == (302, "/en/a/")


def test_an_account_without_network_key_begins_where_it_works(
    nobody: Client, translator: Person
) -> None:
    assert nobody.post(URL, typed(translator))["Location"] == "/en/translate/"


def test_a_pin_in_other_digits_unlocks(nobody: Client, member: Person) -> None:
    nobody.post(URL, typed(member, pin="१२३ ४५६"))
    nobody.get("/en/lock/")
    assert nobody.get("/en/me/").status_code == 302
    response = nobody.post("/en/lock/", {"pin": "123456"})
    assert response.status_code == 302
    assert nobody.get("/en/me/").status_code == 200


def test_busy_says_so_and_keeps_the_pseudonym(
    nobody: Client, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise VaultBusy

    monkeypatch.setattr(credentials.passphrase, "stretch", full)
    response = nobody.post(URL, typed(member))
    assert response.status_code == 503
    assert member.pseudonym.encode() in response.content
    assert member.passphrase.encode() not in response.content


@pytest.mark.thorough
def test_many_tries_are_slowed_down_but_never_refused(
    nobody: Client, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(budgets.time, "sleep", waits.append)
    for _ in range(SIGN_IN.amount):
        nobody.post(URL, typed(member, passphrase="wrong"))
    assert waits == []
    for _ in range(6):
        nobody.post(URL, typed(member, pseudonym="AMBER  lynx", passphrase="wrong"))
    assert waits == sorted(waits)
    assert (waits[0] > 0, waits[-1]) == (True, 10.0)
    assert nobody.post(URL, typed(member)).status_code == 302


@pytest.fixture
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the count stands still: no window ends during the test."""
    monkeypatch.setattr(amount_counter, "time", SimpleNamespace(time=lambda: 1_800_000_000.0))


def waits_of_guesses(pseudonym: str, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What a stranger waits at each of the guesses around the end of the budget."""
    waits: list[float] = []
    monkeypatch.setattr(budgets.time, "sleep", waits.append)
    each: list[float] = []
    for _ in range(SIGN_IN.amount + 4):
        waits.clear()
        Client().post(URL, {"pseudonym": pseudonym, "passphrase": "wrong"})
        each.append(sum(waits))
    return each


@pytest.mark.thorough
@pytest.mark.usefixtures("one_window")
def test_delays_do_not_tell_that_the_owner_was_here(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither signing in, nor the passphrase of /me/again/, nor a change spend the tries that a
    stranger has.
    """
    for _ in range(3):
        client = member.sign_in()
    again = {"passphrase": member.passphrase, "next": "/en/me/second-step/"}
    assert client.post("/en/me/again/", again).status_code == 302
    change = typed(member, new_pseudonym="Calm Heron")
    assert client.post("/en/me/change/", change).status_code < 400
    known = waits_of_guesses(member.pseudonym, monkeypatch)
    assert known == waits_of_guesses("Nobody Whatever", monkeypatch)
    assert known == [0.0] * SIGN_IN.amount + [1.0, 2.0, 4.0, 8.0]


@pytest.mark.thorough
@pytest.mark.usefixtures("one_window")
def test_the_owner_resets_nothing_for_whoever_guesses(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A right passphrase takes back its own try, and none of the wrong ones."""
    before = waits_of_guesses(member.pseudonym, monkeypatch)
    assert before[-1] == 8.0
    for _ in range(3):
        member.sign_in()
    assert waits_of_guesses(member.pseudonym, monkeypatch) == [10.0] * len(before)


@pytest.mark.thorough
def test_attackers_who_fill_all_places_to_wait_lock_nobody_out(
    nobody: Client, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(budgets.time, "sleep", waits.append)
    for _ in range(SIGN_IN.amount + 4):
        nobody.post(URL, typed(member, passphrase="wrong"))
    waits.clear()
    monkeypatch.setattr(budgets, "_PLACES", threading.BoundedSemaphore(1))
    with budgets._PLACES:
        for _ in range(3):
            assert Client().post(URL, typed(member)).status_code == 302
    assert waits == []


def test_a_form_from_a_session_that_ended_is_carried(nobody: Client, member: Person) -> None:
    nobody.get(URL)
    response = nobody.post("/en/me/change/", {"new_pseudonym": "Calm Heron", "passphrase": "x"})
    page = response.content.decode()
    assert response.status_code == 403
    assert 'name="new_pseudonym" value="Calm Heron"' in page
    assert 'name="carry_to" value="/en/me/change/"' in page
    response = nobody.post(
        URL, typed(member, new_pseudonym="Calm Heron", carry_to="/en/me/change/")
    )
    assert (response.status_code, response["Location"]) == (307, "/en/me/change/")


@pytest.mark.thorough
def test_the_month_is_moved_at_most_once_a_month(
    nobody: Client, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = member.row
    Member.objects.filter(pk=row.pk).update(renewed=datetime.date(2020, 5, 1))
    nobody.post(URL, typed(member))
    renewed = member.row.renewed
    assert renewed == datetime.datetime.now(datetime.UTC).date().replace(day=1)
    saved: list[Any] = []
    monkeypatch.setattr(Member, "save", lambda *a, **k: saved.append(k))
    member.sign_in()
    assert saved == []


def test_a_guest_whose_stay_has_ended_is_not_known(nobody: Client, member: Person) -> None:
    row, ring = member.keys
    row.stay_until = datetime.date(2020, 1, 1)
    row.row_mac = member_mac(ring.row_key, row)
    row.save()
    assert nobody.post(URL, typed(member)).status_code == 403


def newer_epoch(chain_mac: bytes, key: bytes) -> None:
    """Epoch 2, with the first one still open."""
    floor_mac = network.floor_mac(key, 2, 1, server_key())
    Epoch.objects.create(number=2, chain_mac=chain_mac, floor=1, floor_mac=floor_mac)


def test_a_newer_network_key_is_taken_over(nobody: Client, member: Person) -> None:
    row, ring = member.keys
    key = boxes.new_key()
    newer_epoch(network.chain_mac(ring.network_key, 2, key, server_key()), key)
    row.network_seal = seals.seal(bytes(row.public_key), key, contexts.network_seal(row.pk, 2))
    row.row_mac = member_mac(network.row_key(key, server_key()), row)
    row.save()
    assert nobody.post(URL, typed(member)).status_code == 302
    row = Member.objects.get(pk=row.pk)
    assert (row.epoch, row.network_seal) == (2, None)
    context = contexts.network_box(row.pk, 2)
    kept = open_network_box(own_key(ring.seed), row.network_box or b"", context)
    assert kept == NetworkBox(key, 1, ring.verifying_key, ring.witnesses)
    assert nobody.get("/en/me/").status_code == 200


def test_an_epoch_that_does_not_chain_is_refused(nobody: Client, member: Person) -> None:
    row, ring = member.keys
    key = boxes.new_key()
    newer_epoch(network.chain_mac(boxes.new_key(), 2, key, server_key()), key)
    row.network_seal = seals.seal(bytes(row.public_key), key, contexts.network_seal(row.pk, 2))
    row.row_mac = member_mac(network.row_key(key, server_key()), row)
    row.save()
    assert nobody.post(URL, typed(member)).status_code == 403
    assert ring.current == 1
