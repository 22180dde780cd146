"""Phone numbers, by libphonenumber's metadata (phonenumberslite).

Accepted when possible for their country, not only when assigned: numbering plans change faster
than metadata, and the ranges reserved for fiction are never assigned.
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
from django.utils.translation import gettext_lazy as _
from phonenumbers import CountryCodeSource, NumberParseException, PhoneNumber, PhoneNumberFormat

from alerts.identifiers.addresses import read_address
from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.text import ascii_digits, clean

_LIMIT = 300
_MAX_DIGITS = 24
_SIMILAR_DIGITS = 8

_ARGENTINA, _MEXICO = 54, 52

# A word in front ("tel:", "WhatsApp") and an extension behind do not belong to the number.
_BEFORE = re.compile(r"^[^\d+(]{0,20}(?=[\d+(])")
_EXTENSION = re.compile(r"(?:;?\s*ext\.?=?|\s*x|\s*#|\s*poste)\s*\d{1,7}$", re.IGNORECASE)
_PARAMETERS = re.compile(r";[a-z-]+=.*$", re.IGNORECASE)

# The ways of calling a mobile in Mexico until 2020, written in front of the ten digits.
_OLD_MEXICAN = re.compile(r"^(?:044|045|01|1)(?=\d{10}$)")


def normalise_phone(value: str, country: str | None) -> Identifier:
    """Read a phone number; `country` (ISO 3166-1) says how to read one without a country code."""
    text = ascii_digits(clean(value, _LIMIT))
    target = read_address(text)
    _before, text = parted(target.value if target and target.kind == "phone" else text)
    number = _parse(*_digits(text), "(0)" in text.replace(" ", ""), _known(country))
    national = phonenumbers.national_significant_number(number)
    key = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Identifier(
        kind="phone",
        key=key,
        shown=phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
        similar=national[-_SIMILAR_DIGITS:] if len(national) >= _SIMILAR_DIGITS else key,
    )


def parted(text: str) -> tuple[str, str]:
    """The words in front of a number, and the number without its extension."""
    match = _BEFORE.match(text)
    before = match.group() if match else ""
    return before, _EXTENSION.sub("", _PARAMETERS.sub("", text[len(before) :]))


def is_between_digits(character: str) -> bool:
    """Whether `character` may stand between the digits of a number: punctuation, space, dashes."""
    return unicodedata.category(character)[0] in "PZ" or character in "|~\u2212"


def calling_code(key: str) -> str:
    """The country calling code of an E.164 number, for example "33"."""
    return str(phonenumbers.parse(key, None).country_code)


def _known(country: str | None) -> str | None:
    country = (country or "").upper()
    return country if country in phonenumbers.SUPPORTED_REGIONS else None


def _digits(text: str) -> tuple[bool, str]:
    """Whether the number starts with a plus, and its digits. Only punctuation may be between."""
    text = text.strip("( ")
    international = text.startswith("+")
    digits = []
    for character in text.lstrip("+ "):
        if character in "0123456789":
            digits.append(character)
        elif not is_between_digits(character):
            raise IdentifierError(_("A phone number has digits only."))
    if not 3 <= len(digits) <= _MAX_DIGITS:
        raise IdentifierError(_("This does not have as many digits as a phone number."))
    return international, "".join(digits)


def _parse(international: bool, digits: str, has_zero: bool, country: str | None) -> PhoneNumber:
    """The first possible reading, the likeliest way of writing first."""
    readings: list[tuple[str, str | None]] = []
    if international:
        readings.append(("+" + digits, None))
        if has_zero:  # "+1 (0) 202…", in countries that have no such zero
            readings.append(("+" + digits.replace("0", "", 1), None))
    else:
        if digits.startswith("00") and not _dialled_abroad(digits, country):
            readings.append(("+" + digits[2:], None))
        if country == "MX":
            readings.append((_OLD_MEXICAN.sub("", digits), country))
        if country:
            readings.append((digits, country))
        if len(digits) > 10 and not digits.startswith("0"):
            # Messengers copy numbers with the country code but without the plus.
            readings.append(("+" + digits, None))
    for text, region in readings:
        number = _possible(text, region)
        if number:
            return number
    if not international and country is None:
        raise IdentifierError(_("Choose the country, or start the number with + and its code."))
    raise IdentifierError(_("This is not a whole phone number. Is the area code there?"))


def _dialled_abroad(digits: str, country: str | None) -> bool:
    """Whether `digits` begin with the country's own prefix for calls abroad (00, 0011, 010 …)."""
    if country is None:
        return False
    try:
        number = phonenumbers.parse(digits, country, keep_raw_input=True)
    except NumberParseException:
        return False
    return number.country_code_source == CountryCodeSource.FROM_NUMBER_WITH_IDD


def _possible(text: str, region: str | None) -> PhoneNumber | None:
    try:
        number = _read_again(_one_spelling(phonenumbers.parse(text, region)))
    except NumberParseException:
        return None
    # A number without its area code is "possible" locally, but would be found under another key
    # than the whole one, and be confused with the same digits in other towns.
    reason = phonenumbers.is_possible_number_with_reason(number)
    return number if reason == phonenumbers.ValidationResult.IS_POSSIBLE else None


def _read_again(number: PhoneNumber) -> PhoneNumber:
    """The number that its own canonical form is read as.

    In some countries (Japan) zeros in front count when dialled there, and one of them is taken for
    the national prefix behind the country code. Each round drops one, so there are few.
    """
    key = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    again = _one_spelling(phonenumbers.parse(key, None))
    if phonenumbers.format_number(again, PhoneNumberFormat.E164) == key:
        return number
    return _read_again(again)


def _one_spelling(number: PhoneNumber) -> PhoneNumber:
    """Leave out the mobile token that some countries put after their code, and others leave out.

    +54 9 11 … and +54 11 … reach one line in Argentina, +52 1 55 … and +52 55 … in Mexico.
    """
    national = phonenumbers.national_significant_number(number)
    token = {_ARGENTINA: "9", _MEXICO: "1"}.get(number.country_code or 0)
    if token and len(national) == 11 and national.startswith(token):
        return PhoneNumber(country_code=number.country_code, national_number=int(national[1:]))
    return number
