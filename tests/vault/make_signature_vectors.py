"""Writes `vectors/signatures.json` anew: `python -m tests.vault.make_signature_vectors`.

What moderators sign: section 9 of `docs/vault-spec.md`. Ed25519 is deterministic, so every run
gives the same bytes.
"""

from __future__ import annotations

import json
from typing import Any

from tests.vault import reference_signatures as reference
from tests.vault.vector_cases import FOLDER, MEMBER, ORGANISATION, Case, fixed, gives, refused

NETWORK, DESK, NEWER = (fixed(f"{name} seed") for name in ("network", "desk", "newer desk"))
PUBLIC, OTHER = fixed("public 1", 1216), fixed("public 2", 1216)
KEY = reference.verifying_key(NETWORK)
OTHER_DESK, CODE = fixed("other desk seed"), fixed("code seed")
LISTED = [(3, 1, reference.verifying_key(DESK)), (5, 1, reference.verifying_key(OTHER_DESK))]
SINGLE = [LISTED[0], (3, 2, reference.verifying_key(CODE))]
STEP = [
    KEY, reference.list_digest(reference.witness_list([list(one) for one in LISTED])),
    reference.verifying_key(NEWER), fixed("next witnesses"),
]  # fmt: skip
AT_DESK: dict[str, Any] = {"desk": 5, "organisation": ORGANISATION}


def statements() -> list[Case]:
    said: dict[str, list[Any]] = {
        "successor": ["next verifying key", *STEP],
        "epoch": ["epoch statement", 3, fixed("commitment")],
        "holder": ["desk holder", 5, "member", MEMBER, PUBLIC],
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


def two(*places: tuple[int, bytes]) -> bytes:
    """The column of countersignatures, with these."""
    given = b"".join(bytes([place]) + signature for place, signature in places)
    return given + bytes(130 - len(given))


def lists() -> list[Case]:
    entries, single = [list(one) for one in LISTED], [list(one) for one in SINGLE]
    listed, digest = (
        reference.witness_list(entries),
        reference.list_digest(reference.witness_list(entries)),
    )
    alone = reference.witness_list(single)
    twice = bytearray(listed)
    twice[41 : 41 + 8] = twice[:8]
    turned = listed[41:82] + listed[:41] + listed[82:]
    wrong = {
        "an organisation twice": bytes(twice),
        "another order": turned,
        "with more": listed + bytes(41),
        "without a place": listed[:-41],
        "nothing": b"",
        "a code beside two": listed[:82] + (7).to_bytes(8, "big") + b"\x02" + KEY + listed[123:],
        "a place left out": bytes(41) + listed[:41] + listed[82:],
    }
    return [
        gives("list", "witness_list", listed, entries=entries[::-1]),
        gives("list digest", "list_digest", digest, listed=listed),
        gives("list opened", "open_list", entries, listed=listed, digest=digest),
        gives("list of a single one", "open_list", single, listed=alone,
              digest=reference.list_digest(alone)),
        refused("list of another digest", "open_list", listed=alone, digest=digest),
        refused("list of two kinds", "witness_list", entries=[*entries, [7, 2, KEY]]),
        refused("list with a key twice", "witness_list", entries=[*entries, [7, 1, entries[0][2]]]),
        refused("list of nobody's", "witness_list", entries=[*entries, [0, 1, KEY]]),
        *[refused(f"list: {name}", "open_list", listed=one, digest=reference.list_digest(one))
          for name, one in wrong.items()],
    ]  # fmt: skip


def countersignatures() -> list[Case]:
    listed, alone = (reference.witness_list([list(one) for one in of]) for of in (LISTED, SINGLE))
    own = (1, reference.witness(DESK, 3, 1, STEP))
    other = (2, reference.witness(OTHER_DESK, 5, 1, STEP))
    elsewhere = [*STEP[:2], fixed("another key"), STEP[3]]
    by_code = [KEY, reference.list_digest(alone), *STEP[2:]]
    at_home = (1, reference.witness(DESK, 3, 1, by_code))
    on_paper = (2, reference.witness(CODE, 3, 2, by_code))
    whole: dict[str, Any] = {"step": STEP, "listed": listed}
    whole["countersignatures"] = two(own, other)
    wrong: dict[str, dict[str, Any]] = {
        "one": {"countersignatures": two(own)},
        "none": {"countersignatures": bytes(130)},
        "the same twice": {"countersignatures": two(own, own)},
        "one in another's place": {"countersignatures": two(own, (2, own[1]))},
        "of nobody in the list": {
            "countersignatures": two(own, (3, reference.witness(NEWER, 7, 1, STEP)))
        },
        "by another key": {
            "countersignatures": two(own, (2, reference.witness(NEWER, 5, 1, STEP)))
        },
        "for another successor": {"step": elsewhere},
        "for other next witnesses": {"step": [*STEP[:3], fixed("other witnesses")]},
        "another list": {"listed": alone},
        "from another list": {"step": by_code, "listed": alone},
        "a code's as a desk's": {
            "countersignatures": two(own, (2, reference.witness(OTHER_DESK, 5, 2, STEP)))
        },
        "cut": {"countersignatures": two(own, other)[:129]},
        "with more": {"countersignatures": two(own, other) + b"\x00"},
    }
    return [
        gives("witness", "witness", own[1], seed=DESK, organisation=3, kind=1, step=STEP),
        gives("two witnesses", "two_witnesses", None, **whole),
        gives("two witnesses in another order", "two_witnesses", None,
              **{**whole, "countersignatures": two(other, own)}),
        gives("a desk and its code", "two_witnesses", None, step=by_code, listed=alone,
              countersignatures=two(at_home, on_paper)),
        *[refused(f"two witnesses: {name}", "two_witnesses", **{**whole, **changed})
          for name, changed in wrong.items()],
    ]  # fmt: skip


def certificates() -> list[Case]:
    own, newer = reference.verifying_key(DESK), reference.verifying_key(NEWER)
    one = reference.link(NETWORK, **AT_DESK, public_key=PUBLIC, key=own)
    two = one + reference.link(DESK, **AT_DESK, public_key=OTHER, key=newer)
    other_desk = reference.link(NETWORK, 6, ORGANISATION, PUBLIC, own)
    other_organisation = reference.link(NETWORK, 5, ORGANISATION + 1, PUBLIC, own)
    of_all = reference.link(NETWORK, 5, 0, PUBLIC, KEY)
    due = reference.link(NETWORK, **AT_DESK, public_key=PUBLIC, key=own, is_due=True)
    renewed = due + reference.link(DESK, **AT_DESK, public_key=OTHER, key=newer)
    same = due + reference.link(DESK, **AT_DESK, public_key=PUBLIC, key=own)
    back = renewed + reference.link(NEWER, **AT_DESK, public_key=PUBLIC, key=newer)
    by = {"network_key": KEY, **AT_DESK}
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
        gives("link of a desk that is due", "link", due, seed=NETWORK, **AT_DESK,
              public_key=PUBLIC, key=own, is_due=True),
        gives("certificate of a desk that is due", "desk_key", own,
              **{**whole, "certificate": due}),
        gives("due", "is_due", True, certificate=due, **by),
        gives("due: not", "is_due", False, certificate=one, **by),
        gives("due: not with a new key", "is_due", False, certificate=renewed, **by),
        gives("due: with the same key once more", "is_due", True, certificate=same, **by),
        gives("due: with the same key again", "is_due", True, certificate=back, **by),
        *[refused(f"certificate: {name}", "desk_key", **{**whole, **changed})
          for name, changed in wrong.items()],
    ]  # fmt: skip


def main() -> None:
    made = {"cases": [*statements(), *lists(), *countersignatures(), *certificates()]}
    path = FOLDER / "signatures.json"
    path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
