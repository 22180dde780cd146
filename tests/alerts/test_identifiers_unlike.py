"""Two that differ never match exactly, and few of two unlike ones are called similar."""

from __future__ import annotations

import random
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.identifiers import is_too_long, read
from tests.alerts.test_identifiers_pairs import asked, met, stored

SITES = ("instagram.com/{}", "t.me/{}", "x.com/{}", "tiktok.com/@{}", "snapchat.com/add/{}")
SITES += ("@{}", "{}", "paypal.me/{}", "cash.app/${}", "onlyfans.com/{}", "reddit.com/user/{}")
NAMES = st.text(st.sampled_from(string.ascii_lowercase + string.digits + "_."), min_size=3)
NAMES = NAMES.filter(lambda name: name[0].isalpha() and name[-1].isalpha() and ".." not in name)
EDITS = st.sampled_from(["", "_", ".", "x", "é", "0", "-"])
PLATES = st.from_regex(r"[A-ZÄÖÜÅŠ]{1,3}[ -][A-Z]{1,2}[ -][0-9]{1,4}", fullmatch=True)


def same_name(one: str, other: str) -> bool:
    return one.lower() == other.lower()


@pytest.mark.thorough
@given(NAMES, NAMES | EDITS, st.sampled_from(SITES), st.sampled_from(SITES))
def test_accounts_that_differ_never_match_exactly(
    name: str, other: str, site: str, another: str
) -> None:
    other = other if len(other) > 2 else name[:2] + other + name[2:]
    one, two = site.format(name), another.format(other)
    if site == another and same_name(name, other):
        return
    if {site, another} == {"@{}", "{}"} and same_name(name, other):
        return  # the @ is no part of a name
    if {site, another} <= {"{}", "@{}"} and met(stored(one, "FR", ""), asked(two, "FR", "")):
        names = {name.strip("."), other.strip(".")}
        if len({n.lower() for n in names}) == 1:
            return
    assert met(stored(one, "FR", ""), asked(two, "FR", "")) != "exact", (one, two)


@pytest.mark.thorough
@given(PLATES, PLATES)
def test_plates_that_differ_never_match_exactly(one: str, other: str) -> None:
    folded = str.maketrans({"O": "0", "I": "1", "Ä": "AE", "Ö": "OE", "Ü": "UE", " ": "-"})
    if one.translate(folded) == other.translate(folded):
        return
    read_one, read_other = stored(one, "DE", ""), asked(other, "DE", "")
    if met(read_one, read_other) == "exact":
        # "Ä-O 1" and "AE-0 1" may be one plate; nothing else may.
        assert one.translate(folded).replace("E", "") == other.translate(folded).replace("E", "")


@pytest.mark.thorough
@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(["FR", "DE", "US", "BR"]))
def test_numbers_that_differ_never_match_exactly(one: int, other: int, country: str) -> None:
    if one != other:
        first, second = f"+336{one:09}"[:12], f"+336{other:09}"[:12]
        if first != second:
            assert met(stored(first, country, ""), asked(second, country, "")) != "exact"


@pytest.mark.thorough
@given(st.text(max_size=300), st.sampled_from(["", "FR", "US", "BR", "JP"]))
def test_reading_never_raises(text: str, country: str) -> None:
    for kind in ("", "phone", "username", "plate", "payment", "email", "name"):
        read(text, country, kind)


def _random_identifier(chance: random.Random) -> str:
    letters, digits = string.ascii_lowercase, string.digits
    name = "".join(chance.choices(letters, k=chance.randint(4, 10)))
    name += "".join(chance.choices(digits, k=chance.randint(0, 3)))
    match chance.randint(0, 5):
        case 0:
            return f"+33 6 {chance.randint(0, 99_999_999):08}"
        case 1:
            return f"+{chance.choice(['1', '44', '49', '34'])} {chance.randint(10**9, 10**10 - 1)}"
        case 2:
            return f"{name}@{chance.choice(['gmail.com', 'example.org', 'yahoo.fr'])}"
        case 3:
            plate = "".join(chance.choices(string.ascii_uppercase, k=4))
            return f"{plate[:2]}-{chance.randint(100, 999)}-{plate[2:]}"
        case 4:
            return chance.choice(SITES).format(name)
        case _:
            return f"https://forum.example/members/{name}.{chance.randint(1, 9999)}/"


@pytest.mark.thorough
def test_of_ten_thousand_unlike_pairs_one_in_a_hundred_is_similar_at_most() -> None:
    chance = random.Random(10)
    similar = 0
    for _ in range(10_000):
        one, other = _random_identifier(chance), _random_identifier(chance)
        result = met(stored(one, "FR", ""), asked(other, "FR", ""))
        assert result != "exact" or one == other, (one, other)
        similar += result == "similar"
    assert similar <= 100


@pytest.mark.thorough
@pytest.mark.parametrize(
    "hostile",
    ["0639981242 ", "1 ", "AB 123 CD ", "a@", "a:", "https://t.me/x ", "1-", "(", "O0", "ext ", "@"]
    + [
        "a at b dot c ",
        "&amp;",
        "AB12",
        "12/11/2024, 21:03 - ",
        "مرحبا ٠٦٣٩٩٨١٢٤٢ ",
        "ﷺ",
        "\u0301",
    ],
)
def test_long_hostile_text_costs_little(hostile: str) -> None:
    start = time.process_time()
    read(hostile * (48_000 // len(hostile)), "FR")
    assert is_too_long(hostile * (1_000_000 // len(hostile)))
    assert time.process_time() - start < 6
