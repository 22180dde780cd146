"""E-mail addresses, folded as their provider delivers them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.text import clean_compatible

_LIMIT = 320
_MAX_LOCAL, _MAX_DOMAIN = 64, 253  # RFC 5321, section 4.5.3.1

_IN_BRACKETS = re.compile(r"^[^<>]*<([^<>]+)>$")
_LOCAL = re.compile(r"^[^\s@\"(),:;<>\[\]\\]+$")
_LABEL = re.compile(r"^(?!-)[a-z0-9-]{1,63}(?<!-)$")
_MAILTO = re.compile(r"^mailto:\s*", re.IGNORECASE)


def _plus(local: str) -> str:
    return local.split("+", 1)[0]


def _dash(local: str) -> str:
    return local.split("-", 1)[0]


def _plus_and_dots(local: str) -> str:
    return _plus(local).replace(".", "")


def _plus_and_punctuation(local: str) -> str:
    """As in removeEmailAlias of ProtonMail/WebClients."""
    return re.sub(r"[._-]", "", _plus(local))


def _plus_and_dashes(local: str) -> str:
    return _plus(local).replace(".", "-")


# Domains of one provider that deliver to one box, or whose names it keeps for one person.
_SAME_BOX = {
    "googlemail.com": "gmail.com",
    "protonmail.com": "proton.me",
    "protonmail.ch": "proton.me",
    "pm.me": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    **{f"yandex.{ending}": "yandex.ru" for ending in ("com", "by", "kz", "ua", "com.tr")},
    "ya.ru": "yandex.ru",
}

# Providers with a domain for each country.
_PLUS_FAMILY = re.compile(r"^(?:outlook|hotmail|live)\.(?:com|(?:com?\.)?[a-z]{2})$")
_YAHOO_FAMILY = re.compile(r"^(?:yahoo|ymail|rocketmail)\.(?:com|(?:com?\.)?[a-z]{2})$")
_FOLDS: dict[str, Callable[[str], str]] = {
    "gmail.com": _plus_and_dots,
    "yandex.ru": _plus_and_dashes,
    "proton.me": _plus_and_punctuation,
    "icloud.com": _plus,
    "msn.com": _plus,
    "fastmail.com": _plus,
    "fastmail.fm": _plus,
}


def normalise_email(value: str) -> Identifier:
    """Read an e-mail address, also in the forms "Name <a@b.example>" and "mailto:a@b.example"."""
    text = clean_compatible(value, _LIMIT)
    text = _MAILTO.sub("", _IN_BRACKETS.sub(r"\1", text)).split("?", 1)[0].strip()
    local, at, domain = text.rpartition("@")
    if not at:
        raise IdentifierError(_("An e-mail address has an @ in it."))
    local = _casefold(local.strip())
    if not _LOCAL.match(local) or len(local) > _MAX_LOCAL:
        raise IdentifierError(_("Check the part before the @."))
    domain = _ascii_domain(domain.strip())
    return Identifier("email", _as_delivered(local, domain), f"{local}@{domain}")


def read_email(text: str) -> Identifier | None:
    """The e-mail address that `text` is; None for anything else, and for names like "@xyz"."""
    if "@" not in text.lstrip("@") or text.startswith("@"):
        return None
    try:
        return normalise_email(text)
    except IdentifierError:
        return None


def _as_delivered(local: str, domain: str) -> str:
    """The whole address as its provider sees it."""
    domain = _SAME_BOX.get(domain, domain)
    fold = _FOLDS.get(domain)
    if _YAHOO_FAMILY.match(domain):
        fold = _dash
    elif _PLUS_FAMILY.match(domain):
        fold = _plus
    # A tag with nothing before it is no tag.
    folded = (fold(local) if fold else local) or local
    return f"{folded}@{domain}"


def _casefold(text: str) -> str:
    """Unicode's caseless form that compatible spellings share (NFKC_Casefold, in two rounds)."""
    for _round in range(2):
        text = unicodedata.normalize("NFKC", text.casefold())
    return text


def _ascii_domain(domain: str) -> str:
    """The domain in A-labels (RFC 5890), so that a look-alike in another script shows itself."""
    domain = domain.rstrip(".")
    try:
        if len(domain) > _MAX_DOMAIN:  # also keeps the codec, which is slow on long labels, short
            raise UnicodeError
        name = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise IdentifierError(_("Check the part after the @.")) from None
    labels = name.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(_LABEL.match(label) for label in labels):
        raise IdentifierError(_("Check the part after the @."))
    return name
