"""Who may not pass on a note, and what cannot be passed on."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from alerts.models import Alert, Relay
from tests.alerts.statuses import put_status
from tests.alerts.test_relay import WEEK, path_of, post, show, show_week
from tests.cast import Person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("person", ["member", "colleague", "translator", "outsider"])
def test_others_find_no_such_page(
    request: pytest.FixtureRequest, member: Person, person: str
) -> None:
    alert = post(member)
    someone: Person = request.getfixturevalue(person)
    for path in (path_of(alert), WEEK, "/en/a/passed/"):
        assert someone.client.get(path).status_code == 404
    assert show(someone, alert).status_code == 404
    assert show_week(someone).status_code == 404
    assert not Relay.objects.exists()


def test_who_is_signed_out_signs_in_first(nobody: Client, member: Person) -> None:
    alert = post(member)
    for path in (path_of(alert), WEEK, "/en/a/passed/"):
        assert nobody.get(path).status_code == 302
    assert nobody.post(path_of(alert), {"show": "1"}).status_code == 403
    assert not Relay.objects.exists()


@pytest.mark.parametrize("state", ["held", "hidden"])
def test_what_members_cannot_read_is_not_passed_on(
    moderator: Person, member: Person, state: str
) -> None:
    alert = post(member)
    put_status(member.ring, alert, state=state)
    assert moderator.client.get(path_of(alert)).status_code == 404
    assert show(moderator, alert).status_code == 404
    assert "There are no dangerous notes" in show_week(moderator).content.decode()
    assert not Relay.objects.exists()


def test_what_is_not_there_and_what_does_not_open(reporter: Person, member: Person) -> None:
    alert = post(member)
    gone = replace_id(alert)
    assert reporter.client.get(gone).status_code == 404
    assert reporter.client.post(gone, {"show": "1"}).status_code == 404
    Alert.objects.filter(pk=alert.pk).update(body=b"x")
    assert show(reporter, alert).status_code == 404
    assert "There are no dangerous notes" in show_week(reporter).content.decode()
    assert not Relay.objects.exists()


def replace_id(alert: Alert) -> str:
    return f"/en/a/{alert.pk ^ 1}/pass/"


@pytest.mark.parametrize(
    "fields",
    [
        {"region": ["x" * 5000]},
        {"region": ["<script>"] * 100},
        {"region": "FR-IDF", "language": "../../etc", "numbers": "<script>"},
        {"country": "٣٣", "region": "\u202e"},
        {"region": ["FR-IDF"] * 100},
        {"region": "a\0"},
    ],
)
def test_nothing_that_is_sent_breaks_it(reporter: Person, fields: dict[str, Any]) -> None:
    response = reporter.client.post(WEEK, {"show": "1", **fields})
    assert response.status_code in {200, 400}
    assert "<script>" not in response.content.decode()


def test_a_replayed_form_is_not_a_button(reporter: Person, member: Person) -> None:
    """The lock page sends the form again: what is recorded needs the button itself."""
    alert = post(member)
    for path in (path_of(alert), WEEK):
        typed = {"show": "1", "region": "FR-IDF", "numbers": "part", "carry_to": path}
        page = reporter.client.post(path, typed).content.decode()
        assert "<textarea" not in page
        assert re.search(r'value="part" checked', page)
    assert not Relay.objects.exists()


def test_wrong_methods(reporter: Person, moderator: Person, member: Person) -> None:
    for path in (path_of(post(member)), WEEK):
        assert reporter.client.put(path).status_code == 405
    assert moderator.client.post("/en/a/passed/").status_code == 405
