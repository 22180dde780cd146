"""Correcting an alert, through the real addresses."""

import pytest
from django.urls import reverse

from alerts import budgets
from alerts.flows import lifecycle
from alerts.models import Alert, DeskNote
from tests.alerts.bare_network import ground
from tests.alerts.form_browser import Form, Writer, client_of
from tests.alerts.reports import report, reported

pytestmark = pytest.mark.django_db

LEAST = {
    "what": "theft",
    "level": "1",
    "region": "FR-IDF",
    "identifier-0-kind": "phone",
    "identifier-0-value": "06 39 98 12 34",
    "send": "1",
}


@pytest.fixture
def home():
    return ground()


@pytest.fixture
def author(home):
    return home.person()


@pytest.fixture
def client(author):
    return client_of(author)


@pytest.fixture
def sent(author):
    return lifecycle.post(
        author.ring,
        author.member,
        report(
            reported("phone", "0639981234"),
            what=("theft",),
            level=1,
            text="He lives at 12 rue de la Paix.",
        ),
    )


def correction(alert):
    return reverse("alerts:correct", args=[alert.pk])


@pytest.mark.thorough
def test_correcting_begins_with_what_was_sent(client, sent, author):
    writer = Writer(client, correction(sent))
    assert writer.form.fields["what"] == ["theft"]
    assert writer.form.fields["level"] == ["1"]
    writer.fill(level="2").press("next")
    assert writer.form.fields["city"] == ["Paris"]
    writer.fill(city="Lyon").press("next")
    assert writer.form.fields["identifier-0-value"] == ["+33 6 39 98 12 34"]
    writer.press("next", "5").press("send")
    assert writer.response.status_code == 302
    assert writer.response["Location"] == reverse("alerts:alert", args=[sent.pk])
    alert = Alert.objects.get()
    assert (alert.pk, alert.version, alert.level) == (sent.pk, 2, 2)
    corrected = lifecycle.read_report(author.ring, alert)
    assert corrected.city == "Lyon"
    assert corrected.text == "He lives at 12 rue de la Paix."


def test_only_the_author_corrects(home, sent):
    stranger = client_of(home.person("other heron"))
    assert stranger.get(correction(sent)).status_code == 404
    assert stranger.post(correction(sent), LEAST).status_code == 404
    assert Alert.objects.get().version == 1


def test_a_damaged_one_is_refused_clearly(client, sent):
    Alert.objects.update(body=b"\x01" * 8221)
    response = client.get(correction(sent))
    assert response.status_code == 403
    assert "changed or damaged" in response.content.decode()


def test_there_is_nothing_to_correct_where_there_is_no_alert(client, author, sent):
    path = correction(sent)
    lifecycle.withdraw(author.ring, sent.pk)
    assert client.get(path).status_code == 404
    assert client.post(path, LEAST).status_code == 404


@pytest.mark.thorough
def test_a_correction_that_says_minor_takes_it_out_of_the_notes(client, sent):
    writer = Writer(client, correction(sent)).fill(what=["theft", "minor"])
    writer.press("next").press("next").press("next", "5").press("send")
    assert not Alert.objects.exists()
    assert DeskNote.objects.count() == 1


def test_corrections_share_the_budget(client, sent, monkeypatch):
    monkeypatch.setattr(budgets, "SENT", budgets.SENT._replace(amount=0))
    response = client.post(correction(sent), {**LEAST, "text": "Newer."})
    assert response.status_code == 429
    assert Form(response).fields["text"] == ["Newer."]
    assert Alert.objects.get().version == 1
