"""A machine is lost: what people rely on is there again on another one, from its backup."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from safety_app.privacy.retention import backup
from tests.seizure.client import Browser
from tests.seizure.deeds import FOUND
from tests.seizure.server import Server
from tests.seizure.world import FIRST_PSEUDONYM

pytestmark = [pytest.mark.thorough]


def sign_in(server: Server, passphrase: str) -> Browser:
    browser = Browser(server.port)
    typed = {"pseudonym": FIRST_PSEUDONYM, "passphrase": passphrase}
    page = browser.fill(browser.get("/en/in/"), typed)
    assert page.status == 200, page.text[:200]
    return browser


def folder(within: Path, name: str) -> Path:
    made = within / name
    made.mkdir()
    return made


def test_a_network_moves_to_another_machine(tmp_path: Path) -> None:
    lost = Server(folder(tmp_path, "lost"))
    lost.prepare()
    said = lost.run("manage.py", "shell", "-v", "0", "-c", FOUND).strip().splitlines()[-1]
    passphrase = json.loads(said)["passphrase"]
    public, secret = backup.new_key()
    key = tmp_path / "key"
    key.write_text(secret)
    kept = folder(tmp_path, "kept")
    lost.run("manage.py", "backup", str(kept), NIGHTJAR_BACKUP_KEYS=public)
    (sealed,) = kept.iterdir()
    assert "can be restored" in lost.run(
        "manage.py", "verify_backup", str(sealed), "--key", str(key)
    )

    found = Server(folder(tmp_path, "found"))
    found.configuration["NIGHTJAR_PEPPER_FILE"] = lost.configuration["NIGHTJAR_PEPPER_FILE"]
    where = {"DATA": str(found.data), "BACKUP": str(sealed), "KEY": str(key)}
    found.run("-m", "deploy.restore", **where)
    with pytest.raises(RuntimeError, match="There is a network in"):
        found.run("-m", "deploy.restore", **where)
    try:
        found.start()
        browser = sign_in(found, passphrase)
        assert browser.get("/en/a/").status == 200
        assert browser.get("/en/desk/").status == 200
    finally:
        found.stop()
