"""What surrounds identifiers in pasted text: contact cards and lines of exported chats."""

from __future__ import annotations

import re
from binascii import Error
from quopri import decodestring

from alerts.identifiers.text import plain_lines

_CARD = re.compile(r"^\s*BEGIN:(?:VCARD|VCALENDAR)\s*$", re.IGNORECASE | re.MULTILINE)
_FOLDED = re.compile(r"\r?\n[ \t]")
_SOFT_BREAK = re.compile(r"=\r?\n")
_FIELD = re.compile(r"^(?:item\d+\.)?([A-Za-z-]{1,30})((?:;[^:\n]{0,300})?):(.*)$", re.DOTALL)
_ESCAPED = re.compile(r"\\([,;:nN\\])")
# Fields that hold identifiers; a picture or a date in a card does not.
_NUMBERS = frozenset(("TEL", "X-PHONETIC-TEL"))
_ADDRESSES = frozenset(("EMAIL", "URL", "IMPP", "SOCIALPROFILE"))
_NAMES = ("FN", "NICKNAME")
_TYPE = re.compile(r"(?:^|;)(?:x-)?(?:service-)?type=\"?([\w-]+)", re.IGNORECASE)

_DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
_TIME = r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?: ?[ap]\.? ?m\.?)?"
_CHAT_LINE = re.compile(
    rf"^[\[(]?(?:{_DATE},? (?:at |à |um )?{_TIME}|{_TIME},? {_DATE})[\])]?(?: ?-)? ?:? ?",
    re.IGNORECASE,
)
# "1. 06 39 …", "- 06 39 …", "> 06 39 …"
_LIST_MARK = re.compile(r"^(?:[-•·>]+|\(?[1-9]\d?[.)])\s+(?=[0+@(]|[^\W\d_])")
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATES = re.compile(
    rf"(?<![\w.+/-])(?:{_YEAR}[./-]{_MONTH}[./-]{_DAY}|{_DAY}[./-]{_DAY}[./-]{_YEAR})"
    rf"(?:[ T,]{{1,2}}{_TIME})?(?![\w/-]|[.]\d)",
    re.IGNORECASE,
)
# When somebody may be called: "10h-22h", "24/24", "14:32".
_HOURS = re.compile(
    r"(?<=[ ,(])(?:24 ?/ ?24|24 ?/ ?7|7 ?j? ?/ ?7|(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?|"
    r"\d{1,2} ?h(?:\d\d)?(?: ?[-–/aà] ?\d{1,2} ?h(?:\d\d)?)?)(?![\w:]|[./-]\d)",
    re.IGNORECASE,
)


def lines_of(text: str) -> list[str]:
    """The lines of a paste to read, with plain signs; of a contact card, what its fields hold."""
    if not _CARD.search(text):
        return [_LIST_MARK.sub("", _CHAT_LINE.sub("", line)) for line in plain_lines(text)]
    lines = []
    if "QUOTED-PRINTABLE" in text.upper():
        text = _SOFT_BREAK.sub("", text)
    for raw in _FOLDED.sub("", text).splitlines():
        line = _of_field(raw)
        if line:
            lines.extend(plain_lines(line))
    return lines


def without_dates(line: str) -> str:
    """A line with its dates blanked out, so that places stay the same."""
    return _DATES.sub(lambda match: " " * len(match.group()), line)


def without_hours(line: str) -> str:
    """A line with times of the day blanked out, so that places stay the same."""
    return _HOURS.sub(lambda match: " " * len(match.group()), line)


def _of_field(raw: str) -> str:
    """What one field of a card holds, with a word in front that says what it is."""
    match = _FIELD.match(raw.strip())
    if not match:
        return ""
    name, parameters, value = match.groups()
    name = name.upper()
    if "QUOTED-PRINTABLE" in parameters.upper():
        try:
            value = decodestring(value.encode()).decode("utf-8", "replace")
        except (Error, ValueError):
            return ""
    value = _ESCAPED.sub(lambda found: " " if found.group(1) in "nN" else found.group(1), value)
    name = name.removeprefix("X-")
    waid = re.search(r"waid=(\d{7,15})", parameters)
    if name in _NUMBERS:
        return f"tel: +{waid.group(1)}" if waid else f"tel: {value.removeprefix('tel:')}"
    if name in _ADDRESSES or name in (
        "SKYPE",
        "TELEGRAM",
        "TWITTER",
        "INSTAGRAM",
        "SKYPE-USERNAME",
    ):
        kind = _TYPE.search(parameters)
        value = re.sub(r"^x-apple:", "", value)
        is_address = "://" in value or "@" in value.strip("@") or ":" in value
        if name in _ADDRESSES:
            return f"{kind.group(1)}: {value}" if kind and not is_address else value
        return f"{name.split('-')[0]}: {value}"
    if name in _NAMES:
        return f"name: {value}"
    return value if name == "NOTE" else ""
