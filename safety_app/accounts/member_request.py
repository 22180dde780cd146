"""The keys that go with a request, as `user` goes with it: set by `middleware.trusted_row`."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from safety_app.accounts.keys.keyring import KeyRing


def ring_of(request: HttpRequest) -> KeyRing | None:
    """The ring of whoever is signed in; None for everyone else, and before the middleware ran."""
    return cast(KeyRing | None, getattr(request, "ring", None))


def set_ring(request: HttpRequest, ring: KeyRing | None) -> None:
    """From here on, the request is one of somebody with these keys, or of nobody."""
    cast(Any, request).ring = ring
