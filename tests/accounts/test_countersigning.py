"""What a session stands beside, and when it asks for a code: each condition alone.

Three organisations, or a single one. Forged steps are in test_witnesses.py.
"""

from __future__ import annotations

from dataclasses import asdict, astuple, replace

import pytest

from safety_app.accounts.keys import desk_keys, verifying_keys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import VerifyingKey, WitnessList
from safety_app.accounts.rotation import countersigning
from safety_app.vault import signatures, witnesses
from safety_app.vault.witnesses import DESK, NONE_YET, Signers, Step, Witness
from tests.accounts.desk_renewals import renew_own_desk
from tests.accounts.forged_desks import (
    DESK as PAGE,
)
from tests.accounts.forged_desks import (
    lose_the_pin,
    network_of,  # noqa: F401
)
from tests.accounts.test_witnesses import is_single
from tests.cast import CODES, Person

pytestmark = pytest.mark.thorough


def own_seed(person: Person) -> bytes:
    row, ring = person.keys
    return bytes(desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id)))


def renewed(moderator: Person, times: int = 1) -> tuple[KeyRing, str]:
    """The ring after that, and the desk's recovery code of now."""
    for _ in range(times):
        code = renew_own_desk(*reversed(moderator.keys))
    return moderator.ring, code


def newest_row(ring: KeyRing) -> VerifyingKey:
    return VerifyingKey.objects.get(key=verifying_keys.newest_signers(ring.signers).verifying_key)


def test_a_code_is_asked_for_where_one_is_in_the_list(moderator: Person) -> None:
    assert countersigning.asks_for_code(moderator.ring)
    ring, _code = renewed(moderator)
    assert countersigning.asks_for_code(ring) is is_single()
    WitnessList.objects.all().delete()
    assert not countersigning.asks_for_code(ring)


def test_it_is_waited_for_until_it_was_typed(moderator: Person) -> None:
    """Of the first step; in a network of three the next one waits for an organisation."""
    ring, code = renewed(moderator)
    assert countersigning.is_pending(ring)
    assert countersigning.waits_for_code(ring)
    countersigning.countersign_with_code(ring, CODES["desk"])
    assert not countersigning.is_pending(ring)
    assert not countersigning.waits_for_code(ring)
    ring, _code = renewed(moderator)
    assert countersigning.is_pending(ring)
    assert countersigning.waits_for_code(ring) is is_single()
    if is_single():
        with pytest.raises(countersigning.CodeUnknown):  # of the step before
            countersigning.countersign_with_code(ring, CODES["desk"])
        countersigning.countersign_with_code(ring, code)
        assert not countersigning.is_pending(ring)


def test_nothing_is_waited_for_without_a_list(moderator: Person) -> None:
    ring, _code = renewed(moderator)
    WitnessList.objects.all().delete()
    assert not countersigning.is_pending(ring)
    assert not countersigning.waits_for_code(ring)
    assert moderator.client.get(PAGE).status_code == 200


def test_a_session_that_comes_to_no_key_stands_beside_nothing(moderator: Person) -> None:
    ring, _code = renewed(moderator)
    lost = replace(ring, witnesses=bytes(32), verifying_key=newest_row(ring).previous)
    assert not countersigning.is_pending(lost)
    assert not countersigning.waits_for_code(lost)
    assert not countersigning.asks_for_code(lost)
    with pytest.raises(countersigning.CodeUnknown):
        countersigning.countersign_with_code(lost, CODES["desk"])


def test_only_a_step_to_the_very_key_and_list_is_signed(moderator: Person) -> None:
    """She has one that leads to the true key with witnesses of hers, and one to a key of hers."""
    ring, _code = renewed(moderator)
    newest, seed = verifying_keys.newest_signers(ring.signers), own_seed(moderator)
    mine = verifying_keys.store_witnesses([Witness(5, DESK, signatures.verifying_key(seed))])
    ends = [newest, Signers(newest.verifying_key, mine), Signers(b"k" * 32, newest.witnesses)]
    rows = [
        VerifyingKey.objects.create(
            **asdict(Step(bytes([number]) * 32, mine, end.verifying_key, end.witnesses)),
            signature=bytes(64),
            countersignatures=NONE_YET,
        )
        for number, end in enumerate(ends)
    ]
    countersigning.countersign(newest, [seed])
    kept = [bytes(VerifyingKey.objects.get(pk=row.pk).countersignatures) for row in rows]
    assert [given == NONE_YET for given in kept] == [False, True, True]


def test_no_seed_signs_nothing(moderator: Person) -> None:
    """Not even where a list has the key that no seed at all gives: everybody has that one."""
    ring, _code = renewed(moderator)
    newest, nobodys = verifying_keys.newest_signers(ring.signers), signatures.verifying_key(b"")
    step = Step(
        b"p" * 32, verifying_keys.store_witnesses([Witness(5, DESK, nobodys)]), *astuple(newest)
    )
    row = VerifyingKey.objects.create(
        **asdict(step), signature=bytes(64), countersignatures=NONE_YET
    )
    countersigning.countersign(newest, [b"", b""])
    assert bytes(VerifyingKey.objects.get(pk=row.pk).countersignatures) == NONE_YET


@pytest.mark.parametrize("typed", ["", " ", "nothing", "0" * 26, "é" * 300])
def test_what_is_no_code_of_now(moderator: Person, typed: str) -> None:
    if not typed.strip():
        assert countersigning.seed_for_renewal(moderator.ring, typed) == b""
    else:
        with pytest.raises(countersigning.CodeUnknown):
            countersigning.seed_for_renewal(moderator.ring, typed)
    with pytest.raises(countersigning.CodeUnknown):
        countersigning.countersign_with_code(moderator.ring, typed)


def test_a_signature_that_came_meanwhile_is_not_written_over(
    moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring, _code = renewed(moderator)
    newest, row = verifying_keys.newest_signers(ring.signers), newest_row(ring)
    VerifyingKey.objects.filter(pk=row.pk).update(countersignatures=NONE_YET)
    came, add = b"\x02" + b"s" * 129, witnesses.add

    def slowly(*given: object) -> bytes:
        VerifyingKey.objects.filter(pk=row.pk).update(countersignatures=came)
        return add(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(witnesses, "add", slowly)
    code_seed = countersigning._seed_of(
        CODES["desk"],
        countersigning._code_keys(
            verifying_keys.witnesses_of(verifying_keys.step_of(row).previous_witnesses)
        ),
    )
    countersigning.countersign(newest, [code_seed])
    assert bytes(newest_row(ring).countersignatures) == came


def test_nothing_is_signed_while_the_server_remembers_nothing(moderator: Person) -> None:
    ring, _code = renewed(moderator)
    row, seed = newest_row(ring), own_seed(moderator)
    VerifyingKey.objects.filter(pk=row.pk).update(countersignatures=NONE_YET)
    lose_the_pin()
    code = countersigning.credentials.keys_of_code(CODES["desk"], "desk recovery").seed
    countersigning.countersign(ring.signers, [seed, code])
    assert bytes(newest_row(ring).countersignatures) == NONE_YET
