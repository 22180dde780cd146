"""A start with the wrong pepper or an older database is refused: nobody could sign in.

`manage.py check --deploy --database default` shows it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError

from safety_app.accounts.keys import credentials, epoch_pin
from safety_app.accounts.models import Epoch, Instance
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.rotation.database_keys import epoch_rows

_UNREADABLE_PIN = (
    "The file in which this server remembers the newest network key (NIGHTJAR_EPOCH_PIN_FILE) "
    "is not there or cannot be read, so nobody can sign in: see docs/operations.md."
)


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
        instances = list(Instance.objects.all())
    except DatabaseError:  # no tables yet
        return []
    if not instances or any(credentials.fits_pepper(one) for one in instances):
        return []
    text = (
        "This is not the pepper that this network was founded with, so nobody could sign in: give "
        "the right one, or see docs/operations.md."
    )
    return [Error(text, id="nightjar.E014")]


def database_fits(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """The database must not be older than what this server has seen, unless an operator says so.

    A forged newer one is noticed only when somebody signs in: see `keys.epoch_pin`.
    """
    if not databases:
        return []
    try:
        is_founded = Epoch.objects.exists() or Instance.objects.exists()
    except DatabaseError:  # no tables yet
        return []
    if not is_founded:
        return []
    try:
        is_older = epoch_pin.is_older(epoch_rows().newest)
    except EpochNotPinned:
        return [Error(_UNREADABLE_PIN, id="nightjar.E015")]
    if not is_older:
        return []
    text = (
        "The database is older than what this server has seen. If you restored a backup, run "
        "`manage.py trust_database`; if nobody did, see docs/operations.md."
    )
    return [Error(text, id="nightjar.E015")]
