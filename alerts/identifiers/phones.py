"""Phone numbers, by libphonenumber's metadata (phonenumberslite).

Accepted when possible for their country, not only when assigned: numbering plans change faster
than metadata, and the ranges reserved for fiction are never assigned.
"""

from __future__ import annotations

import re

import phonenumbers
from django.utils.translation import gettext_lazy as _
from phonenumbers import (
    CountryCodeSource,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    ValidationResult,
)

from alerts.identifiers.identifier import Identifier, IdentifierError, MistypedNumber
from alerts.identifiers.text import plain

MIN_DIGITS, MAX_DIGITS = 3, 24
_LIMIT = 300
_LEAST_MISTYPED = 6
_NORTH_AMERICA, _LONGEST_CODE = 1, 3
_LEAST_WHOLE, _MOST_WHOLE = 11, 13  # digits of a number with its country code
_SIMILAR_DIGITS = 8

# Calling codes whose numbers had eight digits, all of which are at the end of today's numbers:
# Ivory Coast until 2021, the towns of Colombia until 2021.
_HAD_EIGHT_DIGITS = frozenset((225, 57))

# Where the zero is dialled between towns, and hardly ever written.
_ZERO_SELDOM_WRITTEN = frozenset(("AR", "BR"))

# The ways of calling a mobile in Mexico until 2020, written in front of the ten digits.
_OLD_MEXICAN = re.compile(r"^(?:044|045|01|1)(?=\d{10}$)")
# Vietnam's mobiles had ten digits until 2018.
_OLD_VIETNAMESE = {
    **{f"16{digit}": f"3{digit}" for digit in "23456789"},
    **{"120": "70", "121": "79", "122": "77", "126": "76", "128": "78"},
    **{"123": "83", "124": "84", "125": "85", "127": "81", "129": "82"},
    **{"186": "56", "188": "58", "199": "59"},
}
# Dialled in front so that one's own number is hidden, or shown after all.
_HIDING = re.compile(
    r"^(?:[*#]{1,2}3[01][*#]|\*(?:67|69|70|82)|\(?141\)?(?= ?0)|183[12](?=0))[ -]*(?=[\d+(])"
)
_EXTENSION = re.compile(
    r"[\s,;.(-]*(?:\b(?:ext(?:ension|n)?|poste|durchwahl|ramal|interno|int|wew|dw|доб(?:авочный)?"
    r"|вн)\b\.?[:=\s]*|(?<=\d) ?x ?|#)\d{1,7}\)?$",
    re.IGNORECASE,
)
_DECIMALS = re.compile(r"(?<=\d{9})\.0+$")  # of a table that took it for an amount
_PARAMETERS = re.compile(r";[a-z-]+=[^;]*(?:;[a-z-]+=[^;]*)*$", re.IGNORECASE)
_WITHOUT_SIGNS = str.maketrans("", "", " ()[].-/·~|'_:,‐*#,;|٫=")


def normalise_phone(value: str, country: str | None) -> Identifier:
    """Read one phone number; `country` (ISO 3166-1) says how to read one without a country code.

    Raises IdentifierError, which says what is wrong.
    """
    if len(value) > _LIMIT:
        raise IdentifierError(_("This is too long."))
    international, digits, has_zero = _digits(plain(value))
    return _identifier(_parse(international, digits, has_zero, _known(country)))


def normalise_digits(digits: str, country: str | None) -> Identifier:
    """The same for ASCII digits alone, 3 to 24 of them, perhaps with a plus in front.

    Most of what is pasted is written like this, and needs no cleaning.
    """
    bare = digits.lstrip("+")
    international = bare != digits
    if international:
        bare = bare.removeprefix("00")
    return _identifier(_parse(international, bare, False, _known(country)))


def _identifier(number: PhoneNumber) -> Identifier:
    national = phonenumbers.national_significant_number(number)
    return Identifier(
        kind="phone",
        key=f"+{number.country_code}{national}",
        shown=phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
        similar=national[-_SIMILAR_DIGITS:],
    )


def without_extension(text: str) -> str:
    """A number without the extension behind it, and without what hides one's own in front."""
    return _HIDING.sub("", _EXTENSION.sub("", _PARAMETERS.sub("", text.strip())))


def is_phone_key(key: str) -> bool:
    """Whether this can be the key of a phone number: a plus, a country's calling code, digits."""
    digits = key[1:]
    if key[:1] != "+" or not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS):
        return False
    codes = (int(digits[:end]) for end in range(1, _LONGEST_CODE + 1))
    return any(code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE for code in codes)


def calling_code(key: str) -> str:
    """The country calling code of an E.164 number, for example "33"."""
    return str(_code_of(key))


def country_of(key: str) -> str:
    """The country of an E.164 number (ISO 3166-1 alpha-2); empty for those of no one country."""
    code = _code_of(key)
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code, ())
    region: str | None = regions[0] if len(regions) == 1 else None
    if region is None:  # several share a code: +1, +44, …
        region = phonenumbers.region_code_for_number(phonenumbers.parse(key, None))
    if region is None:  # possible, though not assigned
        region = phonenumbers.region_code_for_country_code(code)
    return region if region in phonenumbers.SUPPORTED_REGIONS else ""


def _code_of(key: str) -> int:
    """The country calling code of an E.164 number. None is the beginning of another one."""
    codes = (int(key[1:end]) for end in range(2, _LONGEST_CODE + 2))
    return next(code for code in codes if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def is_assigned(phone: Identifier) -> bool:
    """Whether the numbering plan of its country has such numbers, not only of this length."""
    return phonenumbers.is_valid_number(phonenumbers.parse(phone.key, None))


def is_of_country(phone: Identifier, country: str | None) -> bool:
    """Whether it has the calling code of this country."""
    known = _known(country)
    return known is not None and _code_of(phone.key) == phonenumbers.country_code_for_region(known)


def is_whole_here(text: str, country: str | None) -> bool:
    """Whether `text` begins as somebody in this country writes a whole number to others who live
    there: with the zero, where there is one."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(_known(country) or "", None)
    if metadata is None:
        return False
    has_zero = metadata.national_prefix == "0" and country not in _ZERO_SELDOM_WRITTEN
    return not has_zero or text.lstrip(" ([").startswith("0")


def is_written_as_number(text: str, country: str | None) -> bool:
    """Whether `text`, which can be read as a number, also looks like one among other words:
    with a country code, with the zero in front, or assigned."""
    international, digits, _has_zero = _digits(text)
    if international or digits.startswith("0"):
        return True
    if len(digits) >= 9 and sum(map(str.isdigit, text)) == len(digits):
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, _known(country)))
    except NumberParseException:
        return False


def _known(country: str | None) -> str | None:
    country = (country or "").upper()
    return country if country in phonenumbers.SUPPORTED_REGIONS else None


def _digits(text: str) -> tuple[bool, str, bool]:
    """Whether the number has a plus, its digits, and whether it has a "(0)"."""
    text = _DECIMALS.sub("", without_extension(text))
    squeezed = text.replace(" ", "")
    has_zero = "(0)" in squeezed
    bare = text.translate(_WITHOUT_SIGNS).replace("\\", "")
    international = bare.startswith("+") or bare.endswith("+")  # typed from right to left
    digits = bare.strip("+")
    if not digits.isdecimal() or not digits.isascii():
        raise IdentifierError(_("A phone number has digits only."))
    if not MIN_DIGITS <= len(digits) <= MAX_DIGITS:
        raise IdentifierError(_("This does not have as many digits as a phone number."))
    if international:
        digits = digits.removeprefix("00")
    return international, digits, has_zero


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
        if country and digits.startswith("80"):  # the 8 of long-distance calls in the Soviet Union
            readings.append((digits[1:], country))
        if _LEAST_WHOLE <= len(digits) <= _MOST_WHOLE and not digits.startswith("0"):
            # Messengers copy numbers with the country code but without the plus.
            readings.append(("+" + digits, None))
    for text, region in readings:
        number = _possible(text, region)
        is_guess = not international and region is None and not digits.startswith("00")
        if number and is_guess and number.country_code == _NORTH_AMERICA:
            # One digit in front of ten others is oftener something else.
            number = number if phonenumbers.is_valid_number(number) else None
        if number:
            return number
    raise _what_is_wrong(readings)


def _what_is_wrong(readings: list[tuple[str, str | None]]) -> IdentifierError:
    """Why none of the readings is a number."""
    if not readings:
        return IdentifierError(_("Choose the country, or start the number with + and its code."))
    text, region = readings[0]
    if len(text.lstrip("+")) >= _LEAST_MISTYPED:
        if _possible(text + "0", region):
            return MistypedNumber(_("One digit seems to be missing."))
        if _possible(text[:-1], region):
            return MistypedNumber(_("There seems to be one digit too many."))
    return IdentifierError(_("This is not a whole phone number. Is the area code there?"))


def _dialled_abroad(digits: str, country: str | None) -> bool:
    """Whether `digits` begin with the country's own prefix for calls abroad (00, 0011, 010 …)."""
    if country is None:
        return False
    try:
        number = phonenumbers.parse(digits, country, keep_raw_input=True)
    except NumberParseException:
        return False
    return bool(number.country_code_source == CountryCodeSource.FROM_NUMBER_WITH_IDD)


def _possible(text: str, region: str | None) -> PhoneNumber | None:
    try:
        number = _read_again(_one_spelling(phonenumbers.parse(text, region)))
    except NumberParseException:
        return None
    if _has_stray_zero(number):
        return None
    # A number without its area code is "possible" locally, but would be found under another key
    # than the whole one, and be confused with the same digits in other towns.
    if phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE:
        return number
    national = phonenumbers.national_significant_number(number)
    old = number.country_code in _HAD_EIGHT_DIGITS and len(national) == _SIMILAR_DIGITS
    return number if old else None


def _has_stray_zero(number: PhoneNumber) -> bool:
    """Whether a zero is left in front in a country where it is only dialled, never part of the
    number: the number is too short, or too long, for the zero to have been recognised."""
    if not number.italian_leading_zero or phonenumbers.is_valid_number(number):
        return False
    region = phonenumbers.region_code_for_country_code(number.country_code or 0)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    return metadata is not None and metadata.national_prefix == "0"


def _read_again(number: PhoneNumber) -> PhoneNumber:
    """The number that its own canonical form is read as.

    In some countries (Japan) zeros in front count when dialled there, and one of them is taken for
    the national prefix behind the country code. Each round drops one, so there are few. Most
    numbers do not begin with anything that could be such a prefix, and are not read again.
    """
    if not _has_prefix(number):
        return number
    key = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    again = _one_spelling(phonenumbers.parse(key, None))
    if phonenumbers.format_number(again, PhoneNumberFormat.E164) == key:
        return number
    return _read_again(again)


def _has_prefix(number: PhoneNumber) -> bool:
    """Whether something could be taken for the national prefix behind the country code."""
    code = number.country_code or 0
    region = phonenumbers.region_code_for_country_code(code)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    prefix = metadata.national_prefix_for_parsing if metadata else None
    national = phonenumbers.national_significant_number(number)
    return prefix is not None and re.match(prefix, national) is not None


def _one_spelling(number: PhoneNumber) -> PhoneNumber:
    """Today's form of a number that can be written in several ways.

    +54 9 11 … and +54 11 … reach one line in Argentina, +52 1 55 …, +52 044 55 … and +52 55 … in
    Mexico; Vietnam shortened its mobiles in 2018, Benin put 01 in front of every number in 2024.
    """
    national = phonenumbers.national_significant_number(number)
    today = national
    match number.country_code:
        case 54 if len(national) == 11 and national.startswith("9"):
            today = national[1:]
        case 52:
            today = _OLD_MEXICAN.sub("", national)
        case 84 if len(national) == 10:
            today = _OLD_VIETNAMESE.get(national[:3], national[:3]) + national[3:]
        case 229 if len(national) == 8:
            today = "01" + national
    if today == national:
        return number
    return phonenumbers.parse(f"+{number.country_code}{today}", None)
