"""Every variable that an operator may set: its kind, its default, what it means.

Settings read them by these names, and the table in `docs/operations.md` is made from here
(`python -m deploy.environment`), so neither knows one that the other does not.
"""

from __future__ import annotations

import os
from typing import Literal, NamedTuple

Kind = Literal["text", "1 or nothing", "list", "address", "path", "number", "one of"]


class Variable(NamedTuple):
    """`default` is what the program takes when nothing is set; `shown` says it in words if that
    tells more.
    """

    name: str
    kind: Kind
    default: str
    meaning: str
    shown: str = ""


LANGUAGES = "es,en,fr,ro,bg,pt-br,zh-hans,ru,uk,hu,sq,ar,th,pl,de"
COUNTRIES = (
    "FR,ES,GB,IE,BE,NL,DE,CH,IT,PT,AT,LU,PL,RO,BG,HU,CZ,SK,GR,SE,NO,DK,FI,UA,MD,RU,TR,"
    "MA,DZ,TN,SN,NG,BR,CO,VE,DO,PE,TH,CN,US,CA"
)

VARIABLES = (
    Variable(
        "NIGHTJAR_DATA",
        "path",
        "",
        "the data directory, readable only by its owner; for `make`, `DATA=`",
        "`var/data`",
    ),
    Variable(
        "NIGHTJAR_PEPPER_FD",
        "number",
        "",
        "an open file descriptor with the pepper: see above",
    ),
    Variable("NIGHTJAR_PEPPER_FILE", "path", "", "a file with the pepper: see above"),
    Variable(
        "NIGHTJAR_PEPPER_IN_DATA",
        "1 or nothing",
        "",
        "keep the pepper beside the data, and make one: only to try the program out",
    ),
    Variable(
        "NIGHTJAR_EPOCH_PIN_FILE",
        "path",
        "",
        "where the server remembers the newest network key it has seen; put it where the database "
        "is not (its directory must be writable)",
        "`epoch-pin.json` in the data directory",
    ),
    Variable(
        "NIGHTJAR_HOSTS",
        "list",
        "localhost,127.0.0.1,[::1]",
        "the site's host names; where people reach it at another port than the proxy's usual one "
        "or the program's, with that port (`notes.example.org:8443`), or public pages are made "
        "anew for each visitor. A security key works at the name where it was added: after a "
        "change of name, people sign in with a code and add their keys again",
        "this machine",
    ),
    Variable(
        "NIGHTJAR_BIND",
        "address",
        "127.0.0.1:8000",
        "where the program listens; a proxy in front of it, on the same machine, speaks TLS",
    ),
    Variable("SITE_NAME", "text", "Nightjar", "the name everywhere a person can see it"),
    Variable(
        "NIGHTJAR_LANGUAGES",
        "list",
        LANGUAGES,
        "the languages and their order, some of these; one is offered once its texts for members "
        "and doctors are complete. All but Spanish, English and French are careful drafts that no "
        "native speaker has read",
    ),
    Variable(
        "NIGHTJAR_PAGE_LANGUAGES",
        "list",
        f"{LANGUAGES},it",
        "the languages pages can be translated into, in this order on the translators' desk; those "
        "of `NIGHTJAR_LANGUAGES` are always included. Readers see the others once the site itself "
        "is available in them",
    ),
    Variable(
        "NIGHTJAR_NEUTRAL_SITE",
        "address",
        "",
        'where "Leave" goes',
        "an encyclopedia in the reader's language; in Chinese the weather",
    ),
    Variable("NIGHTJAR_COUNTRIES", "list", COUNTRIES, "countries offered first", "about 40"),
    Variable(
        "NIGHTJAR_HOME_COUNTRY",
        "text",
        "FR",
        "the country selected by default; readers of pages see its local notes "
        '("what is true here") first, and the doctor\'s sheet offers its language',
    ),
    Variable(
        "NIGHTJAR_PUBLISH",
        "one of",
        "at-once",
        "`review` holds alerts of levels 0 to 2 back until a moderator publishes them from the "
        "desk; very dangerous ones always appear at once",
    ),
    Variable(
        "NIGHTJAR_POLICE_IDENTIFIERS",
        "1 or nothing",
        "",
        "accept police officers' numbers too: only with legal advice",
    ),
    Variable(
        "NIGHTJAR_BACKUP_KEYS",
        "list",
        "",
        "the public keys (`age1…`) that `manage.py backup` seals to",
    ),
    Variable(
        "NIGHTJAR_SECURITY_CONTACT",
        "address",
        "",
        "to whom somebody can write who finds a hole: `mailto:…`, `https://…` or `tel:…`, told at "
        "`/.well-known/security.txt`",
        "nobody",
    ),
    Variable(
        "DATABASE_URL",
        "address",
        "",
        "`postgres://…` when one machine is not enough",
        "SQLite in the data directory",
    ),
    Variable(
        "CACHE_URL",
        "address",
        "",
        '`redis://…`, which must write nothing to disk (`save ""`, `appendonly no`)',
        "the process's memory",
    ),
    Variable("WEB_CONCURRENCY", "number", "1", "processes; more than one needs `CACHE_URL`"),
    Variable(
        "NIGHTJAR_HOUSEKEEPING_BY_TIMER",
        "1 or nothing",
        "",
        "a timer runs `manage.py housekeep` (see below), so the server does not start it",
    ),
    Variable(
        "NIGHTJAR_METRICS_SOCKET",
        "path",
        "",
        "a local socket that gives figures for a monitoring server: see What to watch",
    ),
    Variable(
        "NIGHTJAR_DEMO",
        "1 or nothing",
        "",
        "plain http for this machine only, with fictional people: never where real ones come",
    ),
    Variable(
        "NIGHTJAR_DEBUG", "1 or nothing", "", "error pages that show everything; in the demo only"
    ),
)
_BY_NAME = {one.name: one for one in VARIABLES}


def text(name: str) -> str:
    """What is set, or the default. Raises KeyError for a name that is not in the table."""
    return os.environ.get(name) or _BY_NAME[name].default


def flag(name: str) -> bool:
    """Whether it is `1`."""
    return text(name) == "1"


def words(name: str) -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def table() -> str:
    """All of them as a table in Markdown, one line each."""
    rows = [
        f"| `{one.name}` | {one.kind} | {one.shown or one.default or 'nothing'} | {one.meaning} |"
        for one in VARIABLES
    ]
    return "\n".join(["| variable | kind | default | what |", "|---|---|---|---|", *rows, ""])
