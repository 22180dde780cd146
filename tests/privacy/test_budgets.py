"""Budgets: counted in memory under names nobody can work out."""

import hashlib
import threading
import time

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from safety_app.privacy import budgets
from safety_app.privacy.budgets import Budget, BudgetSpent, delay, slow_down, spend

TEN = Budget("ten", 10, 3600)


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


def test_each_person_and_each_budget_apart():
    spend(TEN, "someone", 10)
    assert spend(TEN, "someone else") == 9
    assert spend(TEN, b"someone, as bytes") == 9
    assert spend(TEN, 2**62 + 1) == 9
    assert spend(TEN._replace(name="other"), "someone") == 9
    assert spend(TEN, "nobody yet", 0) == 10


def test_fresh_again_after_the_window(clock):
    spend(TEN, "someone", 10)
    with pytest.raises(BudgetSpent) as refusal:
        spend(TEN, "someone")
    clock(60 * refusal.value.minutes)
    assert spend(TEN, "someone") == 9


def test_more_than_twice_the_amount_fits_into_no_window(clock):
    """The bound that docs and pages may state."""
    taken = 0
    for _ in range(120):
        try:
            spend(TEN, "someone")
            taken += 1
        except BudgetSpent:
            pass
        clock(30)
    assert 10 <= taken <= 20


def test_names_in_the_cache_tell_nobody():
    spend(TEN, "Nightowl")
    names = " ".join(cache._cache)
    assert "Nightowl" not in names
    assert "ten" not in names
    for digest in ("sha256", "md5", "sha1"):
        assert hashlib.new(digest, b"Nightowl").hexdigest()[:16] not in names


def test_a_restart_empties_them(settings):
    spend(TEN, "someone", 10)
    settings.BUDGET_KEY = b"another start's key, thirty-two."
    assert spend(TEN, "someone", 0) == 10


def test_the_key_is_made_at_start():
    assert len(settings.BUDGET_KEY) == 32


def test_at_the_same_time():
    refused, lock = [], threading.Lock()

    def work():
        for _ in range(10):
            try:
                spend(TEN, "someone")
            except BudgetSpent:
                with lock:
                    refused.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert spend(TEN, "someone", 0) == 0
    assert len(refused) >= 30


def test_delay_grows_and_never_refuses():
    waits = [delay(TEN, "someone") for _ in range(18)]
    assert waits == [0.0] * 10 + [1.0, 2.0, 4.0, 8.0] + [10.0] * 4
    for _ in range(2000):
        assert delay(TEN, "someone") == 10.0


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
        thread = threading.Thread(target=slow_down, args=(TEN, who))
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
    for _ in range(TEN.amount + 10):
        delay(TEN, who)


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
    slow_down(TEN, "someone")
    assert sleepers.waits[-1] == 10.0

    def broken(_seconds: float) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(time, "sleep", broken)
    for _ in range(9):
        with pytest.raises(ZeroDivisionError):
            slow_down(TEN, "someone")
    assert not budgets._waiting


@pytest.mark.parametrize(("minutes", "words"), [(1, "in 1 minute."), (12, "in 12 minutes.")])
def test_message(minutes, words):
    with translation.override("en"):
        assert BudgetSpent(TEN, minutes).message.endswith(words)
