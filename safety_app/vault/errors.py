"""The errors the vault raises."""


class VaultError(Exception):
    """Something did not open, did not match, or was malformed.

    Messages name the mechanism that failed and never contain what was being opened.
    """


class VaultBusy(VaultError):
    """Too many passphrases are being stretched at once; try again in a moment."""
