"""A reporter writes for someone else, through her organisation."""

import pytest
from django.test import Client

from alerts.flows import lifecycle
from alerts.flows.feed import Filters, feed_page
from alerts.models import Alert
from tests.alerts.form_browser import Writer
from tests.alerts.reports import report, reported
from tests.cast import Person
from tests.languages import EACH

pytestmark = pytest.mark.django_db

NEW = "/en/a/new/"
WORDS = "written through an organisation"
LEAST = {
    "what": "theft",
    "region": "FR-IDF",
    "identifier-0-kind": "phone",
    "identifier-0-value": "06 39 98 12 34",
    "level": "suggest",
    "on_behalf": "on",
    "send": "1",
}


def at_step_five(client: Client, path: str = NEW) -> Writer:
    writer = Writer(client, path)
    writer.fill(what=["theft"]).press("next").fill(region="FR-IDF").press("next")
    writer.fill(identifier_0_value="06 39 98 12 34").press("next")
    return writer.press("next")


@pytest.mark.thorough
def test_a_reporter_says_so_and_everyone_sees_it(reporter: Person, outsider: Person) -> None:
    writer = at_step_five(reporter.client)
    writer.fill(on_behalf="on").press("back")
    assert writer.form.fields["on_behalf"] == ["on"]
    writer.press("next").press("send")
    alert = Alert.objects.get()
    assert lifecycle.read_report(reporter.ring, alert).on_behalf
    assert feed_page(outsider.ring, Filters(), "en").cards[0].card.on_behalf
    for path in ("/en/a/", f"/en/a/{alert.pk}/"):
        assert WORDS in outsider.client.get(path).content.decode()


@pytest.mark.thorough
def test_it_is_off_unless_ticked(reporter: Person) -> None:
    at_step_five(reporter.client).press("send")
    alert = Alert.objects.get()
    assert not lifecycle.read_report(reporter.ring, alert).on_behalf
    for path in ("/en/a/", f"/en/a/{alert.pk}/"):
        assert WORDS not in reporter.client.get(path).content.decode()


@pytest.mark.thorough
@pytest.mark.parametrize("person", ["member", "moderator"])
def test_others_are_not_asked_and_cannot_say_it(
    request: pytest.FixtureRequest, person: str
) -> None:
    someone: Person = request.getfixturevalue(person)
    assert 'name="on_behalf"' not in at_step_five(someone.client).form.text
    assert someone.client.post(NEW, LEAST).status_code == 200
    assert not lifecycle.read_report(someone.ring, Alert.objects.get()).on_behalf


@pytest.mark.thorough
def test_a_correction_keeps_it_and_can_take_it_back(reporter: Person) -> None:
    reporter.client.post(NEW, LEAST)
    alert = Alert.objects.get()
    path = f"/en/a/{alert.pk}/correct/"
    writer = Writer(reporter.client, path)
    assert writer.form.fields["on_behalf"] == ["on"]
    writer.press("next").press("next").press("next").press("next")
    assert writer.form.fields["on_behalf"] == ["on"]
    writer.press("send")
    alert.refresh_from_db()
    assert lifecycle.read_report(reporter.ring, alert).on_behalf
    writer = Writer(reporter.client, path)
    writer.press("next").press("next").press("next").press("next")
    writer.fill(on_behalf=[]).press("send")
    alert.refresh_from_db()
    assert not lifecycle.read_report(reporter.ring, alert).on_behalf


@pytest.mark.thorough
def test_who_is_no_reporter_any_more_still_corrects_what_she_wrote(member: Person) -> None:
    alert = lifecycle.post(
        member.ring, member.row, report(reported("phone", "06 39 98 12 34"), on_behalf=True)
    )
    writer = Writer(member.client, f"/en/a/{alert.pk}/correct/")
    writer.press("next").press("next").press("next").press("next")
    writer.fill(text="More of it.").press("send")
    alert.refresh_from_db()
    sent = lifecycle.read_report(member.ring, alert)
    assert (sent.on_behalf, sent.text) == (True, "More of it.")


@pytest.mark.thorough
@pytest.mark.parametrize("language", EACH)
def test_the_last_step_still_fits_the_first_flight(reporter: Person, language: str) -> None:
    writer = at_step_five(reporter.client).fill(text="x" * 1000, helped="y" * 300, on_behalf="on")
    response = reporter.client.post(f"/{language}/a/new/", writer.form.fields)
    assert len(response.content) == 12_288


@pytest.mark.parametrize("value", [["on", "on"], ["x"], ["on", "x"], ["0" * 10_000]])
def test_odd_ticks_break_nothing(reporter: Person, value: list[str]) -> None:
    response = reporter.client.post(NEW, {**LEAST, "on_behalf": value})
    assert response.status_code in {200, 400}
