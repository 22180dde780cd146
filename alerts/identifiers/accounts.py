"""Accounts that money goes to: IBANs, cards, addresses of crypto money, Pix and UPI keys."""

from __future__ import annotations

import binascii
import re
from base64 import urlsafe_b64decode

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.text import words

_COIN_SCHEME = re.compile(
    r"^(?:bitcoin|ethereum|litecoin|monero|solana|tron|dogecoin|dogecoin|bitcoincash|bchtest|"
    r"cardano|web\+cardano|ripple|xrp|xrpl|stellar|web\+stellar|dash|zcash|polkadot|cosmos|ton|"
    r"lightning|nano|algorand|tezos|kaspa|tether|usdt|btc|eth|ltc|bch|xmr|sol|trx|doge)"
    r":(?://)?(?:transfer/|pay-|pay:)?",
    re.IGNORECASE,
)
# Letters of both cases carry meaning in base58, so case is kept; not so in bech32 and hexadecimal.
_BASE58 = re.compile(r"^(?=[^0-9]*\d)(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])[1-9A-HJ-NP-Za-km-z]{25,111}$")
# Without re.ASCII, ignoring case would let in the dotted capital İ of Turkish.
_ANY_CASE = re.compile(
    r"^(?:(?:bc|tb|ltc|addr|stake|addr_test|cosmos|osmo|terra|inj|bnb|thor|maya|erd|zil|zs|u|celestia"
    r"|sei|juno|kava|secret|akash|axelar|dydx|grs|vtc|dgb|lnurl|lnbc|fil|hc|bcrt|near|sp)"
    r"1[02-9ac-hj-np-z]{20,250}|0x(?:[0-9a-f]{64}|[0-9a-f]{40})|lnbc\d+[munp]?1[02-9ac-hj-np-z]{50,700}"
    r"|(?:nano|xrb)_[13][13-9a-km-uw-z]{59}|kaspa:[02-9ac-hj-np-z]{61,67}"
    r"|(?:bitcoincash:)?[qp][02-9ac-hj-np-z]{41}|f[0-4][a-z2-7]{38,90})$",
    re.IGNORECASE | re.ASCII,
)
_CAPITALS = re.compile(r"^(?:G[A-Z2-7]{55}|[A-Z2-7]{58})$")  # Stellar, Algorand
_TON = re.compile(r"^[EUk0]Q[A-Za-z0-9_+/-]{46}$")
_HEDERA = re.compile(r"^0\.0\.\d{3,10}$")
_UUID = re.compile(r"^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$", re.IGNORECASE | re.ASCII)

_IBAN_START = re.compile(
    r"(?<![^\W_])(?:IBAN)?([A-Z]{2}[ .-]?\d{2}(?:[ .-]{0,2}[A-Z0-9]){11,30})", re.I
)
_IBAN_BEGUN = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){0,26}$", re.IGNORECASE)
_IBAN_GOES_ON = re.compile(r"^[A-Z0-9]{1,4}(?: |$|[A-Z0-9])", re.IGNORECASE)
_LIMIT = 100
_IBAN = re.compile(r"^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$")  # ISO 13616-1
_MOSTLY_DIGITS = 8
_SCANNED_DIGITS = str.maketrans("OIL", "011")
# Length of each country's IBAN (SWIFT, IBAN registry).
_IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "FO", "GL", "NL", "SD", "FK"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "XK", "LT", "LU", "MN"), 20),
    **dict.fromkeys(("CR", "CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "OM", "SO", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HU", "LB", "NI", "PL", "SV"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "MU", "YE"), 30),
    **dict.fromkeys(("MT", "SC"), 31),
    **dict.fromkeys(("LC",), 32),
    **dict.fromkeys(("RU",), 33),
}
CARD = re.compile(r"(?<![\d+])(?:\d[ -]?){12,18}\d(?!\d)")
_CPF = re.compile(r"(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)")
_CNPJ = re.compile(r"(?<!\d)\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}(?!\d)")
_SORT_CODE = re.compile(r"(?<![\d-])\d\d-\d\d-\d\d[ ,/]{1,3}\d{8}(?!\d)")
# What follows the @ in payment addresses of India (UPI).
UPI_BANKS = words(
    "apl axisb axisbank axl barodampay cnrb fbl federal hdfcbank hsbc ibl icici idbi idfcbank "
    "indus jupiteraxis kotak okaxis okhdfcbank okicici oksbi paytm pnb postbank pthdfc ptaxes "
    "ptsbi ptyes rbl sbi superyes timecosmos uboi upi waaxis wahdfcbank waicici wasbi yapl "
    "ybl yescred yesbank yesg"
)
_CARD_STARTS = ("2", "3", "4", "5", "6")


def read_account(text: str) -> Identifier | None:
    """An IBAN or an address of crypto money that `text` (one word, or an IBAN in groups) is.

    Raises IdentifierError for an IBAN with a mistake in it.
    """
    return read_coin(text) or _iban(text)


def read_coin(text: str) -> Identifier | None:
    """The address of crypto money, with or without "bitcoin:" in front and an amount behind."""
    has_scheme = _COIN_SCHEME.match(text)
    coin = text[has_scheme.end() :] if has_scheme else text
    coin = re.split(r"[?@/&]", coin, maxsplit=1)[0].strip(".,;:()")
    if _BASE58.match(coin):
        return Identifier("payment", coin, coin)
    if _ANY_CASE.match(coin):
        key = coin.lower().removeprefix("bitcoincash:")
        return Identifier("payment", key, key)
    if _CAPITALS.match(coin) and any(map(str.isdigit, coin)):
        return Identifier("payment", coin, coin)
    if _TON.match(coin):
        return _ton(coin)
    if _HEDERA.match(coin):
        return Identifier("payment", coin, coin)
    return None


def _ton(coin: str) -> Identifier | None:
    """A TON address: what counts is the account inside, not whether it bounces."""
    try:
        raw = urlsafe_b64decode(coin.replace("+", "-").replace("/", "_"))
    except (binascii.Error, ValueError):
        return None
    key = f"{int.from_bytes(raw[1:2], signed=True)}:{raw[2:34].hex()}"
    return Identifier("payment", key, coin)


def read_key(text: str) -> Identifier | None:
    """A random key of Pix, as one word."""
    if not _UUID.match(text) or "-" not in text:
        return None
    key = text.lower().replace("-", "")
    groups = (key[:8], key[8:12], key[12:16], key[16:20], key[20:])
    return Identifier("payment", key, "-".join(groups))


def read_upi(text: str) -> Identifier:
    """A payment address of India, "name@bank"; one that begins with a number is also similar to
    that number."""
    name = text.lower()
    local = name.partition("@")[0]
    similar = local[-8:] if local.isdecimal() and len(local) >= 10 else None
    return Identifier("payment", name, name, similar)


def ibans_in(text: str) -> list[tuple[int, int, Identifier | IdentifierError]]:
    """The IBANs in a line: start, end and the IBAN, or what is wrong with it."""
    found: list[tuple[int, int, Identifier | IdentifierError]] = []
    place = 0
    while match := _IBAN_START.search(text, place):
        start, written = match.start(1), match.group(1)
        length = _IBAN_LENGTHS.get(written[:2].upper())
        taken = _first(written, length) if length else None
        place = match.start(1) + 4
        if taken is None or sum(map(str.isdigit, taken)) < _MOSTLY_DIGITS:
            continue
        place = start + len(taken)
        if text[place : place + 1].isalnum():
            continue
        try:
            iban = _iban_of_picture(taken)
        except IdentifierError as error:
            found.append((start, place, error))
            continue
        if iban:
            found.append((start, place, iban))
    return found


def is_iban_broken(line: str, after: str) -> bool:
    """Whether an IBAN begins at the end of a line and goes on in the next one."""
    begun = _IBAN_BEGUN.search(line[-40:])
    if not begun or not _IBAN_GOES_ON.match(after) or len(after) > _LIMIT:
        return False
    return any(
        isinstance(found, Identifier) and end > len(begun.group()) + 1
        for _start, end, found in ibans_in(f"{begun.group()} {after}")
    )


def numbers_in(text: str) -> list[tuple[int, int, Identifier]]:
    """Payment cards, Brazilian tax numbers (keys of Pix) and British accounts in a line."""
    found: list[tuple[int, int, Identifier]] = []
    for pattern in (_CPF, _CNPJ, _SORT_CODE, CARD):
        for match in pattern.finditer(text):
            digits = re.sub(r"\D", "", match.group())
            if pattern is CARD and not _is_card(digits):
                continue
            if any(start < match.end() and match.start() < end for start, end, _id in found):
                continue
            shown = match.group() if pattern is not CARD else _groups(digits)
            # The eleven digits of a tax number alone are read as a telephone number.
            similar = digits[-8:] if pattern is _CPF else None
            found.append(
                (match.start(), match.end(), Identifier("payment", digits, shown, similar))
            )
    return found


def _is_card(digits: str) -> bool:
    """ISO/IEC 7812: where numbers of cards begin, and the check digit (Luhn)."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(map(int, digits[::-2])) + sum(twice - 9 * (twice > 9) for twice in doubled)
    return len(digits) in (14, 15, 16, 19) and digits[0] in _CARD_STARTS and total % 10 == 0


def _iban(text: str) -> Identifier | None:
    iban = re.sub(r"[ .-]", "", text.upper()).removeprefix("IBAN").lstrip(":")
    if not _IBAN.match(iban) or sum(map(str.isdigit, iban)) < _MOSTLY_DIGITS:
        return None
    if len(iban) != _IBAN_LENGTHS.get(iban[:2], len(iban)) or not _has_right_check_digits(iban):
        raise IdentifierError(_("This IBAN has a mistake in it. Check the digits."))
    return Identifier("payment", iban, _groups(iban))


def _iban_of_picture(text: str) -> Identifier | None:
    """An IBAN in which a scanner may have read letters for zeros: the check digits tell."""
    try:
        return _iban(text)
    except IdentifierError:
        with_digits = text[:4] + text[4:].upper().translate(_SCANNED_DIGITS)
        if with_digits != text and _has_right_check_digits(re.sub(r"[ .-]", "", with_digits)):
            return _iban(with_digits)
        raise


def _first(text: str, length: int) -> str | None:
    """The beginning of `text` that holds so many letters and digits."""
    count = 0
    for place, character in enumerate(text):
        count += character.isalnum()
        if count == length:
            return text[: place + 1]
    return None


def _groups(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _has_right_check_digits(iban: str) -> bool:
    """ISO 7064, MOD 97-10: country and check digits moved to the end, letters as 10 to 35."""
    rearranged = iban[4:] + iban[:4]
    return int("".join(str(int(character, 36)) for character in rearranged)) % 97 == 1
