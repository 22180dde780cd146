"""Forms that set a passphrase of one's own would tell whether it is somebody's: each is a guess,
with the delays of a sign-in with that pseudonym.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from safety_app.accounts.budgets import SIGN_IN
from safety_app.accounts.flows import invite
from safety_app.accounts.flows.recover import renew_recovery_code
from safety_app.privacy import amount_counter, budgets
from tests import offers
from tests.cast import Person

GUESS = "quartz umbrellas juggle nineteen tepid walruses"
OWN = {"passphrase": GUESS, "passphrase_again": GUESS}
Attempt = Callable[[str], object]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that somebody was made to wait, in a window that does not end."""
    waited: list[float] = []
    monkeypatch.setattr(budgets.time, "sleep", waited.append)
    monkeypatch.setattr(amount_counter.time, "time", lambda: 1_800_000_000.0)
    return waited


def joins(moderator: Person) -> Attempt:
    row, ring = moderator.keys
    code = invite.make_invitation(ring, row, "translator")
    return lambda name: Client().post("/en/join/", {"code": code, "pseudonym": name, **OWN})


def recovers(translator: Person) -> Attempt:
    row, ring = translator.keys
    code = renew_recovery_code(row.pk, ring).recovery_code
    typed = {"recovery_code": code, **OWN}
    return lambda name: Client().post("/en/in/recover/", {**typed, "pseudonym": name})


def changes(translator: Person) -> Attempt:
    own = {"new_passphrase": GUESS, "passphrase_again": GUESS}
    typed = {"pseudonym": translator.pseudonym, "passphrase": translator.passphrase, **own}
    client = translator.client
    return lambda name: client.post("/en/me/change/", {**typed, "new_pseudonym": name})


@pytest.mark.thorough
@pytest.mark.parametrize("way", ["join", "recover", "change"])
def test_each_is_a_guess_beside_that_pseudonym(
    moderator: Person, translator: Person, proofreader: Person, waits: list[float], way: str
) -> None:
    attempts = {"join": joins, "recover": recovers, "change": changes}
    who = moderator if way == "join" else translator
    attempt = attempts[way](who)
    for _ in range(SIGN_IN.amount + 3):
        Client().post("/en/in/", {"pseudonym": proofreader.pseudonym, "passphrase": "wrong"})
    assert waits == [1.0, 2.0, 4.0]
    waits.clear()
    attempt(proofreader.pseudonym)
    assert waits == [8.0]


@pytest.mark.thorough
def test_guesses_there_are_counted_for_the_sign_in(
    translator: Person, proofreader: Person, waits: list[float]
) -> None:
    """Also where the answer is that the passphrase is somebody's."""
    changes(proofreader)("Somebody Else")
    there = Person("", "", "Somebody Else", GUESS)
    assert there.keys
    attempt = changes(translator)
    answers = [attempt("Somebody Else") for _ in range(SIGN_IN.amount)]
    assert all(b"choose another" in answer.content for answer in answers)  # type: ignore[attr-defined]
    there.sign_in()
    assert sum(waits) >= 1.0


@pytest.mark.thorough
def test_a_passphrase_made_here_is_no_guess(member: Person, waits: list[float]) -> None:
    """Else a stranger's delays would tell that somebody with this pseudonym was here."""
    row, ring = member.keys
    code = renew_recovery_code(row.pk, ring).recovery_code
    made = offers.typed("recover", "four herons wait beside the canal")
    for _ in range(SIGN_IN.amount + 3):
        Client().post("/en/in/recover/", {"recovery_code": "x", "pseudonym": "Any One", **made})
    typed = {"recovery_code": code, "pseudonym": member.pseudonym, **made}
    assert Client().post("/en/in/recover/", typed).status_code == 200
    assert waits == []
