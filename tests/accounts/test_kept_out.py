"""While it is decided who goes, nobody else writes, past this program either: a code that is hidden
from the lists does not come back in the middle of a removal.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from safety_app.accounts.flows import invite, revoke
from safety_app.accounts.flows.join import InvitationRefused, join
from safety_app.accounts.models import Invitation, Vouching
from safety_app.vault.made_passphrases import MadePassphrase
from tests.alerts.test_closed_epochs import put_back, rows_of
from tests.cast import Person
from tests.stacks.postgres import Cluster

pytestmark = [pytest.mark.postgres_only, pytest.mark.django_db(transaction=True)]

HERS = MadePassphrase("gibole natuve kirosa dapemu")
ANOTHER = MadePassphrase("kafedu bizoti nolape rimuso")
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.mark.usefixtures("populated")
def test_a_hidden_code_stays_away(moderator: Person, member: Person) -> None:
    """She locks somebody's row, so that the removal waits, and puts her code back meanwhile."""
    joined = join(invite.make_invitation(moderator.ring, moderator.row, "moderator"), "Wren", HERS)
    code = invite.make_invitation(joined.ring, joined.member, "member")
    hidden = rows_of(Invitation)
    Vouching.objects.filter(invitation__isnull=False).delete()
    Invitation.objects.all().delete()

    settings = connection.settings_dict
    cluster = Cluster(Path(str(settings["HOST"])))
    holder, writer = (cluster.connect(str(settings["NAME"])) for _ in range(2))
    refused: list[bool] = []

    def write_meanwhile() -> None:
        while not writer.execute(WAITS).fetchone()[0]:
            time.sleep(0.01)
        writer.execute("SET lock_timeout = '300ms'")
        try:
            writer.execute("UPDATE accounts_invitation SET expires = expires")
            refused.append(False)
        except psycopg.errors.LockNotAvailable:
            refused.append(True)
        holder.rollback()

    holder.autocommit = False
    holder.execute("SELECT 1 FROM accounts_member WHERE id = %s FOR UPDATE", [member.row.pk])
    meanwhile = threading.Thread(target=write_meanwhile)
    ring, row = moderator.ring, moderator.row
    meanwhile.start()
    try:
        revoke.revoke_access(ring, row, [joined.member.pk])
    finally:
        meanwhile.join(60)
        for one in (holder, writer):
            one.close()
    assert refused == [True]
    put_back(Invitation, hidden)
    with pytest.raises(InvitationRefused):
        join(code, "Another Name", ANOTHER)
