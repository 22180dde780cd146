"""Tables of organisations, people, desks and network keys."""

from safety_app.members.models.desks import (
    Application,
    Desk,
    DeskSeal,
    Letter,
    Look,
    Proposal,
    Vouching,
)
from safety_app.members.models.network import Epoch, Instance, Organisation
from safety_app.members.models.people import MEMBER_ROLES, Invitation, Member

__all__ = [
    "MEMBER_ROLES",
    "Application",
    "Desk",
    "DeskSeal",
    "Epoch",
    "Instance",
    "Invitation",
    "Letter",
    "Look",
    "Member",
    "Organisation",
    "Proposal",
    "Vouching",
]
