"""The fifteen languages: which are offered, their folders, their names, where Leave goes."""

from pathlib import Path

import pytest
from babel import Locale
from django.test import override_settings
from django.utils.translation import to_locale

from alerts.forms.translation import languages
from deploy import strings
from safety_app.configuration import offered_languages
from safety_app.locales.collation import sort_key
from safety_app.locales.languages import language_label
from safety_app.privacy.views.exit import neutral_site
from safety_app.settings import ALL_LANGUAGES, NEUTRAL_SITES

IN_ORDER = "es en fr ro bg pt-br zh-hans ru uk hu sq ar th pl de"


def test_there_are_fifteen_in_this_order() -> None:
    assert " ".join(ALL_LANGUAGES) == IN_ORDER


@pytest.mark.parametrize("code", IN_ORDER.split())
def test_a_folder_is_named_as_django_and_babel_name_it(code: str) -> None:
    folder = strings.po_path(code).parent.parent.name
    assert folder == to_locale(code)
    assert Locale.parse(folder).language == code.split("-")[0]
    assert strings.code_of(folder) == code


def test_a_language_is_offered_once_its_catalogue_is_compiled(tmp_path: Path) -> None:
    for folder in ("fr", "pt_BR", "zh_Hans", "xx"):
        (tmp_path / folder / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / folder / "LC_MESSAGES" / "django.mo").touch()
    names = {code: code for code in IN_ORDER.split()}
    wanted = ["zh-hans", "en", "de", "pt-br", "xx", "fr", "zh-hans"]
    offered = [code for code, _name in offered_languages(wanted, names, tmp_path)]
    assert offered == ["zh-hans", "en", "pt-br", "fr"]


@pytest.mark.parametrize("code", IN_ORDER.split())
def test_leave_goes_to_a_site_in_the_language_of_the_page(code: str) -> None:
    with override_settings(NEUTRAL_SITE=""):
        site = neutral_site(code)
    assert site == NEUTRAL_SITES[code]
    assert site.startswith("https://")
    assert site.isascii()
    assert len(set(NEUTRAL_SITES.values())) == len(ALL_LANGUAGES)


@pytest.mark.parametrize("code", IN_ORDER.split())
def test_every_language_names_every_other(code: str) -> None:
    for other in IN_ORDER.split():
        assert language_label(other, code) != other.capitalize()


def test_variants_have_their_names() -> None:
    assert language_label("pt-br", "fr") == "Portugais brésilien"
    assert language_label("zh-hans", "de") == "Chinesisch (vereinfacht)"
    assert language_label("pt-br", "pt-br") == "Português (Brasil)"


def test_languages_to_translate_into_follow_the_readers_alphabet() -> None:
    """The Ukrainian "і" comes after "и"; by its number it would be the last letter."""
    with override_settings(LANGUAGES=[("en", "English")]):
        names = [name for _code, name in languages("uk", "en")]
    assert names == sorted(names, key=lambda name: sort_key(name, "uk"))
    assert names != sorted(names)
