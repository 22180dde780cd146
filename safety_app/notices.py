"""What the next page says about the step that somebody has just taken, and how to undo it.

Whatever changes something ends in a redirect, so the page that comes after it has to say what
happened. The sentence waits in the sealed session: no address, cookie or log has it, and nobody can
make the site say one by a link. The newest replaces an older one, and a page shows it once.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise

from safety_app.privacy.page_privacy import is_signed_in

LONGEST = 400  # characters
_KEY = "notice"


@dataclass(frozen=True)
class Undo:
    """A button beside the sentence: it posts these fields to an address of this site.

    Whether it is still in time is for the view at that address to decide; after `until`, in seconds
    since 1970, the button is not offered any more.
    """

    url: str
    fields: dict[str, str]
    until: float


@dataclass(frozen=True)
class Notice:
    """One sentence or a few, and the button if there is one."""

    text: str
    undo: Undo | None = None


def add(request: HttpRequest, text: str | Promise, undo: Undo | None = None) -> None:
    """Have the next page say this to the person signed in, in the language of this request."""
    button = [undo.url, undo.fields, undo.until] if undo else []
    request.session[_KEY] = [str(text)[:LONGEST], button]


def is_waiting(request: HttpRequest) -> bool:
    """Whether the next page has something to say."""
    return _KEY in request.session


def take(request: HttpRequest) -> Notice | None:
    """What this page has to say, which no page says again; None if there is nothing."""
    if request.method == "HEAD" or not is_signed_in(request):
        return None
    session = request.session
    if _KEY not in session:
        return None
    text, button = session.pop(_KEY)
    undo = Undo(*button) if button else None
    if undo is not None and undo.until < time.time():
        undo = None
    return Notice(text, undo)
