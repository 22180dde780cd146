"""What is sealed to a desk comes from someone with the network key, or it is refused."""

import dataclasses
import datetime

import pytest

from alerts import desk_seals
from alerts.flows import lifecycle
from alerts.models import Alert, DeskNote
from alerts.sealing.bodies import report_bytes, report_from
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault import boxes, seals
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from tests.alerts.bare_network import Ground, Person, ground
from tests.alerts.reports import report

pytestmark = pytest.mark.django_db

SENT = report(what=("minor",), text="She looked fifteen.")


@pytest.fixture
def place() -> Ground:
    return ground()


@pytest.fixture
def author(place: Ground) -> Person:
    return place.person("quiet heron")


@pytest.fixture
def moderator(place: Ground) -> Person:
    return place.person("late swift", "member moderator")


def posted(author: Person) -> Alert:
    return Alert.objects.get(pk=lifecycle.post(author.ring, author.member, report()).pk)


def left(author: Person) -> DeskNote:
    before = set(DeskNote.objects.values_list("pk", flat=True))
    lifecycle.leave_at_desk(author.ring, author.member, SENT)
    return DeskNote.objects.exclude(pk__in=before).get()


def outside(ring: KeyRing) -> KeyRing:
    """Someone with a network key of their own making."""
    return dataclasses.replace(ring, epochs={1: boxes.new_key()})


def test_the_desk_learns_who_sent_this_alert(
    place: Ground, author: Person, moderator: Person
) -> None:
    alert, other = posted(author), posted(author)
    assert alert.author_seal is not None
    assert len(alert.author_seal) == 1145
    assert desk_seals.open_author(moderator.ring, place.desk_seed, alert) == author.member.pk
    with pytest.raises(VaultError, match="does not open"):
        desk_seals.open_author(moderator.ring, ground().desk_seed, alert)
    other.author_seal, other.author_mac = alert.author_seal, alert.author_mac
    with pytest.raises(VaultError, match="not from a member"):
        desk_seals.open_author(moderator.ring, place.desk_seed, other)


def test_nobody_is_framed_without_the_network_key(
    place: Ground, author: Person, moderator: Person
) -> None:
    alert, desk = posted(author), seals.public_key(place.desk_seed)
    genuine = alert.author_mac
    desk_seals.seal_author(outside(author.ring), desk, alert, moderator.member.pk)
    for mac in (alert.author_mac, genuine, None, b"", "text"):
        alert.author_mac = mac  # type: ignore[assignment]
        with pytest.raises(VaultError, match="not from a member"):
            desk_seals.open_author(moderator.ring, place.desk_seed, alert)
    alert.author_seal = alert.author_mac = None
    with pytest.raises(VaultError):
        desk_seals.open_author(moderator.ring, place.desk_seed, alert)


def test_a_genuine_note_opens(place: Ground, author: Person, moderator: Person) -> None:
    note = left(author)
    assert len(note.sealed) == 9329
    padded = desk_seals.open_desk_note(moderator.ring, place.desk_seed, note)
    assert report_from(padded)[0] == SENT


def test_notes_do_not_change_places(place: Ground, author: Person, moderator: Person) -> None:
    first, second = left(author), left(author)
    first.sealed, second.sealed = second.sealed, first.sealed
    first.mac, second.mac = second.mac, first.mac
    for note in (first, second):
        with pytest.raises(VaultError, match="not from a member"):
            desk_seals.open_desk_note(moderator.ring, place.desk_seed, note)


def test_a_mac_is_for_one_note_organisation_day_and_report(
    place: Ground, author: Person, moderator: Person
) -> None:
    note, desk = left(author), seals.public_key(place.desk_seed)
    info = make_context("desk note", note.pk)
    changed = report_bytes(report(text="Made up."))
    for name, value in (
        ("organisation", note.organisation + 1),
        ("day", datetime.date(2026, 1, 1)),
        ("sealed", seals.seal(desk, changed, info)),
    ):
        kept = getattr(note, name)
        setattr(note, name, value)
        with pytest.raises(VaultError, match="not from a member"):
            desk_seals.open_desk_note(moderator.ring, place.desk_seed, note)
        setattr(note, name, kept)
    assert desk_seals.open_desk_note(moderator.ring, place.desk_seed, note)


def test_an_epoch_the_reader_does_not_hold_is_refused(place: Ground, author: Person) -> None:
    note, alert = left(author), posted(author)
    newer = dataclasses.replace(author.ring, epochs={2: boxes.new_key()})
    with pytest.raises(VaultError, match="not from a member"):
        desk_seals.open_desk_note(newer, place.desk_seed, note)
    with pytest.raises(VaultError, match="not from a member"):
        desk_seals.open_author(newer, place.desk_seed, alert)
    # While alerts are being re-encrypted, who wrote one is vouched for by the older key still held.
    newer = dataclasses.replace(author.ring, epochs={1: place.key, **newer.epochs})
    with pytest.raises(VaultError, match="not from a member"):
        desk_seals.open_desk_note(newer, place.desk_seed, note)
    assert desk_seals.open_author(newer, place.desk_seed, alert) == author.member.pk
