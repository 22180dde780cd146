"""Where places of some kind are listed, for apps that must not import the directory."""

from __future__ import annotations

from collections.abc import Callable

from safety_app.registry import Registry

# Takes a kind of help and a country; returns the address of a list with at least one place in it,
# or nothing.
Finder = Callable[[str, str], str]

finders: Registry[Finder] = Registry()


def places_address(kind: str, country: str) -> str:
    """The address of the places of this kind in this country; empty where none is known."""
    return next((address for finder in finders if (address := finder(kind, country))), "")
