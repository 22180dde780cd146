"""What other apps can hang into this one, which may not import them.

An app lists these on its AppConfig, as it does with `keeps`: `before_erasing`, `desk_tools`,
`desk_waiting`, `sealed_rows`, `row_macs` and `rotation_steps`.
`readable` lists dotted paths of functions that take ids of what moderators looked at and give a
dict from those that are still there to their addresses.
`when_erasing` lists dotted paths of functions that take the ring of whoever erases her account,
every time and without asking; `sweeps` those that take the day, once a day.
`begins` maps a role to the name of the address where someone without a network key begins.
Nothing here touches a table, so that an `apps.py` can import it.
"""

from __future__ import annotations

import datetime
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
class Tool:
    """A line of the desk: something moderators do, and the name of its page's address.

    `url_name` takes no arguments.
    """

    title: str | Promise
    url_name: str


@dataclass(frozen=True)
class QueueItem:
    """One thing that waits for a moderator: a row of the desk's list, with a page of its own.

    `urgent` ones come first, then the oldest. An app lists dotted paths of functions in
    `desk_waiting`, which take the moderator's ring and row and give these.
    """

    title: str | Promise
    url: str
    day: datetime.date
    urgent: bool = False


@dataclass(frozen=True)
class SealedRow:
    """A column in which something is sealed to a public key, and what vouches for it.

    kind    names it in the seal's info, `label(kind, row)`, and in the MAC
    model   for example "alerts.DeskNote"; `column` is the seal's, `mac` the MAC's, or empty
    bound   other columns that the MAC holds fast
    desk    "organisation" or "moderation": whose key opens it; empty when it is a person's
    """

    kind: str
    model: str
    column: str = "sealed"
    mac: str = "mac"
    bound: tuple[str, ...] = ()
    desk: str = "organisation"


@dataclass(frozen=True)
class RowMac:
    """A MAC under the network key's row key that is made in a way of its own.

    model   for example "accounts.Proposal"; `column` is the MAC's
    made    the dotted path of a function that takes a row key (32 bytes) and a row and gives the
            MAC (32 bytes) the row must carry; a rotation makes it anew where it was right
    """

    model: str
    column: str
    made: str


@dataclass(frozen=True)
class RotationStep:
    """What an app has to move to a new network key after a rotation (`members.moving`).

    move    the dotted path of a function that takes a ring with all keys in use and gives an
            iterator: each `next` moves some rows in a short transaction and says how many; it
            ends when nothing is left that the ring opens
    left    the dotted path of a function that takes the newest epoch's number and says how many
            are not there yet, and how many there are
    older   the dotted path of a function that takes an epoch's number and says whether anything
            may still be under an older key
    end     the dotted path of a function that takes the ring, in the transaction that ends the
            rotation: False while the ring opens anything under an older key; what nobody can open
            it marks, so that `older` is False from then on
    """

    move: str
    left: str
    older: str
    end: str
