"""The starter pages themselves: complete, the same in every language, and honest."""

import re
from datetime import date
from pathlib import Path

import pytest

from resources.pages.starter import (
    FOLDER,
    StarterError,
    StarterPage,
    StarterText,
    read_starter_pages,
)
from resources.text.segments import parse
from resources.translation.numbers import find_numbers
from tests.languages import LANGUAGES
from tests.resources.conftest import NUMBERS

PAGES = {page.number: page for page in read_starter_pages()}
LINK = re.compile(r"\]\(([^)]*)\)")
# Words for the work, the person or a call to the police that no page says.
SAYS = (
    r"prostit|víctima|victim|call the police|llama a la policía|curva|curvă|wzywaj polic"
    r"|prostytu|жертв|проститу|妓|受害者|عاهرة|ضحية|دعارة|โสเภณี|เหยื่อ|Opfer|Hure|Ruf die Polizei"
)


def _bodies(page: StarterPage) -> list[tuple[StarterText, ...]]:
    return [page.texts[language] for language in LANGUAGES]


def test_every_page_is_there_in_every_language() -> None:
    assert tuple(PAGES) == NUMBERS
    for page in PAGES.values():
        assert set(page.texts) == set(LANGUAGES)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_has_open_places_sources_and_the_day_it_was_checked(number: int) -> None:
    page = PAGES[number]
    assert date(2026, 1, 1) <= page.checked
    assert page.sources
    assert all(title and url.startswith("https://") for title, url, _ in page.sources)
    for pieces in _bodies(page):
        assert any(parse(piece.text).kind == "local" for piece in pieces)


@pytest.mark.parametrize("number", NUMBERS)
def test_kinds_keys_numbers_and_links_are_the_same_in_every_language(number: int) -> None:
    for pieces in zip(*_bodies(PAGES[number]), strict=True):
        parsed = [parse(piece.text) for piece in pieces]
        assert len({segment.kind for segment in parsed}) == 1
        if parsed[0].kind == "local":
            assert len({segment.label for segment in parsed}) == 1
        assert len({tuple(find_numbers(piece.text)) for piece in pieces}) == 1, pieces
        assert len({tuple(LINK.findall(piece.text)) for piece in pieces}) == 1
        assert len({piece.text.count("\n- ") for piece in pieces}) == 1


@pytest.mark.parametrize("number", NUMBERS)
def test_translations_are_made_from_the_source_as_it_is(number: int) -> None:
    for language in set(LANGUAGES) - {PAGES[number].source_language}:
        for piece in PAGES[number].texts[language]:
            assert piece.source_digest, (
                f"page {number}, {language}: source_digest is of an older text"
            )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_facts_about_the_first_hours_are_all_there(language: str) -> None:
    facts = [parse(piece.text) for piece in PAGES[8].texts[language]]
    pep, contraception = [fact for fact in facts if fact.kind == "fact"]
    assert find_numbers(pep.label + pep.markdown) == ["24", "28", "72", "72"]
    assert find_numbers(contraception.label + contraception.markdown) == sorted(
        ["120", "5", "1.5", "30", "72", "5"]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_calls_for_an_ambulance_comes_before_what_can_wait_until_today(language: str) -> None:
    parsed = [parse(piece.text) for piece in PAGES[8].texts[language]]
    number = next(place for place, one in enumerate(parsed) if one.label == "emergency-number")
    assert parsed[number - 1].markdown.startswith("## ")
    ambulance, today = parsed[number + 1].markdown, parsed[number + 3].markdown
    assert (ambulance.count("- "), today.count("- ")) == (5, 3)
    tablets = parsed[number + 5].markdown
    assert find_numbers(tablets) == ["3", "5"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_who_does_not_breathe_gets_presses_and_breaths(language: str) -> None:
    [steps] = [piece.text for piece in PAGES[10].texts[language] if piece.text.startswith("1. ")]
    third = steps.split("\n")[2]
    assert find_numbers(third) == ["1", "2", "2", "3", "30", "5"]
    assert third.count("**") == 4


@pytest.mark.parametrize("number", NUMBERS)
def test_every_page_has_words_it_is_found_by(number: int) -> None:
    for pieces in _bodies(PAGES[number]):
        [words] = [piece.text for piece in pieces if piece.role == "keywords"]
        _check_keywords(words)


def _check_keywords(words: str) -> None:
    each = [word.strip() for word in words.split(",")]
    assert len(words) <= 600
    assert len(each) > 20
    assert len(set(each)) == len(each)
    assert all(each)
    assert not find_numbers(words)
    assert not re.search(r"\b(whore|hooker|prostit|put[ae]s?\b|zorra|tapin)", words.lower())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_shouting_no_telephone_number_and_no_advice_to_report(language: str) -> None:
    for path in FOLDER.glob(f"{language}/*.md"):
        text = path.read_text(encoding="utf-8").split("---", 2)[2]
        assert not {"!", "！"} & set(text), path
        assert not re.search(r"\d[\d \-.]{5,}\d", text), path
        assert not re.search(SAYS, text, re.IGNORECASE), path


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


GOOD = """---
number: 1
topic: work
urgent: false
checked: 2026-01-02
title: A
answer: B
sources: []
---

Text.
"""


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("en/02-x.md", "no front matter", "front matter"),
        ("en/02-x.md", "---\n[: not yaml\n---\nText", "not YAML"),
        ("en/02-x.md", "---\njust words\n---\nText", "no fields"),
        ("en/02-x.md", GOOD.replace("topic: work", "topic: other"), "topic other"),
        ("en/02-x.md", GOOD.replace("checked: 2026-01-02", "checked: soon"), "checked"),
        ("en/02-x.md", GOOD, "two source files"),
        ("es/01-x.md", "---\nnumber: 9\nsource_digest: x\n---\nText", "no source file"),
        (
            "es/01-x.md",
            "---\nnumber: 1\nsource_digest: x\ntitle: A\nanswer: B\n---\nOne.\n\nTwo.",
            "segments",
        ),
        ("es/01-x.md", "---\nnumber: 1\nsource_digest: x\ntitle: A\n---\nText", "answer"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, name: str, text: str, says: str) -> None:
    _write(tmp_path, "en/01-x.md", GOOD)
    _write(tmp_path, name, text)
    with pytest.raises(StarterError, match=says) as caught:
        read_starter_pages(tmp_path)
    assert name in str(caught.value)


def test_a_translation_of_an_older_source_is_loaded_as_outdated(tmp_path: Path) -> None:
    _write(tmp_path, "en/01-x.md", GOOD)
    _write(
        tmp_path,
        "es/01-x.md",
        "---\nnumber: 1\nsource_digest: older\ntitle: A\nanswer: B\n---\nTexto.",
    )
    [page] = read_starter_pages(tmp_path)
    assert {piece.source_digest for piece in page.texts["es"]} == {""}
