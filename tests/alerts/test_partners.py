"""Networks one shares with: each known once, in a row of one size, to those with a desk."""

from __future__ import annotations

import pytest

from alerts.desk_seals import open_moderation_desk
from alerts.models import Partner
from alerts.sealing.keys import AlertKeys
from alerts.sharing import partners
from safety_app.vault import sharing
from safety_app.vault.errors import VaultError
from tests.alerts import networks
from tests.cast import Person

pytestmark = pytest.mark.django_db


def test_partners_are_one_size_and_open_only_in_their_own_row(
    moderator: Person, member: Person
) -> None:
    first = networks.befriend(moderator)
    other = sharing.own_identity(networks.new_seed())
    second = networks.befriend(moderator, "𐍈" * 80, other)
    assert {len(row.box) for row in Partner.objects.all()} == {2048 + 29}
    assert [partner.pk for partner in partners.list_partners(AlertKeys(moderator.ring))] == [
        first,
        second,
    ]
    Partner.objects.filter(pk=second).update(box=Partner.objects.get(pk=first).box)
    assert [partner.pk for partner in partners.list_partners(AlertKeys(moderator.ring))] == [first]


@pytest.mark.parametrize(
    ("name", "seed", "why"),
    [
        (networks.NAME.upper(), bytes(32), "name"),
        ("Another", networks.SEED, "known"),
    ],
)
def test_a_partner_is_known_once(moderator: Person, name: str, seed: bytes, why: str) -> None:
    networks.befriend(moderator)
    with pytest.raises(partners.NotAdded, match=why):
        networks.befriend(moderator, name, sharing.own_identity(seed))


def test_our_own_network_is_no_partner(moderator: Person) -> None:
    with pytest.raises(partners.NotAdded, match="own"):
        networks.befriend(moderator, "We", networks.ours(moderator))


def test_a_member_who_is_no_moderator_has_no_identity_to_show(member: Person) -> None:
    with pytest.raises(VaultError):
        open_moderation_desk(member.ring, member.row)
