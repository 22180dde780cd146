"""What people write opens, and is made, with the network key and the server's pepper together.

Whoever was a member keeps the network key of that time. Here she also has a copy of the database,
or writes to it, while that key is still the newest or in the minutes after it was renewed; what she
lacks is the pepper (decision 46).
"""

from __future__ import annotations

import pytest

from alerts import cards, index
from alerts.flows import feed, lifecycle
from alerts.models import Alert, Corroboration, Partner
from alerts.sealing.bodies import report_of
from alerts.sealing.cards import open_card
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import note_of, open_note, seal_note
from alerts.sharing import partners
from safety_app.accounts.flows import revoke
from safety_app.accounts.models import Epoch
from safety_app.accounts.rotation import reencrypt
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault import sharing
from safety_app.vault.errors import VaultError
from tests.accounts import outside
from tests.alerts.reports import report, reported
from tests.alerts.test_closed_epochs import forged
from tests.cast import Person

pytestmark = pytest.mark.django_db

PHONE = reported("phone", "06 39 98 12 42")
HERS = b"the seed of a desk that is hers!"


def ids_in_feed(person: Person) -> set[int]:
    page = feed.feed_page(person.ring, feed.Filters(), "en")
    return {one.row.pk for one in page.cards}


def test_a_copy_opens_to_nobody_without_it(member: Person, colleague: Person) -> None:
    """Her network key is today's, and the pepper is somewhere else."""
    alert = lifecycle.post(colleague.ring, colleague.row, report(PHONE))
    lifecycle.confirm(member.ring, alert.pk, "So did he to me.")
    note = Corroboration.objects.get()
    hers, epoch = AlertKeys(outside.ring_of(member.ring)), alert.epoch
    true = AlertKeys(member.ring)
    assert open_card(true, epoch, alert.pk, alert.version, bytes(alert.card))
    for attempt in (
        lambda: open_card(hers, epoch, alert.pk, alert.version, bytes(alert.card)),
        lambda: report_of(hers, alert),
        lambda: open_note(hers, epoch, note_of(note), bytes(note.note)),
    ):
        with pytest.raises(VaultError):
            attempt()
    entry = ("phone", PHONE.key)
    assert index.find_alerts(true, [entry])[entry] == [alert.pk]
    assert index.find_alerts(hers, [entry])[entry] == []


@pytest.mark.parametrize("when", ["as a member", "after removal"])
def test_a_note_of_hers_is_nobodys(moderator: Person, member: Person, when: str) -> None:
    hers = outside.ring_of(member.ring)
    if when == "as a member":
        made = forged(hers)
        assert made.pk not in ids_in_feed(moderator)
    revoked = revoke.revoke_access(moderator.ring, moderator.row, [member.row.pk])
    if when == "after removal":
        made = forged(hers)
    reencrypt.reencrypt_all(revoked.ring, pause=lambda _seconds: None)
    assert Epoch.objects.get(number=2).floor == 2
    assert made.pk not in ids_in_feed(moderator)
    assert not Alert.objects.filter(pk=made.pk, epoch=2).exists()


def test_a_confirmation_of_hers_does_not_count(member: Person, colleague: Person) -> None:
    alert = lifecycle.post(colleague.ring, colleague.row, report(PHONE))
    hers, row = AlertKeys(outside.ring_of(member.ring)), Corroboration(id=random_id(), alert=alert)
    row.tag = bytes(16)
    row.note = seal_note(hers, note_of(row), "So did he to me.")
    row.save(force_insert=True)
    assert cards.count_confirmations(AlertKeys(colleague.ring), {alert.pk: alert.epoch}) in (
        {},
        {alert.pk: 0},
    )


@pytest.mark.parametrize("way", ["another tag", "hidden for a while"])
def test_a_confirmation_counts_once(member: Person, colleague: Person, way: str) -> None:
    """Who changes whose it is between two clicks confirms a second time, and is counted once."""
    alert = lifecycle.post(colleague.ring, colleague.row, report(PHONE))
    assert lifecycle.confirm(member.ring, alert.pk)
    first = Corroboration.objects.get()
    if way == "another tag":
        Corroboration.objects.update(tag=bytes(16))
    else:
        Corroboration.objects.all().delete()
    assert lifecycle.confirm(member.ring, alert.pk)
    if way == "hidden for a while":
        first.tag = bytes(16)  # the true one is taken
        first.save(force_insert=True)
    assert Corroboration.objects.count() == 2
    keys = AlertKeys(colleague.ring)
    assert cards.count_confirmations(keys, {alert.pk: alert.epoch}) == {alert.pk: 1}
    page = colleague.client.get(f"/en/a/{alert.pk}/").content.decode()
    assert "1 other person" in page


@pytest.mark.parametrize("when", ["as a member", "after removal"])
def test_a_partner_network_of_hers_is_unknown(
    moderator: Person, member: Person, other_moderator: Person, when: str
) -> None:
    hers = AlertKeys(outside.ring_of(member.ring))

    def write() -> None:
        row = Partner(id=random_id())
        identity = sharing.own_identity(HERS)
        row.box = partners.seal_partner(hers, row.pk, "Sister network", identity, today())
        row.save(force_insert=True)

    if when == "as a member":
        write()
    revoked = revoke.revoke_access(moderator.ring, moderator.row, [member.row.pk])
    if when == "after removal":
        write()
    reencrypt.reencrypt_all(revoked.ring, pause=lambda _seconds: None)
    keys = AlertKeys(other_moderator.ring)
    assert partners.list_partners(keys) == []
    assert partners.count_unopened(keys) == 1


def test_she_does_not_keep_her_key_open_by_writing(
    moderator: Person, member: Person, colleague: Person
) -> None:
    lifecycle.post(colleague.ring, colleague.row, report(PHONE))
    hers = outside.ring_of(member.ring)
    revoked = revoke.revoke_access(moderator.ring, moderator.row, [member.row.pk])
    for slices, _seconds in enumerate(reencrypt.steps(revoked.ring)):
        assert slices < 20
        if slices < 5:
            forged(hers)
    assert Epoch.objects.get(number=2).floor == 2
