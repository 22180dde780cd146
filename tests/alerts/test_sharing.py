"""Files between two networks: what goes, what comes, and everything that is refused whole."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from alerts.content import Report
from alerts.flows import lifecycle
from alerts.models import Alert, Incoming
from alerts.sealing.keys import AlertKeys
from alerts.sharing import incoming, outgoing, partners
from alerts.sharing.entries import BadEntry, read_entry, write_entry
from safety_app.locales.dates import today
from safety_app.vault import sharing
from tests.alerts import networks
from tests.alerts.reports import report, reported
from tests.cast import Person
from tests.vault import reference
from tests.vault.make_sharing_vectors import seal_file

pytestmark = pytest.mark.django_db

ALL = (1, 2, 3)
PHONE = reported("phone", "06 39 98 12 42")


def full_report(**fields: Any) -> Report:
    given: dict[str, Any] = {
        "time_of_day": "night",
        "day": "2026-11-01",
        "when": "month",
        "description": {"hair": ("short", "grey"), "age": ("35-44",)},
        "marks": "a star",
        "helped": "I called a friend.",
        "may_share": True,
        "may_note": True,
    }
    return report(
        PHONE,
        reported("email", "Marc.X@gmail.com", sure=False),
        reported("plate", "AB-123-CD", spoofable=True),
        reported("username", "@marc_x"),
        reported("payment", "$marcx"),
        reported("name", "Marc"),
        **{**given, **fields},
    )


def post(person: Person, **fields: Any) -> Alert:
    return lifecycle.post(person.ring, person.row, full_report(**fields))


def gathered(person: Person, levels: tuple[int, ...] = ALL, *regions: str) -> outgoing.Gathered:
    return outgoing.gather(person.ring, levels, regions)


def test_a_round_trip_between_two_networks(moderator: Person, member: Person) -> None:
    alert = post(member)
    networks.befriend(moderator)
    known = partners.list_partners(AlertKeys(moderator.ring))[0]
    entries = gathered(moderator).entries
    raw = outgoing.make_file(moderator.ring, moderator.row, known, entries)
    us = networks.ours(moderator)
    opened = sharing.open_file(networks.SEED, raw, {us.fingerprint: us})
    assert opened.day == today()
    shared = read_entry(opened.entries[0], today())
    sent = lifecycle.read_report(member.ring, alert)
    assert shared.report == replace(sent, may_share=False, may_note=False)
    assert shared.posted == alert.day


def test_an_entry_holds_these_fields_and_no_others(moderator: Person, member: Person) -> None:
    alert = post(member, on_behalf=True, at_least=7)
    lifecycle.confirm(moderator.ring, alert.pk, "To me too, in Lyon.")
    (entry,) = gathered(moderator).entries
    assert set(json.loads(entry)) == {
        *("what", "level", "region", "country", "city", "setting", "when", "day", "time_of_day"),
        *("identifiers", "description", "marks", "text", "helped", "language", "posted"),
    }
    text = entry.decode()
    assert str(alert.pk) not in text
    assert "Lyon" not in text
    assert member.pseudonym not in text


@pytest.mark.parametrize(
    "fields",
    [
        {"may_share": False},
        {"origin": "Elsewhere"},
        {"level": 0},
        {"what": ("no_such_thing",)},
        {"city": "06 39 98 12 42"},
    ],
)
def test_what_does_not_go(moderator: Person, member: Person, fields: dict[str, Any]) -> None:
    post(member, **fields)
    assert gathered(moderator).matching == 0


@pytest.mark.parametrize(
    ("state", "goes"), [("reviewed", 1), ("new", 1), ("held", 0), ("hidden", 0)]
)
def test_hidden_and_held_ones_do_not_go(
    moderator: Person, member: Person, state: str, goes: int
) -> None:
    post(member)
    Alert.objects.update(state=state)
    assert gathered(moderator).matching == goes


def test_levels_and_regions_are_chosen(moderator: Person, member: Person) -> None:
    post(member, level=3)
    post(member, level=1, region="FR-BRE")
    assert gathered(moderator, (3,)).matching == 1
    assert gathered(moderator, (2,)).matching == 0
    assert gathered(moderator, ALL, "FR-BRE").matching == 1
    assert gathered(moderator).regions == {"FR-IDF": 1, "FR-BRE": 1}


def test_300_of_the_newest_go(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MAX_ENTRIES", 2)
    for days in (3, 1, 2):
        alert = post(member, text=f"{days} days ago")
        Alert.objects.filter(pk=alert.pk).update(day=today() - datetime.timedelta(days=days))
    collected = gathered(moderator)
    assert collected.matching == 3
    texts = [json.loads(entry)["text"] for entry in collected.entries]
    assert texts == ["1 days ago", "2 days ago"]


def test_what_somebody_changed_in_the_database_does_not_go(
    moderator: Person, member: Person
) -> None:
    post(member)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE alerts_alert SET body = 'x'")
    assert gathered(moderator).matching == 0


# What comes


def take(moderator: Person, raw: bytes) -> incoming.TakenFile:
    return incoming.take_file(moderator.ring, moderator.row, raw)


def test_what_comes_waits_and_nothing_is_published(moderator: Person) -> None:
    networks.befriend(moderator)
    taken = take(moderator, networks.file(moderator, networks.entry(), networks.entry(text="Two")))
    assert (taken.name, taken.new, taken.again) == (networks.NAME, 2, 0)
    assert not Alert.objects.exists()
    assert {len(row.sealed) for row in Incoming.objects.all()} == {9216 + 1137}
    assert {row.day for row in Incoming.objects.all()} == {today()}
    for note in incoming.list_pending(moderator.ring, moderator.row):
        assert note.name == networks.NAME
        assert note.shared is not None
        assert note.shared.report.what == ("stalking",)


def test_any_moderator_of_the_network_can_look(moderator: Person, other_moderator: Person) -> None:
    networks.befriend(moderator)
    take(other_moderator, networks.file(moderator))
    (note,) = incoming.list_pending(other_moderator.ring, other_moderator.row)
    assert note.shared is not None


def test_the_same_file_twice_waits_once(moderator: Person) -> None:
    networks.befriend(moderator)
    raw = networks.file(moderator, networks.entry(), networks.entry(), networks.entry(text="Two"))
    assert take(moderator, raw).again == 1
    again = take(moderator, raw)
    assert (again.new, again.again) == (0, 3)
    assert Incoming.objects.count() == 2


def refused(moderator: Person, raw: bytes) -> type[Exception]:
    with pytest.raises((sharing.Refused, incoming.OddEntry, incoming.OldFile)) as caught:
        take(moderator, raw)
    assert not Incoming.objects.exists()
    assert not Alert.objects.exists()
    return caught.type


@pytest.mark.thorough
def test_files_that_are_refused_whole(moderator: Person) -> None:
    networks.befriend(moderator)
    good = networks.file(moderator)
    other = sharing.own_identity(networks.new_seed())
    assert refused(moderator, b"") is sharing.NotAFile
    assert refused(moderator, b"x" * 70_000) is sharing.NotAFile
    assert refused(moderator, good[:-1]) is sharing.Truncated
    assert refused(moderator, good[:30]) is sharing.Truncated
    assert refused(moderator, good + b"x") is sharing.BadContent
    assert refused(moderator, good + b"x" * sharing.MAX_FILE) is sharing.TooLarge
    for at in (40, 2000, len(good) - 1):
        changed = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        assert refused(moderator, changed) is sharing.NotForUs
    elsewhere = sharing.make_file(networks.SEED, other, today(), [networks.entry()])
    assert refused(moderator, elsewhere) is sharing.NotForUs


def test_an_unknown_network_and_one_that_was_removed(moderator: Person) -> None:
    good = networks.file(moderator)
    assert refused(moderator, good) is sharing.UnknownSender
    partner = networks.befriend(moderator)
    assert partners.remove(moderator.row, partner)
    assert refused(moderator, good) is sharing.UnknownSender


def test_a_file_that_someone_else_signed(moderator: Person) -> None:
    networks.befriend(moderator)
    us = networks.ours(moderator)
    forged = reference.shared_content(
        networks.new_seed(), sharing.to_bytes(us), today().isoformat(), [networks.entry()]
    )
    named = networks.THEM.fingerprint + forged[32:]
    assert refused(moderator, seal_file(named, sharing.to_bytes(us))) is sharing.BadSignature


@pytest.mark.thorough
def test_100_000_entries(moderator: Person) -> None:
    networks.befriend(moderator)
    us = sharing.to_bytes(networks.ours(moderator))
    content = reference.shared_content(networks.SEED, us, today().isoformat(), [b"{}"] * 100_000)
    assert refused(moderator, seal_file(content, us)) is sharing.TooMany


@pytest.mark.parametrize("days", [-2, 31, 10_000])
def test_an_old_file_or_one_of_a_day_to_come(moderator: Person, days: int) -> None:
    networks.befriend(moderator)
    day = today() - datetime.timedelta(days=days)
    assert refused(moderator, networks.file(moderator, day=day)) is incoming.OldFile


NESTED = json.loads("[" * 50 + "]" * 50)


ODD_ENTRIES: list[tuple[str, Any]] = [
    ("what", []),
    ("what", ["minor"]),
    ("what", ["stalking", "stalking"]),
    ("what", ["<b>"]),
    ("what", "stalking"),
    ("what", NESTED),
    ("level", 0),
    ("level", 4),
    ("level", True),
    ("level", "3"),
    ("level", 2.0),
    ("region", "FR-75"),
    ("region", "XX-YY"),
    ("region", ""),
    ("region", 5),
    ("country", "ES"),
    ("country", "xx"),
    ("city", "x" * 61),
    ("city", "two\nlines"),
    ("city", "06 39 98 12 42"),
    ("setting", "moon"),
    ("when", ""),
    ("day", "2026-W47-6"),
    ("day", "2999-01-01"),
    ("day", "1990-01-01"),
    ("time_of_day", "noon"),
    ("identifiers", [["phone", "12", 1, 0]]),
    ("identifiers", [["phone", "+33639987701", 1]]),
    ("identifiers", [["phone", "+33639987701", 2, 0]]),
    ("identifiers", [["tattoo", "x", 1, 0]]),
    ("identifiers", [["name", "Luc 06 39 98 77 01", 1, 0]]),
    ("identifiers", [["phone", "+33639987701", 1, 0], ["phone", "+33 6 39987701", 1, 0]]),
    ("identifiers", [["username", f"user{n}", 1, 0] for n in range(9)]),
    ("identifiers", [["username", "x" * 501, 1, 0]]),
    ("identifiers", {}),
    ("description", {"ethnicity": ["x"]}),
    ("description", {"age": ["25-34", "35-44"]}),
    ("description", {"hair": []}),
    ("description", {"hair": [["short"]]}),
    ("description", []),
    ("marks", "x" * 201),
    ("text", "x" * 1001),
    ("text", "\u202eturned"),
    ("text", "bell\u0007"),
    ("text", "\ud800"),
    ("text", None),
    ("helped", "x" * 301),
    ("language", "tlh"),
    ("posted", ""),
    ("posted", "2026-02-30"),
    ("posted", "2999-01-01"),
]


@pytest.mark.thorough
def test_an_odd_entry_refuses_the_whole_file(moderator: Person) -> None:
    networks.befriend(moderator)
    for field, value in ODD_ENTRIES:
        raw = networks.file(moderator, networks.entry(), networks.odd_entry(**{field: value}))
        with pytest.raises(incoming.OddEntry) as caught:
            take(moderator, raw)
        assert (caught.value.number, caught.value.field) == (2, field), value
        assert not Incoming.objects.exists(), (field, value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"[" * 8000,
        b'{"what":[]}',
        networks.entry()[:-1] + b',"author":"x"}',
        networks.entry()[:-1] + b',"text":"again"}',
    ],
)
def test_what_is_laid_out_otherwise_is_odd(raw: bytes) -> None:
    with pytest.raises(BadEntry) as caught:
        read_entry(raw, today())
    assert caught.value.field == ""


def test_identifiers_are_read_anew() -> None:
    entry = networks.odd_entry(identifiers=[["phone", "0033 6 39 98 77 01", 0, 1]])
    (identifier,) = read_entry(entry, today()).report.identifiers
    assert identifier == reported("phone", "+33639987701", sure=False, spoofable=True)


def test_numbers_of_police_are_left_out_unless_the_operator_takes_them(settings: Any) -> None:
    entry = networks.odd_entry(what=["police", "stalking"])
    assert read_entry(entry, today()).report.identifiers == ()
    settings.POLICE_IDENTIFIERS = True
    assert len(read_entry(entry, today()).report.identifiers) == 2


@pytest.mark.parametrize(
    ("when", "days_ago", "becomes"),
    [
        ("today", 0, "today"),
        ("today", 3, "week"),
        ("today", 90, "earlier"),
        ("week", 0, "week"),
        ("week", 10, "month"),
        ("month", 0, "month"),
        ("month", 5, "earlier"),
        ("earlier", 0, "earlier"),
        ("not_sure", 50, "not_sure"),
    ],
)
def test_when_it_was_counts_from_the_day_it_was_sent(
    when: str, days_ago: int, becomes: str
) -> None:
    posted = today() - datetime.timedelta(days=days_ago)
    shared = read_entry(networks.entry(posted, when=when), today())
    assert shared.as_of(today()).when == becomes


def test_the_longest_entry_is_taken(moderator: Person) -> None:
    networks.befriend(moderator, "𐍈" * 80)
    longest = full_report(
        text="𐍈" * 1000, helped="𐍈" * 300, marks="𐍈" * 200, city="𐍈" * 60, may_share=False
    )
    entry = write_entry(longest, today())
    assert len(entry) < sharing.MAX_ENTRY
    assert take(moderator, networks.file(moderator, entry)).new == 1
    (note,) = incoming.list_pending(moderator.ring, moderator.row)
    assert incoming.accept(moderator.ring, moderator.row, note.row.pk)


def test_more_than_600_do_not_wait(moderator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "MOST_PENDING", 2)
    networks.befriend(moderator)
    three = [networks.entry(text=f"Number {n}") for n in range(3)]
    with pytest.raises(incoming.TooManyPending):
        take(moderator, networks.file(moderator, *three))
    assert not Incoming.objects.exists()
    assert take(moderator, networks.file(moderator, *three[:2])).new == 2
