"""`/desk/looks/`: looking up who sent something is itself visible."""

from __future__ import annotations

import datetime
import os

import pytest
from django.test import Client

from safety_app.accounts import retention
from safety_app.accounts.flows import disclosures, invite
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import desk_keys, sealed_rows
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import AuthorDisclosure, Member
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes
from safety_app.vault.encoding import pad
from safety_app.vault.made_passphrases import MadePassphrase
from tests.cast import Person

pytestmark = pytest.mark.django_db

PATH = "/en/desk/looks/"
GONE = 2**62 + 5


def note(moderator: Person, reason: str = "She may be hurt.") -> AuthorDisclosure:
    before = set(AuthorDisclosure.objects.values_list("pk", flat=True))
    row, ring = moderator.keys
    disclosures.record_disclosure(ring, row, GONE, reason)
    return AuthorDisclosure.objects.exclude(pk__in=before).get()


def page(person: Person) -> str:
    return person.client.get(PATH).content.decode()


@pytest.fixture
def second_moderator(moderator: Person) -> tuple[KeyRing, Member]:
    """Another moderator of the same organisation."""
    row, ring = moderator.keys
    code = invite.make_invitation(ring, row, "moderator")
    joined = join(code, "Late Kestrel", MadePassphrase("gibole natuve kirosa dapemu"))
    return joined.ring, joined.member


@pytest.mark.thorough
def test_only_moderators_of_the_organisation_see_it(
    nobody: Client,
    moderator: Person,
    other_moderator: Person,
    member: Person,
    reporter: Person,
    translator: Person,
) -> None:
    note(moderator)
    assert nobody.get(PATH)["Location"] == "/en/in/"
    for person in (member, reporter, translator):
        assert person.client.get(PATH).status_code == 404
    assert "She may be hurt." in page(moderator)
    assert "Nobody has looked." in page(other_moderator)
    assert moderator.client.post(PATH).status_code == 405


@pytest.mark.thorough
def test_who_and_at_what(moderator: Person, second_moderator: tuple[KeyRing, Member]) -> None:
    disclosures.record_disclosure(*second_moderator, GONE, "<b>first</b>")
    shown = page(moderator)
    assert "Late Kestrel" in shown
    assert "&lt;b&gt;first&lt;/b&gt;" in shown
    assert "a note that is not shown any more" in shown
    Member.objects.filter(pk=second_moderator[1].pk).delete()
    assert "someone who is not here any more" in page(moderator)
    note(moderator)
    assert "<dd>you</dd>" in page(moderator)


def test_newest_first_and_gone_after_ninety_days(moderator: Person) -> None:
    note(moderator, "first")
    assert retention.sweep(today() + datetime.timedelta(days=89))["disclosures"] == 0
    assert retention.sweep(today() + datetime.timedelta(days=90))["disclosures"] == 1
    assert not AuthorDisclosure.objects.exists()


def test_the_desk_says_what_others_looked_at(
    moderator: Person, other_moderator: Person, second_moderator: tuple[KeyRing, Member]
) -> None:
    row, ring = moderator.keys
    note(moderator)
    assert not disclosures.queue_items(ring, row)  # her own
    disclosures.record_disclosure(*second_moderator, GONE, "one")
    disclosures.record_disclosure(*second_moderator, GONE, "two")
    (item,) = disclosures.queue_items(ring, row)
    assert "2 times" in str(item.title)
    assert "2 times" in moderator.client.get("/en/desk/").content.decode()
    assert not disclosures.queue_items(other_moderator.ring, other_moderator.row)


@pytest.mark.thorough
def test_entries_that_were_tampered_with(moderator: Person, other_moderator: Person) -> None:
    first, second_moderator = note(moderator, "first one"), note(moderator, "second one")
    organisation = other_moderator.row.organisation_id
    for changes in (
        {"mac": second_moderator.mac},
        {"sealed": second_moderator.sealed, "mac": second_moderator.mac},
        {"sealed": b"x"},
        {"day": today() - datetime.timedelta(days=5)},
    ):
        AuthorDisclosure.objects.filter(pk=first.pk).update(**changes)
        shown = page(moderator)
        assert "1 entry does not open" in shown
        assert "first one" not in shown
        assert "second one" in shown
        AuthorDisclosure.objects.filter(pk=first.pk).update(
            mac=first.mac, sealed=first.sealed, day=first.day
        )
    # Moved to another organisation, it does not open.
    AuthorDisclosure.objects.filter(pk=first.pk).update(organisation=organisation)
    assert "1 entry does not open" in page(other_moderator)
    assert "first one" not in page(other_moderator)


@pytest.mark.thorough
def test_a_forged_entry_accuses_nobody(moderator: Person) -> None:
    row, own = moderator.keys
    desk = desk_keys.desk_of(own, row.organisation_id)
    content = b'{"moderator":%d,"alert":1,"reason":"Made up."}' % row.pk
    for ring in (KeyRing(os.urandom(32), "", {1: boxes.new_key()}), own):
        for plaintext in (content, b"[]", b"{}", b'{"moderator":1e999,"alert":-1,"reason":"r"}'):
            disclosure = AuthorDisclosure(
                id=random_id(), organisation_id=row.organisation_id, day=today()
            )
            sealed_rows.seal_row(
                "look", disclosure, bytes(desk.public_key), pad(plaintext, 1024), ring
            )
            if ring is not own or plaintext != content:
                disclosure.save(force_insert=True)
    shown = page(moderator)
    assert "Made up." not in shown
    assert "7 entries do not open" in shown
    assert moderator.client.get("/en/desk/").status_code == 200


def test_one_size(moderator: Person) -> None:
    note(moderator, "")
    note(moderator, "🦊" * disclosures.REASON_LIMIT)
    note(moderator, '"' * disclosures.REASON_LIMIT)
    assert {len(row.sealed) for row in AuthorDisclosure.objects.all()} == {1024 + 1137}
