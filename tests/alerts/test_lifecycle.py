"""Posting and what can be done afterwards, and by whom."""

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts import desk_seals, index, retention
from alerts.content import LookupKey
from alerts.flows import lifecycle
from alerts.models import Alert, BlindIndexEntry, Corroboration, DeskNote
from alerts.sealing.bodies import ReportTooLong, report_from
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import note_of, open_note
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Epoch, Member
from safety_app.locales.dates import today
from safety_app.vault import boxes, seals
from safety_app.vault.errors import VaultError
from tests.alerts.bare_network import Ground, Person, ground
from tests.alerts.reports import report, reported
from tests.alerts.statuses import put_status

pytestmark = pytest.mark.django_db

PHONE = reported("phone", "06 39 98 12 42")
PLATE = reported("plate", "AB-123-CD")


@pytest.fixture
def place() -> Ground:
    return ground()


@pytest.fixture
def author(place: Ground) -> Person:
    return place.person("quiet heron")


@pytest.fixture
def other(place: Ground) -> Person:
    return place.person("late swift")


def posted(author: Person, **fields: Any) -> Alert:
    return lifecycle.post(author.ring, author.member, report(PHONE, PLATE, **fields))


def look_up(person: Person, *wanted: LookupKey) -> list[list[int]]:
    return list(index.find_alerts(AlertKeys(person.ring), wanted).values())


def written_tables(queries: CaptureQueriesContext) -> set[str]:
    pattern = re.compile(r'^\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"(\w+)"')
    matches = (pattern.match(query["sql"]) for query in queries)
    return {match.group(1) for match in matches if match}


def test_a_post_can_be_read_and_found_by_another(author: Person, other: Person) -> None:
    alert = posted(author)
    row = Alert.objects.get(pk=alert.pk)
    assert lifecycle.read_report(other.ring, row) == report(PHONE, PLATE)
    assert look_up(other, ("phone", PHONE.key), ("plate", PLATE.key), ("plate", "X")) == [
        [alert.pk],
        [alert.pk],
        [],
    ]
    assert (row.state, row.level, row.version, row.epoch) == ("new", 3, 1, 1)
    assert row.expires == retention.expiry_of(3, row.day)


def test_a_post_writes_to_alerts_and_labels_only(author: Person) -> None:
    with CaptureQueriesContext(connection) as queries:
        posted(author)
    assert written_tables(queries) == {"alerts_alert", "alerts_blindindexentry"}
    known = re.compile(r'^(SELECT|INSERT INTO "alerts_|SAVEPOINT|RELEASE|BEGIN|COMMIT)')
    assert [query["sql"] for query in queries if not known.match(query["sql"])] == []


def test_the_row_says_nothing_of_its_author(author: Person) -> None:
    row = Alert.objects.get(pk=posted(author).pk)
    values = b"".join(
        bytes(value) for value in (row.card, row.body, row.author_tag, row.author_seal, row.region)
    )
    assert author.member.pk.to_bytes(8, "big") not in values
    assert b"heron" not in values
    assert PHONE.key.encode() not in values


def test_nothing_is_sealed_to_a_foreign_desk_key(place: Ground, author: Person) -> None:
    place.desk.public_key = seals.public_key(seals.new_seed())
    place.desk.save()
    assert posted(author).author_seal is None


@pytest.mark.parametrize(
    ("publish", "level", "state"),
    [
        ("at-once", 0, "new"),
        ("review", 0, "held"),
        ("review", 2, "held"),
        ("review", 3, "new"),
    ],
)
def test_review_first_never_holds_level_3(
    author: Person, settings: Any, publish: str, level: int, state: str
) -> None:
    settings.PUBLISH = publish
    assert posted(author, level=level).state == state


def test_nothing_is_left_of_a_post_that_fails(
    author: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(index, "insert", fail)
    with pytest.raises(RuntimeError):
        posted(author)
    assert not Alert.objects.exists()
    assert not BlindIndexEntry.objects.exists()


def test_too_long_a_report_is_refused_whole(author: Person) -> None:
    with pytest.raises(ReportTooLong):
        posted(author, text="x" * 9000)
    assert not Alert.objects.exists()


def test_correction_keeps_id_day_and_tie_and_moves_the_labels(
    author: Person, other: Person
) -> None:
    alert = posted(author)
    corrected = lifecycle.correct(author.ring, alert.pk, report(PLATE, level=1, region="FR-ARA"))
    row = Alert.objects.get(pk=alert.pk)
    assert (row.pk, row.version, row.level, row.day) == (corrected.pk, 2, 1, alert.day)
    assert row.expires == retention.expiry_of(1, row.day)
    assert lifecycle.read_report(other.ring, row).region == "FR-ARA"
    assert look_up(other, ("phone", PHONE.key), ("plate", PLATE.key)) == [[], [alert.pk]]
    assert lifecycle.is_author(author.ring, row)


def test_an_older_text_cannot_be_put_back(author: Person) -> None:
    alert = posted(author)
    old = bytes(Alert.objects.get(pk=alert.pk).body)
    lifecycle.correct(author.ring, alert.pk, report(text="corrected"))
    Alert.objects.filter(pk=alert.pk).update(body=old)
    with pytest.raises(VaultError):
        lifecycle.read_report(author.ring, Alert.objects.get(pk=alert.pk))


def test_a_correction_does_not_bring_back_what_was_hidden(author: Person) -> None:
    alert = posted(author)
    put_status(author.ring, alert, state="hidden")
    assert lifecycle.correct(author.ring, alert.pk, report(PLATE)).state == "hidden"


def test_a_correction_takes_notes_into_the_newest_epoch(author: Person, other: Person) -> None:
    alert = posted(author)
    lifecycle.confirm(other.ring, alert.pk, "me too")
    epochs = {**author.ring.epochs, 2: boxes.new_key()}
    Epoch.objects.create(number=2, chain_mac=bytes(32), floor=1, floor_mac=bytes(32))
    later = KeyRing(seed=author.ring.seed, pseudonym="x", epochs=epochs, floor=1)
    corrected = lifecycle.correct(later, alert.pk, report(PHONE))
    assert corrected.epoch == 2
    row = Corroboration.objects.get()
    assert open_note(AlertKeys(later), 2, note_of(row), row.note) == "me too"
    assert index.find_alerts(AlertKeys(later), [("phone", PHONE.key)]) == {
        ("phone", PHONE.key): [alert.pk]
    }


def test_withdrawing_erases_everything_and_unlinks(author: Person, other: Person) -> None:
    alert = posted(author)
    lifecycle.confirm(other.ring, alert.pk)
    lifecycle.withdraw(author.ring, alert.pk)
    assert not Alert.objects.exists()
    assert not Corroboration.objects.exists()
    assert set(BlindIndexEntry.objects.values_list("alert", flat=True)) == {None}
    assert look_up(other, ("phone", PHONE.key)) == [[]]


def test_withdraw_all_takes_only_her_own(author: Person, other: Person) -> None:
    mine = [posted(author).pk for _ in range(3)]
    cut = posted(author)
    lifecycle.cut(author.ring, cut.pk)
    kept = posted(other)
    assert sorted(lifecycle.own_ids(author.ring)) == sorted(mine)
    assert lifecycle.withdraw_all(author.ring) == 3
    assert set(Alert.objects.values_list("pk", flat=True)) == {kept.pk, cut.pk}


def test_after_cutting_the_tie_nobody_is_the_author(author: Person) -> None:
    alert = posted(author)
    lifecycle.cut(author.ring, alert.pk)
    row = Alert.objects.get(pk=alert.pk)
    assert row.author_tag is None
    assert row.author_seal is not None
    with pytest.raises(lifecycle.NotAuthor):
        lifecycle.withdraw(author.ring, alert.pk)


def test_others_can_do_nothing_to_an_alert(author: Person, other: Person) -> None:
    alert = posted(author)
    for act in (
        lambda: lifecycle.withdraw(other.ring, alert.pk),
        lambda: lifecycle.cut(other.ring, alert.pk),
        lambda: lifecycle.correct(other.ring, alert.pk, report(PLATE)),
        lambda: lifecycle.withdraw(author.ring, 12345),
        lambda: lifecycle.correct(author.ring, 12345, report(PLATE)),
        lambda: lifecycle.confirm(author.ring, 12345),
    ):
        with pytest.raises(lifecycle.NotAuthor):
            act()
    row = Alert.objects.get(pk=alert.pk)
    assert (row.version, row.author_tag is None) == (1, False)


def test_confirming_counts_once_and_never_for_oneself(author: Person, other: Person) -> None:
    alert = posted(author)
    assert lifecycle.confirm(other.ring, alert.pk, "me too")
    assert not lifecycle.confirm(other.ring, alert.pk)
    assert not lifecycle.confirm(author.ring, alert.pk)
    row = Corroboration.objects.get()
    assert open_note(AlertKeys(author.ring), 1, note_of(row), row.note) == "me too"


def test_a_confirmation_restarts_the_life_twice_at_most(place: Ground, author: Person) -> None:
    alert = posted(author)
    soon = today() + datetime.timedelta(days=3)
    ends = []
    for number in range(3):
        put_status(author.ring, alert, expires=soon)
        lifecycle.confirm(place.person(f"number {number}").ring, alert.pk)
        ends.append(Alert.objects.get(pk=alert.pk).expires)
    anew = retention.expiry_of(3, today())
    assert ends == [anew, anew, soon]


def test_confirmations_of_one_person_are_not_linked(author: Person, other: Person) -> None:
    for alert in (posted(author), posted(author)):
        lifecycle.confirm(other.ring, alert.pk)
    tags = [bytes(tag) for tag in Corroboration.objects.values_list("tag", flat=True)]
    assert len(set(tags)) == 2
    lengths = {len(bytes(note)) for note in Corroboration.objects.values_list("note", flat=True)}
    assert len(lengths) == 1


@pytest.mark.parametrize("state", ["held", "hidden"])
def test_what_is_not_listed_cannot_be_confirmed(author: Person, other: Person, state: str) -> None:
    alert = posted(author)
    put_status(author.ring, alert, state=state)
    with pytest.raises(lifecycle.NotAuthor):
        lifecycle.confirm(other.ring, alert.pk)


def test_a_report_about_a_minor_goes_to_the_desk_only(place: Ground, author: Person) -> None:
    about = report(PHONE, what=("minor", "client"))
    with pytest.raises(ValueError, match="not for publication"):
        lifecycle.post(author.ring, author.member, about)
    with CaptureQueriesContext(connection) as queries:
        lifecycle.leave_at_desk(author.ring, author.member, about)
    assert written_tables(queries) == {"alerts_desknote"}
    note = DeskNote.objects.get()
    opened = desk_seals.open_desk_note(author.ring, place.desk_seed, note)
    read, content = report_from(opened)
    assert read == about
    assert content["pseudonym"] == ""
    assert len(bytes(note.sealed)) == 9329


def test_the_desk_learns_the_pseudonym_only_with_consent(place: Ground, author: Person) -> None:
    about = report(PHONE, what=("minor",), may_note=True)
    lifecycle.leave_at_desk(author.ring, author.member, about)
    note = DeskNote.objects.get()
    opened = desk_seals.open_desk_note(author.ring, place.desk_seed, note)
    assert report_from(opened)[1]["pseudonym"] == "quiet heron"


def test_a_correction_cannot_turn_into_one_about_a_minor(author: Person) -> None:
    alert = posted(author)
    with pytest.raises(ValueError, match="not for publication"):
        lifecycle.correct(author.ring, alert.pk, report(what=("minor",)))


def test_what_the_desk_gets_says_nothing_of_the_member_row(author: Person) -> None:
    before = Member.objects.values().get(pk=author.member.pk)
    lifecycle.leave_at_desk(author.ring, author.member, report(PHONE, what=("minor",)))
    posted(author)
    assert Member.objects.values().get(pk=author.member.pk) == before


@pytest.mark.thorough
def test_what_has_expired_is_closed_even_before_it_is_swept(
    member: Person, colleague: Person
) -> None:
    alert = lifecycle.post(member.ring, member.row, report())
    assert colleague.client.get(f"/en/a/{alert.pk}/").status_code == 200
    put_status(member.ring, expires=today())
    assert colleague.client.get(f"/en/a/{alert.pk}/").status_code == 404
    assert colleague.client.get(f"/en/a/{alert.pk}/flag/").status_code == 404
    assert str(alert.pk) not in colleague.client.get("/en/a/").content.decode()
    found = colleague.client.post("/en/a/check/", {"q": "06 39 98 12 42", "country": "FR"})
    assert str(alert.pk) not in found.content.decode()
    with pytest.raises(lifecycle.NotAuthor):
        lifecycle.confirm(colleague.ring, alert.pk)
