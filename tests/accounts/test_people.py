"""`/desk/people/`, and changes to one person."""

from __future__ import annotations

import datetime
import html
import re
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.db.models import Value
from django.test import Client

from safety_app.accounts import roles
from safety_app.accounts.flows import invite, people, revoke, vouch
from safety_app.accounts.flows.join import join
from safety_app.accounts.models import Desk, Invitation, Member
from safety_app.locales.dates import months_before, today
from safety_app.vault import seals
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.conftest import shown_code
from tests.cast import Person

URL = "/en/desk/people/"


def page_of(person: Person) -> str:
    return f"{URL}{person.row.pk}/"


def text(response: Any) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def save(moderator: Person, person: Person, *given: str, **more: str) -> Any:
    fields = {"save": "roles", "seen": person.row.roles, "roles": given, **more}
    return moderator.client.post(page_of(person), fields)


def guest(moderator: Person) -> Member:
    row, ring = moderator.keys
    return join(
        invite.make_invitation(ring, row, "member", guest=True), "Sea Holly", MadePassphrase("x")
    ).member


@pytest.mark.thorough
def test_only_moderators_of_that_organisation(
    nobody: Client, cast: dict[str, Person], member: Person
) -> None:
    for path in (URL, page_of(member), page_of(member) + "revoke/", URL + "keys/"):
        assert nobody.get(path).status_code == 302
        for name in ("member", "reporter", "translator"):
            assert cast[name].client.get(path).status_code == 404
            assert cast[name].client.post(path, {"revoke": "1"}).status_code == 404
        assert cast["moderator"].confirm().get(path).status_code == 200
        assert cast["moderator"].client.put(path).status_code == 405
    for path in (page_of(member), page_of(member) + "revoke/"):
        fields = {"save": "roles", "seen": "member", "roles": ["reporter"], "revoke": "1"}
        for method in ("get", "post"):
            foreign = getattr(cast["other_moderator"].client, method)(path, fields)
            none = getattr(cast["other_moderator"].client, method)(
                path.replace(str(member.row.pk), str(2**62 + 1)), fields
            )
            assert foreign.status_code == none.status_code == 404
            assert text(foreign) == text(none)
    assert member.row.roles == "member"


@pytest.mark.thorough
def test_the_list_shows_the_own_organisation_by_name(
    moderator: Person, other_moderator: Person
) -> None:
    shown = text(moderator.client.get(URL))
    names = ["Amber Lynx", "Plain Sparrow", "Quiet Heron", "Slow Otter", "Tall Marigold"]
    assert sorted(names, key=shown.index) == names
    assert "Far Juniper" not in shown
    assert "Amber Lynx" not in text(other_moderator.client.get(URL))
    assert "5 people" in shown


@pytest.mark.thorough
def test_it_is_found_by_a_part_of_the_name(moderator: Person) -> None:
    response = moderator.client.post(URL, {"q": "LYNX"})
    assert "Amber Lynx" in text(response)
    assert "Slow Otter" not in text(response)
    assert "Nobody here has that" in text(moderator.client.post(URL, {"q": "zzz"}))
    assert moderator.client.post(URL, {"q": "z" * 81}).status_code == 400


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "2", "²"])
def test_pages_that_are_none(moderator: Person, page: str) -> None:
    assert "Amber Lynx" in text(moderator.client.post(URL, {"page": page}))


@pytest.mark.thorough
def test_pages(moderator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safety_app.accounts.views.people.people.PAGE_SIZE", 2)
    shown = [text(moderator.client.post(URL, {"page": str(page)})) for page in (1, 2, 3)]
    names = ["Amber Lynx", "Plain Sparrow", "Quiet Heron", "Slow Otter", "Tall Marigold"]
    assert [[name for name in names if name in row] for row in shown] == [
        names[:2],
        names[2:4],
        names[4:],
    ]


@pytest.mark.thorough
def test_give_and_take_roles(moderator: Person, member: Person) -> None:
    browser = member.client
    assert browser.get("/en/a/").status_code == 200
    response = save(moderator, member, "translator", "reporter", "editor")
    assert response.status_code == 302
    assert member.row.roles == "member,reporter,translator,editor"
    assert browser.get("/en/a/").status_code == 200  # her session goes on, with the new roles
    shown = text(browser.get("/en/me/"))
    assert "Writes for others · Translator · Editor" in shown
    save(moderator, member)
    assert member.row.roles == "member"


@pytest.mark.thorough
def test_only_what_was_seen_is_changed(moderator: Person, member: Person) -> None:
    response = save(moderator, member, "reporter", seen="member,editor")
    assert response.status_code == 409
    assert "Nothing was changed" in text(response)
    assert member.row.roles == "member"


@pytest.mark.thorough
@pytest.mark.parametrize(
    "fields",
    [
        {"save": "roles", "seen": "member", "roles": "king"},
        {"save": "roles"},
        {"save": "x", "roles": "reporter"},
        {"stay": "longer"},
        {"stay": "good", "seen": "2026-99-99"},
    ],
)
def test_odd_forms_change_nothing(moderator: Person, member: Person, fields: Any) -> None:
    assert moderator.client.post(page_of(member), fields).status_code in (200, 409)
    assert member.row.roles == "member"
    assert member.row.stay_until is None


@pytest.mark.thorough
def test_an_account_without_network_key_is_not_made_a_member(
    moderator: Person, translator: Person
) -> None:
    shown = text(moderator.client.get(page_of(translator)))
    assert "it cannot be made a member here" in shown
    assert "Send a message" not in shown
    assert save(moderator, translator, "reporter").status_code == 409
    assert translator.row.roles == "translator"


@pytest.mark.thorough
def test_a_new_moderator_types_a_code(moderator: Person, member: Person) -> None:
    response = save(moderator, member, "moderator", "reporter")
    assert "A new moderator?" in text(response)
    assert (member.row.roles, Invitation.objects.count()) == ("member", 0)
    response = save(moderator, member, "moderator", "reporter", sure="1")
    code = shown_code(response.content)
    assert member.row.roles == "member,reporter"
    assert member.client.get("/en/desk/").status_code == 404
    typed = {"code": code, "passphrase": member.passphrase}
    assert member.client.post("/en/me/desk/", typed)["Location"] == "/en/me/"
    assert member.client.get("/en/desk/").status_code == 200
    assert member.row.roles == "member,reporter,moderator"
    assert "Amber Lynx" in text(member.sign_in().get(URL))
    assert not Invitation.objects.exists()


@pytest.mark.thorough
def test_the_code_works_once_and_in_its_organisation_only(
    moderator: Person, member: Person, outsider: Person
) -> None:
    code = shown_code(save(moderator, member, "moderator", sure="1").content)
    typed = {"code": code}
    other = outsider.client.post("/en/me/desk/", {**typed, "passphrase": outsider.passphrase})
    assert other.status_code == 403
    assert outsider.row.roles == "member"
    typed["passphrase"] = member.passphrase
    assert member.client.post("/en/me/desk/", typed).status_code == 302
    assert member.client.post("/en/me/desk/", typed).status_code == 403


@pytest.mark.thorough
def test_take_moderator_away(moderator: Person, member: Person) -> None:
    code = shown_code(save(moderator, member, "moderator", sure="1").content)
    member.client.post("/en/me/desk/", {"code": code, "passphrase": member.passphrase})
    before = bytes(Desk.objects.get(organisation=None).public_key)
    assert "No moderator any more?" in text(save(moderator, member))
    response = save(moderator, member, sure="1")
    assert shown_code(response.content)
    assert bytes(Desk.objects.get(organisation=None).public_key) != before
    assert member.row.roles == "member"
    assert member.client.get("/en/desk/").status_code == 404
    assert member.client.get("/en/a/").status_code == 200
    assert "Amber Lynx" in text(moderator.client.get(URL))
    # From a second phone: nothing more happens, and the page says so.
    again = save(moderator, member, sure="1", seen="member,moderator")
    assert again.status_code == 409


@pytest.mark.thorough
def test_nobody_changes_what_she_may_do_herself(moderator: Person) -> None:
    assert "This is you" in text(moderator.client.get(page_of(moderator)))
    assert save(moderator, moderator, sure="1").status_code == 409
    assert moderator.client.post(page_of(moderator) + "revoke/", {"revoke": "1"}).status_code == 404
    assert moderator.row.roles == "member,moderator"


@pytest.mark.thorough
def test_a_guest_stays_longer_or_for_good(moderator: Person) -> None:
    row = guest(moderator)
    url = f"{URL}{row.pk}/"
    end = today() + datetime.timedelta(days=30)
    seen = {"seen": end.isoformat()}
    assert moderator.client.post(url, {"stay": "longer", **seen}).status_code == 302
    assert moderator.client.post(url, {"stay": "longer", **seen}).status_code == 409
    row.refresh_from_db()
    assert row.stay_until == end + datetime.timedelta(days=30)
    seen = {"seen": row.stay_until.isoformat()}
    assert moderator.client.post(url, {"stay": "good", **seen}).status_code == 302
    row.refresh_from_db()
    assert row.stay_until is None
    assert people.find_person(moderator.ring, moderator.row, row.pk).genuine  # type: ignore[union-attr]


@pytest.mark.thorough
def test_what_ends_soon_is_shown(moderator: Person, member: Person) -> None:
    assert "ends soon" not in text(moderator.client.get(URL))
    Member.objects.filter(pk=member.row.pk).update(renewed=months_before(today(), 12))
    assert "ends soon" in text(moderator.client.get(URL))


@pytest.mark.thorough
def test_who_let_whom_in(moderator: Person) -> None:
    row = guest(moderator)
    shown = text(moderator.client.get(f"{URL}{row.pk}/"))
    assert re.search(r"Accepted by\s+Quiet Heron", shown)
    assert "Sea Holly" in text(moderator.client.get(page_of(moderator)))


def test_a_row_changed_from_outside_is_said(moderator: Person, member: Person) -> None:
    Member.objects.filter(pk=member.row.pk).update(public_key=seals.public_key(seals.new_seed()))
    assert "changed from outside" in text(moderator.client.get(URL))


@pytest.mark.parametrize(
    ("roles_of_a_row", "words"),
    [
        ("member", "Member"),
        ("member,moderator", "Moderator"),
        ("member,reporter,translator", "Writes for others, Translator"),
        ("translator,editor", "Translator, Editor"),
        ("", ""),
        ("king", ""),
    ],
)
def test_words_for_sets_of_roles(roles_of_a_row: str, words: str) -> None:
    assert ", ".join(str(row) for row in roles.labels_of(roles_of_a_row)) == words


@pytest.mark.sqlite_only("PostgreSQL refuses another type: tests/stacks/test_postgres.py")
@pytest.mark.thorough
@pytest.mark.parametrize("label", ["Member", "Vouching", "Invitation", "DeskSeal", "Desk"])
def test_odd_values_in_other_rows_break_nothing(
    moderator: Person, member: Person, label: str
) -> None:
    """With write access to the database, any column can hold anything."""
    vouch.vouch(member.ring, member.row, "a friend")
    invite.make_invitation(moderator.ring, moderator.row, "moderator")
    url, pk = page_of(member), member.row.pk
    row, ring = moderator.keys
    model = apps.get_model("accounts", label)
    rows = model._default_manager.exclude(pk=row.pk)
    for field in model._meta.concrete_fields:
        if field.primary_key or isinstance(field, models.ForeignKey):
            continue
        odd = rows.filter(pk=rows.values("pk")[:1]) if field.unique else rows
        value = b"\xff\xfe" if isinstance(field, models.CharField) else "text"
        with transaction.atomic():
            odd.update(**{field.name: Value(value, output_field=models.Field())})
            for path in (URL, url, url + "revoke/", "/en/desk/", "/en/desk/invite/elsewhere/"):
                assert moderator.client.get(path).status_code < 500, (field.name, path)
            moderator.client.post(url, {"save": "roles", "seen": "member", "roles": "reporter"})
            with suppress(VaultError):
                assert revoke.revoke_access(ring, row, {pk}).count == 1
            transaction.set_rollback(True)
