"""The first page after signing in. Each app registers one for the roles that use it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.registry import Registry


@dataclass(frozen=True)
class StartPage:
    """The first page of a role; `url_name` takes no arguments."""

    role: str
    url_name: str


start_pages: Registry[StartPage] = Registry()


def start_page_of(member: Member, ring: KeyRing | None) -> str:
    """The address of a member's first page.

    That is the alerts for holders of the network key, else the page of the first role that has
    one, else the account.
    """
    if ring is None or member.state != "active":
        return reverse("accounts:me")
    for start in start_pages:
        works_here = bool(ring.epochs) if start.role == "member" else member.has_role(start.role)
        if works_here:
            return reverse(start.url_name)
    return reverse("accounts:me")
