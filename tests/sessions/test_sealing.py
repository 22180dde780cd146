"""Whoever reads the cache reads nothing; limits of time hold; what ends stays ended."""

import base64
import threading

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.core.cache import caches

from safety_app.sealed_sessions import PAGE, SessionStore
from safety_app.vault.boxes import OVERHEAD
from tests.stacks.memory import stored, values


def box() -> bytes:
    return next(value for name, value in values().items() if name.startswith("s"))


def test_nothing_is_readable_without_the_cookie():
    session = SessionStore()
    session["keys"] = {"pseudonym": "Morgenstern", "seed": "c2VjcmV0"}
    session.set_pin("314159")
    session.save()
    cookie = session.session_key
    raw = base64.urlsafe_b64decode(cookie + "=")
    everything = b"".join(name.encode() + value for name, value in stored().items())
    for secret in (b"Morgenstern", b"c2VjcmV0", b"314159", b"keys", b"pin"):
        assert secret not in everything
    for trace in (cookie.encode(), raw, raw.hex().encode()):
        assert trace not in everything
    assert {type(value) for value in values().values()} == {bytes, int}


def test_names_in_the_cache_are_of_another_session_each_time(session):
    session.save()
    other = SessionStore()
    other.save()
    assert len({name[1:] for name in values()}) == 2


@pytest.mark.parametrize("length", [0, 10, 700, 900, 5000])
def test_boxes_have_a_few_sizes(session, length):
    session["text"] = "x" * length
    session.save()
    assert (len(box()) - OVERHEAD) % PAGE == 0


def test_size_does_not_tell_a_pin_from_none():
    sizes = set()
    for pin in (None, "123456"):
        caches["default"].clear()
        session = SessionStore()
        session["keys"] = "x" * 300
        if pin:
            session.set_pin(pin)
        session.save()
        sizes.add(len(box()))
    assert len(sizes) == 1


def test_a_box_moved_to_another_session_does_not_open(saved, session):
    session["mine"] = 1
    session.save()
    cache = caches["default"]
    foreign = cache.get(saved._names(saved.session_key)[0])
    cache.set(session._names(session.session_key)[0], foreign)
    assert SessionStore(session.session_key).is_empty() is False  # not looked at yet
    loaded = SessionStore(session.session_key)
    assert dict(loaded.items()) == {}
    assert loaded.session_key is None


@pytest.mark.parametrize("damage", [b"", b"\x01short", None, 7, "text"])
def test_a_damaged_box_is_no_session(saved, damage):
    caches["default"].set(saved._names(saved.session_key)[0], damage)
    loaded = SessionStore(saved.session_key)
    assert dict(loaded.items()) == {}
    assert loaded.session_key is None


# Limits


def test_idle_session_is_over(saved, clock):
    clock.pass_by(minutes=14, seconds=59)
    assert SessionStore(saved.session_key)["cat"] == "dog"
    clock.pass_by(minutes=14, seconds=59)
    assert SessionStore(saved.session_key)["cat"] == "dog"
    clock.pass_by(minutes=15, seconds=1)
    over = SessionStore(saved.session_key)
    assert "cat" not in over
    assert not over.locked
    assert over.session_key is None
    assert values() == {}


def test_absolute_end_comes_however_busy(session, clock):
    session["cat"] = "dog"
    session.save()
    for _ in range(12 * 6 - 1):
        clock.pass_by(minutes=10)
        busy = SessionStore(session.session_key)
        busy["cat"] = "dog"
        busy.save()
    clock.pass_by(minutes=9)
    assert "cat" in SessionStore(session.session_key)
    clock.pass_by(minutes=2)
    assert "cat" not in SessionStore(session.session_key)


def test_a_new_cookie_does_not_move_the_end(session, clock):
    session["cat"] = "dog"
    session.save()
    for _ in range(12 * 6 - 1):
        clock.pass_by(minutes=10)
        renewed = SessionStore(session.session_key)
        renewed.cycle_key()
        renewed.save()
        session = renewed
    clock.pass_by(minutes=11)
    assert "cat" not in SessionStore(session.session_key)


def test_the_end_is_in_the_box_and_not_only_in_the_cache(saved, clock):
    cache = caches["default"]
    names = saved._names(saved.session_key)
    kept = {name: cache.get(name) for name in names}
    clock.pass_by(seconds=settings.SESSION_COOKIE_AGE + 1)
    for name, value in kept.items():
        cache.set(name, value, None)
    assert "cat" not in SessionStore(saved.session_key)


def test_saving_after_the_end_brings_nothing_back(saved, clock):
    saved["cat"] = "dog"
    saved.save()
    clock.pass_by(hours=13)
    saved["cat"] = "bird"
    saved.save()
    assert values() == {} or "cat" not in SessionStore(saved.session_key)


# Ending


def test_flush_removes_every_entry(with_pin):
    assert len(values()) == 3
    with_pin.flush()
    assert values() == {}


def test_cycle_leaves_nothing_of_the_old(saved):
    before = saved.session_key
    saved.cycle_key()
    saved.save()
    assert len(values()) == 3
    assert "cat" not in SessionStore(before)


def test_a_session_that_ends_during_a_save_stays_ended(saved, monkeypatch):
    """`delete` comes between the look and the write."""
    other = SessionStore(saved.session_key)
    saved["cat"] = "bird"
    write = saved._cache.set

    def end_then_write(name, *rest):
        if name.startswith("s"):
            other.flush()
        write(name, *rest)

    monkeypatch.setattr(saved._cache, "set", end_then_write)
    with pytest.raises(UpdateError):
        saved.save()
    assert values() == {}


def test_concurrent_saves_lose_no_session(saved):
    """The last one wins, as in Django; none is torn, and the session lives on."""
    errors = []

    def work(number):
        try:
            for turn in range(20):
                store = SessionStore(saved.session_key)
                store[f"n{number}"] = turn
                store.save()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    loaded = SessionStore(saved.session_key)
    assert loaded["cat"] == "dog"
    assert any(loaded.get(f"n{n}") == 19 for n in range(4))
