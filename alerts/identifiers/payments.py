"""Payment names and accounts: cash tags, payment addresses, IBANs, addresses of crypto money."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.addresses import read_address
from alerts.identifiers.emails import read_email
from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.phones import normalise_phone
from alerts.identifiers.text import ascii_digits, clean_compatible
from alerts.identifiers.usernames import of_target, username_key, without_address_signs

_LIMIT = 500

_IBAN = re.compile(r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$")  # ISO 13616-1
_MOSTLY_DIGITS = 10
_COIN_SCHEME = re.compile(r"^(?:bitcoin|ethereum|litecoin|monero|solana|tron|dogecoin):(?://)?")
# Letters of both cases carry meaning in base58, so case is kept; not so in bech32 and hexadecimal.
_BASE58 = re.compile(r"^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[1-9A-HJ-NP-Za-km-z]{25,106}$")
# Without re.ASCII, ignoring case would let in the dotted capital İ of Turkish.
_ANY_CASE = re.compile(
    r"^(?:(?:bc|ltc|tb)1[a-z0-9]{20,90}|0x[0-9a-f]{40})$", re.IGNORECASE | re.ASCII
)


def normalise_payment(value: str, country: str | None) -> Identifier:
    """Read a payment name or account.

    Cash App, Venmo, PayPal and other names share one key space, as user names do. A payment made
    to an e-mail address or a phone number gives an identifier of that kind.
    """
    text = clean_compatible(value, _LIMIT)
    account = read_account(text)
    if account:
        return account
    target = read_address(text)
    if target and target.kind == "username" and not target.host:
        # The name alone is shown, which may be an account or a number in turn.
        return normalise_payment(target.value, country)
    if target:
        identifier = of_target(target, country)
        return identifier._replace(kind="payment") if identifier.kind == "username" else identifier
    email = read_email(text)
    if email:
        return email
    if text.startswith("+"):
        return normalise_phone(text, country)
    name = without_address_signs(text)
    if name != text:  # what is left may be an account in turn
        return normalise_payment(name, country)
    return Identifier("payment", username_key(name), name)


def read_account(text: str) -> Identifier | None:
    """An IBAN or an address of crypto money; None when `text` is neither.

    Raises IdentifierError for an IBAN with a mistake in it.
    """
    coin = _COIN_SCHEME.sub("", text).split("?", 1)[0]
    if _BASE58.match(coin):
        return Identifier("payment", coin, coin)
    if _ANY_CASE.match(coin):
        return Identifier("payment", coin.lower(), coin.lower())
    iban = re.sub(r"[ .-]", "", ascii_digits(text).upper()).removeprefix("IBAN").lstrip(":")
    if not _IBAN.match(iban) or sum(map(str.isdigit, iban)) < _MOSTLY_DIGITS:
        return None
    if not _has_right_check_digits(iban):
        raise IdentifierError(_("This IBAN has a mistake in it. Check the digits."))
    groups = " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
    return Identifier("payment", iban, groups)


def _has_right_check_digits(iban: str) -> bool:
    """ISO 7064, MOD 97-10: country and check digits moved to the end, letters as 10 to 35."""
    rearranged = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in rearranged)) % 97 == 1
