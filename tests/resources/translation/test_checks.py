"""What a translation must keep: its numbers, its links, its form. No database."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from resources.text.segments import LONGEST
from resources.translation.checks import tidy_translation, translation_problems
from resources.translation.numbers import numbers_differ


def errors(source: str, translation: str, role: str = "body") -> list[str]:
    return [one.message for one in translation_problems(role, source, translation) if one.blocks]


def warnings(source: str, translation: str, role: str = "body") -> list[str]:
    return [
        one.message for one in translation_problems(role, source, translation) if not one.blocks
    ]


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("within 72 hours", "en 72 horas"),
        ("within 72 hours", "خلال ٧٢ ساعة"),
        ("within 72 hours", "७२ घंटे के भीतर"),
        ("within 72 hours", "ภายใน ๗๒ ชั่วโมง"),
        ("within 72 hours", "７２小时内"),
        ("1.5 mg", "1,5 mg"),
        ("1.5 mg", "١٫٥ ملغ"),
        ("72,000 images", "72 000 images"),
        ("72,000 images", "72\u202f000 images"),
        ("72,000 images", "72\u2009000 images"),
        ("72,000 images", "72.000 imágenes"),
        ("72,000 images", "72’000 Bilder"),
        ("72,000 images", "72000 imagens"),
        ("72,000 images", "٧٢٬٠٠٠ صورة"),
        ("1,250,000.5", "1.250.000,5"),
        ("125,000", "1,25,000"),
        ("10–33 days", "10 a 33 días"),
        ("24/7", "24 horas, 7 días"),
        ("at 10:30", "à 10h30"),
        ("at 10:30", "alle 10.30"),
        ("on day 3 500 people", "500 Leute am Tag 3"),
        ("call 116 006", "llama al 116 006"),
        ("1. one\n2. two", "* uno\n* dos"),
        ("21.11.2026", "21/11/2026"),
    ],
)
def test_numbers_that_stay(source: str, translation: str) -> None:
    assert numbers_differ(source, translation) == ([], []) or not errors(source, translation)


@pytest.mark.parametrize(
    ("source", "translation", "named"),
    [
        ("within 72 hours", "en 27 horas", "72"),
        ("within 72 hours", "en tres días", "72"),
        ("within 72 hours", "en 72 horas, 120 mejor", "120"),
        ("1.5 mg", "15 mg", "1.5"),
        ("1.5 mg", "5.1 mg", "1.5"),
        ("72 and 72", "72", "72"),
        ("72,000", "72", "72000"),
        ("10–33 days", "10 a 38 días", "33"),
        ("24/7", "24 horas", "7"),
        ("10:30", "10:20", "10:30".replace(":", ".")),
    ],
)
def test_numbers_that_do_not(source: str, translation: str, named: str) -> None:
    for role in ("body", "keywords"):
        said = errors(source, translation, role)
        assert any(named in one for one in said), said


@pytest.mark.parametrize(
    ("translation", "named"),
    [
        # Numbers that nobody sees do not stand for the one that is gone.
        ("en &#72; heures", "72"),
        ("en trois jours\n```72\nx\n```", "72"),
        ("[72]: x\nen trois jours", "72"),
        ("- en trois jours\n\n  [72]: x", "72"),
        # Nor does one come in unseen.
        ("en 72 heures &half;", "0.5"),
        ("en 72 heures ⑨⑥", "6 and 9"),
        ("en 72 heures, ou ⁹⁶", "6 and 9"),
        ("en 72 heures, Ⅻ", "12"),
        ("- en 72 heures\n\n96. tard", "96"),
        ("en 72 heures\n96. tard", "96"),
        ("en 72 heures &#123;96}", "96"),
    ],
)
def test_numbers_are_those_that_are_read(translation: str, named: str) -> None:
    assert any(named in one for one in errors("within 72 hours", translation)), translation


def test_what_is_listed_is_listed_as_in_each_language() -> None:
    """No Latin comma or semicolon in Arabic or Chinese; each sign keeps its own direction."""
    source, names = "1 or 2 and 3", "%(one)s {two}"
    for language, listed, copied in (
        ("en", "1, 2 and 3", "%(one)s and {two}"),
        ("zh-hans", "1、2和3", "%(one)s和{two}"),
        (
            "ar",
            "\u20661\u2069 و\u20662\u2069 و\u20663\u2069",
            "\u2066%(one)s\u2069 و\u2066{two}\u2069",
        ),
    ):
        with override(language):
            (numbers,) = errors(source, "x")
            (placeholders,) = errors(names, "x")
        assert listed in numbers
        assert copied in placeholders
        for words in (numbers, placeholders):
            assert language == "en" or not {",", ";"} & set(words), words


def test_numbers_that_show_alike_are_alike() -> None:
    assert not errors("within **7**2 hours, 1½ m²", "en &#55;2 horas, 1 ½ m2")
    assert not errors("1. one\n2. two", "- uno\n- dos")
    assert not errors("3. three", "3. tres")


def test_addresses_in_signs_are_addresses() -> None:
    assert errors("Call them.", "Appelle : &#116;el:0600000000")
    assert errors("Call them.", "Va sur https&colon;//evil.example")


def test_the_words_role_has_no_other_check() -> None:
    assert translation_problems("keywords", "pep, hiv, [x](page:3)", "tpe, vih") == []
    assert errors("pep", " ", "keywords")
    assert errors("pep", "x" * (LONGEST + 1), "keywords")


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("[a](page:8)", "[b](page:9)"),
        ("[a](page:8)", "b"),
        ("a", "[b](https://evil.example)"),
        ("a", "[b](&#104;ttps://evil.example)"),
        ("a", "<https://evil.example>"),
        ("a", "[b][1]\n\n[1]: https://evil.example"),
        ("[a](tel:116006)", "[a](tel:116007)"),
        ("[a](mailto:a@b.example)", "[a](mailto:c@b.example)"),
        ("[a](https://a.example/x)", "[a](https://a.example/y)"),
        ("[a](page:8) [b](page:8)", "[a](page:8)"),
        ("see https://a.example", "ver https://b.example"),
        ("::: fact A\n[a](page:8)\n:::", "::: fact B\n[a](page:9)\n:::"),
    ],
)
def test_links_stay(source: str, translation: str) -> None:
    assert errors(source, translation)
    assert not errors(source, source)


def test_numbers_in_addresses_are_no_numbers_of_the_text() -> None:
    source = "[Call 116 006](tel:+33116006) or [read](page:8), see https://a.example/2024."
    assert not errors(
        source, "Mira https://a.example/2024 o [lee](page:8) o [116006](tel:+33116006)"
    )


def test_placeholders_stay() -> None:
    assert not errors("Hi {name}, %(day)s 3", "%(day)s 3: hola {name}")
    assert any("{name}" in one for one in errors("Hi {name}", "Hola {nombre}"))
    assert any("{nombre}" in one for one in errors("Hi", "Hola {nombre}"))
    assert errors("%(day)s", "%(day)d")


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("::: local care\nWhere?\n:::", "::: local cuidado\n¿Dónde?\n:::"),
        ("::: local care\nWhere?\n:::", "¿Dónde?"),
        ("::: fact Now\nGo.\n:::", "::: local now\nVe.\n:::"),
        ("::: fact Now\nGo.\n:::", "::: fact Ahora\nVe."),
        ("Go.", "::: fact Ahora\nVe.\n:::"),
        ("Go.", "Ve.\n\nYa."),
        ("## Go", "Ve"),
        ("## Go", "### Ve"),
        ("Go", "# Ve"),
    ],
)
def test_the_form_stays(source: str, translation: str) -> None:
    assert errors(source, translation)


def test_a_box_may_have_another_heading_and_empty_lines() -> None:
    assert not errors("::: fact Now\nGo.\n\nRun.\n:::", "::: fact Ahora\nVe.\n\nCorre.\n:::")
    assert not errors("::: local care\nWhere?\n:::", "::: local care\n¿Dónde?\n:::")


def test_what_only_warns() -> None:
    assert warnings("Go home.", "Go home.")
    assert not warnings("72", "72")
    assert warnings("- a\n- b", "- a b")
    long = "This is a sentence of an ordinary length that says a few things. " * 2
    assert warnings(long, "Corto.")
    assert warnings(long, long + long + long)
    assert not warnings(long, "这是一个长度普通的句子，说了一些事情。" * 2)
    assert not errors(long, "Corto.")


def test_the_same_number_of_points_in_another_script_of_marks() -> None:
    assert not translation_problems("body", "1. Go on\n2. Stop now", "1) Siga usted\n2) Pare usted")


def test_nothing_and_too_much() -> None:
    assert errors("a", "  \n ")
    assert errors("a", "b" * (LONGEST + 1))
    assert not errors("a", "b" * LONGEST)


def test_text_is_tidied() -> None:
    assert tidy_translation("title", " a\u202e \n b ") == "a b"
    assert tidy_translation("body", "a  \r\n- b\u0000 ") == "a\n- b"


@pytest.mark.thorough
def test_odd_text_is_no_accident() -> None:
    for odd in (
        "\u00b2\u00bd\u2460",
        "1" * 6000,
        "1," * 3000,
        "1 000 " * 900,
        "{" * 6000,
        "[" * 6000,
    ):
        translation_problems("body", "72 hours", odd)
        translation_problems("body", odd, "72 hours")
