"""Make a release of a commit: `make release COMMIT=v0.2.0 INTO=directory KEY=key`.

nightjar-0.2.0.tar.gz    the program
nightjar-0.2.0.cdx.json  what it runs with
SHA256SUMS               of both
SHA256SUMS.sig           who says so: OpenSSH's signature, if there is a key
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from deploy.release import archive
from deploy.release.parts import bill_of_materials

SIGNED_FOR = "nightjar-release"


def main() -> None:
    parser = argparse.ArgumentParser(prog="deploy.release")
    parser.add_argument("--commit", default="HEAD", help="a tag or commit; default: HEAD")
    parser.add_argument("--into", type=Path, required=True, help="the directory to write to")
    parser.add_argument("--key", help="a maintainer's OpenSSH key: the file, or its public half")
    chosen = parser.parse_args()
    chosen.into.mkdir(parents=True, exist_ok=True)
    version = version_of(chosen.commit)
    sums = make(chosen.commit, version, chosen.into)
    print(sums.read_text(), end="")
    if not chosen.key:
        print("NOT SIGNED: say KEY=file with a maintainer's OpenSSH key.")
        return
    sign(sums, chosen.key)
    print(f"Signed: {sums}.sig")


def version_of(commit: str) -> str:
    """What pyproject.toml says there. Ends the program where tag or notes say something else."""
    project = tomllib.loads(archive.one_file(commit, "pyproject.toml").decode())["project"]
    version = str(project["version"])
    notes = archive.one_file(commit, "CHANGELOG.md").decode()
    if not re.search(rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$", notes, re.M):
        sys.exit(f"CHANGELOG.md has no notes of {version} with its day there.")
    if re.fullmatch(r"v\d.*", commit) and commit != f"v{version}":
        sys.exit(f"{commit} is version {version} by its pyproject.toml.")
    return version


def make(commit: str, version: str, into: Path) -> Path:
    """Write archive, bill of materials and sums; returns the file of sums."""
    name = f"nightjar-{version}"
    plain = archive.tar(commit, name)
    made = {
        f"{name}.tar.gz": archive.compressed(plain),
        f"{name}.cdx.json": bill_of_materials(commit).encode(),
    }
    for file, content in made.items():
        (into / file).write_bytes(content)
    # Another zlib may compress otherwise; what is inside is the same all the same.
    lines = [f"# the archive without gzip: {_sum(plain)}"]
    lines += [f"{_sum(content)}  {file}" for file, content in sorted(made.items())]
    sums = into / "SHA256SUMS"
    sums.write_text("\n".join(lines) + "\n")
    return sums


def sign(sums: Path, key: str) -> None:
    """Sign with a key in a file or, by its public half, in an agent. Replaces an older one."""
    sums.with_name(sums.name + ".sig").unlink(missing_ok=True)
    command = ["ssh-keygen", "-Y", "sign", "-f", key, "-n", SIGNED_FOR, str(sums)]
    if subprocess.run(command, check=False).returncode:
        sys.exit("It was not signed.")


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main()
