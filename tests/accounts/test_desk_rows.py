"""A desk's row holds as a whole: somebody without the network key of today changes no column,
though she can still sign with keys that she knew of the desk or of all moderators (decision 47).
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from django.conf import settings

from alerts.flows import objections
from alerts.models import Objection
from safety_app.accounts.flows import applications, found_network, invite, revoke
from safety_app.accounts.flows.join import NewAccount, join
from safety_app.accounts.keys import desk_keys, epoch_pin, row_auth, sealed_rows, verifying_keys
from safety_app.accounts.models import Application, Desk, DeskSeal, VerifyingKey
from safety_app.accounts.rotation import desk_rotation, desk_upkeep, network_rotation
from safety_app.vault import codes, network, seals, signatures
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from safety_app.vault.witnesses import DESK, NONE_YET, Step, Witness
from tests.accounts.desk_renewals import renew_own_desk
from tests.accounts.test_due_desks import FIRST, desk_in, moderation, visit
from tests.accounts.test_forged_desks import NEW
from tests.cast import Person

PAGE = "/en/desk/"
HERS = b"the seed of a desk that is hers!"
HER_KEY = signatures.verifying_key(HERS)


@pytest.fixture
def former(moderator: Person) -> NewAccount:
    """A second moderator, not removed yet, who can write to the database."""
    return join(invite.make_invitation(moderator.ring, moderator.row, "moderator"), "Plover", NEW)


def own_seed(account: NewAccount) -> bytes:
    desk = desk_keys.desk_of(account.ring, account.member.organisation_id)
    return bytes(desk_keys.open_desk(account.ring, account.member, desk))


def take_last_link(desk: Desk, known: bytes) -> None:
    """She signs the second link anew, about the true public key, with a verifying key of hers."""
    assert len(desk.certificate) == 2 * signatures.LINK_SIZE
    assert seals.public_key(known) != bytes(desk.public_key)
    organisation, public_key = desk.organisation_id or 0, bytes(desk.public_key)
    link = signatures.certify(known, desk.pk, organisation, public_key, HER_KEY)
    desk.certificate = bytes(desk.certificate)[: signatures.LINK_SIZE] + link
    Desk.objects.filter(pk=desk.pk).update(certificate=desk.certificate)


def expect_nothing_is_hers(desk: Desk, other: Person) -> None:
    """After the next page of another organisation's moderator."""
    before = bytes(desk.certificate)
    page = other.sign_in().get(PAGE).content.decode()
    assert "changed from outside" in page
    assert bytes(desk_in(desk.organisation_id or 0).certificate) == before
    signers = verifying_keys.newest_signers(other.ring.signers)
    listed = verifying_keys.witnesses_of(signers.witnesses)
    assert HER_KEY not in {one.key for one in listed}
    with suppress(applications.NotOffered, VaultError):
        passphrase = MadePassphrase("four herons wait beside the canal")
        applications.apply(desk.organisation_id or 0, "Calm Heron", passphrase, "please")
    assert not Application.objects.exists()


@pytest.mark.thorough
def test_who_proposed_an_organisation_gets_no_key_of_hers_certified(
    former: NewAccount, moderator: Person, other_moderator: Person
) -> None:
    made = found_network.add_organisation(former.ring, former.member, "Riverside", is_due=True)
    desk, code = desk_in(made.organisation.pk), codes.fold_code(made.desk_recovery_code)
    known = bytes(found_network.open_desk_with_code(desk, code))
    join(made.invitation_code, "Honest First", FIRST)
    first = Person("first", "moderator", "Honest First", FIRST)
    revoke.revoke_access(moderator.ring, moderator.row, [former.member.pk])
    renew_own_desk(first.ring, first.row)
    desk.refresh_from_db()
    take_last_link(desk, known)
    expect_nothing_is_hers(desk, other_moderator)


@pytest.mark.thorough
def test_who_deleted_a_row_before_her_removal_gets_no_key_of_hers_certified(
    former: NewAccount, moderator: Person, other_moderator: Person
) -> None:
    known, desk = own_seed(former), desk_in(former.member.organisation_id)
    DeskSeal.objects.filter(desk__organisation=None, via_desk=desk).delete()
    revoke.revoke_access(moderator.ring, moderator.row, [former.member.pk])
    before = bytes(moderation().public_key)
    desk.refresh_from_db()
    take_last_link(desk, known)
    expect_nothing_is_hers(desk, other_moderator)
    assert bytes(moderation().public_key) != before


@pytest.mark.thorough
def test_the_shared_keys_are_renewed_whatever_she_signs_with_the_older_ones(
    former: NewAccount, moderator: Person, other_moderator: Person
) -> None:
    """As if her organisation's desk had been certified with its key of before."""
    renew_own_desk(*reversed(moderator.keys))
    own, shared = (
        own_seed(former),
        bytes(desk_keys.moderation_seed(former.ring, former.member) or b""),
    )
    desk = desk_in(former.member.organisation_id)
    DeskSeal.objects.filter(desk__organisation=None, via_desk=desk).delete()
    revoke.revoke_access(moderator.ring, moderator.row, [former.member.pk])
    desk.refresh_from_db()
    old_key, public_key = signatures.verifying_key(own), bytes(desk.public_key)
    organisation = desk.organisation_id or 0
    desk.certificate = signatures.certify(shared, desk.pk, organisation, public_key, old_key)
    Desk.objects.filter(pk=desk.pk).update(certificate=desk.certificate)
    Desk.objects.update(renewal_due=False)
    for held in DeskSeal.objects.filter(desk=desk):
        holder = held.member or held.invitation
        assert holder is not None
        held.signature = desk_keys.seal_desk(desk, own, holder).signature
        held.save()
    page = other_moderator.sign_in().get(PAGE).content.decode()
    assert "changed from outside" in page
    assert bytes(moderation().public_key) != seals.public_key(shared)
    objections.receive("+33 6 39 98 12 42", "written after her removal")
    with pytest.raises(VaultError):
        sealed_rows.open_row("objection", Objection.objects.get(), shared, None)


@pytest.mark.thorough
def test_while_she_takes_the_shared_keys_from_everybody_each_desk_says_so(
    former: NewAccount, moderator: Person, other_moderator: Person
) -> None:
    """What remains: no other desk can renew what none of them opens."""
    known = bytes(desk_keys.moderation_seed(former.ring, former.member) or b"")
    given = DeskSeal.objects.filter(desk__organisation=None)
    given.delete()
    revoke.revoke_access(moderator.ring, moderator.row, [former.member.pk])
    Desk.objects.update(renewal_due=False)
    for person in (other_moderator, moderator):
        assert "do not open here" in person.sign_in().get(PAGE).content.decode()
    assert bytes(moderation().public_key) == seals.public_key(known)
    assert desk_keys.desk_of(other_moderator.ring, None).renewal_due
    assert not given.exists()


@pytest.mark.thorough
def test_with_the_shared_keys_of_today_she_signs_no_successor_that_the_server_takes(
    former: NewAccount, moderator: Person, other_moderator: Person, outsider: Person
) -> None:
    """They could not be renewed at her removal, and nobody has opened the desk since."""
    shared = bytes(desk_keys.moderation_seed(former.ring, former.member) or b"")
    own = desk_in(former.member.organisation_id)
    DeskSeal.objects.filter(desk__organisation=None, via_desk=own).delete()
    revoke.revoke_access(moderator.ring, moderator.row, [former.member.pk])
    known = former.ring.signers
    mine = verifying_keys.store_witnesses([Witness(own.organisation_id or 0, DESK, HER_KEY)])
    step = Step(known.verifying_key, known.witnesses, HER_KEY, mine)
    VerifyingKey.objects.create(
        **asdict(step),
        signature=signatures.sign(shared, step.statement()),
        countersignatures=NONE_YET,
    )
    desk = desk_in(other_moderator.row.organisation_id)
    public_key = seals.public_key(HERS)
    organisation = desk.organisation_id or 0
    desk.certificate = signatures.certify(HERS, desk.pk, organisation, public_key, HER_KEY)
    desk.public_key = public_key
    desk.save()
    assert outsider.sign_in().get("/en/a/").status_code == 200
    passphrase = MadePassphrase("four herons wait beside the canal")
    with pytest.raises((applications.NotOffered, VaultError)):
        applications.apply(organisation, "Calm Heron", passphrase, "please")
    assert epoch_pin.pinned_signers() == known


# Each column


COLUMNS = ("public_key", "certificate", "code_key", "recovery_box", "row_mac")
SHARED_COLUMNS = ("public_key", "certificate", "retired_box", "row_mac")


@pytest.fixture
def older(former: NewAccount, moderator: Person) -> dict[int | None, Desk]:
    """Desks by organisation as they were before her access ended, with a renewal behind them."""
    renew_own_desk(*reversed(moderator.keys))
    kept = {desk.organisation_id: desk for desk in Desk.objects.all()}
    revoke.revoke_access(moderator.ring, moderator.row, [former.member.pk])
    return kept


@pytest.mark.thorough
@pytest.mark.parametrize("column", COLUMNS)
def test_no_older_column_of_an_organisations_desk_holds(
    older: dict[int | None, Desk], column: str, moderator: Person, other_moderator: Person
) -> None:
    ring, organisation = other_moderator.ring, moderator.row.organisation_id
    assert desk_upkeep.count_forgeries(ring) == 0
    changed = Desk.objects.filter(organisation=organisation)
    changed.update(**{column: getattr(older[organisation], column)})
    with pytest.raises(VaultError):
        desk_keys.desk_of(ring, organisation)
    assert organisation not in {one.organisation_id for one in desk_rotation.authentic_desks(ring)}
    assert desk_upkeep.count_forgeries(ring) == 1
    renew_own_desk(ring, other_moderator.row)
    newest = verifying_keys.newest_signers(ring.signers)
    listed = verifying_keys.witnesses_of(newest.witnesses)
    assert {one.organisation for one in listed} == {other_moderator.row.organisation_id}
    with pytest.raises(VaultError):  # nobody signed it anew
        verifying_keys.check_desk_certificate(newest.verifying_key, desk_in(organisation))


@pytest.mark.thorough
@pytest.mark.parametrize("column", SHARED_COLUMNS)
@pytest.mark.parametrize("is_gone", [False, True])
def test_no_older_column_of_the_shared_desk_holds(
    older: dict[int | None, Desk], column: str, is_gone: bool, other_moderator: Person
) -> None:
    ring = other_moderator.ring
    value = None if is_gone and column == "retired_box" else getattr(older[None], column)
    Desk.objects.filter(organisation=None).update(**{column: value})
    with pytest.raises(VaultError):
        desk_keys.desk_of(ring, None)
    assert desk_upkeep.count_forgeries(ring) == 1
    before = bytes(moderation().public_key)
    visit(other_moderator)
    assert bytes(moderation().public_key) == before


@pytest.mark.thorough
def test_a_desk_of_another_organisation_is_none(moderator: Person, other_moderator: Person) -> None:
    first, second = (desk_in(person.row.organisation_id) for person in (moderator, other_moderator))
    Desk.objects.filter(pk=second.pk).delete()
    Desk.objects.filter(pk=first.pk).update(organisation=second.organisation_id)
    assert not desk_rotation.authentic_desks(moderator.ring)


# A mark that a desk is due


@pytest.mark.thorough
def test_a_mark_can_be_added_without_any_key_and_not_taken_away(
    moderator: Person, other_moderator: Person
) -> None:
    ring, organisation = other_moderator.ring, moderator.row.organisation_id
    desk = Desk.objects.filter(organisation=organisation)
    desk.update(renewal_due=True)
    assert desk_keys.desk_of(ring, organisation).renewal_due
    renewed = network_rotation.renew_network_key(ring)
    desk.update(renewal_due=False)
    assert desk_keys.desk_of(renewed, organisation).renewal_due
    assert desk_rotation.due_desks(renewed) == {desk_in(organisation).pk}
    assert desk_upkeep.count_forgeries(renewed) == 0
    # The next renewal of the network key takes it over, too.
    renewed = network_rotation.renew_network_key(renewed)
    assert desk_keys.desk_of(renewed, organisation).renewal_due
    renew_own_desk(*reversed(moderator.keys))
    assert not desk_keys.desk_of(renewed, organisation).renewal_due


# Made with 0.2.0


@pytest.mark.thorough
def test_the_epoch_of_an_earlier_release_has_the_mac_of_then_and_the_next_one_ours(
    moderator: Person,
) -> None:
    ring, organisation = moderator.ring, moderator.row.organisation_id
    pin = Path(settings.EPOCH_PIN_FILE)
    content = json.loads(pin.read_text())
    del content["bound_from"]
    pin.write_text(json.dumps(content))
    ring = replace(ring)  # what was derived from its keys is bound to the server's
    earlier = network.row_key(ring.network_key)
    for desk in Desk.objects.all():
        values = desk.pk, bytes(desk.public_key), desk.organisation_id or 0
        desk.row_mac = network.row_mac(earlier, "desk", *values, "", "")
        desk.save()
    assert desk_keys.desk_of(ring, organisation)
    ring = network_rotation.renew_network_key(ring)
    desk = desk_keys.desk_of(ring, organisation)
    desk.row_mac = row_auth.desk_mac(ring.row_key, desk)
    row_auth.check_desk_row(ring, desk)
    values = desk.pk, bytes(desk.public_key), organisation
    desk.row_mac = network.row_mac(ring.row_key, "desk", *values, "", "")
    with pytest.raises(VaultError):
        row_auth.check_desk_row(ring, desk)
