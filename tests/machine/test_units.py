"""The units for systemd: what the services may do on the machine."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parent.parent.parent / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))


@pytest.mark.thorough
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_service_is_exposed_to_little(unit: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.splitlines()[-1]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_memory_never_reaches_the_disk(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    assert {"LimitCORE=0", "MemorySwapMax=0", "StandardOutput=null"} <= set(lines)


def test_services_are_alike_but_for_what_they_do() -> None:
    differing = ("#", "Description", "Exec", "Restart", "Timeout", "LimitNOFILE", "ReadWrite")
    differing += ("Type", "[", "WantedBy", "RuntimeDirectory", "After", "LoadCredential")
    alike = {
        tuple(line for line in unit.read_text().splitlines() if not line.startswith(differing))
        for unit in SERVICES
    }
    assert len({tuple(filter(None, lines)) for lines in alike}) == 1


def test_only_the_site_gets_the_pepper() -> None:
    having = [unit.stem for unit in SERVICES if "LoadCredential=pepper" in unit.read_text()]
    assert having == ["nightjar"]


def test_each_timer_has_its_service() -> None:
    timers = {path.stem for path in UNITS.glob("*.timer")}
    assert timers == {"nightjar-backup", "nightjar-housekeeping"}
    assert timers < {path.stem for path in SERVICES}
