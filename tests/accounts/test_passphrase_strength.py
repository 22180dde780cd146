"""How hard a passphrase is to guess."""

from __future__ import annotations

import random
import time

import pytest
from zxcvbn.matching import RANKED_DICTIONARIES

from safety_app.accounts.keys import passphrase_strength
from safety_app.vault.codes import new_passphrase


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "password",
        "Tr0ub4dour&3",
        "qwertyuiopasdfghjkl",
        "11/21/1991",
        "abc" * 80,
        "hunter2hunter2",
    ],
)
def test_weak_ones(weak: str) -> None:
    assert passphrase_strength.strength_bits(weak, "Amber Lynx") < passphrase_strength.MIN_BITS


@pytest.mark.parametrize(
    "strong",
    [
        "seven kettles under a paper moon",
        "семь чайников под бумажной луной",
        "紙の月の下に七つの薬缶があるよ。夜の海",
    ],
)
def test_strong_ones(strong: str) -> None:
    assert passphrase_strength.strength_bits(strong, "Amber Lynx") >= passphrase_strength.MIN_BITS


@pytest.mark.parametrize("words", ["seven kettles under a paper moon", "Tr0ub4dour&3"])
def test_what_is_forgiven_adds_no_strength(words: str) -> None:
    forgiven = f"{words.upper()}\u200b.".replace(" ", " \u2014 ")
    bits = passphrase_strength.strength_bits(words, "Amber Lynx")
    assert passphrase_strength.strength_bits(forgiven, "Amber Lynx") == bits


def test_her_own_name_counts_for_nothing() -> None:
    typed = "zorblatt quimplefex zorblatt"
    with_name = passphrase_strength.strength_bits(typed, "Zorblatt Quimplefex")
    assert (
        with_name
        < passphrase_strength.MIN_BITS
        < passphrase_strength.strength_bits(typed, "someone else")
    )


def test_her_name_is_left_in_no_global() -> None:
    passphrase_strength.strength_bits("whatever this is", "Zorblatt Quimplefex")
    assert "zorblatt" not in str(RANKED_DICTIONARIES.get("user_inputs", {}))


def test_offered_ones_are_strong_and_known_as_such() -> None:
    for _ in range(300):
        offered = new_passphrase()
        assert passphrase_strength.is_generated(offered)
        assert passphrase_strength.is_generated(f" {offered.replace(' ', '--').upper()}.\n")
    assert (
        passphrase_strength.strength_bits(new_passphrase(), "Amber Lynx")
        >= passphrase_strength.MIN_BITS
    )


@pytest.mark.parametrize(
    "own",
    [
        "",
        "bababa bababa bababa bababa",
        "bodafi kemoru tisane",
        "correct horse battery staple",
        "bodafikemoru",
    ],
)
def test_others_are_not(own: str) -> None:
    assert not passphrase_strength.is_generated(own)


@pytest.mark.thorough
def test_nothing_typed_takes_long() -> None:
    """zxcvbn alone needs 8 seconds for the first of these."""
    chance = random.Random(7)
    hostile = ["({[<4@8369310$5+7%2|!l1" * 10, "İ" * 256, "1234567890" * 25, "\ufdfa" * 200]
    hostile += ["".join(chance.choices("0123456789aoeisltbgz@$!|+", k=256)) for _ in range(5)]
    start = time.process_time()
    for typed in hostile:
        passphrase_strength.strength_bits(typed, typed)
    assert time.process_time() - start < 5
