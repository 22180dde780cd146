"""While a rotation is under way, nothing new is sealed under the key that is being replaced.

Whoever lost access holds that key, and could read what is sealed under it from a later copy. So an
alert that somebody adds to comes under the newest key first, in the same transaction.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model

from alerts import cards, index
from alerts.flows import change_requests, lifecycle, merge, moderation, translation_edits
from alerts.flows.change_requests import Change
from alerts.flows.translations import TranslatedText
from alerts.models import Alert, ChangeRequest, Corroboration, Translation
from alerts.sealing.keys import AlertKeys
from alerts.views.alert_text import notes_of
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.rotation import network_rotation, reencrypt
from safety_app.vault import boxes
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from tests.alerts.reports import report, reported
from tests.cast import Person

PHONE = reported("phone", "06 39 98 12 42")
ENTRY = ("phone", PHONE.key)
PURPOSES = ("alert cards", "alert bodies", "alert notes", "alert translations", "alert motions")


@pytest.fixture
def alert(member: Person) -> Alert:
    """Posted before the rotation."""
    return lifecycle.post(member.ring, member.row, report(PHONE))


@pytest.fixture
def former(alert: Alert, member: Person, moderator: Person) -> KeyRing:
    """What someone holds who lost access; afterwards everything is still under that key."""
    former = member.ring
    prepared = network_rotation.prepare(moderator.ring, (), ())
    with transaction.atomic():
        prepared.apply()
    return former


def opened_by(former: KeyRing, model: type[Model], column: str) -> Iterator[int]:
    """Ids of rows whose box the older key opens."""
    keys = [boxes.derive(former.content_keys[former.current], purpose) for purpose in PURPOSES]
    for row in model._default_manager.all():
        for key in keys:
            for context in _contexts(row):
                try:
                    boxes.open_box(key, bytes(getattr(row, column)), context)
                except VaultError:
                    continue
                yield row.pk


def _contexts(row: Any) -> Iterator[bytes]:
    if isinstance(row, Alert):
        yield make_context("alert", row.pk, "body", row.version, bytes(row.author_tag or b""))
        return
    version = row.alert.version
    for bound in ((), (bytes(getattr(row, "tag", b"")),)):
        yield make_context("alert note", row.alert_id, row.pk, *bound)
        yield make_context("alert translation", row.alert_id, version, row.pk, *bound)
    organisation = getattr(row, "organisation", 0)
    yield make_context("alert motion", row.alert_id, row.pk, version, organisation)


def assert_nothing_new(former: KeyRing) -> None:
    """The old key opens none of what was added, and the alert is where everything goes."""
    for model, column in ((Corroboration, "note"), (Translation, "box"), (ChangeRequest, "box")):
        assert not list(opened_by(former, model, column))
    assert set(Alert.objects.values_list("epoch", flat=True)) == {2}
    assert not list(opened_by(former, Alert, "body"))


def case(moderator: Person, alert: Alert) -> moderation.Case:
    row, ring = moderator.keys
    seen = moderation.seen_of(Alert.objects.get(pk=alert.pk))
    return moderation.Case(ring, row, alert.pk, seen)


def test_a_confirmation(former: KeyRing, alert: Alert, colleague: Person, member: Person) -> None:
    assert lifecycle.confirm(colleague.ring, alert.pk, "the same here")
    assert_nothing_new(former)
    keys, row = AlertKeys(member.ring), Alert.objects.get()
    assert cards.count_confirmations(keys, {alert.pk: 2}) == {alert.pk: 1}
    assert notes_of(keys, row, row.corroboration_set.all()) == ["the same here"]
    assert index.find_alerts(keys, [ENTRY]) == {ENTRY: [alert.pk]}


def test_a_translation(former: KeyRing, alert: Alert, colleague: Person) -> None:
    text = TranslatedText("fr", "Il a fermé la porte.")
    translation_edits.save(colleague.ring, alert.pk, 1, text)
    assert_nothing_new(former)
    row = Alert.objects.get()
    assert translation_edits.own_translation(colleague.ring, row, "fr") == text
    edited = TranslatedText("fr", "Il a fermé la porte à clé.")
    translation_edits.save(colleague.ring, alert.pk, 1, edited)
    assert translation_edits.own_translation(colleague.ring, row, "fr") == edited


def test_an_edited_translation(
    alert: Alert, member: Person, colleague: Person, moderator: Person
) -> None:
    text = TranslatedText("fr", "Il a fermé la porte.")
    translation_edits.save(colleague.ring, alert.pk, 1, text)
    former = member.ring
    with transaction.atomic():
        network_rotation.prepare(moderator.ring, (), ()).apply()
    edited = TranslatedText("fr", "Il a fermé la porte à clé.")
    translation_edits.save(colleague.ring, alert.pk, 1, edited)
    assert_nothing_new(former)
    row = Alert.objects.get()
    assert translation_edits.own_translation(colleague.ring, row, "fr") == edited


def test_a_change_request(
    former: KeyRing, alert: Alert, moderator: Person, other_moderator: Person
) -> None:
    change = Change(change_requests.LEVEL, level=1)
    assert not moderation.change_or_propose(case(moderator, alert), change)
    assert_nothing_new(former)
    request = change_requests.list_requests(AlertKeys(moderator.ring), Alert.objects.get())[0]
    assert request.change == change
    moderation.agree(case(other_moderator, alert), request.row.pk)
    assert lifecycle.read_report(moderator.ring, Alert.objects.get()).level == 1


def test_a_used_hide(
    former: KeyRing, alert: Alert, moderator: Person, other_moderator: Person
) -> None:
    moderation.hide(case(moderator, alert))
    assert_nothing_new(former)
    assert ChangeRequest.objects.count() == 1
    moderation.approve(case(moderator, alert))
    with pytest.raises(moderation.HiddenBefore):
        moderation.hide(case(moderator, alert))


def test_words_taken_out_of_a_note(
    alert: Alert, member: Person, colleague: Person, moderator: Person, other_moderator: Person
) -> None:
    lifecycle.confirm(colleague.ring, alert.pk, "his name is Benjamin")
    former = member.ring
    with transaction.atomic():
        network_rotation.prepare(moderator.ring, (), ()).apply()
    change = Change(change_requests.REDACT, phrase="Benjamin")
    assert not moderation.change_or_propose(case(moderator, alert), change)
    assert_nothing_new(former)
    request = ChangeRequest.objects.get()
    moderation.agree(case(other_moderator, alert), request.pk)
    assert_nothing_new(former)
    row = Alert.objects.get()
    [note] = notes_of(AlertKeys(member.ring), row, row.corroboration_set.all())
    assert "Benjamin" not in note


def test_a_merge(alert: Alert, member: Person, colleague: Person, moderator: Person) -> None:
    other = lifecycle.post(colleague.ring, colleague.row, report(PHONE))
    lifecycle.confirm(colleague.ring, alert.pk, "")
    former = member.ring
    with transaction.atomic():
        network_rotation.prepare(moderator.ring, (), ()).apply()
    seen = moderation.seen_of(Alert.objects.get(pk=other.pk))
    merge.merge(case(moderator, alert), other.pk, seen)
    assert_nothing_new(former)
    assert index.find_alerts(AlertKeys(member.ring), [ENTRY]) == {ENTRY: [alert.pk]}


def test_a_correction(former: KeyRing, alert: Alert, member: Person) -> None:
    lifecycle.correct(member.ring, alert.pk, report(PHONE, text="He came back."))
    assert_nothing_new(former)


def test_what_was_brought_along_is_not_done_twice(
    former: KeyRing, alert: Alert, colleague: Person, moderator: Person
) -> None:
    lifecycle.confirm(colleague.ring, alert.pk, "the same here")
    reencrypt.reencrypt_all(moderator.ring, pause=lambda _seconds: None)
    assert not reencrypt.is_under_way(moderator.ring)
    assert cards.count_confirmations(AlertKeys(moderator.ring), {alert.pk: 2}) == {alert.pk: 1}


def test_nobody_adds_to_an_alert_that_does_not_open(
    former: KeyRing, alert: Alert, colleague: Person, moderator: Person
) -> None:
    Alert.objects.update(body=bytes(8221))
    with pytest.raises(lifecycle.NotAuthor):
        lifecycle.confirm(colleague.ring, alert.pk, "the same here")
    with pytest.raises(translation_edits.NotThere):
        translation_edits.save(colleague.ring, alert.pk, 1, TranslatedText("fr", "non"))
    moderation.hide(case(moderator, alert))  # this seals nothing
    assert not list(opened_by(former, ChangeRequest, "box"))


# No seal names an epoch


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    root = Path(__file__).parent.parent.parent / "alerts"
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                yield f"{path.relative_to(root)}: {node.name}", node


@pytest.mark.thorough
def test_no_function_that_seals_takes_an_epoch() -> None:
    """So that no caller can pass the epoch of a row."""
    sealing = {
        where: node
        for where, node in functions()
        if node.name.startswith(("seal_", "_seal", "resealed"))
    }
    assert len(sealing) >= 8
    for where, node in sealing.items():
        names = {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)}
        assert not names & {"epoch", "new", "number"}, where


@pytest.mark.thorough
def test_every_box_is_sealed_with_a_key_of_the_newest_epoch() -> None:
    seals = [
        (where, call)
        for where, node in functions()
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "boxes.seal_box"
    ]
    own = {"flows/public_form.py"}  # a return code in memory, under a key of its form
    checked = 0
    for where, call in seals:
        if where.split(":")[0] in own:
            continue
        checked += 1
        assert ast.unparse(call.args[0]).startswith("keys.newest("), where
    assert checked >= 6
