"""Redacting a phrase: from an alert's text, what helped, marks and city, and from its names."""

from __future__ import annotations

import re
from dataclasses import replace

from alerts.content import Report

GAP = "[…]"
SHORTEST = 2
_GAPS = re.compile(r"\[…\](?:\s*\[…\])+")


class PhraseMissing(LookupError):
    """The alert does not contain the phrase."""


def gapped(text: str, phrase: str) -> str:
    """`text` with every occurrence of the phrase replaced by "[…]".

    Case and the kind of white space between its words are ignored, since copying from a page
    changes line breaks.
    """
    pattern = re.compile(r"\s+".join(map(re.escape, phrase.split())), re.IGNORECASE)
    replaced, times = pattern.subn(GAP, text)
    return _GAPS.sub(GAP, replaced) if times else text


def redacted(report: Report, phrase: str) -> Report:
    """The report without the phrase. A name that contains it is removed, other identifiers stay.

    The phrase has at least two characters. Raises PhraseMissing.
    """
    changed = replace(
        report,
        text=gapped(report.text, phrase),
        helped=gapped(report.helped, phrase),
        marks=gapped(report.marks, phrase),
        city=gapped(report.city, phrase),
        identifiers=tuple(
            reported
            for reported in report.identifiers
            if reported.kind != "name" or gapped(reported.shown, phrase) == reported.shown
        ),
    )
    if changed == report:
        raise PhraseMissing
    return replace(changed, moderated=True)
