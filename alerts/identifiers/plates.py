"""Vehicle number plates, whole, partly remembered, and inside other text.

Folded: case, spaces, dashes; the letters O and I to the digits 0 and 1, since they look the same
on a plate; Cyrillic and Greek letters to the Latin ones they look like (plates of those countries
use only such letters). Q, B/8, S/5 and Z/2 are not folded: people tell them apart. Letters with
accents are letters of their own on plates, and so is the place where two groups of letters meet:
B-ST 1203 and BS-T 1203 are two cars.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.text import arabic, clean, is_letter_or_number, mistakable, plain

_LIMIT = 60
_MIN, _MAX = 2, 20
# A mask shows two characters; what is asked about must be known nearly whole, so that questions
# cannot read the rest off it.
MIN_PARTIAL = 4
MOST_UNKNOWN = 2

_LOOK_ALIKES = str.maketrans(
    "АВЕКМНОРСТУХІЈЅ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "OI",
    "ABEKMH0PCTYX1JS" + "ABEZH1KMN0PTYX" + "01",
)
_UMLAUTS = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "ẞ": "SS", "ß": "SS"})
_GAP = re.compile(r"[?*_…]+|\.{2,}")
_SIGNS = re.compile(r"^[^\W_](?:[^\W_]|[\s.·/|-])*$")
_CHILEAN = re.compile(r"^[B-DF-HJ-LPR-TV-Z]{4}[ .·-]?\d{2}$")
_LETTERS = re.compile(r"[^\W\d_]+")
# Two groups of letters side by side, then digits, nothing else: how Germany and Austria write.
_SPLIT = re.compile(r"^([A-ZÀ-Þ]{1,3})[\s.·-]+(?=[A-Z]{1,3}[\s.·-]*\d{1,5}[\s.·-]?[A-Z]?$)")
# There the first group always has two letters, so nothing is lost by joining them.
_JOINED = {
    "NL": re.compile(r"^[A-Z]{2}[\s.-]*[A-Z]{2}[\s.-]*\d{2}$"),
    "HU": re.compile(r"^[A-Z]{2}[\s.-]*[A-Z]{2}[\s.-]*\d{3}$"),
    "SI": re.compile(r"^[A-Z]{2}[\s.-]*[A-Z]{2}[\s.-]*\d{3}$"),
}
# Iran: two digits, a letter, three digits, and the number of the province beside a bar that says
# "Iran". Tunisia: "Tunis" between two numbers.
_IRAN = "(?:ايران|iran|ir)"
_IRANIAN = re.compile(
    rf"(?<!\d)(?:{_IRAN}[ :-]*(?P<before>\d{{2}})[ /|-]+)?"
    r"(?P<two>\d{2}) ?(?P<letter>الف|[\u0621-\u064a]) ?(?P<three>\d{3})"
    rf"(?(before)|[ /|-]*(?:{_IRAN}[ :-]*)?(?P<behind>\d{{2}}))(?!\d)",
    re.IGNORECASE,
)
_TUNISIAN = re.compile(
    r"(?<!\w)(\d{1,3}) ?(?:تونس|tunis(?:ie)?|tun?) ?(\d{1,4})(?!\w)", re.IGNORECASE
)
_ARABIC_GROUPS = re.compile("^(\\d+)([\u0621-\u064a]+)$")

_GAP_HERE = r"[ .·-]?"
_C = "[АВЕКМНОРСТУХABEKMHOPCTYX]"


def _strong(pattern: str) -> re.Pattern[str]:
    whole = pattern.replace("_", _GAP_HERE)
    return re.compile(rf"(?<![^\W_])(?<![\w][-.])(?:{whole})(?![^\W_]|[-.]\w)", re.IGNORECASE)


# Forms that only plates have, by the mark of a country on the plate.
_OF_COUNTRY = {
    "F": _strong(r"[A-Z]{2}_\d{3}_[A-Z]{2}|[A-Z]{2}_[A-Z]\d{2}_[A-Z]{2}|\d{3,4}_[A-Z]{2,3}_\d{2}"),
    "I": _strong(r"[A-Z]{2}_\d{3}_[A-Z]{2}"),
    "GB": _strong(r"[A-Z]{2}\d{2}_[A-Z]{3}|[A-Z]\d{1,3}_[A-Z]{3}|[A-Z]{3}_\d{1,3}[A-Z]"),
    "E": _strong(r"\d{4}_[B-DF-HJ-NP-TV-Z]{3}|[A-Z]{1,2}_\d{4}_[A-Z]{1,2}"),
    "NL": _strong(r"[A-Z]{2}-[A-Z]{2}-\d{2}|\d{2}-[A-Z]{2,3}-[A-Z\d]{1,2}|[A-Z]-\d{3}-[A-Z]{2}"),
    "B": _strong(r"[1-9]_[A-Z]{3}_\d{3}"),
    "P": _strong(r"[A-Z]{2}_\d{2}_[A-Z]{2}|\d{2}_[A-Z]{2}_\d{2}|\d{2}_\d{2}_[A-Z]{2}"),
    "RUS": _strong(rf"{_C}_\d{{3}}_{_C}{{2}}_\d{{2,3}}"),
    "UA": _strong(rf"{_C}{{2}}_\d{{4}}_{_C}{{2}}"),
    "BG": _strong(rf"{_C}{{1,2}}_\d{{4}}_{_C}{{2}}"),
    "RO": _strong(r"[A-Z]{1,2}_\d{2,3}_[A-Z]{3}"),
    "TR": _strong(r"\d{2}_[A-Z]{1,3}_\d{2,4}"),
    "IRL": _strong(r"\d{2,3}_[A-Z]{1,2}_\d{1,6}"),
    "SRB": _strong(r"[A-Z]{2}_\d{3,4}_[A-ZČĆŠŽĐ]{2}"),
    "BR": _strong(r"[A-Z]{3}_\d[A-Z]\d{2}|[A-Z]{3}-\d{4}"),
    "IND": _strong(r"[A-Z]{2}_\d{1,2}_[A-Z]{1,3}_\d{4}"),
}
# Forms that words can have too, so their letters have to be capitals there.
_OF_COUNTRY_CAPITALS = {
    "D": re.compile(r"(?<![^\W_])[A-ZÄÖÜ]{1,3}[ -][A-Z]{1,2}[ -]?\d{1,4}[EH]?(?![^\W_]|[-.]\w)"),
    "A": re.compile(r"(?<![^\W_])[A-Z]{1,2}[ -]\d{1,5} ?[A-Z]{1,3}(?![^\W_]|[-.]\w)"),
    "PL": re.compile(r"(?<![^\W_])[A-Z]{2,3} ?(?=[A-Z\d]*\d)[A-Z\d]{4,5}(?![^\W_]|[-.]\w)"),
    "": re.compile(
        r"(?<![^\W_])(?:[A-ZÀ-Þ]{1,3}|\d{1,4})(?:[ .·-]?(?:[A-ZÀ-Þ]{1,3}|\d{1,5})){1,3}"
        r"(?![^\W_]|[-.]\w)"
    ),
}
# By the mark on the plate; the last ones are too plain to be found without it.
_AFTER_MARK = {
    **_OF_COUNTRY,
    **_OF_COUNTRY_CAPITALS,
    "UK": _OF_COUNTRY["GB"],
    "CH": _strong(r"[A-Z]{2}_\d{1,6}"),
    "CZ": _strong(r"\d[A-Z]\d_\d{4}"),
    "SK": _strong(r"[A-Z]{2}_\d{3}_?[A-Z]{2}"),
    "HR": _strong(r"[A-ZČŠŽ]{2}_\d{3,4}_[A-Z]{1,2}"),
    "H": _strong(r"[A-Z]{3}_\d{3}|[A-Z]{2}_[A-Z]{2}_\d{3}"),
    "DK": _strong(r"[A-Z]{2}_\d{2}_\d{3}"),
    "S": _strong(r"[A-Z]{3}_\d{2}[A-Z\d]"),
    "N": _strong(r"[A-Z]{2}_\d{5}"),
    "FIN": _strong(r"[A-ZÅÄÖ]{3}_\d{1,3}"),
    "GR": _strong(r"[A-ZΑ-Ω]{3}_\d{4}"),
    "SLO": _strong(r"[A-Z]{2}_[A-Z\d]{2}_[A-Z\d]{3}"),
    "LT": _strong(r"[A-Z]{3}_\d{3}"),
    "LV": _strong(r"[A-Z]{2}_\d{1,4}"),
    "EST": _strong(r"\d{3}_[A-Z]{3}"),
}
_MARK_BESIDE = re.compile(r"^\(?([A-Z]{1,3})\)?[ :-]+(?=\S)|[ -]+\(?([A-Z]{1,3})\)?$")
# The number of a French department, in the blue band beside the plate.
_DEPARTMENT = re.compile(r"^([A-Z]{2}[ -]?\d{3}[ -]?[A-Z]{2})[ -](?:\d{2,3}|2[AB])$")
_MARK_IN_BRACKETS = re.compile(r"[ ]*[(\[][A-Z]{1,3}[)\]][ ]*")


class PlateInText(NamedTuple):
    """Where a plate stands in a line."""

    start: int
    end: int
    text: str


def normalise_plate(value: str, country: str | None = None) -> Identifier:
    """Read a whole number plate. `country` (ISO 3166-1) tells how its letters are grouped."""
    shown = without_mark(_in_one_order(plain(clean(value, _LIMIT))).upper())
    joined = _JOINED.get((country or "").upper())
    if joined and joined.match(shown):
        shown = re.sub(r"[\s.-]", "", shown)
    key = _key(shown)
    if not _MIN <= sum(map(is_letter_or_number, key)) <= _MAX:
        raise IdentifierError(_("A number plate is 2 to 20 letters and digits."))
    return Identifier("plate", key, shown, mistakable(_look_alikes(shown)))


def _in_one_order(text: str) -> str:
    """Plates that are written in several orders, in one of them."""
    match = _IRANIAN.fullmatch(arabic(text))
    if match:
        two, letter, three = match.group("two", "letter", "three")
        return f"{two} {letter} {three}-{match.group('before') or match.group('behind')}"
    return _TUNISIAN.sub(r"\1 تونس \2", text)


def without_mark(text: str) -> str:
    """A plate without the mark of its country beside it: "F AB-601-CD", "AB-602-CD (F)"."""
    text = _MARK_IN_BRACKETS.sub(" ", text).strip() or text
    text = _DEPARTMENT.sub(r"\1", text)
    match = _MARK_BESIDE.search(text)
    if match:
        mark = match.group(1) or match.group(2)
        rest = (text[: match.start()] + text[match.end() :]).strip()
        pattern = _AFTER_MARK.get(mark)
        if pattern and pattern.fullmatch(rest):
            return rest
    return text


def looks_like_plate(text: str) -> bool:
    """Three to nine letters and digits, both of them, the letters in runs of three at most."""
    runs = _LETTERS.findall(text)
    return (
        len(text) <= _LIMIT
        and bool(_SIGNS.match(text))
        and any(map(str.isdecimal, text))
        and 3 <= sum(map(str.isalnum, text)) <= (9 if text.isascii() and " " not in text else 10)
        and bool(runs)
        and all(len(run) <= 3 for run in runs)
    )


def plates_in(text: str) -> list[PlateInText]:
    """The plates among other words, in order: forms that only plates have, and in capitals also
    groups of letters and digits."""
    taken: list[PlateInText] = []
    for match in (*_IRANIAN.finditer(arabic(text)), *_TUNISIAN.finditer(text)):
        if len(arabic(text)) == len(text):  # places stay the same
            taken.append(PlateInText(match.start(), match.end(), match.group()))
    for patterns in (_OF_COUNTRY, _OF_COUNTRY_CAPITALS):
        found = [match for pattern in patterns.values() for match in pattern.finditer(text)]
        for match in sorted(found, key=lambda match: match.start() - match.end()):
            plate = PlateInText(match.start(), match.end(), match.group())
            signs = sum(map(str.isalnum, plate.text))
            has_both = any(map(str.isalpha, plate.text)) and any(map(str.isdigit, plate.text))
            if not has_both or not 5 <= signs <= 10:
                continue
            if all(plate.end <= other.start or other.end <= plate.start for other in taken):
                taken.append(plate)
    return sorted(taken)


def has_form_of_plate(text: str, country: str | None) -> bool:
    """Whether `text` is just what plates look like somewhere, or in this country."""
    joined = _JOINED.get((country or "").upper())
    if joined and joined.match(text.upper()):
        return True
    if country == "CL" and _CHILEAN.match(text):
        return True
    if _IRANIAN.fullmatch(arabic(text)) or _TUNISIAN.fullmatch(text):
        return True
    return any(pattern.fullmatch(text) for pattern in _OF_COUNTRY.values())


def read_partial_plate(partial: str) -> tuple[str, ...]:
    """The known pieces of a plate, folded, in order; ?, *, _ and … stand for what is not known.

    Raises IdentifierError with fewer than four known characters, or more than a plate has.
    """
    pieces = tuple(filter(None, map(_bare, _GAP.split(clean(partial, _LIMIT)))))
    if not MIN_PARTIAL <= sum(map(len, pieces)) <= _MAX:
        raise IdentifierError(_("Give at least four letters or digits of the plate."))
    return pieces


def partial_plate_matches(partial: str | tuple[str, ...], key: str) -> bool:
    """Whether the pieces of `partial` stand in `key` (a plate's key) in this order, and all but
    two of its characters are in them.

    `partial` is as typed, or what `read_partial_plate` made of it (read once, compare often).
    False, too, for a partial plate that cannot be read.
    """
    if isinstance(partial, str):
        try:
            partial = read_partial_plate(partial)
        except IdentifierError:
            return False
    key = key.replace("-", "")
    if len(key) - sum(map(len, partial)) > MOST_UNKNOWN:
        return False
    position = 0
    for piece in partial:
        position = key.find(piece, position)
        if position < 0:
            return False
        position += len(piece)
    return bool(partial)


def _key(shown: str) -> str:
    """The canonical form: a dash only where two groups of letters meet."""
    split = _SPLIT.match(shown)
    if split:
        return _bare(split.group(1)) + "-" + _bare(shown[split.end() :])
    bare = _bare(shown)
    groups = _ARABIC_GROUPS.match(bare)
    return groups.group(2) + groups.group(1) if groups else bare


def _bare(text: str) -> str:
    """Letters and digits, folded."""
    text = unicodedata.normalize("NFC", arabic(plain(text)).upper())
    text = _look_alikes(text.translate(_UMLAUTS))
    return "".join(character for character in text if is_letter_or_number(character))


def _look_alikes(text: str) -> str:
    return text.translate(_LOOK_ALIKES)
