"""The first screen of a note is enough: what, where, and anything pasted."""

import re
from typing import Any

import pytest

from alerts.flows import lifecycle
from alerts.models import Alert
from alerts.own import places
from tests.alerts.form_browser import Form, Writer
from tests.cast import Person
from tests.form_answers import post_only

pytestmark = pytest.mark.django_db

NEW = "/en/a/new/"


@pytest.fixture
def writer(member: Person) -> Writer:
    return Writer(member.client, NEW)


def sent(member: Person) -> Any:
    return lifecycle.read_report(member.ring, Alert.objects.get())


@pytest.mark.thorough
def test_one_screen_and_a_look_at_it_are_enough(writer: Writer, member: Person) -> None:
    writer.fill(what=["theft"], region="FR-IDF", paste="06 39 98 12 34").press("look")
    assert writer.step == "5"
    for shown in ("Theft", "+33 6 39 98 12 34", "Risky"):
        assert shown in writer.form.text
    assert not Alert.objects.exists()
    writer.press("send")
    report = sent(member)
    assert (report.what, report.level, report.region) == (("theft",), 1, "FR-IDF")
    assert [(found.kind, found.key) for found in report.identifiers] == [("phone", "+33639981234")]


def test_anything_can_be_pasted(writer: Writer, member: Person) -> None:
    pasted = "He wrote from https://t.me/morgenstern77 and +33 6 39 98 12 34, marc@example.org"
    writer.fill(what=["theft"], region="FR-IDF", paste=pasted).press("look").press("send")
    kinds = {found.kind for found in sent(member).identifiers}
    assert kinds == {"phone", "email", "username"}


def test_what_was_not_taken_from_a_paste_is_said(writer: Writer) -> None:
    pasted = "His number is 06 39 98 12 34 and he wears a green hat"
    writer.fill(what=["theft"], region="FR-IDF", paste=pasted).press("look")
    assert "green hat" in writer.form.text
    assert writer.form.fields["text"] == [""]


def test_more_can_be_added_in_the_steps(writer: Writer) -> None:
    writer.fill(what=["theft"], paste="06 39 98 12 34").press("next")
    assert writer.step == "2"
    writer.fill(region="FR-IDF").press("next")
    assert writer.step == "3"
    assert writer.form.fields["identifier-0-value"] == ["+33 6 39 98 12 34"]
    assert writer.form.fields["identifier-0-kind"] == ["phone"]


@pytest.mark.thorough
def test_what_is_missing_is_said_on_the_same_screen(writer: Writer) -> None:
    writer.fill(paste="06 39 98 12 34").press("look")
    assert (writer.step, writer.response.status_code) == ("1", 400)
    assert "Tick at least one." in writer.form.text
    assert "Choose a region" in writer.form.text
    writer.fill(what=["theft"], region="not-sure").press("look")
    assert writer.step == "5"
    assert "+33 6 39 98 12 34" in writer.form.text


def test_a_number_with_a_digit_missing_is_asked_about_once(writer: Writer) -> None:
    writer.fill(what=["theft"], region="FR-IDF", paste="06 39 98 12 3").press("look")
    assert (writer.step, writer.response.status_code) == ("1", 400)
    assert writer.form.fields["paste"] == ["06 39 98 12 3"]
    writer.fill(paste="06 39 98 12 34").press("look")
    assert writer.step == "5"


@pytest.mark.thorough
def test_coming_back_shows_what_was_read_and_a_new_paste_adds_to_it(writer: Writer) -> None:
    writer.fill(what=["theft"], region="FR-IDF", paste="06 39 98 12 34").press("look")
    writer.press("go", "1")
    assert writer.step == "1"
    assert "+33 6 39 98 12 34" in writer.form.text
    assert writer.form.fields["paste"] == [""]
    writer.fill(paste="marc@example.org").press("look")
    for shown in ("+33 6 39 98 12 34", "marc@example.org"):
        assert shown in writer.form.text


def test_nothing_but_a_box_that_was_never_there_is_needed(member: Person) -> None:
    """Programs that post the steps do not know the paste box."""
    fields = {"what": "theft", "level": "suggest", "region": "not-sure"}
    fields["identifier-0-value"] = "0639981234"
    assert member.client.post(NEW, {**fields, "send": "1"}).status_code == 200
    assert Alert.objects.count() == 1


def test_the_region_she_chose_last_is_chosen(member: Person) -> None:
    member.client.post("/en/a/", {"region": "FR-BRE", "country": "FR"})
    assert Writer(member.client, NEW).form.fields["region"] == ["FR-BRE"]


def test_more_than_fits_is_said_at_once(writer: Writer) -> None:
    pasted = "\n".join(f"06 39 98 12 {number:02}" for number in range(10, 40))
    writer.fill(what=["theft"], region="FR-IDF", paste=pasted).press("look")
    assert (writer.step, writer.response.status_code) == ("1", 400)
    assert writer.form.fields["paste"] == [pasted]


@pytest.mark.parametrize(
    "pasted", ["x" * 70_000, "\u202e06 39", "<script>alert(1)</script>", "🚩" * 900]
)
def test_nothing_that_is_pasted_breaks_it(member: Person, pasted: str) -> None:
    fields = {"step": "1", "what": "theft", "region": "not-sure", "paste": pasted, "look": "1"}
    response = member.client.post(NEW, fields)
    assert response.status_code in {200, 400}
    assert "<script>alert" not in response.content.decode()


def test_every_answer_of_a_check_leads_to_a_note_about_it(member: Person) -> None:
    check = Writer(member.client, "/en/a/check/")
    check.fill(q="06 39 98 12 34\nAB-601-CD", country="FR")
    answer = Form(member.client.post("/en/a/check/", check.form.fields))
    assert answer.text.count("name=about") == 2
    for number, (kind, value) in enumerate([("phone", "+33 6 39 98 12 34"), ("plate", "AB601CD")]):
        response = member.client.post(NEW, {**answer.fields, "about": str(number)})
        form = Form(response)
        assert form.fields["step"] == ["1"]
        assert form.fields["identifier-0-kind"] == [kind]
        assert form.fields["identifier-0-value"][0].replace("-", "") == value
        assert value in form.text.replace("AB-601-CD", "AB601CD")
    assert not Alert.objects.exists()


@pytest.mark.parametrize("about", ["", "7", "x", "-1", "99999999999"])
def test_an_answer_that_is_not_there_begins_an_empty_note(member: Person, about: str) -> None:
    response = member.client.post(NEW, {"q": "06 39 98 12 34", "about": about})
    assert response.status_code == 200
    assert Form(response).fields["step"] == ["1"]


def test_a_name_is_put_into_the_box(member: Person) -> None:
    sent = {"q": "Marc Dupont", "kind-0": "name", "about": "0"}
    assert Form(member.client.post(NEW, sent)).fields["paste"] == ["Marc Dupont"]


def test_coming_back_to_a_check_reads_it_as_it_was_paid_for(member: Person) -> None:
    sent = post_only(member.client, "/en/a/check/", {"q": "0639981234"})
    member.client.post("/en/a/", {"country": "ES"})
    page = member.client.get(sent["Location"]).content.decode()
    assert "+33 6 39 98 12 34" in page


def test_her_own_regions_come_first(member: Person) -> None:
    places.save(member.ring, member.row.pk, places.OwnPlaces("FR", ("FR-BRE", "FR-ARA")))
    page = Writer(member.client, NEW)
    options = re.findall(r"<option value(?:=([\w-]+))?", page.form.text.partition("id_region")[2])
    assert set(options[1:3]) == {"FR-BRE", "FR-ARA"}
    assert page.form.fields["region"] == [""]
    places.save(member.ring, member.row.pk, places.OwnPlaces("FR", ("FR-ARA",)))
    assert Writer(member.client, NEW).form.fields["region"] == ["FR-ARA"]
