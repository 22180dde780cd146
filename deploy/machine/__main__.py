"""`nightjar setup`: from a bare Debian 12 to a site that runs, in one command."""

import argparse
import os
import re
import sys

from deploy.machine import setup
from safety_app.version import VERSION

_NAME = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="nightjar", description="Run as root.")
    parser.add_argument("--version", action="version", version=VERSION)
    commands = parser.add_subparsers(required=True)
    new = commands.add_parser("setup", help="install the site here, or bring it up to date")
    new.add_argument("--name", type=_host, help="the site's name on the web: notes.example.org")
    new.add_argument("--onion", action="store_true", help="also serve it over Tor")
    new.add_argument("--organisation", help="the first organisation of a new network")
    new.add_argument("--backup-key", metavar="age1…", help="what backups are sealed to")
    chosen = parser.parse_args()
    if not chosen.name and not chosen.onion:
        sys.exit("Say how people reach the site: --name notes.example.org, or --onion, or both.")
    if os.geteuid() != 0:
        sys.exit("Run this as root: it makes a user, and writes to /etc, /opt and /srv.")
    setup.install(
        setup.Choices(
            name=chosen.name,
            onion=chosen.onion,
            organisation=chosen.organisation,
            backup_key=chosen.backup_key,
        )
    )


def _host(text: str) -> str:
    if not _NAME.fullmatch(text.lower()):
        raise argparse.ArgumentTypeError("a name without https:// and slashes: notes.example.org")
    return text.lower()


if __name__ == "__main__":
    main()
