"""A moderator who can write to the database hides the other organisations for one click, so that
nobody would have to confirm hers.
"""

from __future__ import annotations

import pytest
from django.db import connection

from safety_app.accounts.flows import proposals
from safety_app.accounts.models import Organisation, Proposal, WitnessList
from tests.accounts.desk_renewals import renew_own_desk
from tests.alerts.test_former_moderator import only_one_organisation
from tests.cast import Person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_list_hidden", [False, True], ids=["rows", "rows and witnesses"])
def test_she_founds_none_alone(moderator: Person, is_list_hidden: bool) -> None:
    renew_own_desk(moderator.ring, moderator.row)
    row, ring = moderator.keys
    proposals.propose(ring, row, "Meadow")
    with connection.cursor() as cursor:
        # No key of another table stands in her way, with a connection of her own.
        cursor.execute("CREATE TABLE hidden AS SELECT * FROM accounts_organisation")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute("DELETE FROM accounts_organisation WHERE id <> %s", [row.organisation_id])
    if is_list_hidden:
        WitnessList.objects.all().delete()
    proposal = Proposal.objects.get()
    assert Organisation.objects.count() == 1
    assert not proposals.can_create(proposal)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_organisation SELECT * FROM hidden WHERE id <> %s",
            [row.organisation_id],
        )
        cursor.execute("DROP TABLE hidden")


def test_a_single_organisation_founds_alone(moderator: Person) -> None:
    """Also where others were here, and left with their keys."""
    only_one_organisation()
    renew_own_desk(moderator.ring, moderator.row)
    row, ring = moderator.keys
    proposals.propose(ring, row, "Meadow")
    assert proposals.can_create(Proposal.objects.get())
