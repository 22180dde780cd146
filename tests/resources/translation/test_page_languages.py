"""Pages are prepared in languages the site does not speak yet; readers meet them once it does."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from resources.translation import desk
from resources.translation.models import Remark, Term
from safety_app.configuration import page_languages
from safety_app.locales.page_languages import is_spoken
from tests.cast import Person
from tests.resources.translation.pages import address, first, make_page, typed, write

pytestmark = pytest.mark.django_db
UNIT = 12_288
CHOOSE, GLOSSARY = "/en/translate/", "/en/translate/glossary/"
LATER = "Readers see these pages once the site itself speaks this language."
# What a translator writes of "Get help within 72 hours."
RIGHT = {
    "ar": "اطلبي المساعدة خلال ٧٢ ساعة.",
    "th": "ขอความช่วยเหลือภายใน๗๒ชั่วโมง",
    "zh-hans": "请在72小时内求助。",
    "pt-br": "Procure ajuda em até 72 horas.",
}
WRONG = {
    "ar": "اطلبي المساعدة خلال ٢٧ ساعة.",
    "th": "ขอความช่วยเหลือภายใน๒๗ชั่วโมง",
    "zh-hans": "请在27小时内求助。",
    "pt-br": "Procure ajuda em até 27 horas.",
}


def shown(who: Person, url: str) -> str:
    answer = who.client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_order_is_the_operators_and_the_sites_own_are_always_there() -> None:
    names = {"es": "Español", "en": "English", "ro": "Română", "pl": "Polski"}
    spoken = [("es", "Español"), ("en", "English")]
    assert page_languages(["pl", "xx", "en", "pl"], names, spoken) == [
        ("es", "Español"),
        ("pl", "Polski"),
        ("en", "English"),
    ]
    assert page_languages([], names, spoken) == spoken
    assert [code for code, _name in page_languages(list(names), names, spoken)] == list(names)


def test_all_sixteen_are_there(settings: LazySettings) -> None:
    in_order = "es en fr ro bg pt-br zh-hans ru uk hu sq ar th pl de it"
    assert [code for code, _name in settings.PAGE_LANGUAGES] == in_order.split()
    assert dict(settings.LANGUAGES).items() <= dict(settings.PAGE_LANGUAGES).items()


def test_the_others_are_under_a_fold_until_she_works_in_one(
    translator: Person, settings: LazySettings
) -> None:
    settings.LANGUAGES = [("es", "Español"), ("en", "English"), ("fr", "Français")]
    make_page()
    before, _mark, folded = shown(translator, CHOOSE).partition("More languages")
    for code in ("es", "en", "fr"):
        assert f'href="/en/translate/{code}/"' in before
    for code in ("ro", "ar", "zh-hans", "pl"):
        assert f'href="/en/translate/{code}/"' in folded
    assert LATER not in before
    assert folded.count(LATER) == 1
    translator.client.post("/en/translate/ro/seen/", {"serial": "1"})
    before, _mark, folded = shown(translator, CHOOSE).partition("More languages")
    assert 'href="/en/translate/ro/"' in before
    assert 'href="/en/translate/ro/"' not in folded
    assert LATER in before


@pytest.mark.thorough
def test_the_choice_is_two_units_and_costs_the_same_for_any_number(
    translator: Person, settings: LazySettings
) -> None:
    for number in range(1, 17):
        make_page(number)
    assert len(translator.client.get(CHOOSE).content) == 2 * UNIT
    with CaptureQueriesContext(
        connection,
    ) as all_of_them:
        assert len(desk.language_progress()) == 16
    settings.PAGE_LANGUAGES = settings.PAGE_LANGUAGES[:1]
    with CaptureQueriesContext(connection) as one:
        assert len(desk.language_progress()) == 1
    assert len(all_of_them) == len(one) == 3


def test_a_desk_says_who_reads_it(translator: Person) -> None:
    make_page()
    assert LATER in shown(translator, "/en/translate/it/")
    assert LATER not in shown(translator, "/en/translate/es/")


@pytest.mark.thorough
@pytest.mark.parametrize("language", sorted(RIGHT))
def test_a_text_is_written_checked_and_compared(translator: Person, language: str) -> None:
    page = make_page()
    segment = first(page)
    at = address(page, segment, language)
    said = translator.client.post(at, typed(segment, WRONG[language]) | {"save": "1"})
    assert "Numbers of the original that are missing here: 72." in said.content.decode()
    assert not segment.segment_texts.filter(language=language).exists()
    answer = translator.client.post(at, typed(segment, RIGHT[language]) | {"save": "1"})
    assert answer.status_code == 302
    row = segment.segment_texts.get(language=language)
    assert (row.text, row.state) == (RIGHT[language], "waiting")
    assert "much shorter" not in shown(translator, at)
    # Somebody else's number, beside hers: the number alone is what differs.
    sent = typed(segment, RIGHT[language], "another text") | {"save": "1"}
    row.text = WRONG[language]
    row.save()
    page_of_both = translator.client.post(at, sent).content.decode()
    numbers = {"ar": ("٢٧", "٧٢"), "th": ("๒๗", "๗๒")}.get(language, ("27", "72"))
    assert f"</span>{numbers[0]}</del>" in page_of_both
    assert f"</span>{numbers[1]}</ins>" in page_of_both


@pytest.mark.thorough
def test_approving_says_who_reads_it(translator: Person, nobody: Client) -> None:
    page = make_page()
    segment = first(page)
    text = "Cerca aiuto entro 72 ore."
    write(segment, text, language="it")
    at = address(page, segment, "it")
    sent = typed(segment, text, text) | {"approve": "1"}
    answer = translator.client.post(at, sent, follow=True).content.decode()
    assert segment.segment_texts.get(language="it").state == "approved"
    assert LATER in answer
    assert "Readers see it now" not in answer
    assert not is_spoken("it")
    assert nobody.get("/it/r/8/").status_code == 404


def test_a_file_for_another_program(translator: Person) -> None:
    page = make_page()
    write(first(page), RIGHT["zh-hans"], "approved", language="zh-hans")
    at = address(page, language="zh-hans")
    assert "简体中文" in shown(translator, f"{at}po/")
    file = shown(translator, f"{at}po/file/")
    assert "zh_Hans" in file
    assert RIGHT["zh-hans"] in file


def test_the_glossary_is_chosen_by_language_without_a_script(translator: Person) -> None:
    for number in range(25):
        Term.objects.create(
            source_language="en", term=f"word {number:02}", language="ro", preferred="cuvânt"
        )
    Term.objects.create(source_language="en", term="other", language="pl", preferred="inne")
    text = shown(translator, f"{GLOSSARY}?language=ro&q=")
    assert 'value="ro" lang="ro" selected' in text
    assert "word 00" in text
    assert "other" not in text
    assert 'href="?language=ro&amp;q=&amp;page=2"' in text
    assert "word 24" in shown(translator, f"{GLOSSARY}?language=ro&page=2")
    assert len(translator.client.get(GLOSSARY).content) == UNIT
    assert translator.client.get(f"{GLOSSARY}?language=xx").status_code == 404
    kept = {"source_language": "en", "term": "PEP", "language": "ar", "keep": "on"}
    answer = translator.client.post(f"{GLOSSARY}new/", kept)
    assert answer["Location"] == "/en/translate/ar/glossary/"


@pytest.mark.thorough
def test_a_remark_about_any_language(translator: Person) -> None:
    segment = first(make_page())
    at = f"/en/translate/remark/{segment.pk}/"
    assert shown(translator, at).count("<option") == 16  # fifteen and the original
    assert 'type="radio"' in shown(translator, f"{at}?at=ro")
    translator.client.post(at, {"text": "Which word?", "language": "th", "at": "th"})
    assert Remark.objects.get().language == "th"
    assert "ไทย" in shown(translator, "/en/translate/remarks/")
