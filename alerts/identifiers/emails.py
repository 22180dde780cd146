"""E-mail addresses, folded as their provider delivers them."""

from __future__ import annotations

import re
from collections.abc import Callable

import idna
from django.utils.translation import gettext_lazy as _

from alerts.identifiers.identifier import Identifier, IdentifierError
from alerts.identifiers.text import fold, lower, mistakable, plain

_LIMIT = 320
_MAX_LOCAL, _MAX_DOMAIN = 64, 253  # RFC 5321, section 4.5.3.1

_LOCAL = re.compile(r"^[^\s@\"(),:;<>\[\]\\]+$")
_LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$")
_AROUND = " \t'\"`<>()[]{}.,;:!?*|"


def _plus(local: str) -> str:
    return local.split("+", 1)[0]


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

# Providers with a domain for each country. Yahoo's addresses with a dash are boxes of their own.
_PLUS_FAMILY = re.compile(r"^(?:outlook|hotmail|live)\.(?:com|(?:com?\.)?[a-z]{2})$")
_FOLDS: dict[str, Callable[[str], str]] = {
    "gmail.com": _plus_and_dots,
    "yandex.ru": _plus_and_dashes,
    "proton.me": _plus_and_punctuation,
    "icloud.com": _plus,
    "msn.com": _plus,
    "fastmail.com": _plus,
    "fastmail.fm": _plus,
}

# Providers whose names people mistype, and how; the endings of their domains.
_PROVIDERS = (
    "gmail googlemail hotmail outlook live msn yahoo ymail icloud protonmail proton gmx web mail "
    "yandex orange free wanadoo laposte sfr libero virgilio aol seznam wp onet o2 interia bk "
    "rambler ukr abv qq naver rediffmail terra uol bol sapo"
)
_SLIPS = {
    "gmail": "gmial gmal gamil gmaill gnail gmali gmai gmil gimail gemail",
    "hotmail": "hotmial hotmal hotmil homail hotamil hormail hotmai",
    "outlook": "outlok outllok outloook oulook outlouk",
    "yahoo": "yaho yahooo yhaoo yaoo yhoo",
    "icloud": "iclould icoud iclod",
}
_SLIP_OF = {slip: name for name, slips in _SLIPS.items() for slip in slips.split()}
_ENDINGS = (
    "com.br com.ar com.mx com.tr co.uk co.in co.jp com fr es de it pt ro ru ua pl nl be ch at"
)
_ENDINGS += " net org me ca br uk in gr bg hu cz se dk no fi ar mx co cl eu info"
_SLIPS_OF_COM = "con cmo ocm cim comm coom vom xom cok copm corn"
_ENDING = "|".join(map(re.escape, sorted([*_ENDINGS.split(), *_SLIPS_OF_COM.split()])[::-1]))
_NAME = "|".join(sorted([*_PROVIDERS.split(), *_SLIP_OF])[::-1])
_AT_PROVIDER = re.compile(
    rf"(?<![\w@.+-])([\w.+-]{{1,64}})( ?@ ?)({_NAME})( ?[.,]{{1,3}} ?|)({_ENDING})"
    r"(?![\w@-]|[.,]\w)",
    re.IGNORECASE,
)
_COMMA = re.compile(
    rf"(?<![\w@.+-])([\w.+-]{{1,64}})@((?:[\w-]{{2,63}}\.)*[\w-]{{2,63}})(?:,|\.\.+)({_ENDING})(?![\w@.-])",
    re.IGNORECASE,
)


def mistyped_emails(line: str) -> list[tuple[int, int, Identifier]]:
    """Addresses with a slip in them: a comma or nothing for the dot, a space, a wrong ending.

    Start, end, and what was probably meant, which has to be asked about.
    """
    found = []
    for match in _AT_PROVIDER.finditer(line):
        local, _at, name, _dot, ending = match.groups()
        name = _SLIP_OF.get(name.lower(), name.lower())
        if ending.lower() in _SLIPS_OF_COM.split():
            ending = "com"
        meant = f"{local}@{name}.{ending}"
        if meant.lower() != match.group().lower():
            found.append((match, meant))
    for match in _COMMA.finditer(line):
        if all(match.start() >= other.end() or match.end() <= other.start() for other, _m in found):
            local, host, ending = match.groups()
            found.append((match, f"{local}@{host}.{ending}"))
    emails = []
    for match, meant in found:
        try:
            emails.append((*match.span(), normalise_email(meant)))
        except IdentifierError:
            continue
    return emails


def normalise_email(value: str) -> Identifier:
    """Read one e-mail address, with quotes, brackets or punctuation around it.

    Raises IdentifierError, which says what is wrong.
    """
    if len(value) > _LIMIT:
        raise IdentifierError(_("This is too long."))
    local, at, domain = plain(value).strip(_AROUND).rpartition("@")
    if not at:
        raise IdentifierError(_("An e-mail address has an @ in it."))
    local = lower(local).strip(" '\"")
    if not _LOCAL.match(local) or len(local) > _MAX_LOCAL:
        raise IdentifierError(_("Check the part before the @."))
    domain = ascii_domain(domain.strip(_AROUND))
    key = _as_delivered(local, domain)
    return Identifier("email", key, f"{local}@{domain}", _mistakable(key, domain))


def ascii_domain(domain: str) -> str:
    """The domain in A-labels (RFC 5890), so that a look-alike in another script shows itself.

    IDNA 2008, where ß is a letter of its own. Raises IdentifierError for what is no domain.
    """
    domain = lower(domain.rstrip("."))
    if len(domain) > _MAX_DOMAIN:
        raise IdentifierError(_("Check the part after the @."))
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise IdentifierError(_("Check the part after the @.")) from None
    labels = domain.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(map(_LABEL.match, labels)):
        raise IdentifierError(_("Check the part after the @."))
    return domain


def readable_domain(domain: str) -> str:
    """The domain in the letters people see, for comparing by eye."""
    if "xn--" not in domain:
        return domain
    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


def _mistakable(key: str, domain: str) -> str:
    """Without tag and punctuation before the @, without accents on both sides of it."""
    local = key.rpartition("@")[0]
    bare = mistakable(_plus(local)) or local
    return f"{bare}@{fold(readable_domain(_SAME_BOX.get(domain, domain)))}"


def _as_delivered(local: str, domain: str) -> str:
    """The whole address as its provider sees it."""
    domain = _SAME_BOX.get(domain, domain)
    fold_local = _FOLDS.get(domain)
    if _PLUS_FAMILY.match(domain):
        fold_local = _plus
    # A tag with nothing before it is no tag.
    folded = (fold_local(local) if fold_local else local) or local
    return f"{folded}@{domain}"
