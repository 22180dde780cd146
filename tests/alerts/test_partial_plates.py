"""Partial plates: found by who knows them nearly whole, and never read off their mask."""

from __future__ import annotations

import datetime
import string

import pytest
import time_machine

from alerts import budgets
from alerts.check.budgets import may_answer_plate
from alerts.content import Reported
from tests.alerts.lookups import ask, post, results
from tests.alerts.reports import reported
from tests.cast import Person

pytestmark = pytest.mark.django_db

PLATE = reported("plate", "AB-123-CD")
FOUND = "Very dangerous"  # its level, which an answer shows first
NOTHING = "Nothing to tell about this part of a plate"
REGION = "FR-IDF"


@pytest.fixture
def many_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody with any number of accounts, or a server that was restarted often."""
    monkeypatch.setattr(budgets, "PARTIAL_PLATES", budgets.PARTIAL_PLATES._replace(amount=9_999))
    monkeypatch.setattr(budgets, "CHECKS", budgets.CHECKS._replace(amount=9_999))


def answers(person: Person, *questions: str) -> list[str]:
    """The answers to partial plates, which are asked twenty at a time."""
    told: list[str] = []
    for start in range(0, len(questions), 20):
        told += results(ask(person, *questions[start : start + 20], region=REGION))
    return told


@pytest.mark.thorough
def test_the_whole_plate_cannot_be_read_off_its_mask(
    member: Person, outsider: Person, many_questions: None
) -> None:
    """Its mask is "A…D". Character by character, from both ends, 56 questions told all of it."""
    post(member, PLATE, region=REGION)
    signs = string.ascii_uppercase + string.digits
    known = "A"
    while len(known) < 6:
        told = answers(outsider, *(f"{known}{sign}*D" for sign in signs))
        found = [sign for sign, answer in zip(signs, told, strict=True) if FOUND in answer]
        if not found:
            break
        known += found[0]
    assert known == "A"


@pytest.mark.thorough
def test_one_note_answers_one_question_a_day(
    member: Person, outsider: Person, colleague: Person, many_questions: None
) -> None:
    """Who knows five of seven learns that there is a note, and not the other two."""
    post(member, PLATE, region=REGION)
    assert FOUND in answers(outsider, "AB*23C*")[0]
    told = answers(outsider, *(f"AB{digit}23C*" for digit in string.digits))
    assert all(NOTHING in answer for answer in told)
    # The same again is no new question, and another person has her own.
    assert FOUND in answers(outsider, "ab * 23-c*")[0]
    assert FOUND in answers(colleague, "AB123C*")[0]
    # Of several at once, one is answered.
    post(member, reported("plate", "XY-987-ZW"), region=REGION)
    told = answers(outsider, "XY9*7ZW", "XY98*ZW", "XY*87ZW")
    assert [FOUND in answer for answer in told] == [True, False, False]


def test_the_next_day_another_question_is_answered() -> None:
    now = datetime.datetime.now(datetime.UTC)
    assert may_answer_plate(1, 2, ("AB1", "3CD"))
    assert not may_answer_plate(1, 2, ("AB12", "CD"))
    assert may_answer_plate(1, 3, ("AB12", "CD"))
    with time_machine.travel(now + datetime.timedelta(hours=23), tick=False):
        assert not may_answer_plate(1, 2, ("AB12", "CD"))
    with time_machine.travel(now + datetime.timedelta(hours=25), tick=False):
        assert may_answer_plate(1, 2, ("AB12", "CD"))


@pytest.mark.thorough
def test_partial_plates_search_the_chosen_regions(member: Person, outsider: Person) -> None:
    post(member, PLATE, region=REGION)
    post(member, reported("plate", "ZB-123-CA"), region="FR-ARA")
    post(member, reported("phone", "06 39 98 12 42"), region=REGION)
    response = ask(outsider, "AB*23C*")
    assert "Choose the regions to look in, below." in results(response)[0]
    assert '<select id="region" name="region" multiple' in response.content.decode()
    (result,) = results(ask(outsider, "AB*23C*", region="FR-ARA"))
    assert NOTHING in result
    (result,) = results(ask(outsider, "AB*23C*", region=REGION))
    assert "1 note about a plate like this. Check the whole plate to read it." in result
    both = {"region": [REGION, "FR-ARA"], "kind-0": "partial"}
    (result,) = results(ask(outsider, "B123C", **both))
    assert "1 note" in result  # the other one has answered today
    assert "four letters or digits" in results(ask(outsider, "AB1*", region=REGION))[0]


def test_an_answer_leads_to_no_note(member: Person, outsider: Person) -> None:
    alert = post(member, PLATE, region=REGION)
    page = ask(outsider, "AB*23CD", region=REGION).content.decode()
    assert FOUND in page
    assert "1 note about a plate like this. Check the whole plate to read it." in page
    assert str(alert.pk) not in page
    assert f"../{alert.pk}/" in ask(outsider, PLATE.shown).content.decode()


def test_a_note_that_has_answered_and_a_miss_read_the_same(
    member: Person, outsider: Person
) -> None:
    post(member, PLATE, region=REGION)
    ask(outsider, "AB*23CD", region=REGION)
    answered = ask(outsider, "AB12*CD", region=REGION)
    miss = ask(outsider, "XY98*ZW", region=REGION)
    assert len(answered.content) == len(miss.content)
    assert results(answered)[0].replace("AB12*CD", "") == results(miss)[0].replace("XY98*ZW", "")


@pytest.mark.parametrize("plate", [PLATE, reported("plate", "B-ST 1203")])
def test_sizes_of_hit_and_miss(member: Person, outsider: Person, plate: Reported) -> None:
    post(member, plate, region=REGION)
    questions = ("AB*23CD", "BST12*3")
    sizes = {len(ask(outsider, question, region=REGION).content) for question in questions}
    assert len(sizes) == 1


def test_partial_plates_have_a_budget_of_their_own(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "PARTIAL_PLATES", budgets.PARTIAL_PLATES._replace(amount=2))
    codes = [ask(member, "AB*23C*", region=REGION).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert ask(member, "0639981242").status_code == 200
