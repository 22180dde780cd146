"""What a card shows of an identifier: enough to recognise one's own, too little to use."""

from __future__ import annotations

from alerts.identifiers.identifier import Identifier
from alerts.identifiers.phones import calling_code
from alerts.identifiers.text import is_letter_or_number

_SHORT_PLATE = 3
# Of less than this many letters or digits, even the first one would tell too much to outsiders.
_SHORT = 4


def mask(identifier: Identifier) -> str:
    """The masked form, such as "+33 …42", "m…@gmail.com", "A…7", "x…"; a name is shown in full."""
    kind, key, shown, _similar = identifier
    if kind == "name":
        return shown
    if kind == "phone":
        return f"+{calling_code(key)} …{key[-2:]}"
    if kind == "email":
        local, _at, domain = shown.rpartition("@")
        return f"{local[:1]}…@{domain}"
    if kind == "plate":
        characters = [character for character in shown if is_letter_or_number(character)]
        last = characters[-1] if len(characters) > _SHORT_PLATE else ""
        return f"{''.join(characters[:1])}…{last}"
    return f"{key.strip('/').rpartition('/')[2][:1]}…"


def hint(identifier: Identifier) -> str:
    """What people outside the site may see: a phone's country and last two digits, else the first
    letter of a name or key ("J…"). Of what is short, nothing ("…").

    Narrower than `mask`: names are not shown in full, and neither is the domain of an address,
    which may be one person's own.
    """
    kind, key, shown, _similar = identifier
    if kind == "phone":
        code = str(calling_code(key))
        is_long = len(key) - len(code) > 2 * _SHORT
        return f"+{code} …{key[-2:]}" if is_long else f"+{code} …"
    name = {
        "email": shown.rpartition("@")[0],
        "username": key.strip("/").rpartition("/")[2],
        "payment": key.strip("/").rpartition("/")[2],
    }.get(kind, shown)
    characters = [character for character in name if is_letter_or_number(character)]
    return f"{characters[0]}…" if len(characters) >= _SHORT else "…"
