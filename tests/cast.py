"""The fixed cast: two organisations and their people, made once, joined by real codes.

Use the fixtures of `tests/conftest.py`: `member`, `colleague`, `reporter`, `moderator`,
`other_moderator`, `outsider`, `translator`. `nobody` is a client without an account. `proofreader`
and `editor` join only in tests that ask for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.test import Client

from safety_app.accounts.flows import found_network, invite
from safety_app.accounts.flows import sign_in as sign_in_flow
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Epoch, Member
from safety_app.vault.made_passphrases import MadePassphrase
from tests import reuse

ORGANISATION = "Lantern Collective"
OTHER_ORGANISATION = "Harbour House"


@dataclass
class Person:
    """Someone of the cast. `client` signs in over HTTP when it is first used."""

    name: str
    role: str
    pseudonym: str
    passphrase: str
    organisation: str = ORGANISATION
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def row(self) -> Member:
        """Her row as it is now."""
        return self.keys[0]

    @property
    def ring(self) -> KeyRing:
        """Her opened keys, without a session."""
        return self.keys[1]

    @property
    def keys(self) -> tuple[Member, KeyRing]:
        """Row and ring."""
        return reuse.account(
            self._secret, lambda: sign_in_flow.find_account(self.pseudonym, self.passphrase)
        )

    @cached_property
    def client(self) -> Client:
        """A browser in which she is signed in; the same one for the whole test."""
        return reuse.browser(self._secret, self.row.pk, self.sign_in)

    @property
    def _secret(self) -> str:
        return f"{self.pseudonym} {self.passphrase}"

    def sign_in(self, **fields: str) -> Client:
        """Another browser in which she is signed in; `pin` can be given."""
        client = Client(headers={"referer": "http://testserver/en/in/"})
        typed = {"pseudonym": self.pseudonym, "passphrase": self.passphrase, **fields}
        response = client.post("/en/in/", typed)
        assert response.status_code == 302, response.content.decode()
        return client

    def confirm(self, client: Client | None = None) -> Client:
        """Type the passphrase once more, as pages ask that could take the account away."""
        client = client or self.client
        response = client.post("/en/me/again/", {"passphrase": self.passphrase})
        assert response.status_code == 302, response.content.decode()
        return client


# Their passphrases count as made here.
CAST = {
    "moderator": ("moderator", "Quiet Heron", "bodafi kemoru tisane lovagu", ORGANISATION),
    "member": ("member", "Amber Lynx", "seven kettles under a paper moon", ORGANISATION),
    "colleague": ("member", "Tall Marigold", "no ferry leaves before the rain 42", ORGANISATION),
    "reporter": ("reporter", "Slow Otter", "the violet tram rings twice at noon", ORGANISATION),
    "translator": ("translator", "Plain Sparrow", "quince jam on a wooden ladder", ORGANISATION),
    "other_moderator": (
        "moderator",
        "North Finch",
        "rugabe dinoso pakelu mivota",
        OTHER_ORGANISATION,
    ),
    "outsider": ("member", "Far Juniper", "eleven grey stones in a green coat", OTHER_ORGANISATION),
}
# They join when a test asks for them.
LATER = {
    "proofreader": ("translator", "Calm Bracken", "four gulls above the tin roof", ORGANISATION),
    "editor": ("editor", "Round Pebble", "a slow bus to the salt market", ORGANISATION),
}
# What founding printed; empty when the tables were there already.
CODES: dict[str, str] = {}


def person(name: str) -> Person:
    """A fresh person: nothing she does in one test is seen in another."""
    role, pseudonym, passphrase, organisation = (CAST | LATER)[name]
    return Person(name, role, pseudonym, passphrase, organisation)


def populate() -> None:
    """Found the network and let everyone join, unless they are there."""
    if Epoch.objects.exists():
        return
    first = found_network.found_network(ORGANISATION)
    moderator = _join(first.invitation_code, "moderator")
    second = found_network.add_organisation(*moderator, OTHER_ORGANISATION)
    other = _join(second.invitation_code, "other_moderator")
    CODES.update(desk=first.desk_recovery_code, other_desk=second.desk_recovery_code)
    for name, (role, _pseudonym, _passphrase, organisation) in CAST.items():
        if role != "moderator":
            inviter = moderator if organisation == ORGANISATION else other
            _join(invite.make_invitation(*inviter, role), name)


def let_in(name: str) -> Person:
    """Someone of LATER, who joins now."""
    row, ring = person("moderator").keys
    _join(invite.make_invitation(ring, row, LATER[name][0]), name)
    return person(name)


def _join(code: str, name: str) -> tuple[KeyRing, Member]:
    someone = person(name)
    joined = join(code, someone.pseudonym, MadePassphrase(someone.passphrase))
    CODES[name] = joined.recovery_code
    return joined.ring, joined.member
