"""A change of passphrase and a recovery make new keys: the old disk opens nothing made later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from alerts.content import Report
from alerts.flows import lifecycle
from safety_app.accounts.flows import messages
from safety_app.accounts.flows.recover import renew_recovery_code
from safety_app.accounts.keys.row_auth import check_member
from safety_app.accounts.rotation import network_rotation, reencrypt
from tests import offers
from tests.accounts.kept_keys import kept_by, opened_with
from tests.cast import Person

REPORT = Report(what=("robbed",), level=2, region="FR-IDF")
NEW = "a slow train through yellow fields"
GENERATED = "gibole natuve kirosa dapemu"


def change(person: Person) -> Person:
    """The passphrase is changed on the page."""
    new = GENERATED if person.role == "moderator" else NEW
    typed = {"pseudonym": person.pseudonym, "passphrase": person.passphrase}
    offered = offers.token(f"change {person.row.pk}", new)
    typed |= {"new_passphrase": new, "offered": offered, "exposed": "no"}
    response = person.client.post("/en/me/change/", typed)
    assert response.status_code == 302, response.content.decode()
    return Person("", person.role, person.pseudonym, new)


def recover(person: Person) -> Person:
    """The account is opened with its recovery code."""
    row, ring = person.keys
    new = GENERATED if person.role == "moderator" else NEW
    typed = {"recovery_code": renew_recovery_code(row.pk, ring), "pseudonym": person.pseudonym}
    typed |= offers.typed("recover", new)
    assert Client().post("/en/in/recover/", typed).status_code == 200
    return Person("", person.role, person.pseudonym, new)


WAYS: list[Callable[[Person], Person]] = [change, recover]


@pytest.mark.thorough
@pytest.mark.parametrize("renew", WAYS)
def test_the_old_disk_with_the_old_passphrase_opens_nothing_made_later(
    member: Person, moderator: Person, renew: Callable[[Person], Any]
) -> None:
    messages.write_message(moderator.ring, moderator.row, "Earlier.", to=member.row)
    kept = kept_by(member)
    assert opened_with(kept) > 0
    new = renew(member)
    messages.write_message(moderator.ring, moderator.row, "Later.", to=new.row)
    network_rotation.renew_network_key(moderator.ring)
    lifecycle.post(new.ring, new.row, REPORT)
    reencrypt.reencrypt_all(moderator.ring, pause=lambda _seconds: None)
    assert opened_with(kept) == 0
    said = messages.messages_for(new.ring, new.row)
    assert {message.text for message in said} == {"Earlier.", "Later."}
    check_member(moderator.ring, new.row)
