"""What Django's own session tests cover (tests/sessions_tests/tests.py), for this store.

Where the design differs on purpose:

- `get_expire_at_browser_close` is always true: no cookie of ours has a date.
- The age and date of `set_expiry` are honoured, but never beyond the end of the session, 12 hours
  after it began; saving does not move that end. Django's ends so long after the last save.
- A session also ends (or locks) after 15 minutes without a request. Django has no such limit.
- A cookie must be one that we could have made: 32 bytes in base64url. Django takes any 8 letters.
- `encode` seals under the cookie instead of signing; `decode` under another cookie gives nothing.
- The cookie that comes in is used as a name nowhere: the cache knows only what HKDF makes of it.
- Saving while locked begins another session (see `test_lock.py`).
- Times are stored by JSON only; there is no pickle, and no test of a pickled session.
- There is no table and no directory, so nothing of the database and file stores' tests applies;
  `clear_expired` does nothing because the cache drops what is over.
"""

import base64
import logging
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.core.cache import caches
from django.test import override_settings
from django.utils import timezone

from safety_app.sealed_sessions import SessionStore
from tests.stacks.memory import stored

OTHER = "A" * 43


def test_new_session_is_neither_accessed_nor_modified(session):
    assert not session.modified
    assert not session.accessed


def test_get_empty(session):
    assert session.get("cat") is None


def test_store(session):
    session["cat"] = "dog"
    assert session.modified
    assert session.pop("cat") == "dog"


def test_pop(session):
    session["some key"] = "exists"
    session.accessed = session.modified = False
    assert session.pop("some key") == "exists"
    assert session.accessed
    assert session.modified
    assert session.get("some key") is None


def test_pop_default(session):
    assert session.pop("some key", "does not exist") == "does not exist"
    assert session.accessed
    assert not session.modified


def test_pop_default_named_argument(session):
    assert session.pop("some key", default="does not exist") == "does not exist"
    assert session.accessed
    assert not session.modified


def test_pop_without_default_raises(session):
    with pytest.raises(KeyError):
        session.pop("some key")


def test_setdefault(session):
    assert session.setdefault("foo", "bar") == "bar"
    assert session.setdefault("foo", "baz") == "bar"
    assert session.accessed
    assert session.modified


def test_update(session):
    session.update({"update key": 1})
    assert session.accessed
    assert session.modified
    assert session.get("update key") == 1


def test_has_key(session):
    session["some key"] = 1
    session.accessed = session.modified = False
    assert "some key" in session
    assert session.has_key("some key")
    assert session.accessed
    assert not session.modified


@pytest.mark.parametrize(
    ("method", "found"), [("keys", ["x"]), ("values", [1]), ("items", [("x", 1)])]
)
def test_views(session, method, found):
    assert list(getattr(session, method)()) == []
    assert session.accessed
    session["x"] = 1
    session.accessed = session.modified = False
    assert list(getattr(session, method)()) == found
    assert session.accessed
    assert not session.modified


def test_clear(session):
    session["x"] = 1
    session.accessed = session.modified = False
    session.clear()
    assert list(session.items()) == []
    assert session.accessed
    assert session.modified


def test_save(session):
    session.save()
    assert session.exists(session.session_key)


def test_delete(saved):
    saved.delete(saved.session_key)
    assert not saved.exists(saved.session_key)


def test_delete_twice_and_without_a_session(session, saved):
    saved.delete()
    saved.delete()
    session.delete()
    session.delete(None)
    session.delete("not one of ours")


def test_flush(session):
    session["foo"] = "bar"
    session.save()
    before = session.session_key
    session.flush()
    assert not session.exists(before)
    assert session.session_key != before
    assert session.session_key is None
    assert session.modified
    assert session.accessed
    assert session.is_empty()


def test_cycle(session):
    session["a"], session["b"] = "c", "d"
    session.save()
    before, data = session.session_key, list(session.items())
    session.cycle_key()
    assert not session.exists(before)
    assert session.session_key != before
    assert list(session.items()) == data


def test_cycle_with_no_session_cache(saved):
    before, data = saved.session_key, saved.items()
    fresh = SessionStore(before)
    assert not hasattr(fresh, "_session_cache")
    fresh.cycle_key()
    assert fresh.items() == data
    assert fresh.session_key != before
    fresh.save()
    assert SessionStore(fresh.session_key)["cat"] == "dog"


def test_save_does_not_resurrect_what_was_ended_elsewhere(saved):
    other = SessionStore(saved.session_key)
    assert saved["cat"] == other["cat"] == "dog"
    other.flush()
    saved["foo"] = "bar"
    with pytest.raises(UpdateError):
        saved.save()
    assert not saved.exists(saved.session_key)
    assert stored() == {}


@pytest.mark.parametrize("bad", ["1", "", "x" * 42, "x" * 44, "!" * 43, "é" * 43, "A" * 42 + "B"])
def test_invalid_key_gives_a_new_session(bad):
    session = SessionStore(bad)
    assert session.session_key is None
    assert session.get("cat") is None
    session.save()
    assert session.session_key != bad
    assert len(session.session_key) == 43


def test_session_key_is_read_only(session):
    with pytest.raises(AttributeError):
        session.session_key = session._get_new_session_key()


def test_unknown_key_is_not_adopted_and_loading_stores_nothing():
    session = SessionStore(OTHER)
    assert session.get("cat") is None
    assert session.session_key is None
    assert session.is_empty()
    assert stored() == {}
    session["cat"] = "dog"
    session.save()
    assert session.session_key != OTHER
    assert not session.exists(OTHER)


def test_create_takes_no_key_that_is_in_use(saved, monkeypatch):
    with pytest.raises(CreateError):
        SessionStore(saved.session_key).save(must_create=True)
    keys = iter([saved.session_key, OTHER])
    other = SessionStore()
    monkeypatch.setattr(other, "_get_new_session_key", lambda: next(keys))
    other.create()
    assert other.session_key == OTHER
    assert SessionStore(saved.session_key)["cat"] == "dog"


def test_is_empty(session):
    assert session.is_empty()
    session["x"] = 1
    assert not session.is_empty()


def test_test_cookie(session):
    assert not session.test_cookie_worked()
    session.set_test_cookie()
    assert session.test_cookie_worked()
    session.delete_test_cookie()
    assert not session.has_key(session.TEST_COOKIE_NAME)


# Custom expiry


def test_default_expiry(session):
    assert session.get_expiry_age() == settings.SESSION_COOKIE_AGE
    session.set_expiry(0)
    assert session.get_expiry_age() == settings.SESSION_COOKIE_AGE


def test_custom_expiry_seconds(session):
    modification = timezone.now()
    session.set_expiry(10)
    assert session.get_expiry_date(modification=modification) == modification + timedelta(
        seconds=10
    )
    assert session.get_expiry_age(modification=modification) == 10


@pytest.mark.parametrize("as_date", [True, False])
def test_custom_expiry_time(session, monkeypatch, as_date):
    modification = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: modification)
    ten = timedelta(seconds=10)
    session.set_expiry(modification + ten if as_date else ten)
    assert session.get_expiry_date(modification=modification) == modification + ten
    assert session.get_expiry_age(modification=modification) == 10


def test_custom_expiry_reset(session):
    session.set_expiry(None)
    session.set_expiry(10)
    session.set_expiry(None)
    assert session.get_expiry_age() == settings.SESSION_COOKIE_AGE


@pytest.mark.parametrize("browser_close", [True, False])
@pytest.mark.parametrize("expiry", [10, 0, None])
def test_cookie_always_ends_with_the_browser(session, browser_close, expiry):
    with override_settings(SESSION_EXPIRE_AT_BROWSER_CLOSE=browser_close):
        session.set_expiry(expiry)
        assert session.get_expire_at_browser_close()


@pytest.mark.parametrize("past", [timedelta(seconds=-10), -10])
def test_expiry_in_the_past_ends_it_at_once(session, past):
    session["foo"] = "bar"
    session.set_expiry(past)
    session.save()
    assert "foo" not in SessionStore(session.session_key)


def test_custom_expiry_survives_serializing(session):
    session["foo"] = "bar"
    session.set_expiry(timezone.now() + timedelta(seconds=100))
    session.save()
    loaded = SessionStore(session.session_key)
    assert loaded["foo"] == "bar"
    assert 98 <= loaded.get_expiry_age() <= 100


def test_shorter_expiry_is_kept_by_the_store(session, clock):
    session["foo"] = "bar"
    session.set_expiry(120)
    session.save()
    clock.pass_by(seconds=119)
    assert "foo" in SessionStore(session.session_key)
    clock.pass_by(seconds=2)
    assert "foo" not in SessionStore(session.session_key)


def test_expiry_can_be_taken_back(session, clock):
    session.set_expiry(120)
    session.save()
    session.set_expiry(None)
    session["foo"] = "bar"
    session.save()
    clock.pass_by(minutes=10)
    assert SessionStore(session.session_key)["foo"] == "bar"


# Encoding


def test_decode_what_was_encoded(saved):
    data = {"a test key": "a test value"}
    assert saved.decode(saved.encode(data)) == data


@pytest.mark.parametrize("bad", [b"", b"!", "é", base64.b64encode(b"flaskdj:alkdjf"), "A" * 200])
def test_decode_failure_is_logged(saved, caplog, bad):
    with caplog.at_level(logging.WARNING, "django.security.SuspiciousSession"):
        assert saved.decode(bad) == {}
    assert [record.getMessage() for record in caplog.records] == ["Session data corrupted"]


def test_another_cookie_decodes_nothing(saved, session):
    session.save()
    assert session.decode(saved.encode({"a": 1})) == {}


def test_serializer_failure_is_not_swallowed(session):
    session["x"] = object()
    with pytest.raises(TypeError):
        session.save()


# The cache


def test_default_cache(session):
    session.save()
    assert len(stored()) == 3


@override_settings(
    CACHES={
        "default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
        "sessions": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "other",
        },
    },
    SESSION_CACHE_ALIAS="sessions",
)
def test_non_default_cache():
    session = SessionStore()
    session.save()
    assert len(stored("sessions")) == 3
    assert SessionStore(session.session_key).exists(session.session_key)
    caches["sessions"].clear()


def test_exists_needs_a_key(session):
    assert not session.exists(None)
    assert not session.exists("")


def test_clear_expired_is_not_needed():
    SessionStore.clear_expired()
