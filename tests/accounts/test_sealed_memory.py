"""What is kept for somebody signed in, so that it need not be worked out again, goes with her."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from django.core.cache import cache

from safety_app.accounts import sealed_memory
from safety_app.accounts.keys import keyring
from safety_app.accounts.keys.keyring import KeyRing

SEED = os.urandom(32)
NAMES = {"1": "Calm Heron"}


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing(SEED, "Calm Heron")


def test_the_next_page_of_this_session_has_it(ring: KeyRing) -> None:
    sealed_memory.remember(ring, "names", NAMES)
    later = keyring.unpack(keyring.pack(ring))
    assert sealed_memory.recall(later, "names") == NAMES
    assert sealed_memory.recall(later, "others") is None
    sealed_memory.forget(later, "names")
    assert sealed_memory.recall(ring, "names") is None


def test_who_signs_in_again_opens_nothing_of_it(ring: KeyRing) -> None:
    """Also with the same passphrase: so it ends with the session, wherever a copy of it lies."""
    sealed_memory.remember(ring, "names", NAMES)
    assert sealed_memory.recall(KeyRing(SEED, "Calm Heron"), "names") is None


def test_new_keys_of_hers_leave_it(ring: KeyRing) -> None:
    sealed_memory.remember(ring, "names", NAMES)
    assert sealed_memory.recall(replace(ring, seed=os.urandom(32)), "names") == NAMES


def test_what_lies_there_tells_nothing(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = {}
    monkeypatch.setattr(cache, "set", lambda name, box, seconds: stored.update({name: box}))
    sealed_memory.remember(ring, "names", NAMES)
    sealed_memory.remember(ring, "reasons", {"2": "x" * 1_000})
    assert len({len(box) for box in stored.values()}) == 1
    assert not [name for name in stored if "names" in name or "reasons" in name]
    assert not [box for box in stored.values() if b"Heron" in box]


def test_spoiled_or_too_much_counts_as_nothing(ring: KeyRing) -> None:
    sealed_memory.remember(ring, "names", {"1": "x" * sealed_memory.MOST})
    assert sealed_memory.recall(ring, "names") is None
    sealed_memory.remember(ring, "names", NAMES)
    cache.set(sealed_memory._name(ring, "names"), b"\x00" * 100)
    assert sealed_memory.recall(ring, "names") is None
