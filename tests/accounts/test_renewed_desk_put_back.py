"""New keys for the desks are not undone by putting their rows back as they were.

A moderator left by herself and knows the older ones; she takes along what is stored, and her own
row.
"""

from __future__ import annotations

import pytest

from safety_app.accounts.flows import erase, invite
from safety_app.accounts.flows.join import join
from safety_app.accounts.flows.sign_in import UnknownAccount, find_account
from safety_app.accounts.keys.desk_keys import desk_of
from safety_app.accounts.models import Desk, DeskSeal, Epoch, Member, PersonalSettings
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests.alerts.test_closed_epochs import put_back, rows_of
from tests.cast import Person

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

HERS = ("Plain Wren", MadePassphrase("gibole natuve kirosa dapemu"))


def test_after_she_left(moderator: Person, member: Person) -> None:
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    hers = join(code, *HERS)
    copied = {model: rows_of(model) for model in (Member, Desk, DeskSeal, PersonalSettings)}
    erase.erase_account(hers.member, hers.ring, [])
    response = moderator.confirm().post("/en/desk/people/keys/", {"renew": "1"})
    assert response.status_code == 200
    assert Epoch.objects.count() == 2
    DeskSeal.objects.all().delete()
    Desk.objects.all().delete()
    only_hers = [row for row in copied[Member] if row["id"] == hers.member.pk]
    put_back(Member, only_hers)
    for model in (Desk, DeskSeal):
        put_back(model, copied[model])
    put_back(
        PersonalSettings, [r for r in copied[PersonalSettings] if r["member_id"] == hers.member.pk]
    )
    for organisation in (moderator.row.organisation_id, None):
        with pytest.raises(VaultError):
            desk_of(member.ring, organisation)
    with pytest.raises(UnknownAccount):
        find_account(*HERS)
