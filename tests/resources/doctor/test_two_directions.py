"""Where the doctor's language runs against the reader's, a space stands between them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("own", "doctor", "first"), [("ar", "fr", "ltr"), ("fr", "ar", "rtl")])
def test_the_sheet_is_laid_out_for_the_doctor(
    client: Client, own: str, doctor: str, first: str
) -> None:
    """One sentence after the other on paper: the doctor's begin where a line begins."""
    typed = {"doctor": doctor, "what": ["broke"], "want": ["pep"]}
    sheet = client.post(f"/{own}/doctor/", typed).content.decode()
    assert re.search(rf'<article class="[^"]+" dir="?{first}"?>', sheet)
    own_direction = {"ltr": "rtl", "rtl": "ltr"}[first]
    article = sheet.split("<article")[1].split("</article>")[0]
    assert article.count("<small") == article.count(f"<small dir={own_direction}>") > 1


def test_nothing_is_glued_to_the_doctors_words(client: Client) -> None:
    """A space at the end of left-to-right words stands at the edge of a right-to-left line."""
    typed = {"doctor": "fr", "what": ["broke"], "want": ["pep"]}
    sheet = client.post("/ar/doctor/", typed).content.decode()
    pairs = re.findall(r"<span lang=fr dir=ltr>([^<]+)</span>(.)", sheet)
    assert len(pairs) > 1
    assert all(words == words.strip() and space == " " for words, space in pairs)
