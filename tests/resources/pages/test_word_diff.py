"""Both texts can be read out of their differences, and hostile ones cost no more than others."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.text.word_diff import MOST_EDITS, WordChange, diff_words

TEXTS = st.lists(st.sampled_from(["a", "b", " ", "\n", "72", "好", "é", "."]), max_size=40).map(
    "".join
)


def read(found: list[WordChange], kind: str) -> str:
    return "".join(one.text for one in found if one.kind in ("same", kind))


@pytest.mark.thorough
@given(TEXTS, TEXTS)
def test_both_texts_are_in_it(older: str, newer: str) -> None:
    found = diff_words(older, newer)
    assert read(found, "gone") == older
    assert read(found, "new") == newer
    assert all(one.text for one in found)


@pytest.mark.thorough
@given(TEXTS)
def test_equal_texts_have_none(text: str) -> None:
    assert all(one.kind == "same" for one in diff_words(text, text))


def test_a_word_a_number_a_letter_of_han() -> None:
    assert diff_words("within 24 hours", "within 72 hours") == [
        WordChange("same", "within "),
        WordChange("gone", "24"),
        WordChange("new", "72"),
        WordChange("same", " hours"),
    ]
    assert diff_words("去医院", "去医馆") == [
        WordChange("same", "去医"),
        WordChange("gone", "院"),
        WordChange("new", "馆"),
    ]


@pytest.mark.parametrize(
    ("older", "newer", "gone", "new"),
    [
        ("ภายใน ๗๒ ชั่วโมง", "ภายใน ๔๘ ชั่วโมง", "๗๒", "๔๘"),
        ("ภายใน72ชั่วโมง", "ภายใน48ชั่วโมง", "72", "48"),
        ("在72小时内去医院", "在48小时内去医院", "72", "48"),
        ("خلال ٧٢ ساعة", "خلال ٤٨ ساعة", "٧٢", "٤٨"),
        ("١٫٥ ملغ", "١٫٨ ملغ", "١٫٥", "١٫٨"),
    ],
)
def test_a_number_changes_whole_whatever_its_digits(
    older: str, newer: str, gone: str, new: str
) -> None:
    found = [one for one in diff_words(older, newer) if one.kind != "same"]
    assert found == [WordChange("gone", gone), WordChange("new", new)]


@pytest.mark.parametrize(
    ("older", "newer", "gone", "new"),
    [
        ("น้ำ", "น่ำ", "น้", "น่"),
        ("ساعةً", "ساعةٍ", "ساعةً", "ساعةٍ"),
        ("cafe\u0301 noir", "cafe\u0300 noir", "cafe\u0301", "cafe\u0300"),
    ],
)
def test_a_sign_above_a_letter_stays_with_it(older: str, newer: str, gone: str, new: str) -> None:
    found = [one for one in diff_words(older, newer) if one.kind != "same"]
    assert found == [WordChange("gone", gone), WordChange("new", new)]


def test_two_words_changed_side_by_side_are_one_change() -> None:
    assert diff_words("a warm safe place", "a cold lonely place")[1:3] == [
        WordChange("gone", "warm safe"),
        WordChange("new", "cold lonely"),
    ]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("a b " * 900, "b a a " * 600),
        ("a\n" * 20_000, "b\n" * 20_000),
        (" ".join(f"x{n}" for n in range(2000)), " ".join(f"y{n}" for n in range(2000))),
        ("ab" * 20_000, "ba" * 20_000 + "c"),
    ],
)
def test_the_cost_is_bounded(older: str, newer: str) -> None:
    start = time.process_time()
    found = diff_words(older, newer)
    assert time.process_time() - start < 5
    assert read(found, "gone") == older
    assert read(found, "new") == newer


def test_a_few_changes_in_a_long_text_stay_words() -> None:
    long = [f"word{n}" for n in range(6000)]
    other = ["new" if n % 100 == 0 else word for n, word in enumerate(long)]
    found = diff_words(" ".join(long), " ".join(other))
    assert sum(one.kind == "gone" for one in found) == 60 < MOST_EDITS
