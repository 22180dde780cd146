"""Lists of names sort as readers of each language expect."""

import pytest

from safety_app.locales.collation import sort_key
from safety_app.locales.countries import countries
from tests.languages import EACH

SORTED = {
    "es": ["Níger", "Nueva", "Nz", "Ñandú", "Oca"],
    "fr": ["Écosse", "Égypte", "Estonie", "Île", "Italie"],
    "ro": ["Azi", "Ăla", "România", "Suedia", "Șapte", "Turcia", "Țară"],
    "bg": ["Ирландия", "Йемен", "Катар"],
    "pt-br": ["África", "Alemanha", "Áustria", "Brasil"],
    "zh-hans": ["阿尔巴尼亚", "巴西", "德国", "法国", "中国"],
    "ru": ["Ёлка", "Ель", "Енот", "Ирак", "Йемен", "Куба"],
    "uk": ["Гана", "Ґанок", "Данія", "Єгипет", "Ірак", "Їжак", "Йорданія", "Куба"],
    "hu": ["Ciprus", "Csehország", "Oroszország", "Örményország", "Svédország", "Szlovákia"],
    "sq": ["Cipro", "Çekia", "Danimarka", "Dhjetë", "Egjipti", "Ëndërr", "Suedia", "Shqipëria"],
    "ar": ["إسبانيا", "ألمانيا", "البرازيل", "تركيا", "الصين"],
    "th": ["กานา", "เกาหลี", "ไทย", "บราซิล", "เยอรมนี"],
    "pl": ["Czechy", "Ćma", "Litwa", "Łotwa", "Słowacja", "Świat", "Zambia", "Źródło", "Żaba"],
    "de": ["Afghanistan", "Ägypten", "Albanien", "Österreich", "Polen"],
}


@pytest.mark.parametrize("language", SORTED)
def test_the_alphabet_of_a_language(language: str) -> None:
    names = SORTED[language]
    assert sorted(set(names), key=lambda name: sort_key(name, language)) == names


@pytest.mark.parametrize("language", EACH)
def test_every_country_has_a_name_of_its_own_and_they_are_sorted(language: str) -> None:
    listed = countries(language)
    names = [name for _code, name in listed]
    assert names == sorted(names, key=lambda name: sort_key(name, language))
    assert len(set(names)) == len(names)
    assert all(name[:1] == name[:1].upper() for name in names)
    if language != "en":
        english = dict(countries("en"))
        assert sum(name == english[code] for code, name in listed) < len(names) * 0.6
