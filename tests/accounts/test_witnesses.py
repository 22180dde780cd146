"""Who stands beside the moderation desk when it is renewed, and what does not count as that.

Three organisations, or a single one. The server's file was lost and is there by an operator's word
for an earlier state, unless a test says otherwise, so that only signatures tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from django.conf import settings

from safety_app.accounts.flows import revoke
from safety_app.accounts.keys import epoch_pin, verifying_keys
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import Desk, Organisation, VerifyingKey, WitnessList
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.rotation import countersigning, desk_rotation
from safety_app.vault import codes, signatures, witnesses
from safety_app.vault.witnesses import CODE, DESK, NONE_YET, Signers, Step, Witness
from tests.accounts.desk_renewals import renew_own_desk
from tests.accounts.forged_desks import (
    DESK as PAGE,
)
from tests.accounts.forged_desks import (
    HERS,
    Signer,
    lose_the_pin,
    network_of,  # noqa: F401
    trust,
    trust_the_state_of,
)
from tests.accounts.test_epoch_pin import sign_in
from tests.cast import CODES, Person


def is_single() -> bool:
    return Organisation.objects.count() == 1


def step_from(known: Signers) -> tuple[VerifyingKey, Step]:
    row = VerifyingKey.objects.get(previous=known.verifying_key)
    return row, verifying_keys.step_of(row)


@pytest.fixture
def from_three(moderator: Person, network_of: None) -> None:  # noqa: F811
    """So that the witnesses are those who are there now."""
    renew_own_desk(*reversed(moderator.keys))


def second_signature(moderator: Person, other_moderator: Person, known: Signers) -> None:
    """As it comes by itself, or from paper."""
    if is_single():
        countersigning.countersign_with_code(moderator.ring, CODES["desk"].lower())
    else:
        assert other_moderator.client.get(PAGE).status_code == 200


def test_one_signature_is_there_at_once_and_the_second_soon(
    moderator: Person, other_moderator: Person, member: Person
) -> None:
    """`member` was away, and holds only the key before."""
    if not is_single():
        renew_own_desk(*reversed(moderator.keys))
        member.sign_in()
    away = member.ring
    known = away.signers
    renew_own_desk(*reversed(moderator.keys))
    newest = moderator.ring.signers
    assert countersigning.is_pending(moderator.ring)
    row, step = step_from(known)
    listed = verifying_keys.witnesses_of(step.previous_witnesses)
    assert len(bytes(row.countersignatures)) == 130
    assert len(witnesses._right_places(step, listed, bytes(row.countersignatures))) == 1
    pin = Path(settings.EPOCH_PIN_FILE).read_bytes()
    trust_the_state_of(away)
    assert verifying_keys.newest_signers(known) == known
    Path(settings.EPOCH_PIN_FILE).write_bytes(pin)
    second_signature(moderator, other_moderator, known)
    assert not countersigning.is_pending(moderator.ring)
    trust_the_state_of(away)
    assert sign_in(member).status_code == 302
    assert member.ring.signers == newest


def test_with_its_file_the_server_waits_for_nobody(moderator: Person, member: Person) -> None:
    renew_own_desk(*reversed(moderator.keys))
    assert moderator.ring.signers == member.ring.signers
    assert sign_in(member).status_code == 302


class Forger:
    """Somebody who was a moderator: the key of then signs whatever she likes."""

    def __init__(self, former: Signer, known: Signers) -> None:
        self.known, self.former = known, former
        self.row, self.true_step = step_from(known)
        self.step = replace(self.true_step, key=signatures.verifying_key(HERS))
        self.listed = verifying_keys.witnesses_of(known.witnesses)
        self.own = next(
            at
            for at, one in enumerate(self.listed, start=1)
            if one.key == signatures.verifying_key(former.own)
        )

    def write(self, given: bytes) -> None:
        statement = self.step.statement()
        self.row.signature = signatures.sign(self.former.moderation, statement)
        self.row.countersignatures = given.ljust(len(NONE_YET), b"\x00")
        for name, value in asdict(self.step).items():
            setattr(self.row, name, value)
        self.row.save()

    def by_own_desk(self) -> bytes:
        witness = self.listed[self.own - 1]
        return bytes([self.own]) + signatures.sign(self.former.own, self.step.statement_of(witness))

    def others(self) -> list[int]:
        return [at for at in range(1, len(self.listed) + 1) if at != self.own]


def none_at_all(her: Forger) -> bytes:
    return b""


def only_her_own(her: Forger) -> bytes:
    return her.by_own_desk()


def her_own_twice(her: Forger) -> bytes:
    return her.by_own_desk() * 2


def her_own_in_anothers_place(her: Forger) -> bytes:
    return her.by_own_desk() + bytes([her.others()[0]]) + her.by_own_desk()[1:]


def a_made_up_organisation(her: Forger) -> bytes:
    place = len(her.listed) + 1
    witness = Witness(77, DESK, signatures.verifying_key(HERS))
    return (
        her.by_own_desk() + bytes([place]) + signatures.sign(HERS, her.step.statement_of(witness))
    )


def the_true_ones_of_the_true_successor(her: Forger) -> bytes:
    return bytes(her.row.countersignatures)


def her_own_beside_a_true_one(her: Forger) -> bytes:
    given = bytes(her.row.countersignatures)
    places = [given[at : at + 65] for at in (0, 65)]
    return her.by_own_desk() + next(one for one in places if one[0] != her.own)


def another_list_under_the_same_digest(her: Forger) -> bytes:
    mine = Witness(77, DESK, signatures.verifying_key(HERS))
    own = her.listed[her.own - 1]
    swapped = sorted([own, mine] if own.kind == DESK else [mine])
    listed = witnesses.pack(swapped)
    WitnessList.objects.filter(digest=her.known.witnesses).update(listed=listed)
    return _both(her, swapped, mine)


def another_list(her: Forger) -> bytes:
    """Its digest stands in the row; in the box of who was away stands the true one."""
    mine = Witness(77, DESK, signatures.verifying_key(HERS))
    listed = sorted([her.listed[her.own - 1], mine])
    digest = verifying_keys.store_witnesses(listed)
    her.step = replace(her.step, previous_witnesses=digest)
    return _both(her, listed, mine)


def the_list_of_another_key(her: Forger) -> bytes:
    """One that moderators made, for the key that came after."""
    her.step = replace(her.step, previous_witnesses=her.true_step.witnesses)
    return her.by_own_desk()


def _both(her: Forger, listed: list[Witness], mine: Witness) -> bytes:
    own = her.listed[her.own - 1]
    return b"".join(
        bytes([listed.index(witness) + 1]) + signatures.sign(seed, her.step.statement_of(witness))
        for witness, seed in ((own, her.former.own), (mine, HERS))
    )


FORGERIES: list[Callable[[Forger], bytes]] = [
    none_at_all, only_her_own, her_own_twice, her_own_in_anothers_place, a_made_up_organisation,
    the_true_ones_of_the_true_successor, her_own_beside_a_true_one,
    another_list_under_the_same_digest, another_list, the_list_of_another_key,
]  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("pin", ["there", "lost"])
@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_a_forged_successor(
    from_three: None,
    former: Signer,
    moderator: Person,
    other_moderator: Person,
    member: Person,
    forge: Callable[[Forger], bytes],
    pin: str,
) -> None:
    known = former.ring.signers
    assert moderator.ring.signers != known  # with its file, the server has seen the true ones
    if is_single():
        row, step = step_from(known)
        listed = verifying_keys.witnesses_of(step.previous_witnesses)
        assert [one.kind for one in listed] == [DESK, CODE]
    else:
        assert other_moderator.client.get(PAGE).status_code == 200
    her = Forger(former, known)
    her.write(forge(her))
    if pin == "there":
        with pytest.raises(EpochNotPinned):
            verifying_keys.newest_signers(known)
        assert sign_in(member).status_code == 503
        return
    lose_the_pin()
    assert verifying_keys.newest_signers(known) == known
    assert sign_in(member).status_code == 503
    trust_the_state_of(former.ring)
    assert verifying_keys.newest_signers(known) == known


def test_hers_is_not_countersigned_by_a_page(
    from_three: None,
    former: Signer,
    moderator: Person,
    other_moderator: Person,
) -> None:
    """Another organisation's moderator was signed in all the time; then came the forged step."""
    if is_single():
        return
    browser = other_moderator.client
    assert moderator.ring.signers != former.ring.signers
    her = Forger(former, former.ring.signers)
    her.write(her.by_own_desk())
    lose_the_pin()
    browser.get(PAGE)
    other_moderator_page = sign_in(other_moderator)
    assert other_moderator_page.status_code in (302, 503)
    row, step = step_from(former.ring.signers)
    given = bytes(row.countersignatures)
    assert len(witnesses._right_places(step, her.listed, given)) == 1


def test_a_way_round_to_the_true_key_is_no_way_in(
    former: Signer,
    moderator: Person,
    member: Person,
) -> None:
    """Through a key of hers, and on to what the server knows, with witnesses of hers."""
    true, known = moderator.ring.signers, former.ring.signers
    her = Forger(former, known)
    mine = [Witness(77, DESK, signatures.verifying_key(HERS))]
    hers = Signers(signatures.verifying_key(HERS), verifying_keys.store_witnesses(mine))
    her.step = Step(*known.__dict__.values(), *hers.__dict__.values())
    her.write(b"")
    onward = Step(*hers.__dict__.values(), true.verifying_key, hers.witnesses)
    VerifyingKey.objects.create(
        **asdict(onward),
        signature=signatures.sign(HERS, onward.statement()),
        countersignatures=NONE_YET,
    )
    assert sign_in(member).status_code == 503


def test_the_code_of_a_desk_that_nobody_vouches_for_is_no_witness(moderator: Person) -> None:
    desk = Desk.objects.get(organisation=moderator.row.organisation_id)

    def kinds(*, is_single: bool = True) -> list[int]:
        return [one.kind for one in verifying_keys.choose_witnesses([desk], is_single=is_single)]

    assert kinds() == [DESK, CODE]
    assert kinds(is_single=False) == [DESK]
    key = signatures.verifying_key(HERS)
    desk.code_key = key + signatures.sign(HERS, b"")
    assert kinds() == [DESK]
    desk.code_key = b""
    assert kinds() == [DESK]


def test_desks_that_are_due_do_not_make_it_a_network_of_one(moderator: Person) -> None:
    """Nothing vouches for that column: a moderator who sets it would have the second key herself,
    on paper.
    """
    if is_single():
        return
    others = Desk.objects.exclude(organisation=moderator.row.organisation_id)
    others.exclude(organisation=None).update(renewal_due=True)
    renew_own_desk(*reversed(moderator.keys))
    listed = verifying_keys.witnesses_of(moderator.ring.witnesses)
    assert [one.kind for one in listed] == [DESK]


def test_the_code_of_the_founding_counts_no_more_with_a_second_organisation(
    moderator: Person, member: Person
) -> None:
    """The list of then stays until the keys are renewed: its founder would be two witnesses."""
    away = member.ring
    if not countersigning.asks_for_code(away):
        return
    seed = countersigning.seed_for_renewal(moderator.ring, CODES["desk"])
    renew_own_desk(*reversed(moderator.keys), seed)
    trust_the_state_of(away)
    newest = verifying_keys.newest_signers(away.signers)
    assert (newest == away.signers) == (not is_single())
    epoch_pin.add_organisation()  # as once the transaction is over
    assert verifying_keys.newest_signers(away.signers) == away.signers


def test_a_code_typed_at_the_renewal(moderator: Person, member: Person) -> None:
    known = member.ring
    if not countersigning.asks_for_code(known):
        return
    away = member.ring
    if not is_single():
        return  # the list of the founding still names it, but it does not count
    seed = countersigning.seed_for_renewal(moderator.ring, codes.show_code(CODES["desk"]).lower())
    renew_own_desk(*reversed(moderator.keys), seed)
    assert not countersigning.is_pending(moderator.ring)
    for typed in ("nothing", codes.new_code(), CODES["desk"]):  # the last one is not of now
        with pytest.raises(countersigning.CodeUnknown):
            countersigning.seed_for_renewal(moderator.ring, typed)
    assert countersigning.seed_for_renewal(moderator.ring, " ") == b""
    trust_the_state_of(away)
    assert sign_in(member).status_code == 302


def test_no_keys_are_renewed_by_a_server_that_has_forgotten(moderator: Person) -> None:
    """Nobody could tell the step from a forged one, not even a second organisation."""
    row, ring = moderator.keys
    seed = countersigning.seed_for_renewal(ring, CODES["desk"])
    lose_the_pin()
    with pytest.raises(EpochNotPinned), moderator_decision(row, ring) as current:
        desk_rotation.renew_desk_keys(ring, current, code_seed=seed)
    assert not VerifyingKey.objects.exists()


@pytest.mark.thorough
def test_an_ordinary_access_that_ends_waits_for_a_witness_too(
    moderator: Person, member: Person, colleague: Person
) -> None:
    """It renews the moderation keys in any case. With the code typed, both signatures are there."""
    row, ring = moderator.keys
    seed = countersigning.seed_for_renewal(ring, CODES["desk"])
    done = revoke.revoke_access(ring, row, [colleague.row.pk], seed)
    assert not countersigning.is_pending(done.ring)
    lose_the_pin()
    trust(unsigned=True)
    assert member.ring.current == done.ring.current


def test_the_page_that_renews_asks_for_the_paper(moderator: Person, member: Person) -> None:
    """In a network of one organisation. It can be left empty, and typed later."""
    browser, address, away = moderator.confirm(), "/en/desk/people/keys/", member.ring
    page = browser.get(address).content.decode()
    assert "Moderation recovery code" in page
    refused = browser.post(address, {"renew": "1", "code": codes.new_code()})
    assert refused.status_code == 400
    assert "does not open your organisation" in refused.content.decode()
    assert not VerifyingKey.objects.exists()
    assert browser.post(address, {"renew": "1", "code": ""}, follow=True).status_code == 200
    if not is_single():
        return
    assert "wait for a second signature" in browser.get(PAGE).content.decode()
    assert "still missing" in browser.get(address).content.decode()
    wrong = browser.post(address, {"witness": "1", "before-code": codes.new_code()})
    assert wrong.status_code == 400
    assert countersigning.is_pending(moderator.ring)
    typed = codes.show_code(CODES["desk"]).lower().replace("-", " ")
    assert browser.post(address, {"witness": "1", "before-code": typed}).status_code == 302
    assert "wait for a second signature" not in browser.get(PAGE).content.decode()
    trust_the_state_of(away)
    assert sign_in(member).status_code == 302
