"""What all apps show on the moderator's desk, without this app importing them."""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.utils.module_loading import import_string

from safety_app.members.hooks import Tool, Waiting
from safety_app.members.keys import KeyRing
from safety_app.members.models import Member


def waiting(ring: KeyRing, moderator: Member) -> list[Waiting]:
    """Everything that waits for this moderator: what is urgent first, then the oldest."""
    found: list[Waiting] = []
    for config in apps.get_app_configs():
        for path in getattr(config, "desk_waiting", []):
            look: Callable[[KeyRing, Member], list[Waiting]] = import_string(path)
            found += look(ring, moderator)
    return sorted(found, key=lambda one: (not one.urgent, one.day))


def tools() -> list[Tool]:
    """Every tool, in the order in which apps list them."""
    return [tool for config in apps.get_app_configs() for tool in getattr(config, "desk_tools", [])]
