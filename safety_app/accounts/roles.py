"""What an account may do. A row keeps its roles as words joined by commas, in one order."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What a newcomer's account is for, and the roles that make it so.
KINDS: dict[str, str] = {
    "member": "member",
    "reporter": "member,reporter",
    "moderator": "member,moderator",
    "translator": "translator",
    "editor": "editor",
}

WORDS: dict[str, Promise] = {
    "member": _("Member"),
    "reporter": _("Reporter"),
    "moderator": _("Moderator"),
    "translator": _("Translator"),
    "editor": _("Editor"),
}
# What a moderator can give to a member, and take again; "member" is what the invitation brought.
GIVEN = ("moderator", "reporter", "editor", "translator")


def holds_network_key(roles: str) -> bool:
    """Whether these roles go with the network key."""
    return "member" in roles.split(",")


def kind_of(roles: str) -> str:
    """The kind of account an invitation's roles make; "member" when nothing else is known."""
    found = [kind for kind, set_of_roles in KINDS.items() if set_of_roles == roles]
    return found[0] if found else "member"


def known(roles: object) -> list[str]:
    """The roles of a row that we know, in their one order; none when there is no text."""
    held = set(roles.split(",")) if isinstance(roles, str) else set()
    return [role for role in WORDS if role in held]


def words_of(roles: str) -> list[Promise]:
    """Every role of a row as a word on the screen; plain members are "Member", others are more."""
    held = known(roles)
    more = [role for role in held if role != "member"]
    return [WORDS[role] for role in more or held]


def with_given(roles: str, given: Collection[str]) -> str:
    """The roles of a row with exactly these of GIVEN; what else it has stays."""
    kept = {role for role in known(roles) if role not in GIVEN}
    return ",".join(role for role in WORDS if role in kept or (role in given and role in GIVEN))
