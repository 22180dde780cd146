"""Words of the glossary are found in texts, and what a translation does not heed is said."""

from __future__ import annotations

import pytest

from resources.translation.glossary import matches
from resources.translation.models import Term

pytestmark = pytest.mark.django_db


def add(term: str, language: str = "", **says: object) -> None:
    Term.objects.create(source_language="en", term=term, language=language, **says)


def terms(text: str, language: str = "es") -> list[str]:
    return [found.term for found in matches.advice_in_text(text, "en", language)]


def test_whole_words_are_found_whatever_their_case_accents_and_number() -> None:
    add("sex worker", preferred="trabajadora sexual")
    add("cliché", note="x")
    assert terms("For SEX  workers, and for a sex\nworker.") == ["sex worker"]
    assert terms("Cliches") == ["cliché"]
    assert terms("sexworker, a sex workerly thing") == []
    assert terms("**sex worker**s") == terms("_Sex worker_") == ["sex worker"]
    assert terms("[here](https://sex.example/cliche)") == []
    assert terms("") == []


def test_scripts_without_spaces_have_no_ends_of_words() -> None:
    for word in ("安全", "ถุงยาง", "PEP"):
        add(word, note="x")
    assert terms("请注意安全用药") == ["安全"]
    assert terms("ใช้ถุงยางอนามัย") == ["ถุงยาง"]
    assert terms("请服用PEP药物") == ["PEP"]
    assert terms("药PEP安全") == ["PEP", "安全"]
    assert terms("PEPPER") == []


def test_thai_tones_tell_words_apart() -> None:
    add("ไม้", note="wood")
    assert terms("ไม่") == []


def test_what_is_said_about_a_language_counts_instead_of_what_is_said_about_all() -> None:
    add("PEP", keep=True)
    add("PEP", "fr", preferred="TPE")
    assert [found.keep for found in matches.advice_in_text("PEP", "en", "es")] == [True]
    (found,) = matches.advice_in_text("PEP", "en", "fr")
    assert (found.keep, found.preferred) == (False, ("TPE",))
    assert matches.advice_in_text("PEP", "es", "fr") == []
    assert matches.glossary_warnings("Take PEP.", "Prends le TPE.", "en", "fr") == []
    assert len(matches.glossary_warnings("Take PEP.", "Toma el tratamiento.", "en", "es")) == 1
    assert matches.glossary_warnings("Take PEP.", "Toma la pep.", "en", "es") == []


def test_a_word_to_avoid_is_named_with_the_better_one() -> None:
    add("sex worker", "es", preferred="trabajadora sexual, persona", avoided="prostituta, puta")
    (said,) = matches.glossary_warnings("A sex worker.", "Una Prostituta.", "en", "es")
    assert "prostituta" in said
    assert "trabajadora sexual" in said
    assert matches.glossary_warnings("Anything.", "Dos putas.", "en", "es")
    assert matches.glossary_warnings("Anything.", "Una disputa.", "en", "es") == []
    assert matches.glossary_warnings("A sex worker.", "Una trabajadora sexual.", "en", "es") == []


def test_a_word_inside_the_preferred_one_is_not_avoided() -> None:
    add("sex worker", "es", preferred="trabajadora sexual", avoided="trabajadora")
    add("to report", "es", preferred="contar", avoided="denunciar")
    add("complaint", "es", preferred="denunciar")
    assert matches.glossary_warnings("x", "La trabajadora sexual", "en", "es") == []
    assert matches.glossary_warnings("x", "La trabajadora", "en", "es")
    assert matches.glossary_warnings("A complaint.", "Puedes denunciar.", "en", "es") == []
    assert matches.glossary_warnings("x", "Puedes denunciar.", "en", "es")


def test_an_entry_that_says_nothing_is_none() -> None:
    add("hooker")
    assert terms("hooker") == []


def test_signs_in_a_word_are_no_pattern() -> None:
    add("a.b(c", note="x")
    add("((", note="x")
    add(" ", note="x")
    assert terms("axb(c") == []
    assert terms("A.B(C ((") == ["((", "a.b(c"]
