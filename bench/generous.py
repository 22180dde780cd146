"""The demo's server with notes about known numbers, and budgets that no bench uses up.

`python -m bench.generous`, for `bench.hit_or_miss` and `bench.crowd`. NIGHTJAR_DATA is the
directory of a demo.
"""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

from django.conf import settings

from safety_app.server import __main__ as server  # loads the program, which the rest needs

from alerts import budgets  # isort: skip
from alerts.content import Reported  # isort: skip
from alerts.flows import lifecycle  # isort: skip
from alerts.identifiers import normalise  # isort: skip
from bench.demo import KNOWN, one_of  # isort: skip
from deploy.demo.alerts import fictional_report  # isort: skip
from safety_app.accounts import budgets as account_budgets  # isort: skip
from safety_app.accounts.flows.sign_in import open_account  # isort: skip


def write_notes() -> None:
    """A note about each of the known numbers."""
    listed = json.loads((Path(settings.DATA_DIR) / "demo-accounts.json").read_text())["accounts"]
    account = one_of(listed, "member")
    member, ring = open_account(account["pseudonym"], account["passphrase"])
    for number in KNOWN:
        read = normalise("phone", number, "FR")
        about = Reported(read.kind, read.key, read.shown, read.similar)
        report = replace(fictional_report(Random(1)), identifiers=(about,))
        lifecycle.post(ring, member, report)


def main() -> None:
    """Write the notes, raise the budgets of whoever checks, serve."""
    if sys.argv[1:] == ["notes"]:
        write_notes()
        return
    # On its own: a server must not begin with connections to PostgreSQL that it then shares.
    subprocess.run([sys.executable, "-m", "bench.generous", "notes"], check=True)
    budgets.CHECKS = budgets.CHECKS._replace(amount=1_000_000)
    account_budgets.FORMS = account_budgets.FORMS._replace(amount=1_000_000)
    server.main()


if __name__ == "__main__":
    main()
