"""`docs/vault-spec.md` names every purpose that the code derives or binds with."""

import re
from pathlib import Path

from safety_app.accounts.keys import sealed_rows

ROOT = Path(__file__).parent.parent.parent
SPEC = (ROOT / "docs" / "vault-spec.md").read_text()
# `make_context("…"`, `derive(key, "…"`, `derived("…"`: the first text among the arguments.
CALL = re.compile(r"\b(?:make_context|derive|derived|member_tag)\(\s*(?:[\w.]+,\s*)?\"([^\"]+)\"")
WHERE = ["safety_app/vault", "safety_app/accounts", "alerts"]


def purposes() -> set[str]:
    """The purposes in the source. Names of labels and keys, so a colon or brace is no purpose."""
    sources = [path for folder in WHERE for path in (ROOT / folder).rglob("*.py")]
    return {purpose for path in sources for purpose in CALL.findall(path.read_text())}


def test_the_search_finds_purposes() -> None:
    assert {"row", "own", "epoch chain", "alert notes", "sealed row", "welcome"} <= purposes()


def test_every_purpose_is_in_the_spec() -> None:
    # Table entries stand in backquotes, formulas in quotes.
    named = set(re.findall(r"`([^`\n]+)`", SPEC)) | set(re.findall(r"\"([^\"\n]+)\"", SPEC))
    assert purposes() - named == set()


def test_every_kind_of_sealed_row_is_in_the_spec() -> None:
    named = set(re.findall(r"`([^`\n]+)`", SPEC))
    assert len(sealed_rows.kinds()) >= 10
    for kind, shape in sealed_rows.kinds().items():
        assert kind in named, kind
        assert f"{shape.model.__name__}.{shape.column}" in SPEC, kind
