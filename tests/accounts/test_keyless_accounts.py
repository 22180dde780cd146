"""Accounts without a network key, and somebody who can write to the database.

Translators, editors and those who wait cannot make the MACs that members make, and what they make
under their own key anybody can make of an account of her own. So the server vouches for their rows:
whoever was removed does not come back as a translator or an editor, and nobody makes herself one.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from safety_app.accounts.flows import invite, recover, second_step
from safety_app.accounts.flows.join import join
from safety_app.accounts.flows.sign_in import DamagedAccount, UnknownAccount
from safety_app.accounts.keys import contexts, credentials
from safety_app.accounts.keys.keyring import KeyRing, own_key
from safety_app.accounts.keys.network_box import seal_fingerprint
from safety_app.accounts.keys.row_auth import check_member, member_mac, sign_member
from safety_app.accounts.models import Desk, Epoch, Member, Organisation, PersonalSettings
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.rotation import desk_upkeep, network_rotation
from safety_app.vault import network
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests import cast as stage
from tests.accounts.newcomers import accept, applicant, application_of, can_sign_in
from tests.accounts.test_epoch_pin import damage, sign_in, trust
from tests.accounts.test_made_up_epochs import make_up
from tests.accounts.test_network_rotation import rotate
from tests.alerts.test_closed_epochs import Rows, put_back, rows_of
from tests.cast import Person

HERS = "/en/translate/"
CHANGED = "changed or damaged"
NEW = MadePassphrase("gibole natuve kirosa dapemu")


class Copy:
    """What somebody copied of an account from the database."""

    def __init__(self, person: Person) -> None:
        self.row, self.ring = person.keys
        self.rows: list[tuple[type[Any], Rows]] = [
            (Member, [one for one in rows_of(Member) if one["id"] == self.row.pk]),
            (
                PersonalSettings,
                [one for one in rows_of(PersonalSettings) if one["member_id"] == self.row.pk],
            ),
        ]

    def put_back(self) -> Member:
        for model, rows in self.rows:
            put_back(model, rows)
        return Member.objects.get(pk=self.row.pk)


def sign_as_owner(row: Member, ring: KeyRing) -> None:
    """The MAC that anybody can make of a row with her own key pair."""
    row.row_mac = member_mac(network.row_key(own_key(ring.seed)), row)
    row.save()


def end_access(moderator: Person, gone: Person) -> None:
    pk = gone.row.pk
    address = f"/en/desk/people/{pk}/revoke/"
    assert moderator.confirm().post(address, {"revoke": "1"}, follow=True).status_code == 200
    assert not Member.objects.filter(pk=pk).exists()


def test_a_removed_member_does_not_come_back_as_an_editor(
    moderator: Person, colleague: Person
) -> None:
    copied = Copy(colleague)
    end_access(moderator, colleague)
    hers = copied.put_back()
    hers.roles, hers.epoch, hers.network_seal = "translator,editor", 0, None
    fingerprint = credentials.desk_fingerprint(Desk.objects.get(organisation=hers.organisation_id))
    hers.network_box = seal_fingerprint(
        own_key(copied.ring.seed), fingerprint, contexts.desk_fingerprint(hers.pk)
    )
    sign_as_owner(hers, copied.ring)
    response = sign_in(colleague)
    assert response.status_code == 403
    assert CHANGED in response.content.decode()


@pytest.mark.parametrize("name", ["translator", "editor"])
def test_a_row_put_back_as_it_was_before_the_removal(
    moderator: Person, name: str, request: pytest.FixtureRequest
) -> None:
    gone: Person = request.getfixturevalue(name)
    client, copied = gone.sign_in(), Copy(gone)
    assert client.get(HERS).status_code == 200
    end_access(moderator, gone)
    copied.put_back()
    assert sign_in(gone).status_code == 403
    assert client.get(HERS).status_code != 200
    assert client.post("/en/me/erase/", {"erase": "1"}).status_code != 200
    # The next renewal does not take her in again.
    network_rotation.renew_network_key(moderator.ring)
    assert sign_in(gone).status_code == 403


def test_a_row_that_was_hidden_during_a_renewal(
    moderator: Person, translator: Person, colleague: Person
) -> None:
    copied = Copy(translator)
    Member.objects.filter(pk=copied.row.pk).delete()
    end_access(moderator, colleague)
    copied.put_back()
    assert sign_in(translator).status_code == 403


def test_who_stays_goes_on(moderator: Person, translator: Person, colleague: Person) -> None:
    client = translator.sign_in()
    before = bytes(translator.row.row_mac)
    end_access(moderator, colleague)
    assert client.get(HERS).status_code == 200
    assert sign_in(translator).status_code == 302
    assert bytes(translator.row.row_mac) != before


@pytest.mark.parametrize(
    "change",
    [
        {"roles": "editor"},
        {"roles": "translator,editor"},
        {"roles": "member"},
        {"roles": "member,moderator"},
        {"state": "waiting", "roles": "member"},
        {"stay_until": "2099-01-01"},
    ],
)
def test_a_translator_makes_herself_nothing_else(
    translator: Person, change: dict[str, str]
) -> None:
    client = translator.sign_in()
    row, ring = translator.keys
    for column, value in change.items():
        setattr(row, column, value)
    row.save()
    row.refresh_from_db()
    for own in (False, True):
        if own:
            sign_as_owner(row, ring)
        assert sign_in(translator).status_code == 403
        assert client.get(HERS).status_code != 200
        assert client.get("/en/me/").status_code != 200


def test_nor_one_of_another_organisation(translator: Person) -> None:
    row, ring = translator.keys
    row.organisation = Organisation.objects.get(name=stage.OTHER_ORGANISATION)
    for sign in (Member.save, partial(sign_as_owner, ring=ring)):
        sign(row)
        assert sign_in(translator).status_code == 403


def test_an_applicant_makes_herself_nothing(moderator: Person) -> None:
    stranger = applicant()
    client = stranger.client
    row, ring = stranger.keys
    row.state, row.roles = "active", "translator,editor"
    sign_as_owner(row, ring)
    assert sign_in(stranger).status_code == 403
    assert client.get(HERS).status_code != 200


def test_an_account_with_keys_of_her_own(translator: Person, colleague: Person) -> None:
    """Her own key pair, passphrase and seals under the id of somebody for whom the server vouches:
    the server vouches for that person's public key.
    """
    row, ring = colleague.keys
    victim = translator.row
    before = bytes(victim.row_mac)
    Member.objects.filter(pk=row.pk).delete()
    for column in ("handle", "verifier", "recovery_handle", "public_key", "second_factor_box"):
        setattr(victim, column, getattr(row, column))
    keys = credentials.stretch(colleague.pseudonym, colleague.passphrase)
    code_key = credentials.use_new_code(victim)[1]
    passphrase_key = credentials.use_passphrase(victim, keys)
    credentials.seal_secret(victim, ring, credentials.Openers(passphrase_key, code_key))
    victim.save()
    assert sign_in(colleague).status_code == 403
    victim.row_mac = before
    sign_as_owner(victim, ring)
    assert sign_in(colleague).status_code == 403


def test_who_waits_waits_on_after_a_renewal(moderator: Person, colleague: Person) -> None:
    waits = applicant()
    client = waits.client
    end_access(moderator, colleague)
    assert client.get("/en/me/").status_code == 200
    assert sign_in(waits).status_code == 302


def test_and_is_let_in(moderator: Person) -> None:
    waits = applicant()
    accept(moderator.ring, moderator.row, application_of(waits).pk)
    assert can_sign_in(waits)
    end_access(moderator, waits)
    assert not can_sign_in(waits)


def test_the_newest_key_deleted_beside_a_row_put_back(
    moderator: Person, translator: Person
) -> None:
    copied = Copy(translator)
    end_access(moderator, translator)
    assert moderator.ring.current == 2  # seen
    copied.put_back()
    Epoch.objects.filter(number=2).delete()
    assert sign_in(translator).status_code == 503


def test_a_copy_from_a_history_that_a_backup_has_replaced(
    moderator: Person, translator: Person
) -> None:
    """Keys have the same numbers in both; not the same chain."""
    with transaction.atomic():
        rotate(moderator.ring)
        lost = Copy(translator)
        transaction.set_rollback(True)
    end_access(moderator, translator)
    lost.put_back()
    assert Epoch.objects.count() == 2
    assert sign_in(translator).status_code == 403


def test_a_key_far_ahead_that_nobody_made(moderator: Person, translator: Person) -> None:
    """Whoever has a translator's code and joins under a made-up key has no MAC that lasts, and a
    made-up key stops nobody.
    """
    code = invite.make_invitation(moderator.ring, moderator.row, "translator")
    client = translator.sign_in()
    make_up(2)
    make_up(1000)
    assert client.get(HERS).status_code == 200
    assert sign_in(translator).status_code == 302
    join(code, "Calm Heron", NEW)
    hers = Person("her", "translator", "Calm Heron", NEW)
    copied = Copy(hers)
    end_access(moderator, hers)
    make_up(1000)
    copied.put_back()
    assert sign_in(hers).status_code != 302
    assert sign_in(translator).status_code == 302


def test_another_chain_beside_the_right_number(moderator: Person, translator: Person) -> None:
    """The server compares what the row states with what it has seen."""
    Epoch.objects.update(chain_mac=bytes(64))
    assert sign_in(translator).status_code == 503


@pytest.mark.parametrize("is_signed", [True, False])
def test_on_another_machine(moderator: Person, translator: Person, *, is_signed: bool) -> None:
    """It follows once somebody with a network key was there, also where moderators have signed."""
    client, pin = translator.sign_in(), Path(settings.EPOCH_PIN_FILE)
    seen = pin.read_bytes()
    ring = rotate(moderator.ring)
    if is_signed:
        desk_upkeep.sign_network_key(ring, moderator.row)
    pin.write_bytes(seen)
    assert client.get(HERS).status_code == 503
    assert sign_in(moderator).status_code == 302
    assert client.get(HERS).status_code == 200


def test_without_the_servers_memory(moderator: Person, translator: Person, editor: Person) -> None:
    """It could not tell a row from before her removal, in a database from before it."""
    client, copied = translator.sign_in(), Copy(translator)
    epochs = rows_of(Epoch)
    end_access(moderator, translator)
    Epoch.objects.exclude(pk__in=[one["id"] for one in epochs]).delete()
    copied.put_back()
    damage(None)
    assert client.get(HERS).status_code == 503
    for person in (translator, editor):
        assert sign_in(person).status_code == 503


def test_an_operators_word_lets_everybody_in_again(moderator: Person, translator: Person) -> None:
    rotate(moderator.ring)
    damage(None)
    assert sign_in(translator).status_code == 503
    trust()
    assert sign_in(translator).status_code == 302


@pytest.mark.thorough
def test_what_she_changes_herself(moderator: Person, translator: Person) -> None:
    rotate(moderator.ring)
    row, ring = translator.keys
    second_step.switch_off(ring, row)
    row, ring = translator.keys
    row, ring = recover.change_credentials(row.pk, ring, translator.pseudonym, NEW)
    changed = Person("her", "translator", translator.pseudonym, NEW)
    assert changed.sign_in().get(HERS).status_code == 200
    recovered = recover.renew_recovery_code(row.pk, ring)
    assert changed.sign_in().get(HERS).status_code == 200
    recover.recover_account(recovered.recovery_code, "Late Swallow", translator.passphrase)
    late = Person("her", "translator", "Late Swallow", translator.passphrase)
    assert late.sign_in().get(HERS).status_code == 200
    rotate(moderator.ring)
    assert late.sign_in().get(HERS).status_code == 200


def test_who_joins_while_a_renewal_is_prepared(moderator: Person) -> None:
    code = invite.make_invitation(moderator.ring, moderator.row, "translator")
    prepared = network_rotation.prepare(moderator.ring, (), ())
    join(code, "Calm Heron", NEW)
    waits = applicant("Late Swallow")
    with transaction.atomic():
        prepared.apply()
    joined = Person("her", "translator", "Calm Heron", NEW)
    for person in (joined, waits):
        assert sign_in(person).status_code == 302


def test_a_row_that_was_read_just_before_a_renewal(moderator: Person, translator: Person) -> None:
    row, ring = translator.keys
    rotate(moderator.ring)
    check_member(ring, row)
    Member.objects.filter(pk=row.pk).delete()
    rotate(moderator.ring)
    with pytest.raises(VaultError):
        check_member(ring, row)


def test_moderators_see_which_account_was_changed(moderator: Person, translator: Person) -> None:
    address = "/en/desk/people/"
    assert "changed from outside" not in moderator.client.get(address).content.decode()
    row, ring = translator.keys
    row.roles = "editor"
    sign_as_owner(row, ring)
    assert "changed from outside" in moderator.client.get(address).content.decode()


def test_nobody_is_vouched_for_as_a_member(member: Person, translator: Person) -> None:
    """A session that cannot use its network keys signs nothing of its own row either."""
    without = KeyRing(member.ring.seed, member.pseudonym)
    with pytest.raises(VaultError):
        sign_member(without, member.row)
    sign_member(translator.ring, translator.row)


def test_where_the_newest_key_is_not_there(translator: Person) -> None:
    row, ring = translator.keys
    Epoch.objects.all().delete()
    with pytest.raises(EpochNotPinned):
        check_member(ring, row)


def test_it_says_the_same_as_for_a_changed_member(translator: Person) -> None:
    Member.objects.filter(pk=translator.row.pk).update(roles="editor")
    with pytest.raises(DamagedAccount):
        _ = translator.row
    with pytest.raises(UnknownAccount):
        _ = Person("her", "editor", translator.pseudonym, "another passphrase").row
    assert Client().post("/en/in/", {"pseudonym": "x", "passphrase": "y"}).status_code == 403


def test_a_link_spoilt_during_a_renewal_locks_nobody_out(
    moderator: Person, translator: Person
) -> None:
    """Of the link the pin knows the commitment; the row is right again afterwards, as is hers."""
    newest = Epoch.objects.filter(number=1)
    link = bytes(newest.get().chain_mac)
    newest.update(chain_mac=link[:32] + bytes(32))
    rotate(moderator.ring)
    newest.update(chain_mac=link)
    assert sign_in(translator).status_code == 302
