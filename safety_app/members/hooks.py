"""What other apps can hang into this one, which may not import them.

An app lists these on its AppConfig, as it does with `keeps`: `before_erasing` and `desk_panels`.
Nothing here touches a table, so that an `apps.py` can import it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Offer:
    """Something that can be done with a person's keys before her account is erased.

    `name` is the form field's, `label` what its tick box says, `action` the dotted path of a
    function that takes the ring and says how many things it removed.
    """

    name: str
    label: str | Promise
    action: str


@dataclass(frozen=True)
class Panel:
    """A line on the moderator's desk: what waits, where, and how many there are.

    `url_name` takes no arguments; `count` is the dotted path of a function that takes the
    moderator's row and gives a number.
    """

    title: str | Promise
    url_name: str
    count: str
