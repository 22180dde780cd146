"""User names and payment names: one name on one site, or a name whose site is not known.

The site is part of the key, since the same name on two sites can be two people. What all of them
have in common, with names that look alike, is the similar form.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.text import arabic, is_letter_or_number, lower, mistakable, words

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX = 200
_LEAST_DIGITS = 6  # shorter numbers of profiles are the same on too many sites

PAYMENT_SITES = words(
    "bunq.me buymeacoffee.com cash.app gofundme.com ko-fi.com lydia-app.com monzo.me "
    "paypal.me pix revolut.me settleup.app throne.com tikkie.me twint.ch venmo.com wise.com "
    "wishtender.com upi zelle"
)
# Where dots in a name do not count.
_WITHOUT_DOTS = frozenset(("facebook.com",))


def _in_app(app: str, name: str) -> str:
    return f"{app}: {name}"


_SHOWN: dict[str, Callable[[str], str]] = {
    "matrix": lambda name: "@" + name,
    "tiktok.com": lambda name: "tiktok.com/@" + name,
    "youtube.com": lambda name: "youtube.com/@" + name,
    "reddit.com": lambda name: "reddit.com/user/" + name,
    "linkedin.com": lambda name: "linkedin.com/in/" + name,
    "snapchat.com": lambda name: "snapchat.com/add/" + name,
    "cash.app": lambda name: "cash.app/$" + name,
    "bsky.app": lambda name: "bsky.app/profile/" + name,
    "skype": lambda name: "skype:" + name,
    "discord": lambda name: "discord: " + name,
    "upi": lambda name: name,
    "line.me": lambda name: "line.me/ti/p/~" + name,
    "medium.com": lambda name: "medium.com/@" + name,
    "steamcommunity.com": lambda name: "steamcommunity.com/id/" + name,
    "wise.com": lambda name: "wise.com/pay/me/" + name,
    **{app: partial(_in_app, app) for app in ("wechat", "qq", "wickr", "threema", "icq", "zelle")},
}


def handle(
    kind: str, name: str, site: str = "", shown: str = "", *, case_counts: bool = False
) -> Identifier:
    """The identifier of a name on a site (a host such as "instagram.com"), or on an unknown one.

    `case_counts` is for names that a machine made, where small and capital letters are two.
    Raises IdentifierError for a name without letters and digits, and for one that is too long.
    """
    name = name.strip(" @")
    key = name if case_counts else arabic(lower(name)).replace("ς", "σ")
    if site in _WITHOUT_DOTS:
        key = key.replace(".", "")
    if not any(map(is_letter_or_number, key)):
        raise IdentifierError(_("A user name has letters or digits in it."))
    if len(key) > _MAX:
        raise IdentifierError(_("This is too long."))
    if site in PAYMENT_SITES:
        kind = "payment"
    return Identifier(
        kind,
        f"{site}/{key}" if site else key,
        shown or _shown(site, name),
        similar_handle(_without_live(name) if site == "skype" else name, bool(site)),
    )


def _without_live(name: str) -> str:
    """A name at Skype without the mark of accounts that came from Microsoft."""
    return name.lower().removeprefix("live:").removeprefix(".cid.")


def similar_handle(name: str, has_site: bool) -> str | None:
    """What names of one look have in common; none for short numbers of a profile."""
    similar = mistakable(name)
    if has_site and name.isdecimal() and len(name) < _LEAST_DIGITS:
        return None
    return similar or None


def _shown(site: str, name: str) -> str:
    if not site:
        return name
    if site in _SHOWN:
        return _SHOWN[site](name)
    return f"{site}/{name}"
