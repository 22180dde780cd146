"""In a crisis: from any page, for anybody, two taps to an ambulance, care, the sheet, a person."""

import re
from html import unescape

import pytest
from django.test import Client

from resources.directory.models import Service
from safety_app.locales.dates import today
from tests.languages import EACH
from tests.resources.conftest import starter
from tests.test_walk import every_address, people

__all__ = ("people", "starter")
PEOPLE = ["nobody", "member", "moderator", "translator", "editor"]


def taps(html: str) -> set[str]:
    """Where one tap on a page leads: its links outside what is folded or covered."""
    shown = re.sub(r'<div class="cover">.*?</div>', "", html, flags=re.S)
    shown = re.sub(r"<details.*?</details>", "", shown, flags=re.S)
    links = re.findall(r'<a\b[^>]*?href="([^"]*)"', shown)
    # On a page with a draft, the bar's links are buttons that keep it.
    links += re.findall(r"<button\b[^>]*?name=keep value=([^\s>]+)", shown)
    return {unescape(address) for address in links}


@pytest.fixture
def places(db: None) -> None:
    for kind in ("pep", "contraception", "line"):
        Service.objects.create(
            name=kind, kinds=f",{kind},", country="FR", checked=today(), published=True
        )


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.usefixtures("starter", "places")
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("language", EACH)
def test_the_second_tap_is_help(people: dict[str, Client], person: str, language: str) -> None:
    found = taps(people[person].get(f"/{language}/now/").content.decode())
    services = f"/{language}/services/?kind="
    wanted = {"tel:112", f"/{language}/doctor/"}
    wanted |= {f"{services}{kind}&region=FR" for kind in ("pep", "contraception", "line")}
    assert wanted <= found


@pytest.mark.thorough
@pytest.mark.django_db
@pytest.mark.usefixtures("starter")
@pytest.mark.parametrize("person", PEOPLE)
def test_the_first_tap_is_there_on_every_page(people: dict[str, Client], person: str) -> None:
    seen = 0
    for address in every_address():
        response = people[person].get(address)
        if not response.content or "text/html" not in response.get("Content-Type", ""):
            continue
        if response.status_code in {301, 302}:
            continue
        assert "/en/now/" in taps(response.content.decode()), f"{address}: {response.status_code}"
        seen += 1
    assert seen >= 15


@pytest.mark.parametrize(
    "address", ["/en/", "/en/r/8/", "/en/in/", "/en/services/", "/en/lock/", "/en/nothing/"]
)
@pytest.mark.usefixtures("starter")
def test_the_first_tap_is_there_where_people_come_in(address: str) -> None:
    assert "/en/now/" in taps(Client().get(address).content.decode())


@pytest.mark.usefixtures("starter", "places")
def test_pages_about_danger_are_one_tap_from_help() -> None:
    for number in (8, 10):
        found = taps(Client().get(f"/en/r/{number}/").content.decode())
        assert {"tel:112", "/en/doctor/", "/en/services/?kind=line&region=FR"} <= found


def test_a_page_left_alone_offers_help_beside_unlock(people: dict[str, Client]) -> None:
    html = people["member"].get("/en/a/check/").content.decode()
    [cover] = re.findall(r'<div class="cover">.*?</div>', html, re.S)
    assert 'href="/en/now/"' in cover


@pytest.mark.usefixtures("starter")
def test_leave_is_on_it() -> None:
    assert 'action="/exit"' in Client().get("/en/now/").content.decode()
