"""Requests of members: `ring` accompanies `user`, set by `middleware.trusted_row`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.http import HttpRequest

from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member


class MemberRequest(HttpRequest):
    """A request that has passed a guard: `user` is the member's row, `ring` their keys."""

    user: Member
    ring: KeyRing


def usable_ring(member: Member, ring: KeyRing) -> KeyRing:
    """The ring that views may use: without network keys for somebody who is not in yet."""
    return replace(ring, epochs={}) if member.state == "approved" else ring


def ring_of(request: HttpRequest) -> KeyRing | None:
    """The ring of whoever is signed in; None for everyone else, and before the middleware ran."""
    return cast(KeyRing | None, getattr(request, "ring", None))


def set_ring(request: HttpRequest, ring: KeyRing | None) -> None:
    """Set the ring of this request; None for nobody."""
    cast(Any, request).ring = ring
