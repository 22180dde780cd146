"""What a line typed into the check box could be."""

from __future__ import annotations

import re
from collections.abc import Callable

from alerts.identifiers.addresses import read_address
from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.normalise import normalise
from alerts.identifiers.payments import read_account
from alerts.identifiers.phones import is_between_digits, parted
from alerts.identifiers.text import ascii_digits, clean_compatible, fold_word

_LIMIT = 500
MOST = 3

# Words people write in front, folded, in the languages of the site.
_WORDS = {
    "phone": "phone tel telephone telefono telefon telefone telefonnummer mobile mobil movil cell "
    "numero number no call sms whatsapp wa viber signal портабъл телефон тел номер 电话 手机 هاتف "
    "รหัส โทร",
    "email": "email mail courriel correo emailadresse почта имейл пошта 邮箱 بريد อีเมล",
    "username": "user username profile profil perfil pseudo nick nickname usuario insta instagram "
    "ig telegram tg snap snapchat facebook fb twitter tiktok onlyfans discord skype profilo "
    "benutzer логин ник профиль потребител 用户名",
    "plate": "plate numberplate licenceplate licenseplate plaque immatriculation matricula placa "
    "kennzeichen targa rendszam tablica rejestracja номера госномер 车牌 لوحة ทะเบียน",
    "payment": "payment paypal cashapp venmo iban bizum lydia revolut zelle wise btc bitcoin "
    "crypto pago paiement pagamento zahlung account cuenta compte konto",
    "name": "name nom nombre prenom nome nume naam imie nev имя име имʼя 姓名 اسم ชื่อ",
}
_KIND_OF_WORD = {fold_word(word): kind for kind, words in _WORDS.items() for word in words.split()}

_PREFIX = re.compile(r"^([^\d:=@/]{1,24}?)\s*[:=]\s*(.+)$")
_FIRST_WORD = re.compile(r"^([^\W\d_]+)\.?\s+(.+)$")
# Only these are told from a name by their looks, so a word without a colon is enough.
_TOLD_BY_LOOKS = ("phone", "email", "plate")

_PLATE_SIGNS = re.compile(r"^[^\W_](?:[^\W_]|[\s.·-])*$")
_LETTERS = re.compile(r"[^\W\d_]+")
_PLATE_LENGTHS, _PLATE_LETTERS = range(3, 10), range(1, 4)
_MANY_DIGITS = 8


def recognise(line: str, country: str | None = None) -> list[Identifier]:
    """What `line` could be: at most three readings, the likeliest first; empty if none fits.

    A word in front ("plate: AB-123-CD") decides. `country` as in `normalise`. Never raises.
    """
    try:
        text = clean_compatible(line, _LIMIT)
    except IdentifierError:
        return []
    kinds, text = _told(text, country)
    readings: dict[tuple[str, str], Identifier] = {}
    for kind in [*kinds, *_likely_kinds(text)]:
        identifier = _normalise_or_none(kind, text, country)
        if identifier:
            readings.setdefault((identifier.kind, identifier.key), identifier)
    return list(readings.values())[:MOST]


def _told(text: str, country: str | None) -> tuple[list[str], str]:
    """The kind that a word in front names, if one does, and the text after that word."""
    if _is_read_by(read_address, text):
        return [], text
    for pattern in (_PREFIX, _FIRST_WORD):
        match = pattern.match(text)
        kind = _KIND_OF_WORD.get(fold_word(match.group(1))) if match else None
        if not match or not kind:
            continue
        if pattern is _PREFIX or (
            kind in _TOLD_BY_LOOKS and _normalise_or_none(kind, match.group(2), country)
        ):
            return [kind], match.group(2)
    return [], text


def _normalise_or_none(kind: str, text: str, country: str | None) -> Identifier | None:
    try:
        return normalise(kind, text, country)
    except IdentifierError:
        return None


def _likely_kinds(text: str) -> list[str]:
    """Kinds to try, the likeliest first, by the looks of `text` alone."""
    special = _kinds_by_sign(text)
    if special:
        return special
    digits = sum(map(str.isdecimal, text))
    before, number = parted(ascii_digits(text))
    if not before and _is_number(number):
        # A long number that is no phone (its country is another, a digit is missing) is nothing
        # else either: an honest "cannot be read" is better than "not reported".
        return ["phone"] if digits > _MANY_DIGITS else ["phone", "plate", "username"]
    if before.endswith((" ", ".", "(")) and _is_number(number) and digits >= _MANY_DIGITS:
        return ["phone", "username", "plate"]
    if _looks_like_plate(text):
        return ["plate", "username"]
    if digits:
        return ["username", "plate"]
    return ["name", "username"] if " " in text else ["username", "name"]


def _is_number(text: str) -> bool:
    """Digits, and what may stand between them."""
    return all(sign.isdecimal() or sign == "+" or is_between_digits(sign) for sign in text)


def _kinds_by_sign(text: str) -> list[str]:
    """What a sign or form that only some kinds have says; empty without one."""
    if _is_read_by(read_account, text):
        return ["payment"]
    if _is_read_by(read_address, text):
        return ["username"]
    if text.startswith("@"):
        return ["username"] if "@" in text[1:] else ["username", "payment"]
    if text.startswith(("$", "£", "€")):
        return ["payment", "username"]
    return ["email", "payment", "username"] if "@" in text else []


def _is_read_by(read: Callable[[str], object], text: str) -> bool:
    """Also true for one with a mistake in it: then it is not taken for something else."""
    try:
        return read(text) is not None
    except IdentifierError:
        return True


def _looks_like_plate(text: str) -> bool:
    """Three to nine letters and digits, both of them, the letters in runs of three at most."""
    runs = _LETTERS.findall(text)
    return (
        bool(_PLATE_SIGNS.match(text))
        and any(map(str.isdecimal, text))
        and len(fold_word(text)) in _PLATE_LENGTHS
        and bool(runs)
        and all(len(run) in _PLATE_LETTERS for run in runs)
    )
