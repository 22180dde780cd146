"""`/desk/`"""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from safety_app.members import desks, inviting
from safety_app.members.hooks import Panel
from safety_app.members.models import DeskSeal, Invitation
from tests.cast import Person
from tests.members.conftest import shown_code

URL = "/en/desk/"
MAKE = {"make": "1", "role": "member", "stay": "good"}


def three(moderator: Any) -> int:
    return 3


def test_only_moderators_find_it(
    nobody: Client, member: Person, reporter: Person, translator: Person, moderator: Person
) -> None:
    assert nobody.get(URL)["Location"] == "/en/in/"
    for person in (member, reporter, translator):
        assert person.client.get(URL).status_code == 404
        assert person.client.post(URL, MAKE).status_code == 404
    assert not Invitation.objects.exists()
    assert moderator.client.get(URL).status_code == 200


@pytest.mark.parametrize("role", ["member", "reporter", "moderator", "translator", "editor"])
@pytest.mark.parametrize("stay", ["good", "guest"])
def test_a_code_is_shown_once_and_works(moderator: Person, role: str, stay: str) -> None:
    response = moderator.client.post(URL, {"make": "1", "role": role, "stay": stay})
    code = shown_code(response.content)
    assert b"<svg" in response.content
    row = Invitation.objects.get()
    assert row.guest == (stay == "guest")
    assert row.organisation == moderator.row.organisation
    assert (row.expires - datetime.datetime.now(datetime.UTC).date()).days == 14
    page = moderator.client.get(URL).content.decode()
    assert code not in page
    assert str(row.pk) in page
    assert ("for a stay" in page.split("Invite someone")[0]) == row.guest
    passphrase = "gibole natuve kirosa dapemu"
    typed = {
        "code": code,
        "pseudonym": "Calm Heron",
        "passphrase": passphrase,
        "passphrase_again": passphrase,
    }
    assert Client().post("/en/join/", typed).status_code == 200


def test_cancel(moderator: Person) -> None:
    moderator.client.post(URL, {**MAKE, "role": "moderator"})
    row = Invitation.objects.get()
    response = moderator.client.post(URL, {"cancel": str(row.pk)})
    assert (response.status_code, response["Location"]) == (302, URL)
    assert not Invitation.objects.exists()
    assert not DeskSeal.objects.filter(invitation__isnull=False).exists()
    assert moderator.client.post(URL, {"cancel": str(row.pk)}).status_code == 404


def test_another_organisations_invitations_are_not_there(
    moderator: Person, other_moderator: Person
) -> None:
    row, ring = moderator.keys
    inviting.make_invitation(ring, row, "member")
    made = Invitation.objects.get()
    assert str(made.pk) not in other_moderator.client.get(URL).content.decode()
    assert other_moderator.client.post(URL, {"cancel": str(made.pk)}).status_code == 404
    assert Invitation.objects.exists()


@pytest.mark.parametrize("typed", ["", "0", "-1", "abc", "9" * 19, "9" * 400, "١٢", "1 OR 1=1"])
def test_ids_that_are_none(moderator: Person, typed: str) -> None:
    assert moderator.client.post(URL, {"cancel": typed}).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"make": "1"}, {**MAKE, "role": "king"}, {**MAKE, "stay": "x"}, {**MAKE, "role": ["a", "b"]}],
)
def test_choices_that_are_none(moderator: Person, fields: dict[str, Any]) -> None:
    assert moderator.client.post(URL, fields).status_code == 400
    assert not Invitation.objects.exists()


def test_what_comes_back_through_the_lock_page_makes_nothing(moderator: Person) -> None:
    response = moderator.client.post(URL, {"role": "reporter", "stay": "guest"})
    assert response.status_code == 200
    page = response.content.decode()
    assert 'value="reporter" id="id_role_1" required checked' in page
    assert not Invitation.objects.exists()


def test_people_are_counted_by_role(moderator: Person, other_moderator: Person) -> None:
    page = moderator.client.get(URL).content.decode()
    assert "<dt>Member</dt><dd>2</dd>" in page
    assert "<dt>Translator</dt><dd>1</dd>" in page
    assert "<dt>Member</dt><dd>1</dd>" in other_moderator.client.get(URL).content.decode()
    assert "Amber" not in page


def test_expired_ones_are_not_listed(moderator: Person) -> None:
    moderator.client.post(URL, MAKE)
    row = Invitation.objects.get()
    today = datetime.datetime.now(datetime.UTC).date()
    for days, words in ((1, "1 day left"), (0, "ends today"), (-1, "None is open.")):
        Invitation.objects.update(expires=today + datetime.timedelta(days=days))
        page = moderator.client.get(URL).content.decode()
        assert words in page
        assert (str(row.pk) in page) == (days >= 0)


def test_a_tampered_desk_seals_nothing(moderator: Person, other_moderator: Person) -> None:
    desk = desks.desk_row(moderator.row.organisation_id)
    desk.public_key = desks.desk_row(other_moderator.row.organisation_id).public_key
    desk.save()
    for role in ("member", "moderator", "translator"):
        assert moderator.client.post(URL, {**MAKE, "role": role}).status_code == 400
    assert not Invitation.objects.exists()
    assert not DeskSeal.objects.filter(invitation__isnull=False).exists()


def test_other_apps_can_show_what_waits(moderator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    panels = [Panel("Waiting things", "resources:kept", f"{__name__}.three")]
    monkeypatch.setattr(apps.get_app_config("resources"), "desk_panels", panels, raising=False)
    page = moderator.client.get(URL).content.decode()
    assert '<a href="/en/kept/">Waiting things (3)</a>' in page


def test_wrong_method(moderator: Person) -> None:
    assert moderator.client.put(URL).status_code == 405
