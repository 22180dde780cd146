"""What `make demo` prints: enough to try every part of the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import demo
from deploy.demo.__main__ import greeting
from safety_app.vault.codes import new_code, show_code

ROLES = ("member", "moderator", "reporter", "translator", "editor")


def test_somebody_of_each_role_and_an_unused_invitation() -> None:
    code = new_code()
    accounts = [
        {"role": role, "pseudonym": f"{role} {number}", "passphrase": f"{role} words {number}"}
        for number in range(2)
        for role in ROLES
    ]
    said = greeting(Path("data"), {"accounts": accounts, "code": code}, "8000")
    assert all(f"{role} 0" in said and f"{role} words 0" in said for role in ROLES)
    assert show_code(code) in said
    assert f"http://localhost:8000/join/#{code}" in said


@pytest.mark.thorough
def test_a_bench_does_not_wait_for_a_demo_that_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "SITE", "http://localhost:1")
    with pytest.raises(RuntimeError, match="ended"), demo.serving("deploy.nothing", {}):
        pass
