"""`make audit`: does anybody know of a hole in one of the packages that uv.lock names?

Asks OSV (osv.dev, which has the advisories of PyPA and GitHub). Ends with 0 when it answers that
there is none, with 1 when there is one and when an answer cannot be understood. Where it cannot be
reached nobody can say anything: that passes, and says so.
"""

from __future__ import annotations

import json
import os
import ssl
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = os.environ.get("AUDIT_SOURCE", "https://api.osv.dev/v1/querybatch")
# Holes that do not concern us, by their number, with the reason.
ACCEPTED: dict[str, str] = {}
_SECONDS = 60
_MOST_BYTES = 2**24


class Package(NamedTuple):
    name: str
    version: str


class NotReached(Exception):
    """Nobody answered."""


class NotUnderstood(Exception):
    """Somebody answered, but not as the source does."""


# Has well-known holes: a source that knows of none answers nothing.
_KNOWN = Package("django", "3.2")


def main() -> None:
    packages = locked((ROOT / "uv.lock").read_text())
    try:
        found = holes(packages, SOURCE)
    except NotReached as error:
        print(f"NOTHING WAS AUDITED: {SOURCE} cannot be reached ({error}).")
        return
    except NotUnderstood as error:
        sys.exit(f"AUDIT FAILED: {error}.")
    for line in found:
        print(line)
    if found:
        sys.exit(f"AUDIT FAILED: {len(found)} known holes in {len(packages)} packages.")
    print(f"No known hole in {len(packages)} packages.")


def locked(text: str) -> list[Package]:
    """The packages of a lock file that come from an index."""
    return [
        Package(one["name"], one["version"])
        for one in tomllib.loads(text)["package"]
        if "registry" in one["source"]
    ]


def holes(packages: Sequence[Package], source: str) -> list[str]:
    """A line for each known hole. Raises NotReached and NotUnderstood."""
    asked = [_KNOWN, *packages]
    results = _answer(asked, source)
    if not isinstance(results, list) or len(results) != len(asked):
        raise NotUnderstood("there is not one answer for each package")
    numbers = [_numbers(one) for one in results]
    if not numbers[0]:
        raise NotUnderstood(f"the source knows of no hole in {_KNOWN.name} {_KNOWN.version}")
    return [
        f"{package.name} {package.version}: {number}"
        for package, known in zip(packages, numbers[1:], strict=True)
        for number in known
        if number not in ACCEPTED
    ]


def _numbers(result: object) -> list[str]:
    if not isinstance(result, dict) or not isinstance(found := result.get("vulns", []), list):
        raise NotUnderstood("an answer is no list of holes")
    if not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in found):
        raise NotUnderstood("a hole has no number")
    return [one["id"] for one in found]


def _answer(packages: Sequence[Package], source: str) -> object:
    queries = [
        {"package": {"name": one.name, "ecosystem": "PyPI"}, "version": one.version}
        for one in packages
    ]
    body = json.dumps({"queries": queries}).encode()
    head = {"Content-Type": "application/json"}
    asked = urllib.request.Request(source, body, head)  # noqa: S310
    try:
        with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310
            read = json.loads(answer.read(_MOST_BYTES))
    except urllib.error.HTTPError as error:
        raise NotUnderstood(f"the source answered {error.code}") from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLError):
            raise NotUnderstood("the source has no valid certificate") from None
        raise NotReached(error.reason) from None
    except OSError as error:  # cut off while it answered
        raise NotUnderstood(f"the answer ended early: {error}") from None
    except ValueError:
        raise NotUnderstood("the answer is no JSON") from None
    return read.get("results") if isinstance(read, dict) else None


if __name__ == "__main__":
    main()
