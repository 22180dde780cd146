"""Stretching passphrases under a flood: a few run, a few wait, the rest are told at once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from argon2.exceptions import HashingError

from safety_app.vault import passphrase
from safety_app.vault.errors import VaultBusy
from safety_app.vault.passphrase import Cost, SignInKeys

CHEAP = Cost(passes=1, memory=32, lanes=1)


def stretch() -> SignInKeys:
    salt, pepper = bytes(16), bytes(32)
    return passphrase.stretch("name", "words", instance_salt=salt, pepper=pepper, cost=CHEAP)


def test_two_run_four_wait_and_more_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on, running = threading.Event(), threading.Semaphore(0)

    def slow(*args: Any) -> bytes:
        running.release()
        go_on.wait(30)
        return bytes(32)

    monkeypatch.setattr(passphrase, "hash_secret_raw", slow)
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(stretch) for _ in range(6)]
        assert all(running.acquire(timeout=30) for _ in range(2))
        while passphrase._PLACES._value:  # type: ignore[attr-defined]
            time.sleep(0.001)
        assert not running.acquire(blocking=False)  # a third does not run
        with pytest.raises(VaultBusy):
            stretch()
        go_on.set()
        assert len({one.result(30) for one in sent}) == 1
    assert stretch() == sent[0].result()


def test_without_memory_it_is_busy_and_the_place_is_free_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_memory(*args: Any) -> bytes:
        raise HashingError("Memory allocation error")

    with monkeypatch.context() as patched:
        patched.setattr(passphrase, "hash_secret_raw", no_memory)
        for _ in range(20):
            with pytest.raises(VaultBusy):
                stretch()
    assert stretch()


def test_without_a_thread_it_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoThreads:
        def submit(self, *_call: Any) -> None:
            raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(passphrase, "_STEPPING_BACK", NoThreads())
        with pytest.raises(VaultBusy):
            stretch()
    assert stretch()
