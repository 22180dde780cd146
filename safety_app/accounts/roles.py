"""What an account may do. A row stores its roles as comma-separated words in a fixed order."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Kinds of account an invitation can create, and the roles of each.
ROLES_OF_KIND: dict[str, str] = {
    "member": "member",
    "reporter": "member,reporter",
    "moderator": "member,moderator",
    "translator": "translator",
    "editor": "editor",
}

LABELS: dict[str, Promise] = {
    "member": _("Member"),
    "reporter": pgettext_lazy("role", "Writes for others"),
    "moderator": _("Moderator"),
    "translator": _("Translator"),
    "editor": _("Editor"),
}
# Roles a moderator can grant and revoke; "member" only comes with an invitation.
GRANTABLE = ("moderator", "reporter", "editor", "translator")


def holds_network_key(roles: str) -> bool:
    """Whether accounts with these roles hold the network key."""
    return "member" in roles.split(",")


def kind_of(roles: str) -> str:
    """The kind of account with exactly these roles; "member" when there is none."""
    kinds = [kind for kind, set_of_roles in ROLES_OF_KIND.items() if set_of_roles == roles]
    return kinds[0] if kinds else "member"


def known_roles(roles: object) -> list[str]:
    """A row's roles that we know, in the fixed order; none when the value is not text."""
    held = set(roles.split(",")) if isinstance(roles, str) else set()
    return [role for role in LABELS if role in held]


def labels_of(roles: str) -> list[Promise]:
    """A row's roles as words for the screen. "Member" appears only when it is the sole role."""
    held = known_roles(roles)
    more = [role for role in held if role != "member"]
    return [LABELS[role] for role in more or held]


def with_granted(roles: str, granted: Collection[str]) -> str:
    """A row's roles with exactly these of GRANTABLE; its other roles stay."""
    unchanged = {role for role in known_roles(roles) if role not in GRANTABLE}
    return ",".join(
        role for role in LABELS if role in unchanged or (role in granted and role in GRANTABLE)
    )
