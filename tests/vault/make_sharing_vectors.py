"""Writes `vectors/sharing.json` and `vectors/sharing.bin` anew:
`python -m tests.vault.make_sharing_vectors`.

`sharing.bin` is one whole file, so that the changed ones need not be stored: a case says what is
cut, changed or added. Where the content is at fault, the case holds the content and the test seals
it. Known networks stand there as the seeds of their desks. Exact outputs come from `reference`.
"""

import hashlib
import json
from typing import Any

from safety_app.vault import seals
from tests.vault import reference
from tests.vault.vector_cases import FOLDER, Case, fixed, gives, refused

OURS, SENDER, THIRD = (fixed(f"moderation desk {name}") for name in ("ours", "sender", "third"))
US, THEM, OTHERS = (reference.network_identity(seed) for seed in (OURS, SENDER, THIRD))
DAY = "2026-11-21"
ENTRIES = [b'{"what":["robbery"]}', b"", "nächtliche Anrufe".encode()]


def seal_file(content: bytes, recipient: bytes = US, padded: int | None = None) -> bytes:
    """The file of a content, sealed to an identity."""
    size = padded or (len(content) // 65536 + 1) * 65536
    sealed = seals.seal(
        recipient[1:1217],
        reference.pad(content, size),
        reference.label("shared notes", reference.network_fingerprint(recipient)),
    )
    return b"nightjar shared notes 1\n" + (32 + len(sealed)).to_bytes(8, "big") + sealed


def signed(
    seed: bytes, day: str, notes: bytes, recipient: bytes = US, sender: bytes = THEM
) -> bytes:
    """A content with a right signature, whatever day and notes are."""
    named, meant = (reference.network_fingerprint(one) for one in (sender, recipient))
    message = reference.signed_part(named, meant, day, notes)
    return named + reference.signing_key(seed).sign(message) + day.encode() + notes


def identities() -> list[Case]:
    text, low = reference.identity_text(THEM), THEM[:1185] + bytes(32) + THEM[1217:]
    lines = text.splitlines()
    typed = lines[5]
    wrong = {
        "nothing": "",
        "without its header": "\n".join(lines[1:]),
        "of another version": text.replace("network 1", "network 2"),
        "with a word before it": "Hello " + text,
        "with a word after it": text + "Bye",
        "with a line left out": "\n".join(lines[:5] + lines[6:]),
        "with two lines swapped": "\n".join([*lines[:5], lines[6], typed, *lines[7:]]),
        "with a letter changed": text.replace(typed, ("B" if typed[0] == "A" else "A") + typed[1:]),
        "in small letters": lines[0] + "\n" + "".join(lines[1:]).lower(),
        "with a letter of no base 32": text.replace(typed, "1" + typed[1:]),
        "with a letter of another script": text.replace(typed, "А" + typed[1:]),
        "cut": text[:-9],
        "header only": lines[0],
        "endless": text + " " * 4096,
        "with another version byte": reference.identity_text(b"\x02" + THEM[1:]),
        "with a point of low order": reference.identity_text(low),
        "with coefficients out of range": reference.identity_text(
            b"\x01" + b"\xff" * 1184 + THEM[1185:]
        ),
    }
    return [
        gives("identity", "own_identity", THEM, seed=SENDER),
        gives("fingerprint", "network_fingerprint", reference.network_fingerprint(THEM),
              identity=THEM),
        gives("words of a network", "network_words",
              reference.spoken(reference.network_fingerprint(THEM), 6), identity=THEM),
        gives("identity as text", "identity_text", text, identity=THEM),
        gives("text", "read_identity", THEM, text=text),
        gives("text in one line", "read_identity", THEM, text=" ".join(lines)),
        gives("text with other line ends", "read_identity", THEM, text="\r\n\r\n".join(lines)),
        *[refused(f"text {name}", "read_identity", "BadIdentity", text=one)
          for name, one in wrong.items()],
    ]  # fmt: skip


def contents() -> list[Case]:
    count, entries = len(ENTRIES).to_bytes(4, "big"), reference.encode(*ENTRIES)
    good = reference.shared_content(SENDER, US, DAY, ENTRIES)
    opened: dict[str, Any] = {"seed": OURS, "known": [SENDER, THIRD]}
    third = reference.network_fingerprint(OTHERS)

    def bad(name: str, reason: str, content: bytes, **changes: Any) -> Case:
        return refused(name, "open_content", reason, content=content, **{**opened, **changes})

    def said(name: str, reason: str, notes: bytes, day: str = DAY) -> Case:
        return bad(name, reason, signed(SENDER, day, notes))

    return [
        gives("content", "shared_content", good, seed=SENDER, recipient_seed=OURS, day=DAY,
              entries=ENTRIES),
        gives("content of no entries", "shared_content",
              reference.shared_content(SENDER, US, DAY, []), seed=SENDER, recipient_seed=OURS,
              day=DAY, entries=[]),
        gives("content opens", "open_content",
              {"sender": good[:32], "day": DAY, "entries": ENTRIES}, content=good, **opened),
        bad("from an unknown network", "UnknownSender", good, known=[THIRD]),
        bad("no network is known", "UnknownSender", good, known=[]),
        bad("another known network named as sender", "BadSignature", third + good[32:]),
        bad("signed by another network", "BadSignature", signed(THIRD, DAY, count + entries)),
        bad("handed on: signed for another network", "BadSignature",
            reference.shared_content(SENDER, OTHERS, DAY, ENTRIES)),
        bad("sent back to its sender", "BadSignature", good, seed=SENDER),
        bad("another day", "BadSignature", good[:105] + b"2" + good[106:]),
        bad("another entry", "BadSignature", good[:-1] + b"E"),
        bad("an entry left out", "BadSignature",
            good[:106] + (2).to_bytes(4, "big") + reference.encode(*ENTRIES[:2])),
        bad("100,000 entries", "TooMany",
            signed(SENDER, DAY, (100_000).to_bytes(4, "big") + entries)),
        said("301 entries", "TooMany", (301).to_bytes(4, "big") + reference.encode(*[b""] * 301)),
        said("fewer entries than said", "BadContent", (4).to_bytes(4, "big") + entries),
        said("more entries than said", "BadContent", (2).to_bytes(4, "big") + entries),
        said("an entry cut", "BadContent", count + entries[:-1]),
        said("a length cut", "BadContent", (1).to_bytes(4, "big") + bytes(3)),
        said("an entry too large", "TooLarge",
             (1).to_bytes(4, "big") + reference.encode(bytes(8193))),
        *[said(f"no day: {day}", "BadContent", count + entries, day)
          for day in ("2026-13-01", "2026-W47-6", "0000-01-01", " 2026-1-01", "2026-11-2x")],
        bad("too short for anything", "BadContent", good[:109]),
        bad("empty", "BadContent", b""),
    ]  # fmt: skip


def files(file: bytes) -> list[Case]:
    opened: dict[str, Any] = {"seed": OURS, "known": [SENDER]}
    content = {"sender": reference.network_fingerprint(THEM), "day": DAY, "entries": ENTRIES}

    def bad(name: str, reason: str, **changes: Any) -> Case:
        return refused(name, "open_file", reason, **{**opened, **changes})

    def length(value: int) -> dict[str, Any]:
        return {"at": 24, "put": value.to_bytes(8, "big")}

    return [
        gives("file", "open_file", content, **opened),
        gives("digest of the file", "digest_of_file", hashlib.sha256(file).digest()),
        bad("file for another network", "NotForUs", seed=THIRD),
        *[bad(f"file cut to {size} bytes", "NotAFile" if size < 24 else "Truncated", cut=size)
          for size in (0, 23, 24, 31, 32, 1169, len(file) - 1)],
        bad("file with a byte too many", "BadContent", add=b"\n"),
        bad("file of another version", "NotAFile", at=22, put=b"2"),
        bad("file with a byte before it", "NotAFile", before=b" "),
        bad("file that says it is shorter", "BadContent", **length(len(file) - 1)),
        bad("file that says it is longer", "Truncated", **length(len(file) + 1)),
        bad("file that says it is too large", "TooLarge", **length(4 * 2**20 + 1)),
        bad("file of over 4 MiB", "TooLarge", zeros=4 * 2**20),
        bad("file without a block", "BadContent", cut=1169, **length(1169)),
        bad("file of half a block", "BadContent", cut=1169 + 32768, **length(1169 + 32768)),
        *[bad(f"file changed in {part}", "NotForUs", at=at, put=bytes([file[at] ^ 1]))
          for part, at in (("its version", 32), ("ML-KEM", 33), ("X25519", 1152),
                           ("ciphertext", 1153), ("tag", len(file) - 1))],
    ]  # fmt: skip


def main() -> None:
    file = seal_file(reference.shared_content(SENDER, US, DAY, ENTRIES))
    (FOLDER / "sharing.bin").write_bytes(file)
    cases = [*identities(), *contents(), *files(file)]
    text = json.dumps({"cases": cases}, indent=1, ensure_ascii=False)
    (FOLDER / "sharing.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
