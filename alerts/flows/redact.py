"""Taking a phrase out of an alert: of its text, what helped, marks and city, and its names."""

from __future__ import annotations

import re
from dataclasses import replace

from alerts.sealing import Report

GAP = "[…]"
SHORTEST = 2
_GAPS = re.compile(r"\[…\](?:\s*\[…\])+")


class PhraseMissing(LookupError):
    """The phrase stands nowhere in the alert."""


def gapped(text: str, phrase: str) -> str:
    """`text` with every occurrence of the phrase replaced by "[…]".

    Capitals and the kind of space between its words make no difference: whoever copies from a
    page gets other line breaks.
    """
    wanted = re.compile(r"\s+".join(map(re.escape, phrase.split())), re.IGNORECASE)
    replaced, times = wanted.subn(GAP, text)
    return _GAPS.sub(GAP, replaced) if times else text


def redacted(report: Report, phrase: str) -> Report:
    """The report without the phrase. A name that holds it goes whole, numbers stay.

    Raises PhraseMissing. The phrase has at least two characters, so that it means something.
    """
    changed = replace(
        report,
        text=gapped(report.text, phrase),
        helped=gapped(report.helped, phrase),
        marks=gapped(report.marks, phrase),
        city=gapped(report.city, phrase),
        identifiers=tuple(
            one
            for one in report.identifiers
            if one.kind != "name" or gapped(one.shown, phrase) == one.shown
        ),
    )
    if changed == report:
        raise PhraseMissing
    return replace(changed, moderated=True)
