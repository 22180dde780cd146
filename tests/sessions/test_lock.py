"""A PIN locks instead of ending; behind the lock the session looks empty; five errors end it."""

import threading

import pytest
from django.contrib.sessions.backends.base import UpdateError

from safety_app.sealed_sessions import MAX_PIN_TRIES, SessionStore
from tests.stacks.memory import stored

WRONG, RIGHT = "000000", "123456"


@pytest.fixture
def locked(with_pin):
    assert with_pin.lock_now()
    return SessionStore(with_pin.session_key)


def test_awake_at_first(with_pin):
    assert not with_pin.locked
    assert with_pin.has_pin
    assert with_pin["cat"] == "dog"


def test_idle_locks(clock):
    session = SessionStore()
    session["cat"] = "dog"
    session.set_pin(RIGHT)
    session.save()
    clock.pass_by(minutes=15, seconds=1)
    left_alone = SessionStore(session.session_key)
    assert left_alone.locked
    assert left_alone.has_pin
    assert "cat" not in left_alone
    assert dict(left_alone.items()) == {}
    assert left_alone.session_key == session.session_key
    assert left_alone.unlock(RIGHT)
    assert left_alone["cat"] == "dog"


def test_lock_does_not_outlive_the_end(clock):
    session = SessionStore()
    session.set_pin(RIGHT)
    session.save()
    clock.pass_by(hours=12, seconds=1)
    over = SessionStore(session.session_key)
    assert not over.locked
    assert not over.unlock(RIGHT)


def test_unlocking_does_not_move_the_end(clock):
    session = SessionStore()
    session["cat"] = "dog"
    session.set_pin(RIGHT)
    session.save()
    clock.pass_by(hours=11, minutes=59)
    late = SessionStore(session.session_key)
    assert late.unlock(RIGHT)
    assert late["cat"] == "dog"
    clock.pass_by(minutes=2)
    assert "cat" not in SessionStore(session.session_key)


def test_lock_now(with_pin):
    with_pin["more"] = "kept"
    assert with_pin.lock_now()
    assert with_pin.locked
    assert dict(with_pin.items()) == {}
    again = SessionStore(with_pin.session_key)
    assert again.locked
    assert again.unlock(RIGHT)
    assert again["more"] == "kept"


def test_without_pin_there_is_no_lock(saved, session):
    assert not saved.has_pin
    assert not saved.lock_now()
    assert saved["cat"] == "dog"
    assert not session.lock_now()
    assert not saved.unlock(RIGHT)
    assert saved["cat"] == "dog"


def test_unlocking_wakes_other_requests_too(locked):
    assert locked.unlock(RIGHT)
    other = SessionStore(locked.session_key)
    assert not other.locked
    assert other["cat"] == "dog"


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [("123 456", "123456"), ("١٢٣٤٥٦", " 123 456 "), ("123456", "１２３４５６")],
)
def test_spaces_and_scripts_of_digits_make_no_other_pin(session, chosen, typed):
    session.set_pin(chosen)
    session.create()
    assert session.lock_now()
    assert SessionStore(session.session_key).unlock(typed)


def test_wrong_pin(locked):
    assert not locked.unlock(WRONG)
    assert locked.locked
    assert locked.tries_left == MAX_PIN_TRIES - 1
    assert "cat" not in locked


def test_errors_are_forgotten_after_the_right_one(locked):
    for _ in range(4):
        locked.unlock(WRONG)
    assert locked.unlock(RIGHT)
    assert locked.tries_left == MAX_PIN_TRIES


def test_the_fifth_error_ends_it(locked):
    key = locked.session_key
    for turn in range(MAX_PIN_TRIES):
        assert SessionStore(key).locked
        assert not SessionStore(key).unlock(WRONG), turn
    over = SessionStore(key)
    assert not over.locked
    assert not over.unlock(RIGHT)
    assert not over.exists(key)
    assert stored() == {}


def test_guesses_at_the_same_time_share_no_count(locked):
    """Twenty at once: at most five are looked at."""
    stores = [SessionStore(locked.session_key) for _ in range(20)]
    assert all(store.locked for store in stores)
    opened = []
    pins = [*[WRONG] * 10, RIGHT, *[WRONG] * 9]
    threads = [
        threading.Thread(target=lambda s=s, p=p: opened.append(s.unlock(p)))
        for s, p in zip(stores, pins, strict=True)
    ]
    for thread in threads[:10]:
        thread.start()
        thread.join()
    assert not SessionStore(locked.session_key).locked  # ended by the fifth
    for thread in threads[10:]:
        thread.start()
    for thread in threads[10:]:
        thread.join()
    assert opened == [False] * 20


def test_pin_survives_a_new_cookie(with_pin):
    with_pin.cycle_key()
    with_pin.save()
    renewed = SessionStore(with_pin.session_key)
    assert renewed.lock_now()
    assert renewed.unlock(RIGHT)
    assert renewed["cat"] == "dog"


def test_signing_in_over_a_lock_begins_another_session(locked):
    """What `auth.login` does: a new cookie for what looks like an empty session."""
    before = locked.session_key
    assert locked.get("anything") is None
    locked.cycle_key()
    locked["someone"] = "else"
    locked.save()
    after = SessionStore(locked.session_key)
    assert dict(after.items()) == {"someone": "else"}
    assert not after.has_pin
    assert not after.locked
    assert not after.exists(before)


def test_writing_behind_the_lock_begins_another_session(locked):
    before = locked.session_key
    locked["step"] = "half"
    locked.save()
    assert locked.session_key != before
    after = SessionStore(locked.session_key)
    assert dict(after.items()) == {"step": "half"}
    assert not after.has_pin
    assert not after.exists(before)


def test_a_slow_request_does_not_undo_the_lock(with_pin):
    slow = SessionStore(with_pin.session_key)
    assert slow["cat"] == "dog"
    with_pin.lock_now()
    slow["cat"] = "bird"
    slow.save()
    locked = SessionStore(with_pin.session_key)
    assert locked.locked
    assert locked.unlock(RIGHT)
    assert locked["cat"] == "bird"


def test_flush_of_a_locked_session(locked):
    key = locked.session_key
    locked.flush()
    assert not locked.locked
    assert locked.is_empty()
    assert not locked.exists(key)


def test_a_new_session_after_flush_has_no_pin(with_pin):
    with_pin.flush()
    with_pin["x"] = 1
    with_pin.save()
    assert not SessionStore(with_pin.session_key).has_pin


def test_unlock_after_it_was_ended_elsewhere(locked):
    stale = SessionStore(locked.session_key)
    assert stale.locked
    locked.flush()
    assert not stale.unlock(RIGHT)
    assert stored() == {}
    stale["x"] = 1
    stale.save()  # a new one, without a trace of the old
    assert dict(SessionStore(stale.session_key).items()) == {"x": 1}


def test_save_after_it_was_ended_while_locking(with_pin):
    stale = SessionStore(with_pin.session_key)
    stale["x"] = 1
    with_pin.flush()
    with pytest.raises(UpdateError):
        stale.lock_now()
