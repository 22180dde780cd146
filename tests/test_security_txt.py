"""`/.well-known/security.txt` (RFC 9116): to whom somebody who finds a hole can write."""

import datetime
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client

from safety_app import checks
from safety_app.locales.dates import today

PATH = "/.well-known/security.txt"
pytestmark = pytest.mark.django_db


def fields(client: Client) -> dict[str, str]:
    response = client.get(PATH)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    return dict(line.split(": ", 1) for line in response.content.decode().splitlines())


def test_it_names_the_contact(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACT = "mailto:safety@example.org"
    found = fields(client)
    assert found["Contact"] == "mailto:safety@example.org"
    assert found["Preferred-Languages"] == ", ".join(dict(settings.LANGUAGES))
    assert found["Canonical"] == f"https://testserver{PATH}"


def test_it_ends_within_a_year_and_says_no_time_of_anything(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACT = "https://example.org/contact"
    ends = datetime.datetime.fromisoformat(fields(client)["Expires"])
    assert ends.tzinfo is not None
    assert datetime.timedelta(days=90) < ends.date() - today() < datetime.timedelta(days=365)
    assert (ends.day, ends.hour, ends.minute, ends.second) == (1, 0, 0, 0)


def test_without_a_contact_there_is_none(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACT = ""
    assert client.get(PATH).status_code == 404


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("", "nightjar.I001"),
        ("safety@example.org", "nightjar.E019"),
        ("http://example.org/", "nightjar.E019"),
        ("mailto:a@example.org\nExpires: never", "nightjar.E019"),
        ("mailto:safety@example.org", ""),
    ],
)
def test_the_deployment_check_says_so(settings: Any, contact: str, said: str) -> None:
    settings.SECURITY_CONTACT, settings.DEMO = contact, False
    found = [one.id for one in checks.security_contact(None)]
    assert found == ([said] if said else [])
    ids = [one.id for one in run_checks(include_deployment_checks=True)]
    assert not said or said in ids
    settings.DEMO = True
    assert checks.security_contact(None) == []
