"""The pepper, which is neither in the database nor in anybody's hands, and the server's own key.

The only place that reads the pepper. Every member holds the network key and might write to the
database; what only this server may vouch for takes its key as well (`vault.network`).
"""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from safety_app.vault import boxes


def pepper() -> bytes:
    """32 bytes. Raises ImproperlyConfigured where there is none."""
    # Without it, whoever takes the disk could guess passphrases: better to refuse every sign-in.
    if not settings.PEPPER:
        raise ImproperlyConfigured("There is no pepper; docs/operations.md says how to give one.")
    return bytes(settings.PEPPER)


def server_key() -> bytes:
    """The key (32 bytes) with which this server vouches for rows. Raises ImproperlyConfigured."""
    return boxes.derive(pepper(), "server key")
