"""Lists of witnesses, and what counts as the signatures of two of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safety_app.vault import signatures, witnesses
from safety_app.vault.errors import VaultError
from safety_app.vault.witnesses import CODE, DESK, LIST_SIZE, MOST, NONE_YET, Step, Witness

SEEDS = [bytes([number]) * 32 for number in range(1, 4)]
KEYS = [signatures.verifying_key(seed) for seed in SEEDS]
LISTED = [Witness(number, DESK, key) for number, key in enumerate(KEYS, start=1)]
STEP = Step(b"k" * 32, witnesses.digest(witnesses.pack(LISTED)), b"n" * 32, b"m" * 32)
STRANGER = b"a seed that is in none of these!"


def packed(listed: list[Witness]) -> bytes:
    """A list as its bytes, whatever stands in it and in whatever order."""
    entries = [one.organisation.to_bytes(8, "big") + bytes([one.kind]) + one.key for one in listed]
    return b"".join(entries).ljust(LIST_SIZE, b"\x00")


def signed(place: int, seed: bytes, step: Step = STEP) -> bytes:
    """What the witness in a place signs, counted from 1, by a seed."""
    return bytes([place]) + signatures.sign(seed, step.statement_of(LISTED[place - 1]))


def has_two(given: bytes, step: Step = STEP, listed: list[Witness] = LISTED) -> bool:
    try:
        witnesses.check_two(step, listed, given)
    except VaultError:
        return False
    return True


REFUSED_LISTS = {
    "an organisation twice": [LISTED[0], replace(LISTED[1], organisation=1)],
    "a key twice": [LISTED[0], replace(LISTED[1], key=KEYS[0])],
    "no organisation": [replace(LISTED[0], organisation=0)],
    "a code among several desks": [*LISTED, Witness(3, CODE, b"c" * 32)],
    "a code beside another's desk": [LISTED[0], Witness(2, CODE, KEYS[1])],
    "a code alone": [Witness(1, CODE, KEYS[0])],
    "two codes": [Witness(1, CODE, KEYS[0]), Witness(2, CODE, KEYS[1])],
    "another kind": [replace(LISTED[0], kind=3)],
    "one too many": [Witness(n, DESK, n.to_bytes(32, "big")) for n in range(1, MOST + 2)],
}


@pytest.mark.parametrize("listed", REFUSED_LISTS.values(), ids=REFUSED_LISTS)
def test_lists_that_nobody_makes(listed: list[Witness]) -> None:
    with pytest.raises(VaultError):
        witnesses.pack(listed)
    raw = packed(listed)
    with pytest.raises(VaultError):
        witnesses.unpack(raw, witnesses.digest(raw))


@pytest.mark.parametrize("key", [KEYS[0][:31], KEYS[0] + b"\x00", b""], ids=["31", "33", "0"])
def test_keys_of_another_size(key: bytes) -> None:
    with pytest.raises(VaultError):
        witnesses.pack([replace(LISTED[0], key=key)])


@pytest.mark.parametrize(
    "listed",
    [LISTED, LISTED[:1], [LISTED[0], Witness(1, CODE, KEYS[1])], []],
    ids=["three", "one", "one and its code", "none"],
)
def test_lists_come_back_in_order(listed: list[Witness]) -> None:
    raw = witnesses.pack(listed[::-1])
    assert len(raw) == LIST_SIZE
    assert witnesses.unpack(raw, witnesses.digest(raw)) == listed


@pytest.mark.parametrize(
    "raw",
    [
        packed(LISTED[::-1]),
        packed(LISTED)[:-1],
        packed(LISTED) + b"\x00",
        bytes(witnesses.ENTRY_SIZE) + packed(LISTED)[: -witnesses.ENTRY_SIZE],
        b"",
        packed(LISTED)[:5] + b"\x01",
    ],
    ids=["order", "short", "long", "a gap", "empty", "a piece"],
)
def test_another_form_of_a_list(raw: bytes) -> None:
    with pytest.raises(VaultError):
        witnesses.unpack(raw, witnesses.digest(raw))


def test_another_list_than_the_known_one() -> None:
    with pytest.raises(VaultError):
        witnesses.unpack(witnesses.pack(LISTED[:2]), STEP.previous_witnesses)


def test_two_of_them() -> None:
    first, second = signed(1, SEEDS[0]), signed(3, SEEDS[2])
    assert has_two(first + second)
    assert has_two(second + first)


DIFFERENT_STEPS = {
    name: replace(STEP, **{name: b"x" * 32})
    for name in ("previous", "previous_witnesses", "key", "witnesses")
}
FIRST = signed(1, SEEDS[0])
OF_ANOTHER_KIND = signatures.sign(SEEDS[1], STEP.statement_of(replace(LISTED[1], kind=CODE)))
NO_TWO = {
    "none": NONE_YET,
    "empty": b"",
    "one": FIRST.ljust(len(NONE_YET), b"\x00"),
    "one twice": FIRST * 2,
    "place 0": FIRST + b"\x00" + signed(3, SEEDS[2])[1:],
    "a place beyond": FIRST + b"\x04" + signed(3, SEEDS[2])[1:],
    "another's place": FIRST + b"\x02" + FIRST[1:],
    "a stranger": FIRST + signed(2, STRANGER),
    "as another organisation": FIRST + b"\x02" + signatures.sign(
        SEEDS[1], STEP.statement_of(replace(LISTED[1], organisation=9))
    ),
    "as another kind": FIRST + b"\x02" + OF_ANOTHER_KIND,
    "what a desk signs": FIRST + b"\x02" + signatures.sign(SEEDS[1], STEP.statement()),
    "too short": (FIRST + signed(2, SEEDS[1]))[:-1],
    "too long": FIRST + signed(2, SEEDS[1]) + b"\x00",
    "three": FIRST + signed(2, SEEDS[1]) + signed(3, SEEDS[2]),
    **{f"another {name}": FIRST + signed(2, SEEDS[1], step)
       for name, step in DIFFERENT_STEPS.items()},
}  # fmt: skip


@pytest.mark.parametrize("given", NO_TWO.values(), ids=NO_TWO)
def test_what_are_not_two(given: bytes) -> None:
    assert not has_two(given)


def test_the_desk_signs_something_else_than_a_witness() -> None:
    assert STEP.statement() not in {STEP.statement_of(one) for one in LISTED}


def test_each_seed_signs_in_its_own_place_and_once() -> None:
    given = witnesses.add(STEP, LISTED, NONE_YET, [STRANGER, SEEDS[1], SEEDS[1]])
    assert given == signed(2, SEEDS[1]).ljust(len(NONE_YET), b"\x00")
    both = witnesses.add(STEP, LISTED, given, [SEEDS[1], SEEDS[0]])
    assert has_two(both)
    assert len(both) == len(NONE_YET)


def test_no_third_one_is_added() -> None:
    given = witnesses.add(STEP, LISTED, NONE_YET, SEEDS)
    assert given == signed(1, SEEDS[0]) + signed(2, SEEDS[1])
    assert witnesses.add(STEP, LISTED, given, SEEDS[2:]) == given


@pytest.mark.parametrize(
    "wrong", [signed(3, STRANGER), b"\x09" + bytes(64), b"\xff" * 65], ids=["3", "9", "255"]
)
def test_a_wrong_signature_keeps_no_place(wrong: bytes) -> None:
    """Whoever writes to the database cannot keep the right ones out."""
    given = witnesses.add(STEP, LISTED, wrong * 2, SEEDS[:1])
    assert has_two(witnesses.add(STEP, LISTED, given, SEEDS[1:2]))


def test_a_column_of_another_size_is_made_anew() -> None:
    assert witnesses.add(STEP, LISTED, b"\x01", SEEDS[:1]) == FIRST.ljust(len(NONE_YET), b"\x00")
