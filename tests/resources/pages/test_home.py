"""The first screen."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from resources.pages.models import Page
from tests.languages import EACH
from tests.resources.conftest import FIRST_FLIGHT, on_the_wire

pytestmark = pytest.mark.usefixtures("starter")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "If someone hurt you"),
        ("es", "Si alguien te hizo daño"),
        ("fr", "Si quelqu’un t’a fait du mal"),
    ],
)
def test_urgent_help_is_the_first_link_of_the_page(
    html: Callable[[str], str], language: str, words: str
) -> None:
    main = html(f"/{language}/").split("<main", 1)[1]
    first = main.split("<a ", 2)[1]
    assert f'href="/{language}/r/8/"' in first
    assert words in first


def test_urgent_then_topics_then_the_doors(html: Callable[[str], str]) -> None:
    main = html("/en/").split("<main", 1)[1]
    order = [
        "/en/r/8/",
        "/en/r/6/",
        "Working more safely",
        "/en/r/7/",
        reverse("accounts:sign_in"),
        reverse("accounts:join"),
        reverse("pages:kept"),
    ]
    places = [main.index(part) for part in order]
    assert places == sorted(places)


def test_the_title_is_neutral_and_there_is_one_heading(html: Callable[[str], str]) -> None:
    page = html("/en/")
    assert "<title>Pages</title>" in page
    assert page.count("<h1") == 1


@pytest.mark.thorough
@pytest.mark.parametrize("language", EACH)
def test_it_fits_the_first_flight(client: Client, language: str) -> None:
    response = client.get(f"/{language}/", headers={"accept-encoding": "gzip"})
    assert on_the_wire(response) < FIRST_FLIGHT


def test_it_may_be_kept_for_a_while_and_knows_nobody(client: Client) -> None:
    response = client.get("/en/")
    assert "public" in response.headers["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/en/").status_code == 405


def test_without_pages_it_still_opens_the_doors(client: Client) -> None:
    Page.objects.all().delete()
    response = client.get("/en/")
    assert response.status_code == 200
    assert reverse("accounts:sign_in") in response.content.decode()
