"""The languages of a sheet: the reader's own, and the doctor's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from resources.doctor import languages
from resources.doctor.questions import QUESTIONS
from tests.languages import LANGUAGES
from tests.resources.doctor.sheets import box, make, text

pytestmark = pytest.mark.django_db


def test_the_doctors_language_is_the_countrys(settings: Any) -> None:
    settings.LANGUAGES = [("es", "Español"), ("en", "English"), ("fr", "Français")]
    for country, own, expected in (
        ("FR", "en", "fr"),
        ("FR", "fr", "fr"),
        ("ES", "en", "es"),
        ("MX", "fr", "es"),
        ("GB", "es", "en"),
        ("TH", "es", "en"),
        ("TH", "en", "es"),
        ("XX", "fr", "es"),
        ("", "es", "en"),
        ("IT", "es", "it"),
        ("PT", "es", "pt"),
        ("BR", "es", "pt"),
        ("TR", "es", "tr"),
        ("VN", "es", "vi"),
        ("NL", "es", "nl"),
    ):
        settings.HOME_COUNTRY = country
        assert languages.doctors_language(own) == expected, (country, own)
    settings.HOME_COUNTRY, settings.LANGUAGES = "XX", [("en", "English")]
    assert languages.doctors_language("en") == "en"
    settings.HOME_COUNTRY, settings.LANGUAGES = "BR", [("en", "English"), ("pt-br", "Português")]
    assert languages.doctors_language("en") == "pt-br"


def test_a_sheet_has_five_languages_that_the_site_does_not(nobody: Client) -> None:
    assert len(languages.sheet_languages()) == len(LANGUAGES) + 5
    for code, sentence in (
        ("it", "Ho perso i sensi."),
        ("nl", "Ik ben bewusteloos geweest."),
        ("pt", "Perdi os sentidos."),
        ("tr", "Bayıldım."),
        ("vi", "Tôi đã bị ngất."),
    ):
        assert sentence in text(make(nobody, now=["fainted"], doctor=code))
    assert "circa 1 ora." in box(make(nobody, hours="1", doctor="it"))
    assert "yaklaşık 5 saat" in box(make(nobody, hours="5", doctor="tr"))


@pytest.mark.parametrize("code", languages.FOR_DOCTORS)
def test_they_say_everything_themselves(code: str) -> None:
    """No sentence falls back to English."""
    sentences = [text for question in QUESTIONS for text in question.answers.values()]
    for sentence in sentences:
        with override("en"):
            english = str(sentence)
        with override(code):
            assert str(sentence) != english


def test_languages_go_by_both_names(nobody: Client) -> None:
    page = nobody.get("/es/doctor/").content.decode()
    assert '<option value="fr" selected>Français (Francés)</option>' in page
    assert ">Español</option>" in page
