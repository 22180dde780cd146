"""`make demo`: found a fictional network in a directory, say how to get in, and serve it."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from deploy import serve
from safety_app.configuration import NETWORK_MARKER
from safety_app.vault.codes import fold_code, show_code

ACCOUNTS = "demo-accounts.json"


def main() -> None:
    """Prepare the directory; fill it unless it was filled before; serve."""
    data = directory()
    serve.prepare(data, demo=True)
    if not (data / ACCOUNTS).exists():
        print("Making fictional people and alerts; this takes about half a minute.", flush=True)
        fill(data / ACCOUNTS)
        (data / NETWORK_MARKER).touch(mode=0o600)
    people = json.loads((data / ACCOUNTS).read_text())
    port = os.environ.get("PORT", "8000")
    serve.serve(port, greeting(data, people, port))


def directory() -> Path:
    """DATA, or a fresh directory under var/."""
    if os.environ.get("DATA"):
        return Path(os.environ["DATA"]).resolve()
    (serve.ROOT / "var").mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="demo-", dir=serve.ROOT / "var"))


def fill(accounts: Path) -> None:
    """Fill the database that `prepare` made, in a process of its own."""
    fill_it = [sys.executable, "-m", "deploy.demo.fill", str(accounts)]
    subprocess.run(fill_it, check=True, cwd=serve.ROOT)  # noqa: S603 (a fixed command)


def greeting(data: Path, people: dict[str, Any], port: str) -> str:
    """What is printed once the server answers: somebody of each role, and an unused invitation."""
    shown = [
        next(account for account in people["accounts"] if account["role"] == role)
        for role in ("member", "moderator", "reporter", "translator", "editor")
    ]
    lines = [
        "",
        f"  http://localhost:{port}/en/in/",
        "",
        *[f"  {a['role']:<10} {a['pseudonym']:<20} {a['passphrase']}" for a in shown],
        "",
        f"  invitation {show_code(fold_code(people['code']))}",
        f"  http://localhost:{port}/join/#{people['code']}",
        "",
        f"Everything here is invented. All accounts: {data / ACCOUNTS}",
        f"The pepper is kept beside the data, in {data / 'pepper'}: fit for a demo only.",
        "Ctrl-C ends it.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
