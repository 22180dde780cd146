"""Tables of organisations, people, desks and network keys."""

from safety_app.accounts.models.desks import (
    Application,
    AuthorDisclosure,
    Desk,
    DeskSeal,
    Message,
    Proposal,
    Vouching,
)
from safety_app.accounts.models.listed import (
    APPLICANTS,
    last_day_of_code,
    listed_invitations,
    listed_people,
)
from safety_app.accounts.models.network import (
    Epoch,
    Instance,
    Organisation,
    VerifyingKey,
    WitnessList,
)
from safety_app.accounts.models.people import (
    MEMBER_ROLES,
    OPEN_CODES,
    Invitation,
    Member,
    PersonalSettings,
)

__all__ = [
    "APPLICANTS",
    "MEMBER_ROLES",
    "OPEN_CODES",
    "Application",
    "Desk",
    "DeskSeal",
    "Epoch",
    "Instance",
    "Invitation",
    "Message",
    "AuthorDisclosure",
    "Member",
    "Organisation",
    "PersonalSettings",
    "Proposal",
    "VerifyingKey",
    "Vouching",
    "WitnessList",
    "last_day_of_code",
    "listed_invitations",
    "listed_people",
]
