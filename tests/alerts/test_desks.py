"""What is sealed to a desk comes from someone with the network key, or it is refused."""

import dataclasses

import pytest

from alerts import desks, posting, sealing
from alerts.models import Alert, DeskNote
from safety_app.members.keys import KeyRing
from safety_app.vault import boxes, network, seals
from safety_app.vault.encoding import label
from safety_app.vault.errors import VaultError
from tests.alerts.ground import Ground, Person, ground
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
    return Alert.objects.get(pk=posting.post(author.ring, author.member, report()).pk)


def left(author: Person) -> DeskNote:
    before = set(DeskNote.objects.values_list("pk", flat=True))
    posting.leave_at_desk(author.ring, author.member, SENT)
    return DeskNote.objects.exclude(pk__in=before).get()


def outside(ring: KeyRing) -> KeyRing:
    """Someone with a network key of their own making."""
    return dataclasses.replace(ring, epochs={1: boxes.new_key()})


def test_the_desk_learns_who_sent_this_alert(
    place: Ground, author: Person, moderator: Person
) -> None:
    alert, other = posted(author), posted(author)
    assert alert.author_seal is not None
    assert len(alert.author_seal) == 1185
    assert desks.open_author(moderator.ring, place.desk_seed, alert) == author.member.pk
    with pytest.raises(VaultError, match="does not open"):
        desks.open_author(moderator.ring, ground().desk_seed, alert)
    other.author_seal = alert.author_seal
    with pytest.raises(VaultError, match="does not open"):
        desks.open_author(moderator.ring, place.desk_seed, other)


def test_nobody_is_framed_without_the_network_key(
    place: Ground, author: Person, moderator: Person
) -> None:
    alert, desk = posted(author), seals.public_key(place.desk_seed)
    framed = moderator.member.pk
    alert.author_seal = desks.seal_author(outside(author.ring), desk, alert.pk, framed)
    with pytest.raises(VaultError, match="mac"):
        desks.open_author(moderator.ring, place.desk_seed, alert)
    # A seal as it would be without a MAC, and one that names another author beside a right one.
    right = network.mac(
        boxes.derive(place.key, "authorship"), label("alert author", alert.pk, author.member.pk)
    )
    bare = framed.to_bytes(8, "big")
    for content, why in ((bare, "form"), ((1).to_bytes(8, "big") + bare + right, "mac")):
        alert.author_seal = seals.seal(desk, content, label("alert author", alert.pk))
        with pytest.raises(VaultError, match=why):
            desks.open_author(moderator.ring, place.desk_seed, alert)
    alert.author_seal = None
    with pytest.raises(VaultError, match="nothing"):
        desks.open_author(moderator.ring, place.desk_seed, alert)


def test_a_genuine_note_opens(place: Ground, author: Person, moderator: Person) -> None:
    note = left(author)
    assert len(note.sealed) == 9369
    padded = desks.open_desk_note(moderator.ring, place.desk_seed, note)
    assert sealing.report_from(padded)[0] == SENT


def test_notes_do_not_change_places(place: Ground, author: Person, moderator: Person) -> None:
    one, two = left(author), left(author)
    one.sealed, two.sealed = two.sealed, one.sealed
    for note in (one, two):
        with pytest.raises(VaultError, match="does not open"):
            desks.open_desk_note(moderator.ring, place.desk_seed, note)


def test_a_mac_is_for_one_note_organisation_and_report(
    place: Ground, author: Person, moderator: Person
) -> None:
    note, desk = left(author), seals.public_key(place.desk_seed)
    info = label("desk note", note.pk)
    genuine = seals.unseal(place.desk_seed, bytes(note.sealed), info)
    other = left(author)
    moved = seals.unseal(place.desk_seed, bytes(other.sealed), label("desk note", other.pk))
    elsewhere = DeskNote(pk=note.pk, organisation=note.organisation + 1)
    for_another = desks.seal_desk_note(author.ring, desk, elsewhere, genuine[40:])
    changed = genuine[:40] + sealing.report_bytes(report(text="Made up."))
    for sealed in (
        seals.seal(desk, moved, info),
        seals.seal(desk, changed, info),
        for_another,
        desks.seal_desk_note(outside(author.ring), desk, note, genuine[40:]),
    ):
        note.sealed = sealed
        with pytest.raises(VaultError, match="mac"):
            desks.open_desk_note(moderator.ring, place.desk_seed, note)


def test_an_epoch_the_reader_does_not_hold_is_refused(place: Ground, author: Person) -> None:
    note, alert = left(author), posted(author)
    newer = dataclasses.replace(author.ring, epochs={2: boxes.new_key()})
    with pytest.raises(VaultError, match="epoch"):
        desks.open_desk_note(newer, place.desk_seed, note)
    with pytest.raises(VaultError, match="epoch"):
        desks.open_author(newer, place.desk_seed, alert)
    # While a rotation is under way, and the older one is held too, both open.
    newer.epochs[1] = place.key
    assert desks.open_desk_note(newer, place.desk_seed, note)
    assert desks.open_author(newer, place.desk_seed, alert) == author.member.pk
