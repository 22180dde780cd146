"""A network that was made with 0.2.0 goes on, and its first renewal binds everything.

Until then a member who writes to the database can still make genuine rows, as in 0.2.0. From then
on the server never takes such a row again, whatever the database says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from safety_app.accounts.keys import epoch_pin, epochs, keyring, row_auth
from safety_app.accounts.keys.row_auth import check_member, member_mac
from safety_app.accounts.models import Epoch, Member
from safety_app.accounts.rotation import network_rotation
from safety_app.accounts.server_key import server_key
from safety_app.vault import network
from safety_app.vault.errors import VaultError
from tests.accounts import outside
from tests.accounts.forged_desks import lose_the_pin
from tests.accounts.test_epoch_pin import sign_in
from tests.accounts.test_made_up_epochs import status
from tests.accounts.test_network_rotation import rotate
from tests.cast import Person


@contextmanager
def release_of_then(bound: int) -> Iterator[None]:
    """Nothing after this epoch takes the server's key."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (keyring, epochs):
            patch.setattr(
                module, "binding_key", lambda number: server_key() if number <= bound else None
            )
        patch.setattr(network_rotation, "server_key", lambda: None)
        patch.setattr(row_auth, "_is_from_before", lambda ring: ring.current > bound)
        yield


def file_of_then() -> None:
    """It does not say which epochs are bound."""
    path = Path(settings.EPOCH_PIN_FILE)
    content = json.loads(path.read_text())
    del content["bound_from"]
    path.write_text(json.dumps(content))


@pytest.fixture
def upgraded(moderator: Person) -> None:
    with release_of_then(1):
        rotate(moderator.ring)
        assert moderator.ring.current == 2
    link = Epoch.objects.get(number=2).chain_mac
    Epoch.objects.filter(number=2).update(chain_mac=bytes(link)[-network.MAC_SIZE :])
    pin = json.loads(Path(settings.EPOCH_PIN_FILE).read_text())
    assert (pin["seen"]["number"], pin["expected"]) == (2, None)
    file_of_then()


@pytest.mark.usefixtures("upgraded")
def test_everybody_goes_on(cast: dict[str, Person]) -> None:
    names = ("member", "colleague", "moderator", "other_moderator", "outsider")
    for name in names:
        assert sign_in(cast[name]).status_code == 302, name
        check_member(cast[name].ring, cast[name].row)
    assert epoch_pin.bound_from() == 3
    renewed = rotate(cast["moderator"].ring)
    assert epoch_pin.bound_from() == 3
    for name in names:
        assert cast[name].ring.epochs[3] == renewed.network_key
        assert sign_in(cast[name]).status_code == 302, name


@pytest.mark.usefixtures("upgraded")
def test_who_was_away_for_both_renewals(moderator: Person, member: Person) -> None:
    """She holds a key of before, and follows a link of 0.2.0 and a bound one."""
    rotate(moderator.ring)
    assert set(Member.objects.filter(epoch__gt=0).values_list("epoch", flat=True)) == {1}
    assert member.ring.current == 3


@pytest.mark.usefixtures("upgraded")
def test_after_the_first_renewal_nothing_goes_back(
    moderator: Person, member: Person, colleague: Person
) -> None:
    hers = member.ring
    before = Member.objects.get(pk=colleague.row.pk)
    before.row_mac = member_mac(outside.row_key(hers), before)
    check_member(hers, before)  # as in 0.2.0
    rotate(moderator.ring)
    ring, row = member.ring, Member.objects.get(pk=before.pk)
    link = network.chain_mac(ring.epochs[2], 3, ring.network_key)
    Epoch.objects.filter(number=3).update(chain_mac=link)
    row.row_mac = member_mac(outside.row_key(ring), row)
    with pytest.raises(VaultError):
        check_member(ring, row)
    assert epoch_pin.bound_from() == 3


@pytest.mark.usefixtures("upgraded")
def test_a_file_that_is_lost_before_the_first_renewal(member: Person) -> None:
    """An operator says that nothing is bound; the database does not."""
    lose_the_pin()
    call_command("trust_database", yes=True, unsigned=True, stdout=StringIO())
    assert sign_in(member).status_code != 302
    call_command("trust_database", yes=True, unsigned=True, made_with_0_2_0=True, stdout=StringIO())
    assert epoch_pin.bound_from() == 3
    assert sign_in(member).status_code == 302


@pytest.mark.usefixtures("upgraded")
def test_a_signature_that_is_not_right_does_not_pass_for_one(member: Person) -> None:
    """The command cannot check it without the key, but who is led to that key can."""
    Epoch.objects.filter(number=2).update(signature=bytes(64))
    lose_the_pin()
    call_command("trust_database", yes=True, made_with_0_2_0=True, stdout=StringIO())
    assert sign_in(member).status_code == 503
    told = {"yes": True, "unsigned": True, "made_with_0_2_0": True}
    call_command("trust_database", **told, stdout=StringIO())
    assert sign_in(member).status_code == 302


@pytest.mark.usefixtures("upgraded")
def test_a_file_that_is_lost_after_it(moderator: Person, member: Person) -> None:
    """Whoever was away for both comes in as well: the newest link is a server's."""
    rotate(moderator.ring)
    lose_the_pin()
    call_command("trust_database", yes=True, unsigned=True, stdout=StringIO())
    assert epoch_pin.bound_from() == 3
    assert sign_in(member).status_code == 302
    assert member.ring.current == 3


@pytest.mark.usefixtures("upgraded")
def test_a_copy_from_before_the_first_renewal(moderator: Person, member: Person) -> None:
    """The file that is still there knows which epochs are not bound."""
    rows = {one.pk: (one.network_seal, one.row_mac) for one in Member.objects.all()}
    rotate(moderator.ring)
    Epoch.objects.filter(number=3).delete()
    for pk, (seal, mac) in rows.items():
        Member.objects.filter(pk=pk).update(network_seal=seal, row_mac=mac)
    call_command("trust_database", yes=True, unsigned=True, stdout=StringIO())
    assert epoch_pin.bound_from() == 3
    assert sign_in(member).status_code == 302


@pytest.mark.usefixtures("upgraded")
def test_status_says_so_until_then(moderator: Person) -> None:
    assert "made with 0.2.0" in status()
    rotate(moderator.ring)
    assert moderator.ring.current == 3
    assert "made with 0.2.0" not in status()


@pytest.fixture
def killed_in_a_renewal(moderator: Person) -> None:
    """0.2.0 had written the new key, but not yet that it was there."""
    with pytest.MonkeyPatch.context() as patch, release_of_then(1):
        patch.setattr(epoch_pin, "confirm", lambda _pin: None)
        rotate(moderator.ring)
    link = Epoch.objects.get(number=2).chain_mac
    Epoch.objects.filter(number=2).update(chain_mac=bytes(link)[-network.MAC_SIZE :])
    file_of_then()


@pytest.mark.usefixtures("killed_in_a_renewal")
def test_a_renewal_in_which_0_2_0_was_killed(moderator: Person, member: Person) -> None:
    """`docs/operations.md` says what to do, and to let somebody sign in before the upgrade."""
    assert sign_in(member).status_code == 503
    call_command("trust_database", yes=True, unsigned=True, made_with_0_2_0=True, stdout=StringIO())
    assert epoch_pin.bound_from() == 3
    assert sign_in(member).status_code == 302
    rotate(moderator.ring)
    assert sign_in(member).status_code == 302
