"""The index never misses an alert that is there, and never finds one that is not."""

import datetime
from collections.abc import Iterator
from itertools import count

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from alerts import content, index, retention
from alerts.content import Reported
from alerts.models import Alert, BlindIndexEntry
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault import boxes
from safety_app.vault.labels import WINDOW, counter_label
from tests.alerts.reports import reported
from tests.properties import costly

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 21)
OLD, NEW = boxes.new_key(), boxes.new_key()
KEYS = AlertKeys(KeyRing(seed=bytes(32), pseudonym="x", epochs={1: OLD}))
LATER = AlertKeys(KeyRing(seed=bytes(32), pseudonym="x", epochs={1: OLD, 2: NEW}))

PHONE = reported("phone", "06 39 98 12 42")
OTHER_COUNTRY = reported("phone", "+34 639 981 242")
PLATE = reported("plate", "AB-123-CD")
MAIL = reported("email", "somebody@example.org")
NAME = reported("name", "Marc")
ALL = (PHONE, OTHER_COUNTRY, PLATE, MAIL)


def alert(expires: datetime.date = TODAY + datetime.timedelta(days=365)) -> Alert:
    return Alert.objects.create(
        epoch=1, day=TODAY, level=1, region=b"", expires=expires, card=b"", body=b""
    )


def test_entries_leave_names_out_and_doubles() -> None:
    assert content.lookup_keys([PHONE, PHONE, NAME, PLATE]) == [
        ("phone", "+33639981242"),
        ("similar", "39981242"),
        ("plate", "AB123CD"),
        ("similar", "ab123cd"),
    ]


def test_similar_numbers_are_found_as_similar_only() -> None:
    row = alert()
    index.insert(KEYS, row, [PHONE])
    matches = index.find_alerts(KEYS, [("phone", "+32039981242"), ("similar", "39981242")])
    assert matches == {("phone", "+32039981242"): [], ("similar", "39981242"): [row.pk]}


steps = st.lists(
    st.tuples(
        st.sampled_from(["insert", "insert", "insert later", "withdraw", "expire", "search"]),
        st.lists(st.sampled_from(ALL), min_size=1, max_size=3, unique=True),
        st.integers(0, 40),
    ),
    max_size=40,
)


@pytest.mark.thorough
@costly(0.5, with_fixtures=True)
@given(steps)
def test_any_order_gives_no_false_miss_and_no_false_hit(
    sequence: list[tuple[str, list[Reported], int]],
) -> None:
    Alert.objects.all().delete()
    BlindIndexEntry.objects.all().delete()
    live: dict[int, set[content.LookupKey]] = {}
    for step, identifiers, number in sequence:
        if step.startswith("insert"):
            row = alert()
            index.insert(LATER if step == "insert later" else KEYS, row, identifiers)
            live[row.pk] = set(content.lookup_keys(identifiers))
        elif live and step in {"withdraw", "expire"}:
            gone = sorted(live)[number % len(live)]
            if step == "withdraw":
                index.unlink(gone)
                Alert.objects.filter(pk=gone).delete()
            else:
                Alert.objects.filter(pk=gone).update(expires=TODAY)
                retention.sweep(TODAY)
            del live[gone]
        _compare(live)
    _compare(live)


def _compare(live: dict[int, set[content.LookupKey]]) -> None:
    entries = [*content.lookup_keys(ALL), ("plate", "NEVERSEEN"), ("phone", "")]
    matches = index.find_alerts(LATER, entries)
    assert {entry: sorted(ids) for entry, ids in matches.items()} == {
        entry: sorted(pk for pk, about in live.items() if entry in about) for entry in entries
    }


@pytest.mark.thorough
def test_many_alerts_about_one_number_are_all_found() -> None:
    alerts = [alert() for _ in range(37)]
    for row in alerts:
        index.insert(KEYS, row, [MAIL])
    matches = index.find_alerts(KEYS, [("email", MAIL.key)])
    assert sorted(matches["email", MAIL.key]) == sorted(row.pk for row in alerts)


def test_twenty_tombstones_in_a_row_hide_nothing() -> None:
    for _ in range(20):
        gone = alert()
        index.insert(KEYS, gone, [MAIL])
        index.unlink(gone.pk)
    last = alert()
    index.insert(KEYS, last, [MAIL])
    assert index.find_alerts(KEYS, [("email", MAIL.key)]) == {("email", MAIL.key): [last.pk]}


def test_tombstones_stay_without_their_alert() -> None:
    row = alert()
    index.insert(KEYS, row, [PHONE, PLATE])
    row.delete()
    assert list(BlindIndexEntry.objects.values_list("alert", flat=True)) == [None] * 4


def test_equal_numbers_leave_no_equal_values() -> None:
    for _ in range(5):
        index.insert(KEYS, alert(), [MAIL])
    labels = [bytes(label) for label in BlindIndexEntry.objects.values_list("label", flat=True)]
    assert len(set(labels)) == 10  # an exact and a similar one each
    assert {len(label) for label in labels} == {16}


@pytest.mark.parametrize("times", [0, 1, 7])
def test_hit_and_miss_ask_the_same(times: int) -> None:
    for _ in range(times):
        index.insert(KEYS, alert(), [MAIL])
    with CaptureQueriesContext(connection) as asked:
        index.find_alerts(KEYS, [("email", MAIL.key), ("plate", "ZZ999ZZ")])
    *rounds, newer_key = asked
    assert len(rounds) == 1
    assert {query["sql"].count(",") for query in rounds} == {2 * WINDOW}
    assert "accounts_epoch" in newer_key["sql"]


def test_nothing_wanted_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert index.find_alerts(KEYS, []) == {}
    assert not asked.captured_queries


def test_a_taken_place_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = alert()
    index.insert(KEYS, first, [MAIL])
    stale = counter_label(KEYS.labels(1), "email", MAIL.key, 0)
    answers: Iterator[int] = count()
    real = index._next_labels

    def racing(keys: AlertKeys, wanted: list[content.LookupKey]) -> list[bytes]:
        return [stale] if next(answers) < 3 else real(keys, wanted)

    monkeypatch.setattr(index, "_next_labels", racing)
    second = alert()
    index.insert(KEYS, second, [MAIL])
    assert sorted(index.find_alerts(KEYS, [("email", MAIL.key)])["email", MAIL.key]) == sorted(
        [first.pk, second.pk]
    )


def test_a_place_taken_for_ever_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    index.insert(KEYS, alert(), [MAIL])
    stale = counter_label(KEYS.labels(1), "email", MAIL.key, 0)
    monkeypatch.setattr(index, "_next_labels", lambda keys, wanted: [stale])
    with pytest.raises(IntegrityError):
        index.insert(KEYS, alert(), [MAIL])


def test_twenty_identifiers_of_two_epochs_fit_into_one_query() -> None:
    wanted = [(kind, f"{number}") for number in range(20) for kind in ("phone", content.SIMILAR)]
    assert not any(index.find_alerts(LATER, wanted).values())
