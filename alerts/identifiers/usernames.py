"""User names and profile addresses of any site."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.addresses import Target, read_address
from alerts.identifiers.emails import normalise_email, read_email
from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.phones import normalise_phone
from alerts.identifiers.text import clean_compatible, fold_word

_LIMIT = 500
_MAX = 100

# @xyz@mastodon.example, as written in the fediverse.
_FEDIVERSE = re.compile(r"^@([^\s@]+)@[^\s@]+\.[^\s@]+$")
_REDDIT = re.compile(r"^/?u/(?=.)")


def normalise_username(value: str, country: str | None) -> Identifier:
    """Read a user name or a profile address.

    The key is the name alone, whatever the site, since people keep one name on several. An address
    that holds a phone number, an e-mail or a payment name gives an identifier of that kind.
    """
    text = clean_compatible(value, _LIMIT)
    target = read_address(text)
    if target:
        return of_target(target, country)
    email = read_email(text)
    if email:
        return email
    fediverse = _FEDIVERSE.match(text)
    name = without_address_signs(fediverse.group(1) if fediverse else _REDDIT.sub("", text))
    if name != text:  # what is left may be an address or another name in turn
        return normalise_username(name, country)
    return Identifier("username", username_key(name), name)


def of_target(target: Target, country: str | None) -> Identifier:
    """The identifier that an address points at."""
    if target.kind == "phone":
        return normalise_phone(target.value, country)
    if target.kind == "email":
        return normalise_email(target.value)
    return Identifier(target.kind, username_key(target.value), target.shown)


def without_address_signs(name: str) -> str:
    """A name to show: without the signs that would make an address of it when read again."""
    return " ".join(re.sub(r"[@/:]", " ", name).split())


def username_key(text: str) -> str:
    """Letters and numbers only, folded. Raises IdentifierError when there are none or too many."""
    key = fold_word(text)
    if not key:
        raise IdentifierError(_("A user name has letters or digits in it."))
    if len(key) > _MAX:
        raise IdentifierError(_("This is too long."))
    return key
