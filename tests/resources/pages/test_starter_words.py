"""What people type at night leads to the page that helps, blunt words and misspellings too."""

from __future__ import annotations

import pytest

from resources.pages.search import search_pages

pytestmark = pytest.mark.usefixtures("starter")

LEADS_TO = {
    "en": {
        1: ["second sim", "burner phone"],
        2: ["webcam", "exif"],
        3: ["sextortion", "blackmaled", "client threatens me"],
        4: ["doxxed", "my family found out"],
        5: ["paypal closed", "he did not pay me"],
        6: ["police raid", "face id"],
        7: ["bad client", "safe call", "blacklist"],
        8: ["raped", "he took the condom off", "morning after pill", "choked me", "PEP", "drugged"],
        9: ["hiv", "std test", "chlamidia"],
        10: ["overdose", "narcan", "GHB"],
        11: ["right to silence", "custody"],
        12: ["passport taken", "undocumented"],
        13: ["kill myself", "can't sleep", "flashbacks"],
        14: ["housing", "taxes"],
        15: ["is this site safe", "tea app"],
        16: ["underage", "child helpline"],
    },
    "es": {
        3: ["me amenaza", "sextorsion"],
        8: ["me violaron", "condon roto", "pastilla del dia despues", "me pego"],
        9: ["vih", "sida", "clamidia"],
        10: ["sobredosis", "fentanilo"],
        12: ["sin papeles"],
        13: ["quiero morir"],
        16: ["menor de edad"],
    },
    "fr": {
        3: ["chantage", "on m'a filmé"],
        8: ["violee", "capote craquee", "pilule du lendemain", "il m'a étranglée", "TPE"],
        9: ["depistage", "sida", "chaude-pisse"],
        10: ["surdose", "nitazenes"],
        12: ["sans papiers"],
        13: ["suicide", "cauchemars"],
        16: ["mineure"],
    },
}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("language", "query"), [("en", "raped"), ("es", "condon roto"), ("fr", "violee")]
)
def test_the_first_hours_are_found(language: str, query: str) -> None:
    assert search_pages(query, language).hits[0].page.number == 8


@pytest.mark.thorough
@pytest.mark.parametrize("language", LEADS_TO)
def test_it_leads_to_the_page_that_helps(language: str) -> None:
    wanted = {query: number for number, all_ in LEADS_TO[language].items() for query in all_}
    found = {query: search_pages(query, language).hits for query in wanted}
    assert {query: pages[0].page.number for query, pages in found.items() if pages} == wanted
