"""What an account may do. A row keeps its roles as words joined by commas."""

from __future__ import annotations

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


def holds_network_key(roles: str) -> bool:
    """Whether these roles go with the network key."""
    return "member" in roles.split(",")


def kind_of(roles: str) -> str:
    """The kind of account behind a row's roles; "member" when nothing else is known."""
    found = [kind for kind, set_of_roles in KINDS.items() if set_of_roles == roles]
    return found[0] if found else "member"
