"""The preview: as it will be, as it is, and in its own direction or mirrored."""

from __future__ import annotations

import pytest

from resources.pages.models import SegmentText
from tests.cast import Person
from tests.resources.translation.pages import RIGHT, address, first, make_page, write

pytestmark = pytest.mark.django_db
STOOD = "Pide ayuda en 72 horas."


def preview(who: Person, query: str = "", language: str = "es") -> str:
    answer = who.client.get(f"/en/translate/{language}/8/preview/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.thorough
def test_what_waits_is_shown_as_if_it_were_approved(translator: Person) -> None:
    segment = first(make_page(topic="health", urgent=True))
    write(segment, STOOD, "approved", superseded=True)
    write(segment, RIGHT, by=translator)
    page = preview(translator)
    assert RIGHT in page
    assert STOOD not in page
    now = preview(translator, "?now")
    assert STOOD in now
    assert RIGHT not in now
    assert SegmentText.objects.filter(language="es", state="waiting").count() == 1, (
        "nothing is stored"
    )


def test_what_cannot_be_approved_is_not_shown_as_approved(translator: Person) -> None:
    segment = first(make_page())
    write(segment, STOOD, "approved")
    row = write(segment, RIGHT, fuzzy=True)
    assert RIGHT not in preview(translator)
    SegmentText.objects.filter(pk=row.pk).update(fuzzy=False, source_digest="")
    assert RIGHT not in preview(translator)


def test_what_is_not_translated_stands_in_its_own_language(translator: Person) -> None:
    make_page()
    assert 'lang="en" dir="ltr"' in preview(translator)


def test_direction(translator: Person) -> None:
    segment = first(make_page(body="72 hours, 10–33 days."))
    write(segment, "خلال ٧٢ ساعة، 10–33 يومًا.", "approved", language="ar")
    assert 'class="phone" lang="es" dir="ltr"' in preview(translator)
    assert 'class="phone" lang="es" dir="rtl"' in preview(translator, "?mirror")
    shown = preview(translator, language="ar")
    assert 'class="phone" lang="ar" dir="rtl"' in shown
    assert "<p>خلال ٧٢ ساعة، <bdi>10–33</bdi> يومًا.</p>" in shown
    assert '<h2 lang="en" dir="ltr">After work</h2>' in shown, "what has no Arabic yet"
    assert 'class="phone" lang="ar" dir="ltr"' in preview(translator, "?mirror", "ar")


def test_only_what_is_there(translator: Person) -> None:
    page = make_page()
    for url in (address(page, language="en"), "/en/translate/es/9/", "/en/translate/xx/8/"):
        assert translator.client.get(f"{url}preview/").status_code == 404
