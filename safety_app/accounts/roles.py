"""What an account may do. A row keeps its roles as words joined by commas, in one order."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What a newcomer's account is for, and the roles that make it so.
ROLES_OF_KIND: dict[str, str] = {
    "member": "member",
    "reporter": "member,reporter",
    "moderator": "member,moderator",
    "translator": "translator",
    "editor": "editor",
}

LABELS: dict[str, Promise] = {
    "member": _("Member"),
    "reporter": _("Reporter"),
    "moderator": _("Moderator"),
    "translator": _("Translator"),
    "editor": _("Editor"),
}
# What a moderator can give to a member, and take again; "member" is what the invitation brought.
GRANTABLE = ("moderator", "reporter", "editor", "translator")


def holds_network_key(roles: str) -> bool:
    """Whether these roles go with the network key."""
    return "member" in roles.split(",")


def kind_of(roles: str) -> str:
    """The kind of account an invitation's roles make; "member" when nothing else is known."""
    kinds = [kind for kind, set_of_roles in ROLES_OF_KIND.items() if set_of_roles == roles]
    return kinds[0] if kinds else "member"


def known_roles(roles: object) -> list[str]:
    """The roles of a row that we know, in their one order; none when there is no text."""
    held = set(roles.split(",")) if isinstance(roles, str) else set()
    return [role for role in LABELS if role in held]


def labels_of(roles: str) -> list[Promise]:
    """Every role of a row as a word on the screen; plain members are "Member", others are more."""
    held = known_roles(roles)
    more = [role for role in held if role != "member"]
    return [LABELS[role] for role in more or held]


def with_granted(roles: str, granted: Collection[str]) -> str:
    """The roles of a row with exactly these of GIVEN; what else it has stays."""
    unchanged = {role for role in known_roles(roles) if role not in GRANTABLE}
    return ",".join(
        role for role in LABELS if role in unchanged or (role in granted and role in GRANTABLE)
    )
