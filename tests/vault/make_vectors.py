"""Writes `vectors/*.json` anew: `python -m tests.vault.make_vectors`, or only the files named
after it.

Exact outputs come from `reference`, not from the product. Boxes and seals are random, so a new
run gives other sealed bytes; the committed ones are kept as they are unless the format changes.
`vectors/published.json` is copied from the standards by hand and never written by this script;
`make_sharing_vectors` writes those of shared files.
"""

import hashlib
import json
import sys
from typing import Any

from safety_app.vault import boxes, seals
from tests.vault import reference
from tests.vault.make_sign_in_vectors import codes, codes_by_time, sign_in
from tests.vault.vector_cases import (
    FOLDER,
    MEMBER,
    ORGANISATION,
    OTHER,
    Case,
    fixed,
    gives,
    refused,
)


def encoding() -> list[Case]:
    lists: list[list[Any]] = [
        [], [""], ["", ""], ["a", "bc"], ["ab", "c"], ["é", b"\x00"], [0], [2**64 - 1], [MEMBER],
    ]  # fmt: skip
    padded = reference.pad(b"note", 16)
    return [
        *[gives(f"encode {one}", "encode", reference.encode(*one), parts=one) for one in lists],
        {**refused("integer too large", "encode", parts=[2**64]), "refused": "OverflowError"},
        {**refused("negative integer", "encode", parts=[-1]), "refused": "OverflowError"},
        gives("label", "label", reference.label("row", "member", 7), parts=["row", "member", 7]),
        gives("pad", "pad", padded, plaintext=b"note", size=16),
        gives("pad nothing", "pad", reference.pad(b"", 16), plaintext=b"", size=16),
        gives(
            "pad, one byte left",
            "pad",
            b"fifteen bytes..\x80",
            plaintext=b"fifteen bytes..",
            size=16,
        ),
        refused("pad, no byte left", "pad", plaintext=b"sixteen bytes...", size=16),
        refused("pad, too long", "pad", plaintext=b"seventeen bytes..", size=16),
        gives("unpad", "unpad", b"note", padded=padded),
        gives("unpad keeps zeros of the text", "unpad", b"a\x00\x00", padded=b"a\x00\x00\x80\x00"),
        gives("padded twice, one layer goes", "unpad", padded, padded=reference.pad(padded, 32)),
        refused("padding without its mark", "unpad", padded=b"note" + bytes(12)),
        refused("padding with another mark", "unpad", padded=b"note\x81" + bytes(11)),
        refused("padding cut before its mark", "unpad", padded=b"note"),
        refused("padding with text behind it", "unpad", padded=padded + b"x"),
        refused("only zeros", "unpad", padded=bytes(16)),
        refused("nothing to unpad", "unpad", padded=b""),
    ]


def box_cases() -> list[Case]:
    key, context, plaintext = fixed("box key"), ["member seed", MEMBER], fixed("a seed")
    box = boxes.seal_box(key, plaintext, reference.label("member seed", MEMBER))
    good: dict[str, Any] = {"key": key, "context": context}

    def flipped(at: int) -> bytes:
        return box[:at] + bytes([box[at] ^ 1]) + box[at + 1 :]

    return [
        gives("derive", "derive", reference.derive(key, "own"), key=key, purpose="own", parts=[]),
        gives("derive, parts", "derive", reference.derive(key, "card", 3), key=key, purpose="card",
              parts=[3]),
        gives("derive, salt", "derive", reference.derive(key, "own", salt=fixed("pepper")), key=key,
              purpose="own", parts=[], salt=fixed("pepper")),
        gives("box", "open_box", plaintext, box=box, **good),
        gives("box of nothing", "open_box", b"",
              box=boxes.seal_box(key, b"", reference.label("member seed", MEMBER)), **good),
        refused("another key", "open_box", box=box, key=fixed("another"), context=context),
        refused("context of another member", "open_box", box=box, key=key,
                context=["member seed", OTHER]),
        refused("context of another purpose", "open_box", box=box, key=key,
                context=["member seed, recovery", MEMBER]),
        refused("empty context", "open_box", box=box, key=key, context=b""),
        refused("unknown version 2", "open_box", box=b"\x02" + box[1:], **good),
        refused("unknown version 0", "open_box", box=b"\x00" + box[1:], **good),
        *[refused(f"truncated to {size} bytes", "open_box", box=box[:size], **good)
          for size in (0, 1, 12, 13, 28, 29, len(box) - 1)],
        *[refused(f"bit changed in byte {at}", "open_box", box=flipped(at), **good)
          for at in (1, 12, 13, len(box) - 1)],
        refused("a byte too many", "open_box", box=box + b"\x00", **good),
    ]  # fmt: skip


def seal_cases() -> list[Case]:
    seed, other = fixed("member seed"), fixed("another seed")
    info, plaintext = ["pseudonym", MEMBER], b"marguerite"
    recipient = reference.public_key(seed)
    sealed = seals.seal(recipient, plaintext, reference.label("pseudonym", MEMBER))
    good: dict[str, Any] = {"seed": seed, "info": info}

    def flipped(at: int) -> bytes:
        return sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]

    return [
        gives("public key", "public_key", recipient, seed=seed),
        refused("seed too short", "public_key", seed=seed[:31]),
        refused("seed too long", "public_key", seed=seed + b"\x00"),
        gives("seal", "unseal", plaintext, sealed=sealed, **good),
        gives("seal of nothing", "unseal", b"",
              sealed=seals.seal(recipient, b"", reference.label("pseudonym", MEMBER)), **good),
        refused("wrong info", "unseal", sealed=sealed, seed=seed, info=["pseudonym", OTHER]),
        refused("info of another purpose", "unseal", sealed=sealed, seed=seed,
                info=["desk seed", MEMBER]),
        refused("another seed", "unseal", sealed=sealed, seed=other, info=info),
        refused("unknown version 2", "unseal", sealed=b"\x02" + sealed[1:], **good),
        refused("unknown version 0", "unseal", sealed=b"\x00" + sealed[1:], **good),
        *[refused(f"truncated to {size} bytes", "unseal", sealed=sealed[:size], **good)
          for size in (0, 1, 1000, 1089, 1121, 1136, 1137, len(sealed) - 1)],
        *[refused(f"bit changed in {part}", "unseal", sealed=flipped(at), **good)
          for part, at in (("ML-KEM", 1), ("X25519", 1100), ("ciphertext", 1121),
                           ("tag", len(sealed) - 1))],
        refused("X25519 point of low order", "unseal",
                sealed=sealed[:1089] + bytes(32) + sealed[1121:], **good),
        refused("a byte too many", "unseal", sealed=sealed + b"\x00", **good),
        refused("public key too short", "seal", recipient=recipient[:-1], info=info),
        refused("public key too long", "seal", recipient=recipient + b"\x00", info=info),
        refused("public key with ML-KEM coefficients out of range", "seal",
                recipient=b"\xff" * 1184 + recipient[1184:], info=info),
        refused("public key with an X25519 point of low order", "seal",
                recipient=recipient[:1184] + bytes(32), info=info),
    ]  # fmt: skip


def epochs() -> list[Case]:
    one, two, three = (fixed(f"network key {number}") for number in (1, 2, 3))
    server = fixed("server key")
    link = reference.chain_mac(one, 2, two, server)
    linked = reference.chain_link(one, 2, two, server)
    kept = boxes.seal_box(
        reference.derive(two, "previous epoch"), one, reference.label("previous epoch", 2)
    )
    chain: dict[str, Any] = {
        "previous": one,
        "number": 2,
        "key": two,
        "given": link,
        "server_key": server,
    }
    linking: dict[str, Any] = {"previous": one, "number": 2, "link": linked, "server_key": server}
    return [
        gives("chain", "chain_mac", link, previous=one, number=2, key=two, server_key=server),
        gives("chain, up to 0.2.0", "chain_mac", reference.chain_mac(one, 2, two), previous=one,
              number=2, key=two),
        gives("chain holds", "check_chain", None, **chain),
        refused("another key in the chain", "check_chain", **{**chain, "key": three}),
        refused("another number in the chain", "check_chain", **{**chain, "number": 3}),
        refused("an epoch left out", "check_chain", **{**chain, "number": 3, "key": three,
                "given": reference.chain_mac(two, 3, three, server)}),
        refused("chained by someone without the key before", "check_chain",
                **{**chain, "given": reference.chain_mac(fixed("outsider"), 2, two, server)}),
        refused("chained by someone without the server's key", "check_chain",
                **{**chain, "given": reference.chain_mac(one, 2, two)}),
        refused("chained with another server's key", "check_chain",
                **{**chain, "given": reference.chain_mac(one, 2, two, fixed("another server"))}),
        refused("no chain", "check_chain", **{**chain, "given": b""}),
        refused("chain cut", "check_chain", **{**chain, "given": link[:31]}),
        gives("link", "chain_link", linked, previous=one, number=2, key=two, server_key=server),
        gives("link holds without the key", "check_link", None, **linking),
        refused("link of another number", "check_link", **{**linking, "number": 3}),
        refused("link to somebody else's key before", "check_link",
                **{**linking, "previous": three}),
        refused("link of another commitment", "check_link",
                **{**linking, "link": fixed("commitment") + link}),
        refused("link made by someone without the key before", "check_link",
                **{**linking, "link": reference.chain_link(fixed("outsider"), 2, two, server)}),
        refused("link made by someone without the server's key", "check_link",
                **{**linking, "link": reference.chain_link(one, 2, two)}),
        refused("link without a commitment", "check_link", **{**linking, "link": link}),
        refused("link cut", "check_link", **{**linking, "link": linked[:63]}),
        refused("no link", "check_link", **{**linking, "link": b""}),
        gives("key before", "open_previous", one, key=two, number=2, box=kept),
        refused("key before, of another epoch", "open_previous", key=two, number=3, box=kept),
        refused("key before, with the old key", "open_previous", key=one, number=2, box=kept),
        *floors(),
        *network_boxes(),
    ]  # fmt: skip


def floors() -> list[Case]:
    two, three = (fixed(f"network key {number}") for number in (2, 3))
    server = fixed("server key")
    floor: dict[str, Any] = {"key": three, "number": 3, "floor": 2, "server_key": server}
    stated = reference.floor_mac(**floor)
    older = {**floor, "server_key": None}
    return [
        gives("floor", "floor_mac", stated, **floor),
        gives("floor, up to 0.2.0", "floor_mac", reference.floor_mac(**older), **older),
        gives("floor holds", "check_floor", None, **floor, given=stated),
        refused("another floor", "check_floor", **{**floor, "floor": 3}, given=stated),
        refused("floor of another epoch", "check_floor", **{**floor, "number": 4}, given=stated),
        refused("floor stated by someone with the key before", "check_floor", **floor,
                given=reference.floor_mac(two, 3, 2, server)),
        refused("floor stated by someone without the server's key", "check_floor", **floor,
                given=reference.floor_mac(**older)),
        refused("floor stated with another server's key", "check_floor", **floor,
                given=reference.floor_mac(three, 3, 2, fixed("another server"))),
        refused("floor above its epoch", "check_floor", **{**floor, "floor": 4},
                given=reference.floor_mac(three, 3, 4, server)),
        refused("floor of nothing", "check_floor", **{**floor, "floor": 0},
                given=reference.floor_mac(three, 3, 0, server)),
    ]  # fmt: skip


def network_boxes() -> list[Case]:
    own, key = fixed("own key"), fixed("network key 3")

    def boxed(*parts: bytes | int) -> dict[str, Any]:
        content = reference.pad(reference.encode(*parts), 256)
        context = ["network key", MEMBER, 3]
        box = boxes.seal_box(own, content, reference.label(*context))
        return {"box_key": own, "box": box, "context": context}

    signer, others = fixed("verifying key"), fixed("witnesses")
    held = boxed(key, 2, signer, others)
    content = {"key": key, "floor": 2, "verifying_key": signer, "witnesses": others}
    return [
        gives("network box", "open_network_box", content, **held),
        refused("network box of another epoch", "open_network_box",
                **{**held, "context": ["network key", MEMBER, 4]}),
        refused("network box without a floor", "open_network_box", **boxed(key)),
        refused("network box without a verifying key", "open_network_box", **boxed(key, 2)),
        refused("network box without witnesses", "open_network_box", **boxed(key, 2, signer)),
        refused("network box with more", "open_network_box", **boxed(key, 2, signer, others, 2)),
        refused("network box with a short key", "open_network_box",
                **boxed(key[:31], 2, signer, others)),
        refused("network box with a short verifying key", "open_network_box",
                **boxed(key, 2, signer[:31], others)),
        refused("network box with a short digest", "open_network_box",
                **boxed(key, 2, signer, others[:31])),
    ]  # fmt: skip


def rows() -> list[Case]:
    key, mine, foreign = fixed("network key 1"), fixed("public 1"), fixed("public 2")
    server = fixed("server key")
    row: dict[str, Any] = {
        "kind": "member", "row": MEMBER, "public_key": mine, "organisation": ORGANISATION,
        "roles": "member", "state": "active ", "digests": [hashlib.sha256(b"second step").digest()],
        "server_key": server,
    }  # fmt: skip
    given = reference.row_mac(key, **row)
    left: dict[str, Any] = {
        "kind": "desk note", "row": MEMBER, "sealed": mine, "bound": [ORGANISATION, "2026-11-21"],
        "server_key": server,
    }  # fmt: skip
    of_code = {**row, "server_key": None}
    alone = reference.row_mac(key, **of_code)
    other = reference.row_mac(key, **{**row, "row": OTHER, "public_key": foreign})
    columns = (b"certificate", b"code key", b"recovery box")
    desk: dict[str, Any] = {
        "kind": "desk", "row": 5, "public_key": mine, "organisation": ORGANISATION, "roles": "",
        "state": "", "digests": [*(hashlib.sha256(one).digest() for one in columns), b""],
        "server_key": server,
    }  # fmt: skip

    def tampered(name: str, **changes: Any) -> Case:
        return refused(name, "check_row", **{"network_key": key, "given": given, **row, **changes})

    return [
        gives("row", "row_mac", given, network_key=key, **row),
        gives("row without a server's key", "row_mac", alone, network_key=key, **of_code),
        gives("row holds", "check_row", None, network_key=key, given=given, **row),
        gives("desk of the whole network, with 0.2.0", "row_mac",
              reference.row_mac(key, "desk", 5, mine, 0, "", "", [], None), network_key=key,
              kind="desk", row=5, public_key=mine, organisation=0, roles="", state="", digests=[],
              server_key=None),
        gives("desk", "row_mac", reference.row_mac(key, **desk), network_key=key, **desk),
        refused("an older certificate", "check_row", network_key=key,
                given=reference.row_mac(key, **desk),
                **{**desk, "digests": [hashlib.sha256(b"older").digest(), *desk["digests"][1:]]}),
        refused("a desk that is not due any more", "check_row", network_key=key,
                given=reference.row_mac(key, **{**desk, "state": "due"}), **desk),
        gives("sealed row", "sealed_mac", reference.sealed_mac(key, **left),
              network_key=key, **left),
        tampered("swapped rows: the proof of another row", given=other),
        tampered("swapped rows: the key of another row", public_key=foreign),
        tampered("a row with a foreign public key and its proof", row=OTHER, public_key=foreign),
        tampered("raised role", roles="member,moderator"),
        tampered("moved to another organisation", organisation=ORGANISATION + 1),
        tampered("invitation passed off as a member", kind="invitation"),
        tampered("longer stay", state="active 2030-01-01"),
        tampered("an older second step", digests=[hashlib.sha256(b"older").digest()]),
        tampered("no second step", digests=[]),
        tampered("fields shifted", roles="membe", state="ractive "),
        tampered("another epoch's key", network_key=fixed("network key 2")),
        tampered("a proof by someone without the server's key", given=alone),
        tampered("a proof with another server's key", server_key=fixed("another server")),
        tampered("no proof", given=b""),
    ]  # fmt: skip


def labels() -> list[Case]:
    key, seed = fixed("network key 1"), fixed("member seed")
    secret = seed + b"".join(fixed(f"older root {number}") for number in range(8))
    root, older = reference.open_secret(secret)[1:3]
    counters: list[tuple[str, str, int]] = [
        ("phone", "+33639980001", 0), ("phone", "+33639980001", 1), ("phone", "+33639980001", 8),
        ("similar", "39980001", 0), ("email", "someone@example.org", 0),
        ("phon", "e+33639980001", 0),
    ]  # fmt: skip
    tags: list[tuple[str, list[int | str]]] = [
        ("corroboration", [MEMBER]), ("corroboration", [OTHER]), ("flag", [MEMBER]),
        ("translation", [MEMBER, "body"]),
    ]  # fmt: skip
    server = fixed("server key")
    return [
        gives("what is made with a server's key", "content_key",
              reference.content_key(key, server), key=key, server_key=server),
        gives("what 0.2.0 made", "content_key", key, key=key, server_key=None),
        *[gives(f"counter {kind} {identifier} {j}", "counter_label",
                reference.counter_label(key, kind, identifier, j), network_key=key, kind=kind,
                identifier=identifier, j=j) for kind, identifier, j in counters],
        gives("window", "window",
              [reference.counter_label(key, "phone", "+33639980001", j) for j in range(8, 16)],
              network_key=key, kind="phone", identifier="+33639980001", start=8),
        *[gives(f"region {region}", "region_label", reference.region_label(key, region),
                network_key=key, region=region) for region in ("FR-75", "online", "not-sure")],
        gives("tag roots", "open_secret", reference.open_secret(secret), secret=secret),
        refused("a secret cut", "open_secret", secret=secret[:287]),
        refused("a secret without older roots", "open_secret", secret=seed),
        *[gives(f"{purpose} tag {about}", "member_tag", reference.member_tag(root, purpose, about),
                root=root, purpose=purpose, about=about) for purpose, about in tags],
        gives("tag of an older root", "member_tag", reference.member_tag(older, "flag", [MEMBER]),
              root=older, purpose="flag", about=[MEMBER]),
        *[gives(f"author tag {name} {alert}", "author_tag", reference.author_tag(one, alert),
                root=one, alert=alert) for name, one in (("newest", root), ("older", older))
          for alert in (MEMBER, OTHER)],
    ]  # fmt: skip


def contexts() -> list[Case]:
    arguments = [MEMBER, 7]
    return [
        gives(name, "context", reference.label(purpose, *arguments[:count]), function=name,
              arguments=arguments[:count])
        for name, (purpose, count) in reference.CONTEXTS.items()
    ]  # fmt: skip


FILES = {
    "encoding": encoding, "boxes": box_cases, "seals": seal_cases, "sign_in": sign_in,
    "codes": codes, "epochs": epochs, "rows": rows, "labels": labels, "totp": codes_by_time,
    "contexts": contexts,
}  # fmt: skip


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or FILES:
        path = FOLDER / f"{name}.json"
        path.write_text(json.dumps({"cases": FILES[name]()}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
