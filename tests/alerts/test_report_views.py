"""Writing an alert, through the real addresses."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alerts import budgets
from alerts.flows import lifecycle
from alerts.models import Alert, BlindIndexEntry, DeskNote
from tests.alerts.bare_network import ground
from tests.alerts.form_browser import Form, Writer, client_of
from tests.languages import EACH, WIDE

pytestmark = pytest.mark.django_db

NEW = "/en/a/new/"
UNIT = 12_288
LEAST = {
    "what": "theft",
    "level": "1",
    "region": "FR-IDF",
    "identifier-0-kind": "phone",
    "identifier-0-value": "06 39 98 12 34",
    "send": "1",
}
HOSTILE = [
    {"step": ["1", "2"], "next": "1"},
    {"step": "9" * 5000},
    {"what": ["x" * 10_000], "next": "1"},
    {"level": ["1", "2", "3"], "what": "theft", "next": "1"},
    {"city": "x" * 10_000, "step": "2", "next": "1"},
    {"city": "\u202e\u202d" * 500, "step": "2", "next": "1"},
    {"day": "٢٠٢٦-١١-٢١", "step": "2", "next": "1"},
    {"day": "2026-02-31", "step": "2", "next": "1"},
    {"country": ["FR", "ES"], "region": "FR-IDF", "step": "2", "next": "1"},
    {"country": "../etc", "region": "<script>", "step": "2", "show_regions": "1"},
    {"regions_of": "x" * 500, "show_regions": "1", "step": "2"},
    {"identifier-0-value": "x" * 10_000, "step": "3", "next": "1"},
    {"identifier-9999-value": "x", "step": "3", "more": "1"},
    {"identifier-99999-value": "x", "step": "3", "next": "1"},
    {"identifier-0-value": ["a", "b"], "step": "3", "next": "1"},
    {f"identifier-{n}-value": f"0639{n:06}" for n in range(100)} | {"step": "3", "next": "1"},
    {"identifier-0-value": "👻" * 400, "step": "3", "next": "1"},
    {"hair": ["bald"] * 200, "step": "4", "next": "1"},
    {"age": "'; drop table", "step": "4", "next": "1"},
    {"text": "x" * 10_000, "send": "1"},
    {"send_token": "x" * 10_000, **LEAST},
    {"go": "x" * 100, "back": ["1", "2"]},
]


@pytest.fixture
def home():
    return ground()


@pytest.fixture
def author(home):
    return home.person()


@pytest.fixture
def client(author):
    return client_of(author)


def walk(client):
    """Fill in the five steps in a hurry, up to the last page before sending."""
    writer = Writer(client, NEW)
    writer.fill(what=["theft", "threats", "client"]).press("next")
    writer.fill(when="week", region="FR-IDF", city="Paris", setting="hotel").press("next")
    writer.fill(identifier_0_value="06 39 98 12 34", identifier_1_value="Marc")
    writer.fill(identifier_1_kind="name", identifier_1_sure="no").press("next")
    writer.fill(age="35-44", hair=["bald", "beard"]).press("next")
    return writer.fill(text="He took my phone.", helped="A friend.")


@pytest.mark.thorough
def test_five_steps_and_it_is_there(client, author):
    writer = walk(client)
    assert writer.step == "5"
    assert not Alert.objects.exists()
    writer.press("send")
    alert = Alert.objects.get()
    assert writer.response.status_code == 200
    assert reverse("alerts:alert", args=[alert.pk]) in writer.form.text
    assert "/r/8/" in writer.form.text
    assert "Success" not in writer.form.text
    sent = lifecycle.read_report(author.ring, alert)
    assert (sent.what, sent.level) == (("theft", "threats", "client"), 2)
    assert (sent.region, sent.country, sent.city) == ("FR-IDF", "FR", "Paris")
    assert (sent.when, sent.setting) == ("week", "hotel")
    assert [(reported.kind, reported.sure) for reported in sent.identifiers] == [
        ("phone", True),
        ("name", False),
    ]
    assert sent.description == {"age": ("35-44",), "hair": ("bald", "beard")}
    assert (sent.text, sent.helped, sent.language) == ("He took my phone.", "A friend.", "en")
    assert not sent.may_note
    assert not sent.may_share


def test_everything_at_once(client, author):
    assert client.post(NEW, LEAST).status_code == 200
    sent = lifecycle.read_report(author.ring, Alert.objects.get())
    assert [reported.key for reported in sent.identifiers] == ["+33639981234"]
    assert sent.level == 1


@pytest.mark.thorough
def test_the_last_page_shows_everything_once_more(client):
    text = walk(client).press("back").press("next").form.text
    for shown in ["Theft", "This week", "Paris", "Hotel", "+33 6 39 98 12 34", "Marc", "not sure"]:
        assert shown in text
    assert "Dangerous" in text
    assert "suggested" in text
    assert "He took my phone." in text


@pytest.mark.thorough
def test_the_suggested_level_can_be_changed_on_the_last_page(client):
    walk(client).fill(level="3").press("send")
    assert Alert.objects.get().level == 3


@pytest.mark.thorough
def test_something_can_be_changed_from_the_last_page(client):
    writer = walk(client).press("go", "2")
    assert writer.step == "2"
    assert writer.form.fields["city"] == ["Paris"]
    writer.fill(city="Lyon").press("next").press("next", "5")
    assert writer.step == "5"
    assert writer.form.fields["text"] == ["He took my phone."]
    assert "Lyon" in writer.form.text


@pytest.mark.thorough
def test_nothing_is_stored_before_the_last_button(client):
    before = dict(client.session.items())
    with CaptureQueriesContext(
        connection,
    ) as queries:
        walk(client)
    assert not [query for query in queries if not query["sql"].startswith("SELECT")]
    assert dict(client.session.items()) == before


def test_sending_writes_to_alerts_and_labels_only(client):
    before = dict(client.session.items())
    with CaptureQueriesContext(connection) as queries:
        client.post(NEW, LEAST)
    written = {
        match[1]
        for query in queries
        if (match := re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', query["sql"]))
    }
    assert written == {"alerts_alert", "alerts_blindindexentry"}
    assert dict(client.session.items()) == before


@pytest.mark.thorough
def test_tapping_twice_sends_once(client):
    writer = walk(client)
    first = client.post(NEW, {**writer.form.fields, "send": "1"}).content
    second = client.post(NEW, {**writer.form.fields, "send": "1"}).content
    address = reverse("alerts:alert", args=[Alert.objects.get().pk]).encode()
    assert address in first
    assert address in second


@pytest.mark.thorough
def test_going_back_and_changing_something_is_another_one(client):
    writer = walk(client)
    client.post(NEW, {**writer.form.fields, "send": "1"})
    client.post(NEW, {**writer.form.fields, "text": "Another one.", "send": "1"})
    assert Alert.objects.count() == 2


@pytest.mark.thorough
def test_sending_has_a_budget_and_nothing_typed_is_lost(client, monkeypatch):
    monkeypatch.setattr(budgets, "SENT", budgets.SENT._replace(amount=2))
    for text in ("One.", "Two."):
        assert client.post(NEW, {**LEAST, "text": text, "send_token": "x"}).status_code == 200
    again = client.post(NEW, {**LEAST, "text": "Two.", "send_token": "x"})
    assert again.status_code == 200  # tapped twice: counted once
    response = client.post(NEW, {**LEAST, "text": "Three.", "send_token": "x"})
    form = Form(response)
    assert response.status_code == 429
    assert "the limit for now" in form.text
    assert form.fields["text"] == ["Three."]
    assert form.fields["identifier-0-value"] == ["06 39 98 12 34"]
    assert Alert.objects.count() == 2
    monkeypatch.setattr(budgets, "SENT", budgets.SENT._replace(amount=3))
    response = client.post(NEW, {**form.fields, "send": "1"})
    assert response.status_code == 200
    assert Alert.objects.count() == 3


@pytest.mark.thorough
def test_a_reporter_may_send_more(home, monkeypatch):
    monkeypatch.setattr(budgets, "SENT", budgets.SENT._replace(amount=0))
    reporter = client_of(home.person("busy heron", roles="member,reporter"))
    assert reporter.post(NEW, LEAST).status_code == 200


@pytest.mark.thorough
def test_what_failed_can_be_sent_again(client, monkeypatch):
    sent = {**walk(client).form.fields, "send": "1"}
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(lifecycle, "post", lambda *_args: 1 / 0)
        assert client.post(NEW, sent).status_code == 500
    assert client.post(NEW, sent).status_code == 200
    assert Alert.objects.count() == 1


@pytest.mark.thorough
def test_a_report_about_a_minor_goes_to_the_desk(client):
    writer = Writer(client, NEW)
    writer.fill(what=["minor"]).press("next").fill(region="not-sure").press("next")
    writer.press("next", "5").fill(text="I saw it.")
    assert "will not be shown to other members" in writer.form.text
    writer.press("send")
    assert not Alert.objects.exists()
    assert not BlindIndexEntry.objects.exists()
    assert DeskNote.objects.count() == 1
    assert "under 18" in writer.form.text


@pytest.mark.thorough
def test_identifiers_of_police_are_not_taken_but_not_lost_either(client, author):
    writer = Writer(client, NEW)
    writer.fill(what=["theft"]).press("next").fill(region="not-sure").press("next")
    writer.fill(identifier_0_value="06 39 98 12 34").press("back").press("back")
    writer.fill(what=["police"]).press("next").press("next")
    assert writer.step == "3"
    assert "Do not add police" in writer.form.text
    assert writer.form.fields["identifier-0-value"] == ["06 39 98 12 34"]
    writer.press("next").fill(age="35-44").press("next").press("send")
    assert lifecycle.read_report(author.ring, Alert.objects.get()).identifiers == ()
    assert not BlindIndexEntry.objects.exists()


@pytest.mark.thorough
def test_a_street_is_pointed_out_once(client):
    writer = Writer(client, NEW)
    writer.fill(what=["theft"]).press("next")
    writer.fill(region="FR-IDF", city="12 rue de la Paix").press("next")
    assert writer.step == "2"
    assert writer.response.status_code == 400
    writer.fill(city_ok="on").press("next").fill(identifier_0_value="0639981234").press("next")
    writer.press("next").press("send")
    assert Alert.objects.count() == 1


@pytest.mark.thorough
def test_a_mistake_jumps_to_its_step_and_nothing_typed_is_lost(client):
    writer = walk(client)
    fields = {**writer.form.fields, "region": ["nonsense"], "send": "1"}
    response = client.post(NEW, fields)
    form = Form(response)
    assert response.status_code == 400
    assert form.fields["step"] == ["2"]
    assert "Choose a region of this country." in form.text
    for name in ("what", "city", "text", "helped", "hair", "identifier-0-value"):
        assert form.fields[name] == writer.form.fields[name]


@pytest.mark.thorough
@pytest.mark.parametrize("step", ["1", "2", "3", "4", "5"])
def test_back_from_the_lock_page_the_same_step_is_shown(client, step):
    fields = walk(client).form.fields
    form = Form(client.post(NEW, {**fields, "step": step}))
    assert form.fields["step"] == [step]
    for name, values in fields.items():
        assert form.fields.get(name, []) == values or name == "step"


@pytest.mark.thorough
@pytest.mark.parametrize("fields", HOSTILE, ids=lambda fields: " ".join(sorted(fields))[:40])
def test_nothing_that_is_sent_breaks_it(client, fields):
    response = client.post(NEW, fields)
    assert response.status_code in {200, 400, 413}
    assert "<script>" not in response.content.decode()


@pytest.mark.thorough
@pytest.mark.parametrize("language", EACH)
def test_every_step_fits_the_first_flight(client, language):
    walked = walk(client).form.fields
    begun = client.get(f"/{language}/a/new/", follow=True)
    assert len(begun.content) == UNIT
    # Letters of two and three bytes may take the next size where everything is filled in.
    sizes = (UNIT,) if language not in WIDE else (UNIT, 2 * UNIT)
    for step in ("1", "2", "3", "4", "5"):
        response = client.post(f"/{language}/a/new/", {**walked, "step": step})
        assert len(response.content) in sizes, step


@pytest.mark.thorough
def test_too_much_altogether_is_said_at_the_longest_text(client):
    many = {f"identifier-{n}-value": f"{n}{'x' * 60}@{'y' * 60}.{'z' * 60}.com" for n in range(8)}
    many |= {f"identifier-{n}-kind": "email" for n in range(8)}
    words = {"text": "👻" * 1000, "helped": "👻" * 300, "marks_text": "👻" * 200}
    response = client.post(NEW, {**LEAST, **many, **words})
    form = Form(response)
    assert response.status_code == 400
    assert form.fields["step"] == ["5"]
    assert "Shorten this a little" in form.text
    assert form.fields["text"] == ["👻" * 1000]
    assert not Alert.objects.exists()


@pytest.mark.thorough
def test_review_first_says_so(client, settings):
    settings.PUBLISH = "review"
    assert "A moderator reads it first" in client.post(NEW, LEAST).content.decode()


@pytest.mark.thorough
def test_every_step_offers_to_leave_without_saving(client):
    fields = walk(client).form.fields
    for step in range(1, 6):
        text = Form(client.post(NEW, {**fields, "step": str(step)})).text
        assert "Close without sending" in text
        assert f"Step {step} of 5" in text
        assert "<title>Write</title>" in text


@pytest.mark.thorough
def test_the_country_she_looked_in_last_is_chosen(client):
    session = client.session
    session["country"] = "ES"
    session.save()
    writer = Writer(client, NEW).fill(what=["theft"]).press("next")
    assert writer.form.fields["country"] == ["ES"]
    assert "ES-MD" in writer.form.text


def test_signed_out_one_is_asked_to_sign_in_and_nothing_is_lost(db):
    browser = Client()
    assert browser.get(NEW).status_code == 302
    browser.get("/en/in/")
    response = browser.post(NEW, LEAST)
    assert response.status_code == 403
    assert 'value="06 39 98 12 34"' in response.content.decode()


def test_other_roles_and_methods_find_nothing(home, client):
    assert client_of(home.person(roles="translator")).get(NEW).status_code == 404
    assert client.put(NEW).status_code == 405


# Correcting
