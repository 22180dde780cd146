"""What holds for any input: bounded, stable, and nothing but IdentifierError."""

from __future__ import annotations

import time

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alerts.identifiers import (
    KINDS,
    Identifier,
    IdentifierError,
    mask,
    normalise,
    partial_plate_matches,
    recognise,
)
from alerts.identifiers.sites import SITES

ANY_TEXT = st.text(st.characters(), max_size=60)
# Pieces that steer random text into the branches that matter.
PIECES = st.lists(
    st.sampled_from(
        [
            "https://",
            "HTTP://",
            "t.me/",
            "x.com/",
            "wa.me/",
            "@",
            "+",
            "00",
            "06",
            "33",
            "gmail.com",
            ".",
            "/",
        ]
        + [
            "?id=",
            "#",
            "%00",
            "%2F",
            "%25",
            "%2B",
            "[",
            "]",
            " ",
            "-",
            "$",
            "IBAN",
            "(0)",
            "ext",
            "tel:",
        ]
        + [
            "É",
            "ß",
            "İ",
            "ﬁ",
            "\u202e",
            "\u200d",
            "\u0301",
            "\ud800",
            "\0",
            "京",
            "℀",
            "＋",
            "%E2%84%80",
            "٣",
            "①",
            "a",
            "7",
        ]
    ),
    max_size=12,
).map("".join)
COUNTRIES = st.sampled_from([None, "", "FR", "US", "AR", "IT", "JP", "xx", "🇫🇷"])
WORDS = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"), min_size=3, max_size=12)


def read(kind: str, value: str, country: str | None) -> Identifier | None:
    try:
        return normalise(kind, value, country)
    except IdentifierError:
        return None


@pytest.mark.thorough
@given(st.sampled_from([*KINDS, "", "other"]), ANY_TEXT | PIECES, COUNTRIES)
@example("username", "http://ß.example/İ", None)
@example("email", "ẞ@ﬁ.example", None)
@example("plate", "ǆ12", None)
@example("payment", "HTTP://+A", None)
@example("payment", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdqİ", None)
@example("phone", "00033639981234", "JP")
@example("phone", "000003639981234", "JP")
@example("payment", "HTTP://+0", None)
@example("payment", "https://x/%EF%BC%8B1", None)
@example("payment", "http://FR7630006000011234567890189", None)
@example("username", "https://x.example/%E2%84%80", None)
@example("payment", "https://cash.app/%E2%84%80", None)
@example("payment", "https://paypal.com/?id=paypalme", None)
@example("username", "https://t.me/?id=%2B1234567", None)
@example("username", "https://x.example/?id=%EF%BC%BBa", None)
def test_reading_again_what_is_shown_gives_the_same_key(kind, value, country):
    identifier = read(kind, value, country)
    if identifier:
        again = normalise(identifier.kind, identifier.shown, country)
        assert (again.kind, again.key) == (identifier.kind, identifier.key)
        assert identifier.kind in KINDS
        assert identifier.key
        assert mask(identifier)
        assert not {"\0", "\u202e", "\u200d"} & {*identifier.key, *identifier.shown}


@pytest.mark.thorough
@given(ANY_TEXT | PIECES, COUNTRIES)
def test_recognise_never_raises_and_gives_at_most_three(line, country):
    identifiers = recognise(line, country)
    assert len(identifiers) <= 3
    assert len({identifier[:2] for identifier in identifiers}) == len(identifiers)
    assert partial_plate_matches(line, "AB123CD") in (True, False)


@pytest.mark.thorough
@given(st.sampled_from(["username", "plate", "payment", "name"]), WORDS)
def test_case_and_space_around_do_not_matter(kind, word):
    assert normalise(kind, f" \t{word.upper()}\u200b ").key == normalise(kind, word).key


@pytest.mark.thorough
@given(WORDS, st.lists(st.sampled_from("-. "), max_size=12))
def test_separators_of_plates_and_user_names_are_similar(word, separators):
    apart = "".join(
        character + (separators[place] if place < len(separators) else "")
        for place, character in enumerate(word)
    )
    apart = apart.strip("-. ")
    assert normalise("plate", apart).similar == normalise("plate", word).similar
    if not any(map(str.isdecimal, word)):
        assert normalise("username", apart).similar == normalise("username", word).similar


@pytest.mark.thorough
@given(st.integers(0, 99_999_999), st.lists(st.sampled_from(" .-/"), min_size=9, max_size=9))
def test_french_numbers_fold_in_any_spacing_and_are_recognised(number, separators):
    digits = f"6{number:08}"
    apart = "".join(digit + sign for digit, sign in zip(digits, [*separators[:8], ""], strict=True))
    key = "+33" + digits
    assert normalise("phone", "0" + apart, "FR").key == key
    for line in ("0" + apart, "+33 " + apart, "0033" + digits):
        identifier = recognise(line, "FR")[0]
        assert (identifier.kind, identifier.key) == ("phone", key)
        assert identifier.similar == digits[-8:]


@pytest.mark.thorough
@given(WORDS, st.sampled_from(["gmail.com", "example.org", "proton.me", "yahoo.fr"]))
def test_emails_are_recognised_in_any_case(word, domain):
    key = normalise("email", f"{word}@{domain}").key
    identifier = recognise(f"{word.upper()}@{domain.upper()}", None)[0]
    assert (identifier.kind, identifier.key) == ("email", key)


@pytest.mark.thorough
@given(st.from_regex(r"[A-Z]{2}-[0-9]{3}-[A-Z]{2}", fullmatch=True))
def test_plates_are_recognised_and_found_by_any_three_characters(plate):
    identifier = recognise(plate.lower(), "FR")[0]
    assert identifier == normalise("plate", plate)
    assert all(
        partial_plate_matches(identifier.key[start : start + 5], identifier.key)
        for start in range(3)
    )


@pytest.mark.thorough
@given(
    WORDS.filter(lambda word: not word.isdecimal() and word not in SITES["instagram.com"].nobody)
)
def test_profile_addresses_are_recognised(word):
    similar = normalise("username", "@" + word).similar
    for line, site in ((f"@{word}", ""), (f"https://instagram.com/{word}/", "instagram.com/")):
        identifier = recognise(line, None)[0]
        assert (identifier.kind, identifier.key) == ("username", site + word)
        assert identifier.similar == similar


@pytest.mark.thorough
@pytest.mark.parametrize(
    "hostile",
    [
        "1" * 500,
        "1" * 499 + "!",
        "a1 " * 160 + "!",
        "(" * 500,
        "@" * 500,
        "a@" * 250,
        "<" * 499 + ">",
        " -." * 166,
        "http://" + "a." * 200 + "/" * 90,
        "https://x.example/?" + "a=1&" * 110,
        "https://x.com/" + "%25" * 150,
        "ext" * 160 + "1",
        "ﷺ" * 400,
        "á" * 250,
        "\u0301" * 500,
        "tel " * 120,
        "a:" * 250,
        "x" * 10_000,
        "\u202e" * 10_000,
    ],
)
def test_hostile_lines_cost_little(hostile):
    start = time.process_time()
    for country in (None, "FR", "US"):
        recognise(hostile, country)
        for kind in KINDS:
            read(kind, hostile, country)
    partial_plate_matches(hostile, "AB123CD")
    assert time.process_time() - start < 0.5


@pytest.mark.thorough
def test_every_country_can_be_the_default():
    for country in phonenumbers.SUPPORTED_REGIONS:
        recognise("0123456789", country)
