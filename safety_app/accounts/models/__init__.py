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
from safety_app.accounts.models.network import Epoch, Instance, Organisation, VerifyingKey
from safety_app.accounts.models.people import MEMBER_ROLES, Invitation, Member, PersonalSettings

__all__ = [
    "MEMBER_ROLES",
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
]
