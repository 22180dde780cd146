"""Cards and bodies: one size, bound to their place, whole."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import content
from alerts.content import Report, Reported
from alerts.sealing.bodies import (
    BODY_SIZE,
    BodyOf,
    ReportTooLong,
    open_body,
    open_report,
    report_bytes,
    seal_body,
    seal_report,
)
from alerts.sealing.cards import CARD_SIZE, card_of, card_to_json, open_card, seal_card
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import NOTE_SIZE, NoteOf, open_note, seal_note
from alerts.status import LONGEST
from alerts.vocabulary.choices import WHAT_LABELS
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.locales.dates import today
from safety_app.vault import boxes
from safety_app.vault.encoding import make_context, pad
from safety_app.vault.errors import VaultError
from tests.alerts.reports import report, reported
from tests.alerts.statuses import new_status

RING = KeyRing(seed=bytes(32), pseudonym="x", epochs={1: boxes.new_key(), 2: boxes.new_key()})
KEYS = AlertKeys(RING)
OF = BodyOf(7, 3, None)

PHONE = reported("phone", "06 39 98 12 42")
NAME = reported("name", "Marc")
# No form takes NUL, and a card that has one does not open.
TYPED = st.characters(codec="utf-8", exclude_characters="\0")


def test_report_comes_back_whole() -> None:
    sent = report(
        PHONE,
        reported("plate", "AB-123-CD", sure=False, spoofable=True),
        time_of_day="night",
        day="2026-11-20",
        description={"alone": ("two",), "hair": ("short", "grey")},
        marks="a star under the left eye",
        helped="a friend was waiting outside",
        may_note=True,
        may_share=True,
    )
    box = seal_report(KEYS, OF, sent)
    assert open_report(KEYS, 2, OF, box) == sent
    assert open_report(KEYS, 2, OF, memoryview(box)) == sent


def test_empty_report_comes_back_whole() -> None:
    sent = Report(what=("haggling",), level=0, region="online")
    box = seal_report(KEYS, OF, sent)
    assert open_report(KEYS, 2, OF, box) == Report(
        what=("haggling",), level=0, region="online", when="not_sure"
    )


def test_card_holds_no_full_identifier_but_names() -> None:
    card = card_of(
        KEYS,
        2,
        report(
            PHONE,
            reported("email", "marc.dupont@gmail.com"),
            reported("plate", "AB-123-CD"),
            NAME,
        ),
        new_status(),
    )
    assert card.masked == (
        ("phone", "+33 …42"),
        ("email", "m…@gmail.com"),
        ("plate", "A…D"),
        ("name", "Marc"),
    )
    assert card.plate
    assert not card.group


@pytest.mark.thorough
@given(
    st.lists(st.text(TYPED, max_size=80), max_size=8),
    st.text(TYPED, max_size=60),
    st.text(TYPED, max_size=1000),
    st.lists(st.sampled_from(sorted(WHAT_LABELS)), unique=True),
)
def test_every_card_and_body_has_one_size(
    names: list[str], city: str, text: str, what: list[str]
) -> None:
    sent = report(
        *(Reported("name", name, name) for name in names), city=city, text=text, what=tuple(what)
    )
    card = card_of(KEYS, 2, sent, new_status())
    box = seal_card(KEYS, 7, 1, card)
    assert len(box) == CARD_SIZE + boxes.OVERHEAD
    assert open_card(KEYS, 2, 7, 1, box).what == tuple(what)
    try:
        body = seal_report(KEYS, OF, sent)
    except ReportTooLong:
        # Only control characters, which JSON writes in six bytes, make it that long.
        assert any(ord(character) < 32 for character in text + city + "".join(names))
    else:
        assert len(body) == BODY_SIZE + boxes.OVERHEAD


def test_longest_entries_fit() -> None:
    wide = "\U0001f600"
    identifiers = [Reported("name", wide * 80, wide * 80)] * 2 + [PHONE] * 6
    sent = report(
        *identifiers,
        what=tuple(WHAT_LABELS),
        city=wide * content.CITY_LIMIT,
        marks=wide * content.MARKS_LIMIT,
        text=wide * content.TEXT_LIMIT,
    )
    assert len(report_bytes(sent)) == BODY_SIZE
    assert (
        open_card(
            KEYS,
            2,
            7,
            1,
            seal_card(KEYS, 7, 1, card_of(KEYS, 2, sent, new_status())),
        ).city
        == wide * content.CITY_LIMIT
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("epoch", "alert", "version"), [(1, 7, 3), (2, 8, 3), (2, 7, 2), (9, 7, 3)]
)
def test_moved_boxes_do_not_open(epoch: int, alert: int, version: int) -> None:
    card = seal_card(KEYS, 7, 3, card_of(KEYS, 2, report(PHONE), new_status()))
    body = seal_report(KEYS, OF, report(PHONE))
    with pytest.raises(VaultError):
        open_card(KEYS, epoch, alert, version, card)
    with pytest.raises(VaultError):
        open_report(KEYS, epoch, OF._replace(alert=alert, version=version), body)


def test_card_and_body_are_not_interchangeable() -> None:
    card = seal_card(KEYS, 7, 3, card_of(KEYS, 2, report(PHONE), new_status()))
    with pytest.raises(VaultError):
        open_report(KEYS, 2, OF, card)


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", "7", '{"what": 1}', "[[],1,2]", "{"])
def test_wrong_form_is_a_vault_error(content: str) -> None:
    padded = pad(content.encode(), 64)
    card = boxes.seal_box(
        KEYS.derived("alert cards", 2), padded, make_context("alert", 7, "card", 1)
    )
    with pytest.raises(VaultError):
        open_card(KEYS, 2, 7, 1, card)
    body = seal_body(KEYS, OF, padded)
    assert open_body(KEYS, 2, OF, body) == padded
    with pytest.raises(VaultError):
        open_report(KEYS, 2, OF, body)


def test_level_and_region_come_from_the_card() -> None:
    card = card_of(KEYS, 2, report(PHONE), new_status())
    assert (card.level, card.region) == (3, "FR-IDF")
    assert card_to_json(card)[1] == 3


@pytest.mark.parametrize("note", ["", "me too", "\U0001f600" * 200, "x" * 5000])
def test_notes_have_one_size(note: str) -> None:
    whose = NoteOf(7, 9, b"tag of sixteen..")
    box = seal_note(KEYS, whose, note)
    assert len(box) == NOTE_SIZE + boxes.OVERHEAD
    assert open_note(KEYS, 2, whose, box) == note[: content.NOTE_LIMIT]
    for other in (whose._replace(confirmation=10), whose._replace(tag=bytes(16))):
        with pytest.raises(VaultError):
            open_note(KEYS, 2, other, box)


def test_group_is_read_from_either_list() -> None:
    assert report(what=("group",)).group
    assert report(description={"alone": ("others_came",)}).group
    assert not report(description={"alone": ("alone",)}).group


def test_keys_are_derived_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    derive = boxes.derive

    def counting(key: bytes, purpose: str, *parts: bytes | str | int) -> bytes:
        calls.append(purpose)
        return derive(key, purpose, *parts)

    monkeypatch.setattr(boxes, "derive", counting)
    keys = AlertKeys(RING)
    card = card_of(keys, 2, report(PHONE, reported("plate", "AB-123-CD")), new_status())
    box = seal_card(keys, 7, 1, card)
    for _round in range(20):
        open_card(keys, 2, 7, 1, box)
    assert calls == ["card marks", "alert cards"]


def test_the_card_has_a_mark_for_each_entry_even_when_little_fits() -> None:
    phones = [reported("phone", f"06 39 98 12 {number}") for number in range(40, 48)]
    wide = "\U0001f600" * content.CITY_LIMIT
    card = card_of(KEYS, 2, report(*phones, what=tuple(WHAT_LABELS), city=wide), new_status())
    opened = open_card(KEYS, 2, 7, 1, seal_card(KEYS, 7, 1, card))
    wanted = content.lookup_keys(phones)
    assert len(wanted) == 2 * content.MOST_IDENTIFIERS
    assert opened.match_tags == tuple(KEYS.match_tag(2, entry) for entry in wanted)
    assert len(set(opened.match_tags)) == len(wanted)
    assert set(opened.match_tags).isdisjoint(KEYS.match_tag(1, entry) for entry in wanted)


def test_a_card_that_names_fill_takes_every_status() -> None:
    names = [reported("name", "é" * 39)] * 7
    for length in range(100):  # one more name fits or not, with each number of bytes beside it
        more = reported("name", "n" * max(1, length - content.CITY_LIMIT))
        city = "n" * min(length, content.CITY_LIMIT)
        sent = report(more, *names, what=tuple(WHAT_LABELS), city=city)
        card = card_of(KEYS, 2, sent, new_status())
        assert 1 < len(card.masked) < 8
        for status in (new_status()._replace(hidden_until=today()), LONGEST):
            box = seal_card(KEYS, 7, 1, card._replace(status=status))
            assert open_card(KEYS, 2, 7, 1, box).status == status


def test_of_every_body_that_fits_a_moderator_can_change_the_level() -> None:
    fits = []
    for length in range(content.MARKS_LIMIT):
        # Six bytes each in JSON: no form takes them, but they fill a body.
        sent = report(text="\x01" * 1000, helped="\x01" * 300, marks="n" * length)
        fits.append(_fits(sent))
        assert not fits[-1] or _fits(replace(sent, level=1, moderated=True))
    assert len(set(fits)) == 2


def _fits(sent: Report) -> bool:
    try:
        report_bytes(sent)
    except ReportTooLong:
        return False
    return True


def test_names_have_no_match_tags() -> None:
    assert card_of(KEYS, 2, report(NAME), new_status()).match_tags == ()


@pytest.mark.parametrize(("alert", "version"), [(-5, 1), (7, -1)])
def test_a_row_with_impossible_numbers_is_a_vault_error(alert: int, version: int) -> None:
    box = seal_card(KEYS, 7, 1, card_of(KEYS, 2, report(PHONE), new_status()))
    with pytest.raises(VaultError):
        open_card(KEYS, 2, alert, version, box)


def test_text_in_place_of_a_box_is_a_vault_error() -> None:
    with pytest.raises(VaultError):
        open_card(KEYS, 2, 7, 1, "text")  # type: ignore[arg-type]
    with pytest.raises(VaultError):
        open_report(KEYS, 2, OF, "text")  # type: ignore[arg-type]
