"""Writes `vectors/content.json` anew: `python -m tests.vault.make_content_vectors`.

Cards and match tags (sections 10 and 11 of `docs/vault-spec.md`), and statements of retired
identities (section 14). Nothing of the product makes them but the box itself.
"""

from __future__ import annotations

import base64
import json

from safety_app.vault import boxes
from tests.vault import reference
from tests.vault.reference_content import match_tag
from tests.vault.vector_cases import FOLDER, MEMBER, OTHER, Case, fixed, gives, refused

KEY, SEED = fixed("network key of cards"), fixed("moderation desk that retires")
EARLIER = [fixed(f"earlier identity {number}") for number in range(8)]
DAY = 739_942  # 21 November 2026
TAGS = [match_tag(KEY, "phone", "+33639981242"), match_tag(KEY, "similar", "39981242")]
PLAIN = [["theft"], 1, "FR-IDF", "", "", "", "not_sure", 0, [], "", 0, DAY, DAY + 375, 0, 0]
FULL = [
    ["weapon", "group"], 3, "FR-IDF", "FR", "Orléans", "hotel", "week", 15,
    [["phone", "+33 …42"], ["name", "Émile"]], "".join(TAGS), 4, DAY, DAY + 740, 3, DAY + 3,
]  # fmt: skip


def sealed(card: object, size: int = 1024) -> bytes:
    content = json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode()
    context = reference.label("alert", MEMBER, "card", 2)
    return boxes.seal_box(
        reference.derive(KEY, "alert cards"), reference.pad(content, size), context
    )


def cards() -> list[Case]:
    whole = {"content_key": KEY, "alert": MEMBER, "version": 2}
    full = sealed(FULL)
    return [
        *[
            gives(f"match tag {kind}", "match_tag", match_tag(KEY, kind, key),
                  content_key=KEY, kind=kind, key=key)
            for kind, key in (
                ("phone", "+33639981242"), ("similar", "39981242"), ("plate", "AB123C0"),
                ("email", "marc@example.org"), ("username", "instagram.com/le_renard"),
            )
        ],
        gives("the least a card says", "open_card", PLAIN, box=sealed(PLAIN), **whole),
        gives("the most a card says", "open_card", FULL, box=full, **whole),
        refused("of another alert", "open_card", box=full, **{**whole, "alert": OTHER}),
        refused("of an older version", "open_card", box=full, **{**whole, "version": 1}),
        refused("cut", "open_card", box=full[:-1], **whole),
        refused("of fourteen", "open_card", box=sealed(FULL[:14]), **whole),
        refused("of sixteen", "open_card", box=sealed([*FULL, 0]), **whole),
    ]  # fmt: skip


def statement(listed: bytes, seed: bytes = SEED, about: bytes | None = None) -> str:
    """The text of a list of fingerprints with this seed's signature."""
    ours = reference.network_fingerprint(about or reference.network_identity(seed))
    message = reference.label("retired identities", ours, listed)
    raw = listed + reference.signing_key(seed).sign(message)
    coded = base64.b32encode(raw).decode().rstrip("=")
    lines = [coded[at : at + 64] for at in range(0, len(coded), 64)]
    return "\n".join(["nightjar retires 1", *lines]) + "\n"


def statements() -> list[Case]:
    identity = reference.network_identity(SEED)
    ours = reference.network_fingerprint(identity)
    right = statement(b"".join(EARLIER[:2]))
    wrong = {
        "with another header": right.replace("retires 1", "retires 2"),
        "cut": right[:-9],
        "with nothing listed": statement(b""),
        "with half a fingerprint": statement(EARLIER[0] + EARLIER[1][:16]),
        "of nine": statement(b"".join([*EARLIER, bytes(32)])),
        "that names itself": statement(EARLIER[0] + ours),
        "signed by another network": statement(EARLIER[0], fixed("another desk"), identity),
        "about another network": statement(EARLIER[0], about=reference.network_identity(bytes(32))),
    }
    return [
        *[
            gives(f"{count} earlier", "retired", EARLIER[:count], identity=identity,
                  statement=statement(b"".join(EARLIER[:count])))
            for count in (1, 2, 8)
        ],
        *[
            refused(name, "retired", "BadIdentity", identity=identity, statement=text)
            for name, text in wrong.items()
        ],
    ]  # fmt: skip


def main() -> None:
    path = FOLDER / "content.json"
    made = {"cases": [*cards(), *statements()]}
    path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
