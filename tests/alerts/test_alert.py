"""One alert: reading it, and what its author and others can do with it."""

import os
import re
from typing import Any

import pytest
from django.test import Client

from alerts.flows import lifecycle
from alerts.models import Alert, BlindIndexEntry, Corroboration
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import note_of, open_note
from alerts.views import alert as alert_view
from tests.alerts.reports import report, reported
from tests.alerts.statuses import put_status
from tests.cast import Person

pytestmark = pytest.mark.django_db

PHONE = reported("phone", "06 39 98 12 42", sure=False)
ACTIONS = ("confirm", "withdraw", "cut")
NOBODYS = 2**62 + 1


@pytest.fixture
def alert(member: Person) -> Alert:
    return lifecycle.post(
        member.ring,
        member.row,
        report(
            PHONE,
            reported("plate", "AB-123-CD", spoofable=True),
            reported("name", "Marc"),
            level=2,
            time_of_day="night",
            day="2026-11-20",
            description={"hair": ("short", "grey"), "alone": ("two",)},
            marks="<b>a star</b>",
            text="Il a fermé la porte.\nPuis rien.",
            helped="J'ai téléphoné.",
            language="fr",
        ),
    )


def path(alert: Alert | int, action: str = "") -> str:
    pk = alert.pk if isinstance(alert, Alert) else alert
    return f"/en/a/{pk}/{action + '/' if action else ''}"


def page(person: Person, alert: Alert, language: str = "en") -> str:
    response = person.client.get(path(alert).replace("/en/", f"/{language}/"))
    assert response.status_code == 200
    return response.content.decode()


def test_everything_is_shown_and_identifiers_in_part(outsider: Person, alert: Alert) -> None:
    text = page(outsider, alert)
    for words in (
        "◆◆◇",
        "Dangerous",
        "Held someone against their will · Had a weapon",
        "Night, 0 to 6",
        "Paris, Île-de-France, France",
        "Hotel",
        "Short and Grey or white",
        "Two people",
        "+33 …42",
        "not sure",
        "A…D",
        "may be shared or faked",
        "Marc",
        "In their words, in French",
        'lang="fr"',
        "Il a fermé la porte.<br>",
        "téléphoné",
        "&lt;b&gt;a star",
        "expires in 18 months",
        "not reviewed yet",
    ):
        assert words in text, words
    for words in ("39981242", "39 98", "AB-123", "<b>a star"):
        assert words not in text
    assert "This note is yours" not in text


def test_lists_are_in_the_readers_language_and_text_in_its_own(
    outsider: Person, alert: Alert
) -> None:
    text = page(outsider, alert, "es")
    assert "francés" in text
    assert "Francia" in text
    assert "Il a fermé la porte." in text
    assert '<html lang="es"' in text


def test_signed_out_people_are_asked_to_sign_in(nobody: Client, alert: Alert) -> None:
    assert nobody.get(path(alert)).status_code == 302
    for action in ACTIONS:
        assert nobody.post(path(alert, action)).status_code == 403
    assert Alert.objects.filter(pk=alert.pk).exists()


def test_translators_see_nothing(translator: Person, alert: Alert) -> None:
    assert translator.client.get(path(alert)).status_code == 404
    for action in ACTIONS:
        assert translator.client.post(path(alert, action)).status_code == 404


@pytest.mark.parametrize("number", ["1", "abc", "0", "-1", "9" * 19, "9" * 400, "²", str(NOBODYS)])
def test_what_is_no_alert_is_a_404(member: Person, number: str) -> None:
    for action in ("", "correct/", *(f"{action}/" for action in ACTIONS)):
        address = f"/en/a/{number}/{action}"
        assert member.client.post(address, {"sure": "1"}).status_code == 404
        if action in ("", "correct/"):
            assert member.client.get(address).status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_are_posts(member: Person, alert: Alert, action: str) -> None:
    assert member.client.get(path(alert, action)).status_code == 405


@pytest.mark.parametrize("state", ["held", "hidden"])
def test_what_is_not_listed_is_for_its_author_only(
    member: Person, outsider: Person, alert: Alert, state: str
) -> None:
    put_status(member.ring, alert, state=state)
    assert outsider.client.get(path(alert)).status_code == 404
    assert "Only you and moderators see" in page(member, alert)


def test_a_body_that_does_not_open_is_a_404(outsider: Person, alert: Alert) -> None:
    Alert.objects.filter(pk=alert.pk).update(body=b"\x01" + bytes(8220))
    assert outsider.client.get(path(alert)).status_code == 404


def test_authors_withdraw(member: Person, alert: Alert) -> None:
    text = page(member, alert)
    assert "This note is yours" in text
    assert f'action="/en/a/{alert.pk}/withdraw/"' in text
    response = member.client.post(path(alert, "withdraw"))
    assert response["Location"] == "/en/a/"
    assert not Alert.objects.filter(pk=alert.pk).exists()
    assert set(BlindIndexEntry.objects.values_list("alert", flat=True)) == {None}
    assert member.client.post(path(alert, "withdraw")).status_code == 404


def test_authors_cut_their_tie(member: Person, alert: Alert) -> None:
    assert member.client.post(path(alert, "cut"))["Location"] == path(alert)
    assert "This note is yours" not in page(member, alert)
    assert member.client.post(path(alert, "withdraw")).status_code == 404
    assert member.client.post(path(alert, "cut")).status_code == 404
    assert member.client.get(path(alert, "correct")).status_code == 404


@pytest.mark.parametrize("person", ["colleague", "outsider", "moderator", "reporter"])
@pytest.mark.parametrize("action", ["withdraw", "cut", "correct"])
def test_others_cannot(
    request: pytest.FixtureRequest, alert: Alert, person: str, action: str
) -> None:
    someone: Person = request.getfixturevalue(person)
    assert someone.client.post(path(alert, action), {"sure": "1"}).status_code == 404
    row = Alert.objects.get(pk=alert.pk)
    assert row.version == 1
    assert row.author_tag is not None


def test_confirming_once(member: Person, outsider: Person, colleague: Person, alert: Alert) -> None:
    assert "Yes, to me too" in page(outsider, alert)
    note = "  Il m'a   aussi\nmenacée <i>  "
    for _ in range(2):
        response = outsider.client.post(path(alert, "confirm"), {"note": note})
        assert response["Location"] == path(alert)
    assert Corroboration.objects.count() == 1
    text = page(outsider, alert)
    assert "You have said that this happened to you too." in text
    assert "Yes, to me too" not in text
    text = page(colleague, alert)
    assert "It happened to 1 other person too" in text
    assert "Il m&#x27;a aussi menacée &lt;i&gt;" in text


def test_authors_cannot_confirm_their_own(member: Person, alert: Alert) -> None:
    member.client.post(path(alert, "confirm"))
    assert not Corroboration.objects.exists()
    assert "Yes, to me too" not in page(member, alert)


def test_a_note_loses_what_turns_or_breaks_it(
    member: Person, outsider: Person, alert: Alert
) -> None:
    outsider.client.post(path(alert, "confirm"), {"note": "me\u202e too\x07 \u2066x\u2028y"})
    row = alert.corroboration_set.get()
    assert open_note(AlertKeys(outsider.ring), 1, note_of(row), row.note) == "me too x y"


@pytest.mark.parametrize("note", ["x" * 5000, "\u202e💡" * 300, ""])
def test_any_note_can_be_sent(outsider: Person, alert: Alert, note: str) -> None:
    assert outsider.client.post(path(alert, "confirm"), {"note": note}).status_code == 302
    assert Corroboration.objects.count() == 1
    assert page(outsider, alert)


@pytest.mark.thorough
def test_a_confirmation_that_does_not_open_does_not_count(
    outsider: Person, colleague: Person, alert: Alert
) -> None:
    """Whoever can only write into the tables cannot make a warning look confirmed."""
    lifecycle.confirm(outsider.ring, alert.pk, "me too")
    for _ in range(5):
        Corroboration.objects.create(
            alert=alert, tag=os.urandom(16), note=b"\x01" + os.urandom(1052)
        )
    assert "It happened to 1 other person too" in page(colleague, alert)
    assert "1 other ·" in colleague.client.get("/en/a/").content.decode()
    Corroboration.objects.update(note=b"\x01" + bytes(1052))
    text = page(colleague, alert)
    assert "It happened to" not in text
    assert "me too" not in re.sub(r"to me too|This happened to me too", "", text)


@pytest.mark.thorough
def test_opening_has_a_budget_but_not_for_ones_own(
    member: Person, outsider: Person, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_view, "OPENED", alert_view.OPENED._replace(amount=2))
    codes: list[Any] = [outsider.client.get(path(alert)).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert [member.client.get(path(alert)).status_code for _ in range(3)] == [200] * 3


def test_confirming_has_a_budget(
    member: Person, outsider: Person, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody alone can make every warning look confirmed and live longer."""
    monkeypatch.setattr(alert_view, "CONFIRMED", alert_view.CONFIRMED._replace(amount=1))
    other = lifecycle.post(member.ring, member.row, report(reported("phone", "+33639981235")))
    assert outsider.client.post(path(alert, "confirm")).status_code == 302
    refused = outsider.client.post(path(other, "confirm"), {"note": "me too"})
    assert refused.status_code == 429
    assert 'name="note" value="me too"' in refused.content.decode()
    assert Corroboration.objects.count() == 1
