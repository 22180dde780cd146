"""What a worker types in each language leads to the page that helps, however it is typed.

`searches.csv` has one search a line: the language, the pages one of which must be among the first
three, and what is typed – without accents, in capitals, with other endings, other apostrophes,
the letters another keyboard has.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext

from resources.pages.search import search_pages
from tests.languages import EACH

pytestmark = [pytest.mark.usefixtures("starter"), pytest.mark.thorough]

FIRST = 3
FEWEST = 12


def _searches() -> dict[str, list[tuple[str, set[int]]]]:
    found = defaultdict(list)
    with (Path(__file__).parent / "searches.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row["language"]].append((row["typed"], set(map(int, row["pages"].split()))))
    return found


SEARCHES = _searches()


@pytest.mark.parametrize("language", EACH)
def test_what_a_worker_types_leads_to_the_page_that_helps(language: str) -> None:
    assert len(SEARCHES[language]) >= FEWEST
    missed = {}
    for typed, wanted in SEARCHES[language]:
        results = search_pages(typed, language)
        first = [hit.page.number for hit in results.hits[:FIRST]]
        if not wanted.intersection(first):
            missed[typed] = (wanted, first, results.nearly)
    assert missed == {}


def test_every_page_is_looked_for_in_every_language() -> None:
    for language, searches in SEARCHES.items():
        assert set().union(*(wanted for _typed, wanted in searches)) == set(range(1, 17)), language


# A giraffe: a word of the language that no page has.
GIRAFFE = {
    "en": "giraffe",
    "es": "jirafas",
    "fr": "girafe",
    "ro": "girafă",
    "bg": "жирафът",
    "pt-br": "girafas",
    "zh-hans": "长颈鹿",
    "ru": "жирафы",
    "uk": "жирафи",
    "hu": "zsiráf",
    "sq": "gjirafa",
    "ar": "الزرافة",
    "th": "ยีราฟ",
    "pl": "żyrafa",
    "de": "Giraffe",
}


@pytest.mark.parametrize("language", EACH)
def test_what_no_page_has_is_said_and_the_pages_are_listed(client: Client, language: str) -> None:
    response = client.post(f"/{language}/find/", {"q": GIRAFFE[language]})
    main = response.content.decode().split("<main", 1)[1]
    with translation.override(language):
        nothing = gettext("No page has these words. Try another one, or look here:")
        nearly = gettext("Nothing has exactly these words. This comes close:")
    assert (escape(nothing) in main) != (escape(nearly) in main)
    assert f'href="/{language}/r/' in main
    assert f'href="/{language}/"' in main  # all pages
