"""The bare address."""

import re

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("es", "es"),
        ("es-AR,es;q=0.9,en;q=0.8", "es"),
        ("fr-CA", "fr"),
        ("pt-PT,pt;q=0.9", "pt-br"),
        ("zh-CN,zh;q=0.9", "zh-hans"),
        ("fi,fr;q=0.3", "fr"),
        ("*", settings.LANGUAGE_CODE),
        ("", settings.LANGUAGE_CODE),
        ("fi;q=0.8,*;q=0.1", settings.LANGUAGE_CODE),
        (";;,,=", settings.LANGUAGE_CODE),
        ("x" * 4000, settings.LANGUAGE_CODE),
    ],
)
def test_it_leads_on_in_the_browsers_language(client: Client, accepted: str, language: str) -> None:
    response = client.get("/", headers={"accept-language": accepted})
    assert (response.status_code, response["Location"]) == (302, f"/{language}/")
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize("accepted", ["fi", "xx-yy", "ja-JP,ja;q=0.9", "a,b,c"])
def test_whose_browser_speaks_none_of_ours_chooses_with_one_tap(
    client: Client, accepted: str
) -> None:
    response = client.get("/", headers={"accept-language": accepted})
    assert response.status_code == 200
    assert "Accept-Language" in response["Vary"]
    assert not response.cookies
    main = response.content.decode().split("<main", 1)[1]
    for code, name in settings.LANGUAGES:
        link = f'<a href="/{code}/" lang="{code}" hreflang="{code}">'
        assert re.search(rf"{link}\s*<bdi>{re.escape(name)}</bdi>", main)


def test_the_menu_of_that_page_leads_to_the_first_screens(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "fi"}).content.decode()
    assert page.split("<main", 1)[0].count('href="/es/"') == 1


def test_it_is_only_read(client: Client) -> None:
    assert client.post("/").status_code == 405
