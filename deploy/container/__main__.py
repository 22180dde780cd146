"""What the program's container does: `serve`, `found "Its name"`, `health`, or a command of
manage.py. The root file system is read-only; data, pepper and sockets are mounted.
"""

import os
import subprocess
import sys
import urllib.request

from deploy import serve
from safety_app import configuration

PORT = 8000


def main(command: str, arguments: list[str]) -> None:
    os.umask(0o077)
    if command == "health":
        _health()
    elif command == "serve":
        serve.refuse_without_network(configuration.data_directory())
        _manage("prepare")
        os.environ["NIGHTJAR_BIND"] = f"0.0.0.0:{PORT}"  # the compose file's inner network
        os.execv(sys.executable, [sys.executable, "-m", "safety_app.server"])  # noqa: S606
    elif command == "found":
        _manage("prepare")
        _manage("found_network", *arguments)
    else:
        _manage(command, *arguments)


def _manage(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "manage.py", *arguments], check=False)
    if done.returncode:
        sys.exit(done.returncode)


def _health() -> None:
    asked = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/healthz", headers={"Host": "localhost"}
    )
    try:
        with urllib.request.urlopen(asked, timeout=5):  # noqa: S310
            pass
    except OSError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
