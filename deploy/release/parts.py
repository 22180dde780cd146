"""The software bill of materials: what a release runs with, in CycloneDX 1.5.

uv writes it from uv.lock, with hashes; licences come from `licences.toml`, and what would differ
from one run to the next is taken from the commit instead.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import tempfile
import tomllib
import uuid
from pathlib import Path
from typing import Any

from deploy.release import archive

UV = archive.ROOT / ".venv/bin/uv"
LICENCES = Path(__file__).parent / "licences.toml"
OURS = "AGPL-3.0-or-later"


def bill_of_materials(commit: str) -> str:
    """As JSON. Raises KeyError for a part whose licence nobody has written down."""
    bill = _exported(commit)
    full = archive.git("rev-parse", f"{commit}^{{commit}}").decode().strip()
    made = datetime.datetime.fromtimestamp(archive.commit_time(commit), datetime.UTC)
    bill["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, full)}"
    bill["metadata"]["timestamp"] = made.isoformat().replace("+00:00", "Z")
    bill["metadata"]["component"] |= {"type": "application", "licenses": _licence(OURS)}
    known = licences()
    for part in bill["components"]:
        part["licenses"] = _licence(known[part["name"]])
    return json.dumps(bill, indent=2, sort_keys=True) + "\n"


def licences() -> dict[str, str]:
    """The SPDX expression of each part that is shipped, by its name."""
    return dict(tomllib.loads(LICENCES.read_text())["licences"])


def _exported(commit: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("pyproject.toml", "uv.lock"):
            Path(folder, name).write_bytes(archive.one_file(commit, name))
        command = [str(UV), "export", "--frozen", "--no-dev", "--all-extras", "--quiet"]
        command += ["--format", "cyclonedx1.5", "--preview-features", "sbom-export"]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return dict(json.loads(done.stdout))


def _licence(expression: str) -> list[dict[str, str]]:
    return [{"expression": expression}]
