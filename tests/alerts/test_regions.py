"""Countries and coarse regions: complete, named, and one key for one place."""

from __future__ import annotations

import json
from pathlib import Path

import phonenumbers
import pytest

from safety_app.locales import regions as module
from safety_app.locales.countries import countries
from safety_app.locales.regions import coarse, country_of, region_name, regions

LANGUAGES = [
    *("en", "es", "pt-BR", "ro", "fr", "ru", "bg", "de", "uk", "zh-Hans", "hu", "it", "ar"),
    *("th", "pl", "sq"),
]
DATA = json.loads(
    (Path(module.__file__).with_name("data") / "subdivisions.json").read_text(encoding="utf-8")
)


@pytest.mark.thorough
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_and_region_has_a_name(language):
    listed = countries(language)
    assert {code for code, _name in listed} >= set(phonenumbers.SUPPORTED_REGIONS)
    assert all(name and name != code for code, name in listed)
    for country, _name in listed:
        named = regions(country, language)
        assert named
        assert len({code for code, _region in named}) == len(named)
        for code, name in named:
            assert name, code
            assert name[0] == name[0].upper(), name
            assert coarse(code) == code
            assert region_name(code, language) == name


def test_every_region_but_territories_has_an_english_name_of_its_own():
    for country in DATA["top"]:
        assert all(name != code for code, name in regions(country, "en")), country


def test_every_code_leads_to_a_region_in_one_step():
    for codes in DATA["inside"].values():
        for code in codes.split():
            assert coarse(coarse(code)) == coarse(code) != code


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("FR-75", "FR-IDF"),
        ("FR-75C", "FR-IDF"),
        ("FR-IDF", "FR-IDF"),
        ("FR-J", "FR-IDF"),
        ("FR-2A", "FR-20R"),
        ("GB-LND", "GB-ENG"),
        ("ES-B", "ES-CT"),
        ("IT-MI", "IT-25"),
        ("BE-VAN", "BE-VLG"),
        ("FR-971", "GP"),
        ("FR-GP", "GP"),
        ("GP", "GP"),
        ("US-PR", "PR"),
        ("CN-HK", "HK"),
        ("CN-TW", "TW"),
        ("KZ-AKM", "KZ-11"),
        ("SI-061", "SI"),
        ("MC-MO", "MC"),
        ("FR", "FR"),
        ("online", "online"),
        ("not-sure", "not-sure"),
    ],
)
def test_coarse(code, region):
    assert coarse(code) == region
    assert coarse(region) == region


@pytest.mark.parametrize("code", ["", "fr-idf", "FR-XX", "XX", "FRIDF", "FR-IDF\0", "Online", "¹"])
def test_unknown_codes_are_refused(code):
    with pytest.raises(ValueError, match="unknown region code"):
        coarse(code)
    assert region_name(code, "fr") == code


def test_names_are_in_the_readers_language_and_fall_back_to_english():
    assert region_name("FR-IDF", "fr") == "Île-de-France"
    assert region_name("FR-75", "fr") == "Île-de-France"
    assert region_name("ES-CT", "fr") == "Catalogne"
    assert region_name("ES-CN", "es") == "Canarias"
    assert region_name("UA-30", "uk") == "Київ"
    assert region_name("BR-SP", "pt-br") == "São Paulo"
    assert region_name("CN-BJ", "zh-hans") == "北京市"
    assert region_name("KZ-10", "fr") == region_name("KZ-10", "en")
    assert region_name("FR-IDF", "xx") == "Île-de-France"
    assert region_name("GP", "es") == "Guadalupe"
    assert dict(countries("de"))["FR"] == "Frankreich"


def test_lists_are_in_alphabetical_order():
    french = [name for _code, name in countries("fr")]
    assert french.index("Égypte") < french.index("Espagne") < french.index("France")
    spanish = [name for _code, name in regions("ES", "es")]
    assert spanish == sorted(spanish, key=str.casefold)
    ukrainian = [name for _code, name in regions("UA", "uk")]
    assert ukrainian.index("Івано-Франківська область") < ukrainian.index("Київ")
    chinese = [name for _code, name in countries("zh-Hans")]
    assert chinese.index("法国") < chinese.index("中国")


def test_countries_without_regions_are_their_own():
    assert regions("GP", "fr") == [("GP", "Guadeloupe")]
    assert regions("MC", "fr") == [("MC", "Monaco")]
    assert regions("XX", "fr") == []


def test_country_of():
    assert country_of("FR-IDF") == "FR"
    assert country_of("GP") == "GP"
    assert country_of("online") == ""
