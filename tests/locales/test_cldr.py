"""Names, plurals, days and lists of each language come from CLDR and not from English."""

import datetime
import gettext

import pytest
from django.utils.translation import ngettext, override

from deploy import strings
from safety_app.locales.phrases import (
    join_words,
    long_date,
    month_and_year,
    month_range,
    short_date,
)
from safety_app.locales.regions import region_name
from tests.languages import LANGUAGES

DAY = datetime.date(2026, 11, 29)
LONG = {
    "es": "29 de noviembre de 2026",
    "en": "29 November 2026",
    "fr": "29 novembre 2026",
    "ro": "29 noiembrie 2026",
    "bg": "29 ноември 2026 г.",
    "pt-br": "29 de novembro de 2026",
    "zh-hans": "2026年11月29日",
    "ru": "29 ноября 2026 г.",
    "uk": "29 листопада 2026 р.",
    "hu": "2026. november 29.",
    "sq": "29 nëntor 2026",
    "ar": "29 نوفمبر 2026",
    "th": "29 พฤศจิกายน ค.ศ. 2026",
    "pl": "29 listopada 2026",
    "de": "29. November 2026",
}
LISTS = {"ar": "a وb وc", "zh-hans": "a、b和c", "th": "a b และc", "de": "a, b und c"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_in_words(language: str) -> None:
    with override(language):
        assert long_date(DAY).replace("\u202f", " ").replace("\xa0", " ") == LONG[language]
        assert "2026" in short_date(DAY)
        assert "2026" in month_and_year(DAY)
        assert month_range(DAY.replace(month=10), DAY).count("2026") == 1


@pytest.mark.parametrize("language", LISTS)
def test_lists_have_the_signs_of_their_script(language: str) -> None:
    with override(language):
        assert join_words("abc") == LISTS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_have_their_plural_forms(language: str) -> None:
    """Two forms may have the same words; a language without plurals has one."""
    with override(language):
        forms = {
            ngettext("%(count)s day ago", "%(count)s days ago", number) for number in range(201)
        }
    most = 2 if language == "en" else strings.read(language).num_plurals
    assert min(most, 2) <= len(forms) <= most


@pytest.mark.parametrize("language", LANGUAGES)
def test_regions_have_names(language: str) -> None:
    assert region_name("IT-52", language)
    if language not in ("en", "de", "zh-hans"):
        assert region_name("FR", language)
    assert region_name("IT-82", "sq") == "Sicilia"


THIRD_OF_MARCH = {
    "es": "3 de marzo de 2026",
    "en": "3 March 2026",
    "fr": "3 mars 2026",
    "ro": "3 martie 2026",
    "bg": "3 март 2026 г.",
    "pt-br": "3 de março de 2026",
    "zh-hans": "2026年3月3日",
    "ru": "3 марта 2026 г.",
    "uk": "3 березня 2026 р.",
    "hu": "2026. március 3.",
    "sq": "3 mars 2026",
    "ar": "3 مارس 2026",
    "th": "3 มีนาคม ค.ศ. 2026",
    "pl": "3 marca 2026",
    "de": "3. März 2026",
}
ALL_LISTS = {
    "es": "a, b y c",
    "en": "a, b and c",
    "fr": "a, b et c",
    "ro": "a, b și c",
    "bg": "a, b и c",
    "pt-br": "a, b e c",
    "ru": "a, b и c",
    "uk": "a, b і c",
    "hu": "a, b és c",
    "sq": "a, b dhe c",
    "pl": "a, b i c",
} | LISTS
# Which plural form 1, 2, 5 and 21 take (CLDR): numbers with the same letter share one.
PLURALS = {
    "ru": "abca",
    "uk": "abca",
    "pl": "abcc",
    "ro": "abbc",
    "ar": "abcd",
    "th": "aaaa",
    "zh-hans": "aaaa",
    "hu": "aaaa",  # a noun stays singular after a number
    "fr": "abbb",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_third_of_march_and_a_list_of_three(language: str) -> None:
    with override(language):
        said = long_date(datetime.date(2026, 3, 3)).replace("\u202f", " ").replace("\xa0", " ")
        assert said == THIRD_OF_MARCH[language]
        assert join_words("abc") == ALL_LISTS[language]


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_which_plural_form_a_number_takes(language: str) -> None:
    form_of = gettext.c2py(str(strings.read(language).plural_expr))
    forms = [form_of(number) for number in (1, 2, 5, 21)]
    letters = dict(zip(dict.fromkeys(forms), "abcd", strict=False))
    assert "".join(letters[form] for form in forms) == PLURALS.get(language, "abbb")
