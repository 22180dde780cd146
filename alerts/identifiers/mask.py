"""What a card shows of an identifier: enough to recognise one's own, too little to use."""

from __future__ import annotations

from alerts.identifiers.identifier import Identifier
from alerts.identifiers.phones import calling_code
from alerts.identifiers.text import is_letter_or_number

_SHORT_PLATE = 3


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
        return f"{characters[0]}…{last}"
    return f"{key.strip('/').rpartition('/')[2][:1]}…"
