"""Profile addresses ("https://instagram.com/xyz/?igsh=…") reduced to what they point at."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.identifier import IdentifierError
from alerts.identifiers.text import clean_compatible

_LIMIT = 10_000  # what is decoded from an address is no longer than the address


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]{1,20}):(?://)?", re.IGNORECASE)
_BARE_HOST = re.compile(r"^[^\s/@:]+\.[^\s/@:.\d]{2,}(?::\d+)?/")
_NUMBER_SCHEMES = ("tel", "sms", "smsto", "callto")
_MESSENGER_SCHEMES = ("whatsapp", "viber", "sgnl")

# Parts of a path that say what follows is a person.
_PREFIXES = _words(
    "add c channel escort escorts in joinchat m me member members model models p pay people "
    "profile profiles pub s u user users view"
)
_PHONE_HOSTS = frozenset(("wa.me", "whatsapp.com", "signal.me"))
_TELEGRAM_HOSTS = frozenset(("t.me", "telegram.me", "telegram.dog"))
_PAYMENT_HOSTS = frozenset(
    ("paypal.me", "paypal.com", "cash.app", "cash.me", "venmo.com", "revolut.me", "wise.com")
)
# Where the person comes first in the path; elsewhere the last part of it is taken.
_SOCIAL_HOSTS = _words(
    "allmylinks.com bsky.app chaturbate.com facebook.com fansly.com fb.com fetlife.com "
    "instagram.com linkedin.com linktr.ee ok.ru onlyfans.com pinterest.com reddit.com "
    "snapchat.com threads.com threads.net tiktok.com tryst.link tumblr.com twitch.tv twitter.com "
    "vk.com x.com youtube.com"
)
# A person is a subdomain there: xyz.tumblr.com
_OWN_SUBDOMAIN = re.compile(
    r"^([^.]+)\.(tumblr\.com|livejournal\.com|blogspot\.com|wordpress\.com|carrd\.co)$"
)
_QUERY_NAMES = ("id", "u", "uid", "user", "username", "profile", "n", "member")
_SCRIPT = re.compile(r"\.(?:php|aspx?|html?|cgi|jsp)$", re.IGNORECASE)
_NO_PART_OF_A_NAME = re.compile(r"[\s/?#:@\\%&=<>\"]+")


class Target(NamedTuple):
    """What an address points at: `kind` (phone, email, payment or username), `value`, and `host`,
    the site in lower case without "www.", empty where the address has none."""

    kind: str
    value: str
    host: str

    @property
    def shown(self) -> str:
        """A profile's address in its shortest form, or the name alone."""
        return f"{self.host}/{self.value}" if self.host else self.value


def read_address(text: str) -> Target | None:
    """What the address `text` points at; None when it is no address (a plain name, a number).

    Raises IdentifierError for an address that names nobody, such as a site's home page.
    """
    target = _read_once(text)
    if target is None or not target.host or target.shown == text:
        return target
    # A name from a query or from percent signs can mean something else once it stands in a path
    # ("t.me/?id=%2B1234567"). What is shown must read as itself, so that is what counts.
    return read_address(target.shown)


def _read_once(text: str) -> Target | None:
    scheme = _SCHEME.match(text)
    name = scheme.group(1).lower() if scheme else ""
    if name == "mailto":
        return Target("email", text, "")
    if scheme and name in _NUMBER_SCHEMES:
        return Target("phone", unquote(text[scheme.end() :].split("?", 1)[0]), "")
    has_host = "://" in text
    if name in _MESSENGER_SCHEMES and has_host:
        return Target("phone", _phone_of(text), "")
    is_web = name in ("http", "https") and has_host
    if not (is_web or _BARE_HOST.match(text)):
        return None
    try:
        parts = urlsplit(text if is_web else "https://" + text)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
        return _of_site(host, parts)
    except IdentifierError:
        raise
    except ValueError:  # from urllib: brackets that are no IPv6 address, too many query fields
        raise IdentifierError(_("This address cannot be read.")) from None


def _of_site(host: str, parts: SplitResult) -> Target:
    path = unicodedata.normalize("NFKC", unquote(parts.path))
    segments = [segment for segment in path.split("/") if segment.strip("@ ")]
    site = ".".join(host.split(".")[-2:])
    if site in _PHONE_HOSTS:
        return Target("phone", _phone_of(f"{parts.path}?{parts.query}#{parts.fragment}"), "")
    if site in _TELEGRAM_HOSTS and segments and re.fullmatch(r"\+\d{7,15}", segments[0]):
        return Target("phone", segments[0], "")
    own = _OWN_SUBDOMAIN.match(host)
    if own and own.group(1) != "www":
        return Target("username", _bare(own.group(1)), own.group(2))
    kind = "payment" if site in _PAYMENT_HOSTS else "username"
    if kind == "payment" and segments and segments[0].casefold() == "paypalme":
        del segments[0]
    value = _bare(_person(site, segments, parts.query))
    if not value and not segments and site not in _SOCIAL_HOSTS | _TELEGRAM_HOSTS:
        return Target(kind, _bare(host), "")
    if not value:
        raise IdentifierError(_("This address does not have a user name in it."))
    return Target(kind, value, host if _BARE_HOST.match(f"{host}/") else "")


def _person(site: str, segments: list[str], query: str) -> str:
    """The part of the path or query that names the person."""
    while len(segments) > 1 and segments[0].casefold() in _PREFIXES:
        segments = segments[1:]
    if not segments or _SCRIPT.search(segments[-1]) or segments[-1].casefold() in _PREFIXES:
        named = parse_qs(query, max_num_fields=20)
        for name in _QUERY_NAMES:
            if named.get(name):
                return named[name][0]
    if not segments:
        return ""
    if site in ("facebook.com", "fb.com") and segments[-1].isdecimal():  # /people/<name>/<number>
        return segments[-1]
    first = site in _SOCIAL_HOSTS | _TELEGRAM_HOSTS | _PAYMENT_HOSTS
    return segments[0] if first else segments[-1]


def _bare(value: str) -> str:
    """Without characters that have a meaning in addresses, so that reading it again is the same."""
    bare = _NO_PART_OF_A_NAME.sub("", unicodedata.normalize("NFKC", value))
    return clean_compatible(bare, _LIMIT) if bare else ""


def _phone_of(text: str) -> str:
    """The longest run of digits (messengers write the full number), with a plus in front."""
    runs: list[str] = re.findall(r"\d+", re.sub(r"[ ().-]", "", unquote(text)))
    longest = max(runs, key=len, default="")
    if len(longest) < 3:
        raise IdentifierError(_("This address does not have a phone number in it."))
    return "+" + longest.removeprefix("00")
