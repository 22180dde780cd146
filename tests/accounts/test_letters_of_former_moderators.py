"""A moderator who read an application knows the applicant's welcome key for ever. Once she has been
removed, and the applicant has come in, no letter of hers must be shown as the organisation's.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from safety_app.accounts.flows import invite, messages, revoke
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import application_seals, desk_keys, sealed_rows
from safety_app.accounts.models import Member, Message
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault import network
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.newcomers import accept, applicant, application_of
from tests.cast import Person

pytestmark = pytest.mark.thorough

THIRD = MadePassphrase("gibole natuve kirosa dapemu")


@dataclass(frozen=True)
class Former:
    """A moderator who has read somebody's application."""

    row: Member
    welcome_key: bytes

    def forge(self, reader: Person) -> None:
        """Write a letter into the database."""
        letter = Message(id=random_id(), day=today())
        content = messages._CODEC.encode(("Made up.", "member", "Lantern Collective", 0))
        sealed_rows.seal_row("letter", letter, bytes(reader.row.public_key), content, None)
        letter.mac = sealed_rows.mac_of("letter", letter, network.row_key(self.welcome_key))
        letter.save(force_insert=True)


@pytest.fixture
def newcomer() -> Person:
    return applicant("Calm Heron")


@pytest.fixture
def former(moderator: Person, newcomer: Person) -> Former:
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    joined = join(code, "Grey Plover", THIRD)
    row, ring = joined.member, joined.ring
    seed = desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id))
    opened = application_seals.open_application(application_of(newcomer), seed)
    return Former(row, opened.welcome_key)


def write_to(moderator: Person, newcomer: Person) -> None:
    row, ring = moderator.keys
    seed = desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id))
    to = application_of(newcomer)
    messages.write_to_applicant(ring, row, "Who knows you?", desk_seed=seed, to=to)


def come_in(moderator: Person, newcomer: Person) -> None:
    assert accept(moderator.ring, moderator.row, application_of(newcomer).pk) == "waiting"
    assert newcomer.client.get("/en/a/").status_code == 200
    assert newcomer.row.state == "active"


def test_a_forged_letter_is_not_shown(moderator: Person, newcomer: Person, former: Former) -> None:
    come_in(moderator, newcomer)
    revoke.revoke_access(moderator.ring, moderator.row, [former.row.pk])
    former.forge(newcomer)
    assert messages.messages_for(newcomer.ring, newcomer.row) == []
    letter = Message.objects.get()
    assert not messages.erase_message(newcomer.ring, newcomer.row, letter.pk)


def test_what_she_was_written_as_an_applicant_stays(moderator: Person, newcomer: Person) -> None:
    write_to(moderator, newcomer)
    come_in(moderator, newcomer)
    shown = messages.messages_for(newcomer.ring, newcomer.row)
    assert [letter.text for letter in shown] == ["Who knows you?"]
    assert messages.erase_message(newcomer.ring, newcomer.row, shown[0].id)
