"""Writes `vectors/signatures.json` anew: `python -m tests.vault.make_signature_vectors`.

What moderators sign: section 9 of `docs/vault-spec.md`. Ed25519 is deterministic, so every run
gives the same bytes.
"""

from __future__ import annotations

import json
from typing import Any

from tests.vault import reference_signatures as reference
from tests.vault.make_vectors import FOLDER, MEMBER, ORGANISATION, Case, fixed, gives, refused

NETWORK, DESK, NEWER = (fixed(f"{name} seed") for name in ("network", "desk", "newer desk"))
PUBLIC, OTHER = fixed("public 1", 1216), fixed("public 2", 1216)
KEY = reference.verifying_key(NETWORK)
AT_DESK: dict[str, Any] = {"desk": 5, "organisation": ORGANISATION}


def statements() -> list[Case]:
    said: dict[str, list[Any]] = {
        "successor": ["next verifying key", KEY, reference.verifying_key(NEWER)],
        "epoch": ["epoch statement", 3, fixed("commitment")],
        "holder": ["desk holder", 5, MEMBER, PUBLIC],
    }
    cases = []
    for name, (purpose, *parts) in said.items():
        given = reference.signature(NETWORK, [purpose, *parts])
        whole = {"key": KEY, "statement": [purpose, *parts], "given": given}
        foreign = reference.signature(DESK, [purpose, *parts])
        cases += [
            gives(name, "signature", given, seed=NETWORK, statement=[purpose, *parts]),
            gives(f"{name} holds", "verify", None, **whole),
            refused(f"{name} by another seed", "verify", **{**whole, "given": foreign}),
            refused(f"{name} cut", "verify", **{**whole, "given": given[:63]}),
            refused(f"{name} without", "verify", **{**whole, "given": b""}),
        ]
        moved = ["desk holder" if purpose != "desk holder" else "epoch statement", *parts]
        cases.append(
            refused(f"{name} for something else", "verify", **{**whole, "statement": moved})
        )
    return cases


def certificates() -> list[Case]:
    own, newer = reference.verifying_key(DESK), reference.verifying_key(NEWER)
    one = reference.link(NETWORK, **AT_DESK, public_key=PUBLIC, key=own)
    two = one + reference.link(DESK, **AT_DESK, public_key=OTHER, key=newer)
    other_desk = reference.link(NETWORK, 6, ORGANISATION, PUBLIC, own)
    other_organisation = reference.link(NETWORK, 5, ORGANISATION + 1, PUBLIC, own)
    of_all = reference.link(NETWORK, 5, 0, PUBLIC, KEY)
    skipped = reference.link(NEWER, **AT_DESK, public_key=OTHER, key=newer)
    whole = {"certificate": one, "network_key": KEY, **AT_DESK, "public_key": PUBLIC}
    wrong: dict[str, dict[str, Any]] = {
        "another public key": {"public_key": OTHER},
        "another network": {"network_key": own},
        "of another desk": {"certificate": other_desk},
        "of another organisation": {"certificate": other_organisation},
        "of nobody": {"certificate": b""},
        "cut": {"certificate": one[:127]},
        "with more": {"certificate": one + b"\x00"},
        "an older one of a renewed desk": {"public_key": OTHER, "certificate": one},
        "a renewed desk's, with the older key": {"certificate": two},
        "signed by itself": {"certificate": reference.link(DESK, 5, ORGANISATION, PUBLIC, own)},
        "a successor signed by itself": {"public_key": OTHER, "certificate": one + skipped},
        "without the first": {"public_key": OTHER, "certificate": two[128:]},
    }
    return [
        gives("verifying key", "verifying_key", KEY, seed=NETWORK),
        gives("link", "link", one, seed=NETWORK, **AT_DESK, public_key=PUBLIC, key=own),
        gives("certificate", "desk_key", own, **whole),
        gives("certificate of two", "desk_key", newer,
              **{**whole, "certificate": two, "public_key": OTHER}),
        gives("certificate of the desk of all", "desk_key", KEY,
              **{**whole, "certificate": of_all, "organisation": 0}),
        *[refused(f"certificate: {name}", "desk_key", **{**whole, **changed})
          for name, changed in wrong.items()],
    ]  # fmt: skip


def main() -> None:
    made = {"cases": [*statements(), *certificates()]}
    path = FOLDER / "signatures.json"
    path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
