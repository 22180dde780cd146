"""A start with the wrong pepper is refused: nobody could sign in, and nobody would know why.

`manage.py check --deploy --database default` shows it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError

from safety_app.accounts.keys import credentials
from safety_app.accounts.models import Instance
from safety_app.vault import network


def pepper_fits(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """The pepper must be the one that the network was founded with.

    Like Django's own checks, it asks the database only if it may.
    """
    if not databases or not settings.PEPPER:  # without a pepper another check speaks
        return []
    try:
        instance = Instance.objects.first()
    except DatabaseError:  # no tables yet
        return []
    if instance is None:
        return []
    expected = credentials.pepper_check(bytes(instance.salt))
    if network.equal(expected, bytes(instance.pepper_check)):
        return []
    text = (
        "This is not the pepper that this network was founded with, so nobody could sign in: give "
        "the right one, or see docs/operations.md."
    )
    return [Error(text, id="nightjar.E014")]
