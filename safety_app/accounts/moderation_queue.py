"""What all apps show on the moderator's desk, without this app importing them."""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.utils.module_loading import import_string

from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.registry import QueueItem, Tool


def waiting(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Everything that waits for this moderator: what is urgent first, then the oldest."""
    found: list[QueueItem] = []
    for config in apps.get_app_configs():
        for path in getattr(config, "desk_waiting", []):
            look: Callable[[KeyRing, Member], list[QueueItem]] = import_string(path)
            found += look(ring, moderator)
    return sorted(found, key=lambda one: (not one.urgent, one.day))


def tools() -> list[Tool]:
    """Every tool, in the order in which apps list them."""
    return [tool for config in apps.get_app_configs() for tool in getattr(config, "desk_tools", [])]
