"""Whose a note or a translation is, and somebody who changes that in the database.

A tag tells its owner that a row is hers. She can make hers for any row: what lies in it is bound to
the tag that was there, so that she neither reads it as its author nor writes it anew.
"""

from __future__ import annotations

import pytest

from alerts.flows import lifecycle, translations
from alerts.models import Alert, Corroboration, Translation
from safety_app.accounts.keys.tags import new_author_tag
from safety_app.accounts.rotation import reencrypt
from tests.accounts.test_network_rotation import rotate
from tests.alerts.reports import report, reported
from tests.cast import Person

PHONE = reported("phone", "06 39 98 12 42")


@pytest.fixture
def taken(member: Person, colleague: Person) -> Alert:
    """A colleague's note with the member's tag."""
    alert = lifecycle.post(colleague.ring, colleague.row, report(PHONE))
    Alert.objects.filter(pk=alert.pk).update(author_tag=new_author_tag(member.ring, alert.pk))
    return alert


@pytest.mark.parametrize("page", ["", "correct/"])
def test_somebody_elses_note_is_not_shown_as_hers(member: Person, taken: Alert, page: str) -> None:
    answer = member.client.get(f"/en/a/{taken.pk}/{page}")
    assert answer.status_code in (403, 404, 409)
    assert "39 98 12 42" not in answer.content.decode()


def test_nor_written_anew(member: Person, taken: Alert) -> None:
    typed = {"what": "theft", "level": "1", "country": "FR", "region": "FR-IDF", "send": "1"}
    answer = member.client.post(f"/en/a/{taken.pk}/correct/", typed)
    assert answer.status_code in (403, 404, 409)
    with pytest.raises(lifecycle.NotAuthor):
        lifecycle.correct(member.ring, taken.pk, report(PHONE, text="Words of hers."))
    assert Alert.objects.get(pk=taken.pk).version == taken.version


def test_nor_does_a_renewal_make_it_hers(
    moderator: Person, member: Person, colleague: Person, taken: Alert
) -> None:
    genuine = lifecycle.author_tag(colleague.ring, taken.pk)
    ring = rotate(moderator.ring)
    reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)
    row = Alert.objects.get(pk=taken.pk)
    assert lifecycle.report_or_none(lifecycle.AlertKeys(ring), row) is None
    Alert.objects.filter(pk=taken.pk).update(author_tag=genuine)
    assert row.epoch == 1  # it stays where it was


def test_ones_own_note_cannot_be_confirmed(member: Person) -> None:
    alert = lifecycle.post(member.ring, member.row, report(PHONE))
    Alert.objects.filter(pk=alert.pk).update(author_tag=None)
    with pytest.raises(lifecycle.NotAuthor):
        lifecycle.confirm(member.ring, alert.pk)
    assert not Corroboration.objects.exists()


def test_a_note_whose_tie_was_cut_is_read_by_others(member: Person, colleague: Person) -> None:
    alert = lifecycle.post(member.ring, member.row, report(PHONE))
    lifecycle.cut(member.ring, alert.pk)
    row = Alert.objects.get(pk=alert.pk)
    assert row.author_tag is None
    assert lifecycle.read_report(colleague.ring, row).identifiers == (PHONE,)
    row.author_tag = alert.author_tag
    assert lifecycle.report_or_none(lifecycle.AlertKeys(colleague.ring), row) is None


def test_somebody_elses_translation(member: Person, colleague: Person, moderator: Person) -> None:
    """Her own of another language shows her which tag would be hers."""
    alert = lifecycle.post(moderator.ring, moderator.row, report(PHONE, text="He did not pay."))
    keys = lifecycle.AlertKeys(member.ring)
    row = Translation(alert=alert, tag=bytes(16), id=7)
    text = translations.TranslatedText("fr", "Il n'a pas payé.")
    row.box = translations.seal_translation(keys, alert.version, row, text)
    assert translations.open_translation(keys, 1, alert.version, row) == text
    row.tag = b"that of a member"
    with pytest.raises(translations.VaultError):
        translations.open_translation(keys, 1, alert.version, row)
