"""Budgets: counted in memory under names nobody can work out."""

import hashlib
import re
import threading
import time
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from safety_app.privacy import amount_counter, budgets
from safety_app.privacy.budgets import EVERYONE, BudgetSpent, delay, slow_down, spend
from tests.privacy.budget_rows import budget
from tests.stacks.memory import stored

TEN = budget("ten", unit="amounts")
TEN_REQUESTS = budget("ten requests")
TEN_TRIES = budget("ten tries", when_spent="wait")
BOTH = pytest.mark.parametrize("ten", [TEN, TEN_REQUESTS], ids=["amounts", "requests"])


def test_spend():
    assert spend(TEN, "someone") == 9
    assert spend(TEN, "someone", 8) == 1
    assert spend(TEN, "someone", 0) == 1
    with pytest.raises(BudgetSpent):
        spend(TEN, "someone", 2)
    # A refused spending takes nothing.
    assert spend(TEN, "someone") == 0
    with pytest.raises(BudgetSpent) as refusal:
        spend(TEN, "someone")
    assert 1 <= refusal.value.minutes <= 60
    assert refusal.value.budget is TEN


def test_requests_are_spent_one_by_one():
    assert [spend(TEN_REQUESTS, "someone") for _ in range(10)] == [*range(9, -1, -1)]
    for _ in range(3):
        with pytest.raises(BudgetSpent) as refusal:
            spend(TEN_REQUESTS, "someone")
        assert 1 <= refusal.value.minutes <= 60
    for amount in (-1, 0, 2):
        with pytest.raises(ValueError, match="one by one"):
            spend(TEN_REQUESTS, "someone", amount)


def test_nobody_earns_by_spending_less_than_nothing():
    with pytest.raises(ValueError, match="negative"):
        spend(TEN, "someone", -5)


@BOTH
def test_each_person_and_each_budget_apart(ten):
    for _ in range(10):
        spend(ten, "someone")
    assert spend(ten, "someone else") == 9
    assert spend(ten, b"someone, as bytes") == 9
    assert spend(ten, 2**62 + 1) == 9
    assert spend(ten._replace(name="other"), "someone") == 9
    with pytest.raises(BudgetSpent):
        spend(ten, "someone")


@BOTH
@pytest.mark.parametrize("start", [*range(0, 3600, 300), *range(12)])
def test_fresh_again_after_the_window(ten, clock, start):
    """Wherever in a window it began, and to the second."""
    clock(start)
    for _ in range(10):
        spend(ten, "someone")
    with pytest.raises(BudgetSpent) as refusal:
        spend(ten, "someone")
    clock(60 * refusal.value.minutes)
    assert spend(ten, "someone") == 9


@BOTH
def test_windows_follow_each_other_and_a_refusal_says_when(ten, monkeypatch):
    """Second by second: one in each window, and never told too early or a minute too late."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    one_in_two_minutes = ten._replace(amount=1, seconds=120)
    granted, refused = [], []
    for second in range(500):
        now[0] += 1
        try:
            spend(one_in_two_minutes, "someone")
            granted.append(second)
        except BudgetSpent as refusal:
            refused.append((second, refusal.minutes))
    # At once, at the end of the window that was running then, and every two minutes after that.
    assert granted[0] == 0
    assert len(granted) >= 4
    assert all(later - earlier == 120 for earlier, later in pairwise(granted[1:]))
    for second, minutes in refused:
        if second < granted[-1]:
            fresh = next(later for later in granted if later > second)
            assert 60 * (minutes - 1) < fresh - second <= 60 * minutes


@BOTH
def test_more_than_twice_the_amount_fits_into_no_window(ten, clock):
    """The bound that docs and pages may state."""
    taken = 0
    for _ in range(120):
        try:
            spend(ten, "someone")
            taken += 1
        except BudgetSpent:
            pass
        clock(30)
    assert 10 <= taken <= 20


@BOTH
def test_names_in_the_cache_tell_nobody(ten):
    spend(ten, "Nightowl")
    names = " ".join(stored())
    assert re.fullmatch(r"(b|rl:)[0-9a-f]{64}", names)
    for digest in ("sha256", "md5", "sha1"):
        assert hashlib.new(digest, b"Nightowl").hexdigest()[:16] not in names


def test_what_the_library_digests_without_a_key_tells_nobody(settings):
    """Whoever knows the library, the source and a list of pseudonyms tries them in vain."""
    digested = []
    settings.RATELIMIT_HASH_ALGORITHM = lambda text: digested.append(text) or hashlib.sha256(text)
    spend(TEN_REQUESTS, "Nightowl")
    settings.BUDGET_KEY = b"another start's key, thirty-two."
    spend(TEN_REQUESTS, "Nightowl")
    subjects = [
        re.fullmatch(rb"ten requests10/3600s([0-9a-f]{64})[0-9]+", text)[1] for text in digested
    ]
    assert len(set(subjects)) == 2


@BOTH
def test_a_restart_empties_them(ten, settings):
    for _ in range(10):
        spend(ten, "someone")
    settings.BUDGET_KEY = b"another start's key, thirty-two."
    assert spend(ten, "someone") == 9


def test_the_key_is_made_at_start():
    assert len(settings.BUDGET_KEY) == 32


def test_the_table_says_how_a_budget_can_be_spent():
    with pytest.raises(ValueError, match="never delays"):
        delay(TEN_REQUESTS, "someone")
    with pytest.raises(ValueError, match="never refuses"):
        spend(TEN_TRIES, "someone")
    with pytest.raises(ValueError, match="everyone"):
        spend(TEN_REQUESTS, EVERYONE)
    with pytest.raises(ValueError, match="everyone"):
        spend(TEN_REQUESTS._replace(keyed_by="everyone"), "someone")


class Forgetful:
    """A cache that drops every count before it can be increased."""

    def add(self, *_arguments: object) -> bool:
        return False

    def incr(self, *_arguments: object) -> int:
        raise ValueError


@pytest.fixture
def forgetful(monkeypatch):
    monkeypatch.setattr(amount_counter, "cache", Forgetful())
    monkeypatch.setattr("django_ratelimit.core.caches", {"default": Forgetful()})


@BOTH
def test_a_count_that_is_dropped_is_spent(ten, forgetful):
    with pytest.raises(BudgetSpent) as refusal:
        spend(ten, "someone")
    assert refusal.value.minutes == 1


def test_a_way_in_whose_count_is_dropped_is_slow_and_open(forgetful):
    assert [delay(TEN_TRIES, "someone") for _ in range(20)] == [1.0] * 20


class Broken(Forgetful):
    """A cache server that is not there."""

    def add(self, *_arguments: object) -> bool:
        raise ConnectionError


@BOTH
def test_without_a_cache_nothing_is_granted(ten, monkeypatch):
    monkeypatch.setattr(amount_counter, "cache", Broken())
    monkeypatch.setattr("django_ratelimit.core.caches", {"default": Broken()})
    with pytest.raises(ConnectionError):
        spend(ten, "someone")


def test_giving_back_to_a_count_that_was_dropped_starts_none_below_zero(monkeypatch):
    class Dropping:
        def add(self, *_arguments: object) -> bool:
            return True

        def incr(self, name: str, amount: int) -> int:
            if amount < 0:
                raise ValueError
            return amount

    monkeypatch.setattr(amount_counter, "cache", Dropping())
    with pytest.raises(BudgetSpent):
        spend(TEN, "someone", 11)


@pytest.mark.thorough
def test_delay_grows_and_never_refuses():
    waits = [delay(TEN_TRIES, "someone") for _ in range(18)]
    assert waits == [0.0] * 10 + [1.0, 2.0, 4.0, 8.0] + [10.0] * 4
    for _ in range(2000):
        assert delay(TEN_TRIES, "someone") == 10.0


class Sleepers:
    """Stands in for `sleep`: whoever waits does so until she is woken, and is written down."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.wake = threading.Event()
        self.threads: list[threading.Thread] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        assert self.wake.wait(10)

    def come(self, who: str) -> threading.Thread:
        """Somebody is slowed down in a thread of her own; returns once she waits or is through."""
        before = len(self.waits)
        thread = threading.Thread(target=slow_down, args=(TEN_TRIES, who))
        self.threads.append(thread)
        thread.start()
        for _ in range(1000):
            if len(self.waits) > before or not thread.is_alive():
                break
            thread.join(0.005)
        return thread

    def all_go_on(self) -> None:
        self.wake.set()
        for thread in self.threads:
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture
def sleepers(monkeypatch):
    standing = Sleepers()
    monkeypatch.setattr(time, "sleep", standing.sleep)
    yield standing
    standing.all_go_on()


def use_up(who):
    for _ in range(TEN_TRIES.amount + 10):
        delay(TEN_TRIES, who)


def test_one_of_a_name_waits_long_and_others_share(sleepers):
    use_up("someone")
    for _ in range(3):
        assert sleepers.come("someone").is_alive()
    assert sleepers.waits == [10.0, 1.0, 1.0]


def test_whoever_fills_the_places_to_wait_locks_nobody_out(sleepers):
    """Nine workers try her name without end; she goes on, and so does anybody else."""
    use_up("someone")
    use_up("another")
    for _ in range(9):
        sleepers.come("someone")
    assert len(sleepers.waits) == 5  # of the server's 16 threads
    assert not sleepers.come("someone").is_alive()
    assert not sleepers.come("another").is_alive()
    assert len(sleepers.waits) == 5


def test_places_to_wait_are_given_back(sleepers, monkeypatch):
    use_up("someone")
    for _ in range(7):
        sleepers.come("someone")
    sleepers.all_go_on()
    assert not budgets._waiting
    slow_down(TEN_TRIES, "someone")
    assert sleepers.waits[-1] == 10.0

    def broken(_seconds: float) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(time, "sleep", broken)
    for _ in range(9):
        with pytest.raises(ZeroDivisionError):
            slow_down(TEN_TRIES, "someone")
    assert not budgets._waiting


@pytest.mark.parametrize(("minutes", "words"), [(1, "in 1 minute."), (12, "in 12 minutes.")])
def test_message(minutes, words):
    with translation.override("en"):
        assert BudgetSpent(TEN, minutes).message.endswith(words)


def test_a_try_given_back_was_never_counted(monkeypatch):
    now = [1_800_000_000.0]
    monkeypatch.setattr(amount_counter, "time", SimpleNamespace(time=lambda: now[0]))
    tries = budget("tries", unit="amounts", when_spent="wait")
    for _ in range(9):
        slow_down(tries, "someone")
    for _ in range(5):
        budgets.give_back(slow_down(tries, "someone"))
    assert [delay(tries, "someone") for _ in range(6)] == [0, 1, 2, 4, 8, 10]
    # Nor does it take anything from the next window.
    late = slow_down(tries._replace(name="late"), "someone")
    now[0] += 3600
    first = slow_down(tries._replace(name="late"), "someone")
    budgets.give_back(late)
    budgets.give_back(first)
    waits = [delay(tries._replace(name="late"), "someone") for _ in range(11)]
    assert waits == [0] * 10 + [1]
    # What the cache dropped meanwhile does not go below zero.
    dropped = slow_down(tries._replace(name="dropped"), "someone")
    cache.clear()
    budgets.give_back(dropped)
    assert [delay(tries._replace(name="dropped"), "someone") for _ in range(11)][-2:] == [0, 1]


def test_requests_are_not_given_back():
    with pytest.raises(ValueError, match="not given back"):
        budgets.give_back(slow_down(TEN_TRIES, "someone"))
