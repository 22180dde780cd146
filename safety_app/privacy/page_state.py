"""What a view tells the middlewares about its answer, and they tell each other about a request.

Everything stands in one typed object on the request, made when it is first asked for, so that a
misspelt name fails instead of being ignored.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest

_ATTRIBUTE = "_page_state"


@dataclass(slots=True)
class PageState:
    """One request's state.

    exact_size      bytes the answer must have, whatever is in it; 0 for the next multiple of
                    `padding.UNIT`. A longer answer gets that as well, and an error in the log
    compressed_size bytes after compression, for somebody signed out; 0 for none. Only for an answer
                    that holds no secret of ours beside what somebody typed: else its size would let
                    that secret be guessed (BREACH)
    hold_until_step seconds: the answer leaves at the next multiple of it after the request came in
    is_too_large    the form was larger than a form may be, and was dropped
    longest_field   of such a form: name and text of its first field that was too long, or its
                    beginning, to be made shorter
    may_bring_file  the view and the person are such that a file is taken
    set_aside       a large form, until it is known who sends it where
    answers_in_place the answer to this form shows a secret once, or says what was wrong with the
                    request itself: it is not kept for Back
    shown_once      this answer shows what no page shows again: a reload must not do it again
    opened_before   this answer to a form was shown before: somebody came back to it
    entry_query     `?s=…` of the page entry that is shown, so that links to the same page in
                    another language lead to it
    shared          a public page: the same for everybody signed out
    kept_seconds    how long this process may keep it; 0 for not at all
    content         what it was made from: the version of the content, and the day
    why_signed_out  what the sign-in page says to somebody who is sent back to it
    own_row_changed somebody without the key changed the account of this session, which has ended
    pin_unreadable  the server cannot tell whether this session's keys are still the network's: it
                    stays, and opens nothing meanwhile
    """

    exact_size: int = 0
    compressed_size: int = 0
    hold_until_step: float = 0.0
    is_too_large: bool = False
    longest_field: tuple[str, str] | None = None
    may_bring_file: bool = False
    set_aside: bytes | None = None
    answers_in_place: bool = False
    shown_once: bool = False
    opened_before: bool = False
    entry_query: str = ""
    shared: bool = False
    kept_seconds: int = 0
    content: tuple[int, datetime.date] | None = None
    why_signed_out: str = ""
    own_row_changed: bool = False
    pin_unreadable: bool = False


def page_state(request: HttpRequest) -> PageState:
    """The state of this request."""
    return cast(PageState, request.__dict__.setdefault(_ATTRIBUTE, PageState()))
