"""The one way the vault fails."""


class VaultError(Exception):
    """Something did not open, did not match, or was not of the right form.

    Messages say which mechanism failed and never contain what was being opened.
    """


class VaultBusy(VaultError):
    """Too many passphrases are being stretched at once; try again in a moment."""
