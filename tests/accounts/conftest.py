"""Shared helpers of this app's tests."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from safety_app.accounts.keys import second_step
from safety_app.vault import second_factor
from safety_app.vault.second_factor import HOTP, SHA1
from tests.accounts.forged_desks import Signer, former_moderator
from tests.cast import Person

_TOKEN = re.compile(rb'name="(?:csrfmiddlewaretoken|offered)" value="[^"]+"')
_OFFERED = re.compile(rb'<p class="secret"[^>]*>[^<]+</p>')


def bare(body: bytes) -> bytes:
    """A page without what differs between any two responses: tokens and offered passphrases."""
    return _OFFERED.sub(b"", _TOKEN.sub(b"", body))


def shown_code(body: bytes) -> str:
    """The grouped code on a page that shows one."""
    match = re.search(rb'class="secret"[^>]*>([0-9A-Z-]{30})<', body)
    assert match is not None, body.decode()
    return match.group(1).decode()


def app_code(secret: bytes, steps: int = 0) -> str:
    """An authenticator app's current code, or that of a later step."""
    step = int(time.time() // second_factor.STEP) + steps
    return HOTP(secret, second_factor.DIGITS, SHA1()).generate(step).decode()


def wrong_code(secret: bytes) -> str:
    """Six digits that are no code of an app now."""
    digits = (f"{number:06}" for number in range(10))
    return next(code for code in digits if not second_step.is_code_of_app(secret, code))


@pytest.fixture
def with_second_step() -> Callable[[Person], tuple[bytes, tuple[str, ...]]]:
    """Switch the second step on for someone. Returns the secret and the paper codes."""

    def switch_on(person: Person) -> tuple[bytes, tuple[str, ...]]:
        row, ring = person.keys
        secret, paper = second_factor.new_secret(), second_step.new_paper_codes()
        second_step.store_settings(ring, row, second_step.SecondStep(secret, paper))
        row.save(update_fields=second_step.SAVED)
        return secret, paper

    return switch_on


@pytest.fixture
def former(moderator: Person) -> Signer:
    """A moderator whose role was taken in the proper way, and what she still knows."""
    return former_moderator(moderator)
