"""Three fictional organisations and their people."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from deploy.demo.texts import COLOURS, CREATURES
from safety_app.accounts.flows.found_network import add_organisation, found_network
from safety_app.accounts.flows.invite import make_invitation
from safety_app.accounts.flows.join import NewAccount, join
from safety_app.accounts.models import Member
from safety_app.vault.made_passphrases import new_passphrase

ORGANISATIONS = ("Lantern Collective", "Harbour House", "Rue des Lilas")
# For each organisation; with its moderator that makes 60 members and 6 others.
KINDS = ("member",) * 18 + ("reporter", "translator", "editor")


@dataclass(frozen=True)
class Person:
    """A fictional account with what opens it."""

    joined: NewAccount
    pseudonym: str
    passphrase: str
    role: str

    @property
    def holds_keys(self) -> bool:
        """Whether she is a member, and not a translator or editor."""
        return bool(self.joined.ring.epochs)

    def account(self) -> dict[str, str]:
        """What the list of demo accounts says about her."""
        return {
            "pseudonym": self.pseudonym,
            "passphrase": self.passphrase,
            "role": self.role,
            "organisation": self.joined.member.organisation.name,
        }


def fictional_pseudonyms(random: Random) -> Iterator[str]:
    """Different pseudonyms of ten or more characters, in no particular order."""
    names = [f"{colour} {creature}" for colour in COLOURS for creature in CREATURES]
    random.shuffle(names)
    return (name for name in names if len(name) >= 10)


def enter(code: str, pseudonym: str, role: str) -> Person:
    """Use an invitation as a newcomer would."""
    passphrase = new_passphrase()
    return Person(join(code, pseudonym, passphrase), pseudonym, passphrase, role)


def populate(random: Random) -> tuple[list[Person], str]:
    """Everyone of the three organisations, and the code of an invitation nobody has used."""
    names = fictional_pseudonyms(random)
    people: list[Person] = []
    moderators: list[Person] = []
    for organisation in ORGANISATIONS:
        if moderators:
            first = moderators[0].joined
            founding = add_organisation(first.ring, first.member, organisation)
        else:
            founding = found_network(organisation)
        moderator = enter(founding.invitation_code, next(names), "moderator")
        moderators.append(moderator)
        people.append(moderator)
        for kind in KINDS:
            people.append(enter(invite(moderator, kind), next(names), kind))
    return people, invite(moderators[0], "member")


def invite(moderator: Person, kind: str) -> str:
    """An invitation into the moderator's organisation."""
    member: Member = moderator.joined.member
    return make_invitation(moderator.joined.ring, member, kind)
