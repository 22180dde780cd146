"""`make release`: the same bytes twice, all of the commit, licences that go together, signed."""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import re
import shutil
import subprocess
import tarfile
import tomllib
from pathlib import Path

import pytest

from deploy.release import __main__ as release
from deploy.release import archive, parts
from safety_app.version import VERSION

# What AGPL-3.0-or-later may be combined with (gnu.org/licenses/license-list.html); each part of an
# expression with AND must be one of these, one of those with OR.
COMPATIBLE = {
    "AGPL-3.0-or-later",
    "GPL-3.0-or-later",
    "LGPL-3.0-only",
    "MPL-2.0",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "MIT",
    "MIT-0",
    "PSF-2.0",
    "ZPL-2.1",
}
# What packages say in older fields instead of an expression.
SAID = {
    "MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Zope Public License": "ZPL-2.1",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
}


def is_compatible(expression: str) -> bool:
    return any(
        all(part in COMPATIBLE for part in way.split(" AND ")) for way in expression.split(" OR ")
    )


@pytest.fixture(scope="module")
def commit() -> str:
    if not (archive.ROOT / ".git").exists():
        pytest.skip("a release is made of a git commit, and this is none")
    return archive.git("rev-parse", "HEAD").decode().strip()


@pytest.fixture(scope="module")
def made(commit: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    release.make(commit, VERSION, folder)
    return folder


@pytest.mark.thorough
def test_two_directories_give_the_same_bytes(commit: str, made: Path, tmp_path: Path) -> None:
    """The second one from a clone elsewhere, by a process of its own, under another mask."""
    subprocess.run(["git", "clone", "-q", archive.ROOT, tmp_path / "clone"], check=True)
    uv = tmp_path / "clone/.venv/bin/uv"
    uv.parent.mkdir(parents=True)
    uv.symlink_to(shutil.which("uv", path=str(archive.ROOT / ".venv/bin")) or "")
    called = "from pathlib import Path; from deploy.release import __main__ as release; "
    called += f"release.make({commit!r}, {VERSION!r}, Path({str(tmp_path)!r}))"
    command = f'umask 077; exec {archive.ROOT}/.venv/bin/python -c "{called}"'
    subprocess.run(["sh", "-c", command], cwd=tmp_path / "clone", check=True)
    for file in made.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


@pytest.mark.thorough
def test_the_archive_is_the_commit(commit: str, made: Path) -> None:
    with tarfile.open(made / f"nightjar-{VERSION}.tar.gz") as opened:
        members = opened.getmembers()
        setup = opened.extractfile(f"nightjar-{VERSION}/nightjar")
        assert setup
        assert setup.read() == archive.one_file(commit, "nightjar")
    names = archive.git("ls-tree", "-r", "--name-only", "--full-tree", commit).decode()
    paths = [one.name.removeprefix(f"nightjar-{VERSION}/") for one in members]
    assert paths == sorted(names.splitlines())
    assert {one.mtime for one in members} == {archive.commit_time(commit)}
    assert {(one.uid, one.gid, one.uname, one.gname) for one in members} == {(0, 0, "", "")}
    modes = {one.name.rpartition("/")[2]: one.mode for one in members}
    assert (modes["nightjar"], modes["manage.py"]) == (0o755, 0o644)


@pytest.mark.thorough
def test_git_finds_the_commit_in_the_archive(commit: str, made: Path) -> None:
    plain = gzip.decompress((made / f"nightjar-{VERSION}.tar.gz").read_bytes())
    done = subprocess.run(
        ["git", "get-tar-commit-id"], input=plain, capture_output=True, check=True
    )
    assert done.stdout.decode().strip() == commit
    inside = (made / "SHA256SUMS").read_text().splitlines()[0]
    assert inside.endswith(hashlib.sha256(plain).hexdigest())


def test_gzip_tells_no_name_and_no_time() -> None:
    head = archive.compressed(b"x")[:9]
    assert head[3:8] == bytes(5)


@pytest.mark.thorough
def test_the_sums_are_those_of_the_files(made: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=made,
        capture_output=True,
        check=True,
    )
    assert done.stdout.count(b": OK") == 2


@pytest.mark.thorough
def test_a_signature_is_good_until_something_changes(made: Path, tmp_path: Path) -> None:
    key, sums = tmp_path / "key", tmp_path / "SHA256SUMS"
    shutil.copy(made / "SHA256SUMS", sums)
    made_key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)]
    subprocess.run(made_key, check=True)
    release.sign(sums, str(key))
    signers = tmp_path / "allowed_signers"
    form = (Path(release.__file__).parent / "allowed_signers").read_text().splitlines()[-1]
    public = (tmp_path / "key.pub").read_text().strip()
    signers.write_text(form.removeprefix("# ").replace("ssh-ed25519 AAAA…", public) + "\n")

    def verified() -> bool:
        command = ["ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", "releases@nightjar"]
        command += ["-n", release.SIGNED_FOR, "-s", f"{sums}.sig"]
        with sums.open("rb") as given:
            return not subprocess.run(command, stdin=given, capture_output=True).returncode

    assert verified()
    sums.write_text(sums.read_text() + "\n")
    assert not verified()


@pytest.mark.thorough
def test_every_part_has_hashes_and_a_licence_that_goes_with_ours(commit: str) -> None:
    bill = parts._exported(commit)
    known = parts.licences()
    names = {part["name"] for part in bill["components"]}
    assert {"django", "cryptography", "psycopg", "redis", "waitress"} <= names
    assert names - known.keys() == set()
    assert [
        f"{name}: {known[name]}" for name in sorted(names) if not is_compatible(known[name])
    ] == []
    for part in bill["components"]:
        hashes = [one["hashes"] for one in part["externalReferences"]]
        assert hashes, part["name"]
        assert all(one[0]["alg"] == "SHA-256" for one in hashes)
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"


def test_what_does_not_go_together_is_noticed() -> None:
    assert is_compatible("GPL-2.0-only OR MIT")
    assert not is_compatible("MIT AND GPL-2.0-only")
    assert not is_compatible("Proprietary")


@pytest.mark.parametrize("name", sorted(parts.licences()))
def test_licences_are_those_that_packages_state(name: str) -> None:
    try:
        stated = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("not installed on this machine")
    ours = parts.licences()[name]
    if stated.get("License-Expression"):
        assert stated["License-Expression"] == ours
        return
    marks = [one for one in stated.get_all("Classifier", []) if one.startswith("License")]
    for one in marks:
        short = SAID[one.rpartition(" :: ")[2]]
        assert short in ours, one


def test_the_version_is_said_once_and_everywhere_the_same() -> None:
    locked = tomllib.loads((archive.ROOT / "uv.lock").read_text())["package"]
    assert [one["version"] for one in locked if one["name"] == "nightjar"] == [VERSION]
    notes = (archive.ROOT / "CHANGELOG.md").read_text()
    (newest, *_older) = re.findall(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)$", notes, re.M)
    assert newest[0] == VERSION
    said = subprocess.run(
        [archive.ROOT / "nightjar", "--version"], capture_output=True, text=True, check=True
    )
    assert said.stdout == f"{VERSION}\n"


@pytest.mark.parametrize(
    ("tag", "files", "sentence"),
    [
        ("HEAD", {"CHANGELOG.md": "## 0.1.0 (2026-01-01)\n"}, "no notes of 0.3.0"),
        ("v0.2.9", {"CHANGELOG.md": "## 0.3.0 (2027-01-01)\n"}, "v0.2.9 is version 0.3.0"),
    ],
)
def test_tag_notes_and_version_must_agree(
    monkeypatch: pytest.MonkeyPatch, tag: str, files: dict[str, str], sentence: str
) -> None:
    there = {"pyproject.toml": '[project]\nversion = "0.3.0"\n', **files}
    monkeypatch.setattr(archive, "one_file", lambda commit, path: there[path].encode())
    with pytest.raises(SystemExit, match=sentence):
        release.version_of(tag)
