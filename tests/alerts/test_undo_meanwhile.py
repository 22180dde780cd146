"""Undoing a step after something else has happened: nothing that others did meanwhile is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest

from alerts.flows import (
    lifecycle,
    translation_edits,
    translations,
)
from alerts.models import (
    Alert,
    ChangeRequest,
    Corroboration,
    Flag,
    Translation,
)
from tests.alerts.reviews import (
    decide,
    post,
    report_of,
    state,
)
from tests.alerts.undos import everything, full_note, press_undo
from tests.cast import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(member: Person, outsider: Person, reporter: Person) -> Alert:
    return full_note(member, outsider, reporter)


@pytest.mark.thorough
def test_what_others_send_meanwhile_stays(
    moderator: Person, colleague: Person, alert: Alert
) -> None:
    decide(moderator, alert, "reviewed")
    lifecycle.confirm(colleague.ring, alert.pk)
    press_undo(moderator)
    assert Corroboration.objects.count() == 2
    assert Flag.objects.count() == 1
    assert state(alert) == "new"


LEVEL: dict[str, Any] = {"do": "level", "level": "1"}
REDACT: dict[str, Any] = {"do": "redact", "phrase": "white van"}


def translate(person: Person, alert: Alert, text: str = "Une camionnette blanche.") -> None:
    alert.refresh_from_db()
    content = translations.TranslatedText("fr", text)
    translation_edits.save(person.ring, alert.pk, alert.version, content)


def merge_in(moderator: Person, alert: Alert, other: Alert) -> None:
    address = f"/en/a/{alert.pk}/merge/"
    shown = moderator.client.get(address, {"with": other.pk}).content.decode()
    hidden = dict(re.findall(r'name="(with|seen|other_seen)" value="([^"]*)"', shown))
    assert moderator.client.post(address, {**hidden, "merge": "1"}).status_code == 302


@pytest.mark.parametrize("typed", [LEVEL, REDACT], ids=["level", "redact"])
def test_a_tie_cut_meanwhile_stays_cut(
    moderator: Person, member: Person, alert: Alert, typed: dict[str, Any]
) -> None:
    decide(moderator, alert, **typed)
    lifecycle.cut(member.ring, alert.pk)
    assert "Undone." in press_undo(moderator)
    back = Alert.objects.get()
    assert (back.level, back.author_tag) == (2, None)
    assert back.author_seal  # that stays for its 30 days
    assert report_of(member, back).text == "He drives a white van."


def test_a_seal_that_is_gone_meanwhile_stays_away(moderator: Person, alert: Alert) -> None:
    decide(moderator, alert, **LEVEL)
    Alert.objects.update(author_seal=None, author_mac=None)
    assert "Undone." in press_undo(moderator)
    back = Alert.objects.get()
    assert (back.level, back.author_seal, back.author_mac) == (2, None, None)
    assert back.author_tag


def test_a_tie_cut_after_a_merge_stays_cut(
    moderator: Person, member: Person, colleague: Person, alert: Alert
) -> None:
    other = post(colleague, text="A second one.", level=2)
    lifecycle.confirm(moderator.ring, other.pk, "To me too.")
    merge_in(moderator, alert, other)
    lifecycle.cut(member.ring, alert.pk)
    assert "Undone." in press_undo(moderator)
    assert Alert.objects.get(pk=alert.pk).author_tag is None
    # What the merge itself deleted is back, whole.
    assert lifecycle.is_author(colleague.ring, Alert.objects.get(pk=other.pk))
    assert Corroboration.objects.filter(alert=other).count() == 1


@pytest.mark.parametrize("typed", [LEVEL, REDACT], ids=["level", "redact"])
def test_a_confirmation_taken_back_meanwhile_stays_away(
    moderator: Person, outsider: Person, alert: Alert, typed: dict[str, Any]
) -> None:
    decide(moderator, alert, **typed)
    assert lifecycle.take_back_confirmation(outsider.ring, alert.pk)
    assert "Undone." in press_undo(moderator)
    assert Alert.objects.get().level == 2
    assert not Corroboration.objects.exists()


def test_a_confirmation_given_anew_meanwhile_counts_once(
    moderator: Person, outsider: Person, alert: Alert
) -> None:
    decide(moderator, alert, **LEVEL)
    lifecycle.take_back_confirmation(outsider.ring, alert.pk)
    assert lifecycle.confirm(outsider.ring, alert.pk, "In June.")
    assert "Undone." in press_undo(moderator)
    assert Corroboration.objects.count() == 1


def test_a_translation_erased_meanwhile_stays_away(
    moderator: Person, colleague: Person, alert: Alert
) -> None:
    translate(colleague, alert)
    decide(moderator, alert, **LEVEL)
    assert translation_edits.erase(colleague.ring, alert.pk, "fr")
    assert "Undone." in press_undo(moderator)
    assert not Translation.objects.exists()


def test_a_translation_that_the_step_deleted_comes_back(
    moderator: Person, colleague: Person, alert: Alert
) -> None:
    translate(colleague, alert)
    before = everything(moderator)
    decide(moderator, alert, **REDACT)
    assert not Translation.objects.exists()
    assert "Undone." in press_undo(moderator)
    assert everything(moderator) == before


@pytest.mark.parametrize("typed", [LEVEL, REDACT], ids=["level", "redact"])
def test_a_translation_written_anew_meanwhile_is_not_lost(
    moderator: Person, colleague: Person, alert: Alert, typed: dict[str, Any]
) -> None:
    translate(colleague, alert)
    decide(moderator, alert, **typed)
    translate(colleague, alert, "Une autre.")
    before = everything(moderator)
    assert "something else has happened since" in press_undo(moderator)
    assert everything(moderator) == before


def test_what_an_organisation_asks_no_more_is_not_asked_again(
    moderator: Person, other_moderator: Person, member: Person
) -> None:
    alert = post(member)
    decide(other_moderator, alert, "keep", why="false")
    decide(moderator, alert, "level", level="2", why="less")
    request = ChangeRequest.objects.order_by("pk").exclude(
        organisation=moderator.row.organisation_id
    )
    decide(other_moderator, alert, f"end-{request.get().pk}")
    assert "Undone." in press_undo(moderator)
    assert not ChangeRequest.objects.exists()
