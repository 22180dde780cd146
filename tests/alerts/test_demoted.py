"""Whoever is no moderator any more decides nothing, even if the request was under way before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alerts.flows import disclose_author, objections
from alerts.sharing import incoming, partners
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import NotModerator
from safety_app.accounts.models import Member
from safety_app.vault import sharing
from tests.alerts.reviews import NOBODYS, post
from tests.cast import Person

pytestmark = pytest.mark.django_db

PARTNER = sharing.own_identity(bytes(range(32)))

DECISIONS: dict[str, Callable[[Member, KeyRing, int], object]] = {
    "look at an objection": lambda row, _ring, _alert: objections.mark_looked_at(row, NOBODYS),
    "delete an objection": lambda row, _ring, _alert: objections.delete(row, NOBODYS),
    "take in": lambda row, ring, _alert: incoming.accept(ring, row, NOBODYS),
    "decline": lambda row, _ring, _alert: incoming.decline(row, NOBODYS),
    "add a partner": lambda row, ring, _alert: partners.add(ring, row, "Lagoon", PARTNER),
    "remove a partner": lambda row, _ring, _alert: partners.remove(row, NOBODYS),
    "see who it was": lambda row, ring, alert: disclose_author.disclose(ring, row, alert, "why"),
}


@pytest.mark.parametrize("decision", DECISIONS)
def test_what_was_under_way_is_not_done(moderator: Person, member: Person, decision: str) -> None:
    alert = post(member)
    row, ring = moderator.keys
    Member.objects.filter(pk=row.pk).update(roles="member")
    with pytest.raises(NotModerator):
        DECISIONS[decision](row, ring, alert.pk)
