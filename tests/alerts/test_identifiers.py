"""E-mails, user names, plates, payments and names: what folds together and what does not."""

from __future__ import annotations

import pytest

from alerts.identifiers import (
    Identifier,
    IdentifierError,
    mask,
    normalise,
    partial_plate_matches,
    read_partial_plate,
    recognise,
)


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        (
            "email",
            [
                "johndoe@gmail.com",
                "John.Doe@GMAIL.com",
                "j.o.h.n.d.o.e+tag@googlemail.com",
                "John <john.doe@gmail.com>",
                "mailto:johndoe@gmail.com?subject=hello",
                "ｊｏｈｎｄｏｅ＠ｇｍａｉｌ．ｃｏｍ",
                " johndoe@gmail.com ",
                "john\u200bdoe@gmail.com",
            ],
        ),
        ("email", ["ann@outlook.fr", "ANN+x@outlook.fr"]),
        ("email", ["ann@hotmail.co.uk", "ann+y@hotmail.co.uk"]),
        ("email", ["ann@fastmail.com", "ann+y@fastmail.com"]),
        ("email", ["annlee@proton.me", "ann.lee@protonmail.com", "Ann_Lee+x@pm.me"]),
        ("email", ["ann@icloud.com", "ann+x@me.com"]),
        ("email", ["ann@faß.example", "ann@xn--fa-hia.example", "Ann@FAß.example"]),
        ("email", ["josé@example.org", "jose\u0301@example.org", "JOSÉ@example.org"]),
        (
            "email",
            [
                "ann@example.org",
                "'ann@example.org'",
                '"ann"@example.org',
                "<'ann@example.org'>",
                "“ann@example.org”",
                "ann (at) example.org",
                "ann[at]example[dot]org",
                "ann at example dot org",
                "ann &#64; example.org",
                "ann@example.org;",
                "Ann: ann@example.org",
                "mailto:ann%40example.org?subject=x",
                "xmpp:ann@example.org",
            ],
        ),
        ("email", ["ann-lee@yandex.ru", "ann.lee@ya.ru"]),
        ("email", ["ann@bücher.example", "ann@BÜCHER.example", "ann@xn--bcher-kva.example"]),
        (
            "username",
            [
                "marie75",
                "@Marie75",
                "MARIE75",
                "ｍａｒｉｅ７５",
                "marie\u202e75",
                "marie٧٥",
                "ᴍᴀʀɪᴇ75",
            ]
            + ["🅼🅰🆁🅸🅴75", "𝓶𝓪𝓻𝓲𝓮𝟟𝟝", "ⓜⓐⓡⓘⓔ75", "marie75 🚩", "user: marie75"],
        ),
        (
            "username",
            [
                "https://www.instagram.com/marie75/?igsh=abc",
                "instagram.com/marie75",
                "http://instagram.com/Marie75/reels/",
                "instagram://user?username=marie75",
                "https://www.instagram.com/stories/marie75/3141592653/",
                "https://ig.me/m/marie75",
                "https://l.instagram.com/?u=https%3A%2F%2Finstagram.com%2Fmarie75&e=AT0",
                "Insta: marie75",
                "ig @marie75",
                "Instagram marie75",
            ],
        ),
        (
            "username",
            ["t.me/marie_75", "https://t.me/s/marie_75", "tg://resolve?domain=marie_75"]
            + [
                "https://marie_75.t.me",
                "https://web.telegram.org/k/#@marie_75",
                "Telegram: @marie_75",
            ]
            + ["https://telegram.me/marie_75?start=1", "<https://t.me/marie_75>."],
        ),
        (
            "username",
            ["https://x.com/marie75/status/123", "twitter.com/marie75", "@marie75 twitter"][:2]
            + [
                "https://twitter.com/intent/user?screen_name=marie75",
                "https://mobile.x.com/marie75",
            ],
        ),
        (
            "username",
            ["https://www.reddit.com/user/marie75/comments", "u/marie75", "/u/Marie75"],
        ),
        ("username", ["https://www.snapchat.com/add/marie75", "snap: marie75", "Snapchat marie75"]),
        ("username", ["https://www.tiktok.com/@marie75?lang=fr", "tiktok: @marie75"]),
        ("username", ["https://marie75.tumblr.com/", "tumblr.com/marie75"][:1]),
        (
            "username",
            [
                "https://forum.example/members/marie75/",
                "https://forum.example/profile.php?user=marie75",
            ],
        ),
        ("username", ["https://mastodon.example/@marie75", "@marie75@mastodon.example"]),
        (
            "username",
            [
                "facebook.com/profile.php?id=1000123",
                "fb.com/people/X-Y/1000123",
                "https://www.facebook.com/permalink.php?story_fbid=207&id=1000123",
                "https://m.me/1000123",
                "fb://profile/1000123",
            ],
        ),
        ("username", ["https://facebook.com/marie.75", "m.facebook.com/marie75", "FB: marie75"]),
        ("username", ["https://matrix.to/#/@marie:example.org", "@marie:example.org"]),
        ("username", ["ЁЖИК", "ёжик"]),
        (
            "plate",
            ["AB-123-CD", "ab 123 cd", "AB.123.CD", "ab123cd", "АВ 123 СD", "ＡＢ１２３ＣＤ"],
        ),
        ("plate", ["OI 10", "0I-1O", "O1 1o"]),
        ("plate", ["А123ВС 77", "A123BC77"]),
        ("payment", ["$cashy", "https://cash.app/$Cashy", "Cash App: $cashy", "cashapp: cashy"]),
        ("payment", ["venmo.com/u/john-doe", "Venmo: @John-Doe"]),
        ("payment", ["paypal.com/paypalme/johndoe", "PayPal.Me/JohnDoe/20EUR", "paypal: johndoe"]),
        ("payment", ["bunq.me/ann", "https://bunq.me/Ann/10/pizza"]),
        ("payment", ["name@okaxis", "NAME@okaxis", "UPI: name@okaxis"]),
        ("payment", ["4242 4242 4242 4242", "4242-4242-4242-4242", "card: 4242424242424242"]),
        (
            "payment",
            [
                "FR76 3000 6000 0112 3456 7890 189",
                "fr7630006000011234567890189",
                "IBAN: FR76 3000 6000 0112 3456 7890 189",
            ],
        ),
        (
            "payment",
            [
                "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
                "bitcoin:BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ?amount=1",
            ],
        ),
        ("name", ["Jean-Marc", "jean marc", "JEAN  MARC", "Jéan Marc"]),
    ],
)
def test_spellings_of_one_identifier_have_one_key(kind, spellings):
    keys = {normalise(kind, spelling)[:2] for spelling in spellings}
    assert len(keys) == 1, keys
    assert keys.pop()[0] == kind


@pytest.mark.parametrize(
    ("kind", "first", "other"),
    [
        ("email", "john.doe@example.org", "johndoe@example.org"),
        ("email", "john+a@example.org", "john@example.org"),
        ("email", "ann@live.example.org", "ann+x@live.example.org"),
        ("email", "ann@gmail.com", "ann@gmаil.com"),  # a Cyrillic letter
        ("email", "ann@outlook.com", "ann@hotmail.com"),
        ("email", "ann@faß.example", "ann@fass.example"),
        ("email", "ann@yahoo.fr", "ann-shop@yahoo.fr"),
        ("username", "marie75", "marie76"),
        ("username", "marie_75", "marie.75"),
        ("username", "marie75", "instagram.com/marie75"),
        ("username", "tiktok.com/@marie75", "instagram.com/marie75"),
        ("username", "forum.example/members/12", "board.example/members/12"),
        ("username", "Łukasz", "lukasz"),
        ("username", "straße", "strasse"),
        ("plate", "BÖ-LL 103", "BO-LL 103"),
        ("plate", "B-ST 1203", "BS-T 1203"),
        ("plate", "ÅSA 103", "ASA 103"),
        ("payment", "paypal.me/ann", "cash.app/$ann"),
        ("username", "мария", "maria"),
        ("plate", "AB123CD", "AB123CE"),
        ("plate", "Q1 AB", "01 AB"),
        ("payment", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "1bvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
        ("name", "Marc", "Marco"),
    ],
)
def test_different_identifiers_keep_different_keys(kind, first, other):
    assert normalise(kind, first).key != normalise(kind, other).key


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "john"),
        ("email", "@example.org"),
        ("email", "john@"),
        ("email", "john@localhost"),
        ("email", "john@exa mple.org"),
        ("email", "john@1.2.3.4"),
        ("email", "john@-x.org"),
        ("email", "j" * 65 + "@example.org"),
        ("email", "john@" + "a." * 130 + "org"),
        ("email", "a\0b@example.org"),
        ("username", "..."),
        ("username", "https://instagram.com/"),
        ("username", "https://[::1"),
        ("username", "http://x.example/%00"),
        ("username", "wa.me/"),
        ("plate", "-"),
        ("plate", "A"),
        ("plate", "A" * 21),
        ("payment", "$"),
        ("payment", "FR76 3000 6000 0112 3456 7890 188"),
        ("name", "!!!"),
        ("name", "x" * 81),
        ("phone", "abc"),
        ("other", "abc"),
        *[
            (kind, value)
            for kind in ("phone", "email", "username", "plate", "payment", "name")
            for value in ("", "  ", "\0", "\u202e\u200b", "\ud800", "x" * 10_000, "1" * 10_000)
        ],
    ],
)
def test_what_cannot_be_read_is_refused_in_words(kind, value):
    with pytest.raises(IdentifierError) as refusal:
        normalise(kind, value, "FR")
    assert str(refusal.value)


@pytest.mark.parametrize(
    ("kind", "value", "shown", "masked"),
    [
        ("email", "John.Doe+x@GMail.com", "john.doe+x@gmail.com", "j…@gmail.com"),
        ("plate", "ab-123-cd", "AB-123-CD", "A…D"),
        ("plate", "ab1", "AB1", "A…"),
        ("username", "@Zoé", "Zoé", "z…"),
        ("username", "https://instagram.com/zoe/", "instagram.com/zoe", "z…"),
        ("payment", "cash.app/$zoe", "cash.app/$zoe", "z…"),
        ("payment", "fr7630006000011234567890189", "FR76 3000 6000 0112 3456 7890 189", "F…"),
        ("name", "  Jean   Marc ", "Jean Marc", "Jean Marc"),
    ],
)
def test_shown_and_masked(kind, value, shown, masked):
    identifier = normalise(kind, value)
    assert identifier.shown == shown
    assert mask(identifier) == masked


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("username", "https://wa.me/33639981234", ("phone", "+33639981234")),
        ("payment", "+33 6 39 98 12 34", ("phone", "+33639981234")),
        ("payment", "ann@gmail.com", ("email", "ann@gmail.com")),
        ("username", "ann@gmail.com", ("email", "ann@gmail.com")),
        ("username", "https://paypal.me/ann", ("payment", "paypal.me/ann")),
        ("username", "06 39 98 12 34", ("phone", "+33639981234")),
        (
            "username",
            "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            ("payment", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
        ),
        ("payment", "name@bank", ("payment", "name@bank")),
    ],
)
def test_an_address_decides_its_kind(kind, value, expected):
    read = normalise(kind, value, "FR")
    assert (read.kind, read.key) == expected


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("06 39 98 12 34", ["phone"]),
        ("Marc 06 39 98 12 34", ["phone"]),
        ("someone@example.org", ["email"]),
        ("@someone", ["username", "payment"]),
        ("https://instagram.com/someone", ["username"]),
        ("wa.me/33639981234", ["phone"]),
        ("AB-123-CD", ["plate", "username"]),
        ("ab123cd", ["plate", "username"]),
        ("1234 BCD", ["plate", "username"]),
        ("А123ВС77", ["plate", "username"]),
        ("plate: marie75", ["plate"]),
        ("plaque ab 123 cd", ["plate"]),
        ("matrícula: 1234 BCD", ["plate"]),
        ("tel 06.39.98.12.34", ["phone"]),
        ("name: AB 123", ["name"]),
        ("$someone", ["payment"]),
        ("paypal.me/someone", ["payment"]),
        ("FR76 3000 6000 0112 3456 7890 189", ["payment"]),
        ("FR76 3000 6000 0112 3456 7890 188", []),
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", ["payment"]),
        ("marie75", ["username", "payment", "plate"]),
        ("Marc", ["username", "payment", "name"]),
        ("Jean Marc", ["name", "username"]),
        ("", []),
        ("---", []),
        ("x" * 10_000, []),
    ],
)
def test_a_line_is_recognised(line, kinds):
    assert [identifier.kind for identifier in recognise(line, "FR")] == kinds


def test_a_word_that_is_no_kind_stays_part_of_the_line():
    assert recognise("Zorro: Marc", None)[0] == Identifier("name", "zorro marc", "Zorro: Marc")


@pytest.mark.parametrize(
    ("partial", "matches"),
    [
        ("AB123", True),
        ("b123c", True),
        ("B-12?CD", True),
        ("AB?3CD", True),
        ("ab*23c", True),
        ("AB … 3CD", True),
        ("i23?c?D", True),  # I and 1 look the same
        ("AB?CD", False),  # three are not known
        ("B123", False),
        ("123", False),
        ("AB124", False),
        ("CD?AB", False),
        ("12", False),
        ("1?2", False),
        ("???", False),
        ("", False),
        ("\0\0\0", False),
        ("A" * 10_000, False),
    ],
)
def test_partial_plates(partial, matches):
    assert partial_plate_matches(partial, normalise("plate", "AB-123-CD").key) is matches


def test_a_partial_plate_is_read_once_for_many_comparisons():
    pieces = read_partial_plate("ab1?cd")
    assert pieces == ("AB1", "CD")
    assert partial_plate_matches(pieces, "AB123CD")
    assert not partial_plate_matches(pieces, "AB1234CD")
    with pytest.raises(IdentifierError):
        read_partial_plate("a?bc")
