"""The onion service: tor's configuration, and the address it makes."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

TORRC = Path("/etc/tor/torrc")
SERVICE = Path("/var/lib/tor/nightjar")
_SINCE_PROOF_OF_WORK = (0, 4, 8)
_BEGIN, _END = "# begin nightjar", "# end nightjar"


def serve_over_tor(*, can_start: bool) -> str:
    """Add the service to tor's configuration; returns its address, which tor makes on first use."""
    text = TORRC.read_text() if TORRC.exists() else ""
    text = re.sub(rf"(?ms)^{_BEGIN}.*?^{_END}\n", "", text)
    TORRC.write_text(text.rstrip("\n") + "\n" + _lines(_version()))
    if can_start:
        subprocess.run(["systemctl", "restart", "tor"], check=True)
    else:
        _make_address()
    for _attempt in range(100):
        if (SERVICE / "hostname").exists():
            return (SERVICE / "hostname").read_text().strip()
        time.sleep(0.2)
    sys.exit("tor made no address: look at journalctl -u tor@default.")


def _lines(version: tuple[int, ...]) -> str:
    lines = [_BEGIN, f"HiddenServiceDir {SERVICE}/", "HiddenServicePort 80 127.0.0.1:8000"]
    if version >= _SINCE_PROOF_OF_WORK:
        # Whoever floods the service has to work for it; others wait a moment longer.
        lines.append("HiddenServicePoWDefensesEnabled 1")
    else:
        print("This tor is older than 0.4.8 and knows no proof of work: see docs/operations.md.")
    return "\n".join([*lines, _END, ""])


def _version() -> tuple[int, ...]:
    said = subprocess.run(["tor", "--version"], capture_output=True, text=True, check=True).stdout
    numbers = re.search(r"(\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, numbers.groups())) if numbers else (0,)


def _make_address() -> None:
    """Let tor make the keys without the network, where systemd does not run it."""
    subprocess.run(
        ["runuser", "-u", "debian-tor", "--", "timeout", "20", "tor", "--DisableNetwork", "1"],
        capture_output=True,
        check=False,
    )
