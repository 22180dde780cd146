"""What pages keep: sealed, sixteen at most, theirs alone, and gone with their session."""

import pytest

from safety_app.page_entries import MOST_SPARED, PLACES, SIZES
from safety_app.sealed_sessions import SessionStore
from safety_app.vault.boxes import OVERHEAD
from tests.stacks.memory import stored, values

WRONG, RIGHT = "000000", "123456"
HERE, THERE = "/a/", "/a/check/"
TYPED = {"fields": [["q", ["Morgenstern 0639981242"]]]}


def kept() -> list[bytes]:
    return [value for name, value in values().items() if name.startswith("e")]


def test_what_was_kept_comes_back(saved):
    entry_id = saved.page_entries.add(HERE, TYPED)
    assert SessionStore(saved.session_key).page_entries.get(HERE, entry_id) == TYPED


def test_two_pages_have_each_their_own(saved):
    first = saved.page_entries.add(HERE, {"page": 1})
    second = saved.page_entries.add(HERE, {"page": 2})
    assert saved.page_entries.get(HERE, first) == {"page": 1}
    assert saved.page_entries.get(HERE, second) == {"page": 2}


def test_an_id_opens_nothing_elsewhere(saved, session):
    entry_id = saved.page_entries.add(HERE, TYPED)
    session["cat"] = "dog"
    session.save()
    assert saved.page_entries.get(THERE, entry_id) is None
    assert session.page_entries.get(HERE, entry_id) is None


@pytest.mark.parametrize(
    "made_up",
    ["", "x", "A" * 21, "A" * 22, "A" * 23, "é" * 22, "=" * 22, "A" * 21 + "B"],
)
def test_made_up_ids_open_nothing(saved, made_up):
    saved.page_entries.add(HERE, TYPED)
    assert saved.page_entries.get(HERE, made_up) is None
    assert not saved.page_entries.replace(HERE, made_up, TYPED)
    saved.page_entries.remove(HERE, made_up)
    assert len(kept()) == 1


def test_the_seventeenth_replaces_the_first(saved):
    ids = [saved.page_entries.add(HERE, {"number": n}) for n in range(PLACES + 1)]
    assert len(kept()) == PLACES
    found = [saved.page_entries.get(HERE, entry_id) for entry_id in ids]
    assert found == [None, *({"number": n} for n in range(1, PLACES + 1))]
    assert not saved.page_entries.replace(HERE, ids[0], TYPED)
    saved.page_entries.remove(HERE, ids[0])
    assert len(kept()) == PLACES


def test_what_is_half_written_is_passed_over(saved):
    drafts = [saved.page_entries.add(HERE, {"draft": n}, spared=True) for n in range(3)]
    others = [saved.page_entries.add(HERE, {"number": n}) for n in range(40)]
    assert [saved.page_entries.get(HERE, one) for one in drafts] == [{"draft": n} for n in range(3)]
    found = [saved.page_entries.get(HERE, one) for one in others]
    assert sum(one is not None for one in found) == PLACES - 3
    assert len(kept()) == PLACES
    saved.page_entries.remove(HERE, drafts[0])
    for n in range(PLACES):
        saved.page_entries.add(HERE, {"number": n})
    assert len(kept()) == PLACES


def test_of_many_half_written_ones_the_oldest_are_replaced(saved):
    drafts = [saved.page_entries.add(HERE, {"draft": n}, spared=True) for n in range(40)]
    others = [saved.page_entries.add(HERE, {"number": n}) for n in range(40)]
    found = [saved.page_entries.get(HERE, one) for one in drafts]
    assert found[-MOST_SPARED:] == [{"draft": n} for n in range(40 - MOST_SPARED, 40)]
    assert not any(found[:-MOST_SPARED])
    assert saved.page_entries.get(HERE, others[-1]) == {"number": 39}


def test_nothing_of_it_stays_after_the_end(saved):
    saved.page_entries.add(HERE, TYPED, spared=True)
    saved.page_entries.clear()
    assert kept() == []
    assert not [name for name in values() if name.startswith("d")]


def test_content_can_be_replaced_and_removed(saved):
    entry_id = saved.page_entries.add(HERE, TYPED)
    assert saved.page_entries.replace(HERE, entry_id, {"other": 1})
    assert saved.page_entries.get(HERE, entry_id) == {"other": 1}
    saved.page_entries.remove(HERE, entry_id)
    assert saved.page_entries.get(HERE, entry_id) is None
    assert kept() == []


def test_nothing_is_readable_in_the_cache(saved):
    entry_id = saved.page_entries.add(HERE, TYPED)
    everything = b"".join(
        name.encode() + (value if isinstance(value, bytes) else b"")
        for name, value in stored().items()
    )
    for secret in (b"Morgenstern", b"0639981242", b"fields", b"/a/", entry_id.encode()):
        assert secret not in everything


def test_names_in_the_cache_have_nothing_in_common(saved):
    for _ in range(PLACES):
        saved.page_entries.add(HERE, TYPED)
    names = [name[1:] for name in values() if name[0] in "send"]
    assert len({name[:12] for name in names}) == len(names)


@pytest.mark.parametrize("length", [0, 10, 4000, 4090, 9000, 16_370, 60_000])
def test_entries_have_a_few_sizes(saved, length):
    saved.page_entries.add(HERE, {"text": "x" * length})
    assert len(kept()[0]) - OVERHEAD in SIZES


def test_too_much_is_not_kept(saved):
    entry_id = saved.page_entries.add(HERE, TYPED)
    assert saved.page_entries.add(HERE, {"text": "x" * SIZES[-1]}) is None
    assert not saved.page_entries.replace(HERE, entry_id, {"text": "x" * SIZES[-1]})
    assert saved.page_entries.get(HERE, entry_id) == TYPED


def test_flush_removes_them(saved):
    saved.page_entries.add(HERE, TYPED)
    saved.flush()
    assert values() == {}
    assert saved.page_entries is None


def test_a_slow_request_brings_nothing_back(saved):
    slow = SessionStore(saved.session_key).page_entries
    entry_id = slow.add(HERE, TYPED)
    saved.flush()
    assert slow.add(HERE, TYPED) is None
    assert not slow.replace(HERE, entry_id, TYPED)
    assert values() == {}


def test_left_alone_without_a_pin_they_are_gone(saved, clock):
    saved.page_entries.add(HERE, TYPED)
    clock.pass_by(minutes=15, seconds=1)
    assert kept() == []


def test_they_live_as_long_as_the_session_is_used(saved, clock):
    entry_id = saved.page_entries.add(HERE, TYPED)
    for _ in range(6):
        clock.pass_by(minutes=14)
        assert not SessionStore(saved.session_key).is_empty()
        assert dict(SessionStore(saved.session_key).items())
    assert SessionStore(saved.session_key).page_entries.get(HERE, entry_id) == TYPED
    clock.pass_by(minutes=16, seconds=1)
    assert kept() == []


def test_the_pin_brings_them_back(with_pin, clock):
    entry_id = with_pin.page_entries.add(HERE, TYPED)
    clock.pass_by(hours=2)
    locked = SessionStore(with_pin.session_key)
    assert locked.page_entries is None
    assert locked.unlock(RIGHT)
    assert locked.page_entries.get(HERE, entry_id) == TYPED


def test_the_fifth_wrong_pin_ends_them(with_pin):
    with_pin.page_entries.add(HERE, TYPED)
    with_pin.lock_now()
    for _ in range(5):
        assert not SessionStore(with_pin.session_key).unlock(WRONG)
    assert values() == {}


def test_with_a_pin_they_end_with_the_session(with_pin, clock):
    with_pin.page_entries.add(HERE, TYPED)
    clock.pass_by(hours=12, seconds=1)
    assert kept() == []
