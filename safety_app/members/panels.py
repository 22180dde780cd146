"""What other apps show on the moderator's desk, without this app importing them."""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps
from django.utils.module_loading import import_string

from safety_app.members.hooks import Panel
from safety_app.members.models import Member


def shown_to(moderator: Member) -> list[tuple[Panel, int]]:
    """Every panel with its number."""
    shown = []
    for config in apps.get_app_configs():
        for panel in getattr(config, "desk_panels", []):
            count: Callable[[Member], int] = import_string(panel.count)
            shown.append((panel, count(moderator)))
    return shown
