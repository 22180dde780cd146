"""Security keys: what a browser is asked for, and what is taken for an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_app.vault import security_keys
from safety_app.vault.errors import VaultError
from safety_app.vault.security_keys import KeepsTrace, Site
from tests.vault.soft_key import BACKUP_ELIGIBLE, USER_PRESENT, SoftKey

SITE = Site("testserver", "http://testserver", "Notes")


def added(key: SoftKey) -> bytes:
    options, state = security_keys.creation_options(SITE, [])
    return security_keys.created(SITE, state, key.create(options))


def test_a_key_is_added_and_used() -> None:
    key, other = SoftKey(), SoftKey()
    kept = [added(other), added(key)]
    options, state = security_keys.request_options(SITE, kept)
    assert len(options["allowCredentials"]) == 2
    security_keys.check(SITE, state, kept, key.get(options))
    assert security_keys.credential_id(kept[1]) == key.credential_id


def test_what_is_asked_for_leaves_nothing_on_a_device_and_names_nobody() -> None:
    options, state = security_keys.creation_options(SITE, [added(SoftKey())])
    assert options["authenticatorSelection"] == {
        "authenticatorAttachment": "cross-platform",
        "residentKey": "discouraged",
        "userVerification": "discouraged",
        "requireResidentKey": False,
    }
    assert options["rp"] == {"id": "testserver", "name": "Notes"}
    assert options["user"]["name"] == options["user"]["displayName"] == "Notes"
    again, _state = security_keys.creation_options(SITE, [])
    assert again["user"]["id"] != options["user"]["id"]
    assert options["hints"] == ["security-key"]
    assert len(options["excludeCredentials"]) == 1
    assert json.loads(json.dumps([options, state])) == [options, state]


def test_nothing_of_the_make_of_a_key_is_kept() -> None:
    kept = added(SoftKey())
    assert kept[:16] == bytes(16)
    assert len(kept) <= security_keys.CREDENTIAL_LIMIT


@pytest.mark.parametrize(
    "key",
    [SoftKey(flags=USER_PRESENT | BACKUP_ELIGIBLE), SoftKey(rk=True)],
    ids=["may be copied to a cloud", "is discoverable"],
)
def test_what_leaves_a_trace_is_not_taken(key: SoftKey) -> None:
    with pytest.raises(KeepsTrace):
        added(key)


@pytest.mark.parametrize(
    "key",
    [
        SoftKey(origin="https://testserver"),
        SoftKey(origin="http://testserver:8000"),
        SoftKey(origin="http://other"),
        SoftKey(flags=0),
        SoftKey(credential_id=bytes(301 + 23)),
    ],
    ids=["scheme", "port", "host", "nobody touched it", "long id"],
)
def test_what_does_not_fit_is_not_added(key: SoftKey) -> None:
    with pytest.raises(VaultError):
        added(key)


def test_an_answer_is_for_one_question_one_address_and_one_key() -> None:
    key = SoftKey()
    kept = [added(key)]
    options, state = security_keys.request_options(SITE, kept)
    _options, other_state = security_keys.request_options(SITE, kept)
    answer = key.get(options)
    onion = Site("abc.onion", "http://abc.onion", "Notes")
    stranger = SoftKey(credential_id=key.credential_id)
    for site, asked, credentials, given_answer in (
        (SITE, other_state, kept, answer),
        (onion, state, kept, answer),
        (SITE, state, [added(SoftKey())], answer),
        (SITE, state, [], answer),
        (SITE, state, kept, stranger.get(options)),
        (SITE, state, kept, SoftKey(origin="http://evil").get(options)),
        (SITE, {}, kept, answer),
    ):
        with pytest.raises(VaultError):
            security_keys.check(site, asked, credentials, given_answer)
    security_keys.check(SITE, state, kept, answer)


def test_an_onion_address_without_certificate_works() -> None:
    onion = Site("abcdef.onion", "http://abcdef.onion", "Notes")
    key = SoftKey(origin=onion.origin)
    options, state = security_keys.creation_options(onion, [])
    kept = [security_keys.created(onion, state, key.create(options))]
    asked, state = security_keys.request_options(onion, kept)
    security_keys.check(onion, state, kept, key.get(asked))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@pytest.mark.thorough
@given(st.text(max_size=60) | _JSON.map(json.dumps))
def test_whatever_comes_raises_one_error(answer: str) -> None:
    _options, state = security_keys.creation_options(SITE, [])
    with pytest.raises(VaultError):
        security_keys.created(SITE, state, answer)
    with pytest.raises(VaultError):
        security_keys.check(SITE, state, [], answer)


@pytest.mark.thorough
@given(_JSON)
def test_whatever_stands_in_the_answer_raises_one_error(hostile: Any) -> None:
    options, state = security_keys.creation_options(SITE, [])
    answer = SoftKey().create(options, response=hostile)
    with pytest.raises(VaultError):
        security_keys.created(SITE, state, answer)
