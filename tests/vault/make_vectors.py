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
from pathlib import Path
from typing import Any

from safety_app.vault import boxes, seals
from tests.vault import reference

FOLDER = Path(__file__).parent / "vectors"
MEMBER, OTHER, ORGANISATION = 2**62 + 1, 2**62 + 2, 2**62 + 3
CHEAP = [1, 8, 1]
PRODUCTION = [3, 131072, 4]

Case = dict[str, Any]


def fixed(name: str, size: int = 32) -> bytes:
    """The same made-up bytes at every run."""
    return hashlib.shake_256(name.encode()).digest(size)


def text(value: Any) -> Any:
    """Bytes as `hex:…`, everything else as JSON has it."""
    if isinstance(value, bytes):
        return f"hex:{value.hex()}"
    if isinstance(value, dict):
        return {name: text(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [text(one) for one in value]
    return value


def gives(name: str, do: str, output: Any, **inputs: Any) -> Case:
    """A case with an exact outcome."""
    return {"name": name, "do": do, "with": text(inputs), "gives": text(output)}


def refused(name: str, do: str, reason: str = "VaultError", /, **inputs: Any) -> Case:
    """A case that must raise VaultError, or the class of it that is named."""
    return {"name": name, "do": do, "with": text(inputs), "refused": reason}


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


def sign_in() -> list[Case]:
    good: dict[str, Any] = {
        "pseudonym": "Marguerite du Pont", "passphrase": "bodafi kemoru tisane lovagu",
        "instance_salt": fixed("instance salt"), "pepper": fixed("pepper"), "cost": CHEAP,
    }  # fmt: skip
    keys = reference.stretch(**good)
    seed, context = fixed("member seed"), ["member seed", MEMBER]
    sealed = seals.seal(reference.public_key(keys["kek"]), seed, reference.label(*context))
    folds = [
        "Marguerite", "MARGUERITE", "  marguerite\tdu   Pont ", "Straße", "ﬁne", "Ｗｉｄｅ",
        "e\u0301toile", "İstanbul", "ΣΊΣΥΦΟΣ", "", "ночь", "夜", "نجمة", "Marie-Lou.", "marie lou",
        "O\u2019Neil", "O'Neil", "nora\u200b\ufe0f\u00ad 7", "nora \u0667", "...", "💃🏽 rosa",
    ]  # fmt: skip
    made_here = [
        good["passphrase"], "Bodafi kemoru tisane lovagu.", "BODAFI-KEMORU\u2014TISANE_LOVAGU",
        " bodafikemorutisanelovagu\n", "\u201cbodafi\u201d, k\u200bemoru \u2026 tisane lovagu!",
        "b0dafi kem0ru tisane l0vagu", "bódafi KEMORU tİsane lovagu", "bodafi kemoru tısane lovagu",
        "ｂｏｄａｆｉ kemoru tisane lovagu", "bodafi kemoru tisane lovagu 1",
        "bodafi kemoru tisane",
        "bodafi kemoru tisane lovagx", "undrilled activity curtain rely rising unraveled",
        "Un drilled-activity, curtainrely RISING unravelled", "phrygien Ramollir aigrette",
        "Phrygi\u00ebn RAM0LLIR aigrette",
    ]  # fmt: skip
    chosen = [
        "Seven kettles. Under a paper-moon.", "seven kettles under a paper moon",
        "don\u2019t \u201cstop\u201d \u2013 ever", "don't \"stop\" - ever", "route ٤٢, 12.5!",
        "семь Чайников. ", "紙の月。", "a . b", ". .", "", "-", "2\u221212", "e\u0301t\u00e9",
        "100", "0 for o", "c\u0153ur \u0142\u00f3d\u017a stra\u00dfe", "й ё ї",
        "بِسْمِ", "ใจดี ผู้", "हिन्दी ज़", "がぎ", "한글",
        "💃🏽", "rosa 💃🏽 + 1 €",
    ]  # fmt: skip

    def stretched(name: str, **changes: Any) -> Case:
        inputs = {**good, **changes}
        return gives(name, "stretch", reference.stretch(**inputs), **inputs)

    def opened(name: str, **changes: Any) -> Case:
        return refused(name, "open_seed", sealed=sealed, context=context, **{**good, **changes})

    return [
        *[gives(f"fold {one!r}", "fold_pseudonym", reference.fold_pseudonym(one), pseudonym=one)
          for one in folds],
        *[gives(f"fold {one!r}", "fold_passphrase", reference.fold_passphrase(one), typed=one)
          for one in [*made_here, *chosen]],
        stretched("production cost", cost=PRODUCTION),
        stretched("cheap cost, for tests only"),
        {**stretched("other spelling of the pseudonym", pseudonym=" MARGUERITE  du pont"),
         "gives": text(keys)},
        {**stretched("other spaces in the passphrase",
                     passphrase=" bodafi  kemoru\ntisane lovagu "), "gives": text(keys)},
        {**stretched("as a phone writes the passphrase",
                     passphrase="Bodafi-kemoru\u00a0tisane lovagu."), "gives": text(keys)},
        stretched("another pepper", pepper=fixed("another pepper")),
        stretched("another instance salt", instance_salt=fixed("another instance")),
        stretched("passphrase in another script", passphrase="ночь тихая роза"),
        gives("the right sign-in opens the seed", "open_seed", seed, sealed=sealed,
              context=context, **good),
        opened("wrong pepper", pepper=fixed("another pepper")),
        opened("wrong instance salt", instance_salt=fixed("another instance")),
        opened("wrong passphrase", passphrase="bodafi kemoru tisane lovaga"),
        opened("a word missing", passphrase="bodafi kemoru tisane"),
        opened("another pseudonym", pseudonym="marguerite"),
        opened("another cost", cost=[2, 8, 1]),
    ]  # fmt: skip


def codes() -> list[Case]:
    code, pepper = "0123456789ABCDEFGHJKMNPQRS", fixed("pepper")
    typed = [
        "01234-56789-ABCDE-FGHJK-MNPQRS",
        "o1234 56789 abcde fghjk mnpqrs",
        "OI234-56789-ABCDE-FGHJK-MNPQRS",
        "0l23456789abcdefghjkmnpqrs",
        " " + code + "\n",
        "\u200b01234\u201356789\u2014ABCDE FGHJK.MNPQRS.",
        "٠١٢٣٤-۵۶۷۸۹-ABCDE-FGHJK-MNPQRS",
        "01234-56789-АВСDЕ-FGНJК-МΝРQRЅ",
        "https://site.example/en/join/#01234-56789-ABCDE-FGHJK-MNPQRS",
    ]
    malformed = [
        "",
        code[:-1],
        code + "0",
        code[:-1] + "U",
        code[:-1] + "é",
        "-" * 26,
        "0" * 25 + "*",
    ]
    digits = [
        "123456",
        " 123-456 ",
        "123\u2009456.",
        "١٢٣٤٥٦",
        "１２３４５６",
        "l2E4S6",
        "oIlOBZ",
        "",
    ]
    return [
        gives("show", "show_code", typed[0], code=code),
        *[gives(f"fold {one!r}", "fold_code", code, typed=one) for one in typed],
        *[refused(f"malformed {one!r}", "fold_code", typed=one) for one in malformed],
        *[gives(f"digits {one!r}", "fold_digits", reference.fold_digits(one), typed=one)
          for one in digits],
        *[gives(f"keys, {kind}", "code_keys", reference.code_keys(code, kind, pepper), code=code,
                kind=kind, pepper=pepper) for kind in ("invitation", "recovery", "desk recovery")],
        gives("keys, another pepper", "code_keys",
              reference.code_keys(code, "invitation", fixed("another pepper")), code=code,
              kind="invitation", pepper=fixed("another pepper")),
        gives("keys without pepper", "code_keys", reference.code_keys(code, "invitation", b""),
              code=code, kind="invitation", pepper=b""),
        *[gives(f"words, {words} of {name}", "spoken", reference.spoken(digest, words),
                digest=digest, words=words)
          for name, digest in (("a digest", fixed("digest")), ("zeros", bytes(32)),
                               ("ones", b"\xff" * 32), ("one hundred", (100).to_bytes(32, "big")))
          for words in (1, 4, 6, 8)],
        refused("words of a short digest", "spoken", digest=fixed("digest", 31), words=4),
        refused("words of a long digest", "spoken", digest=fixed("digest", 33), words=4),
        refused("no words", "spoken", digest=fixed("digest"), words=0),
        refused("more words than are even", "spoken", digest=fixed("digest"), words=9),
    ]  # fmt: skip


def epochs() -> list[Case]:
    one, two, three = (fixed(f"network key {number}") for number in (1, 2, 3))
    link = reference.chain_mac(one, 2, two)
    kept = boxes.seal_box(
        reference.derive(two, "previous epoch"), one, reference.label("previous epoch", 2)
    )
    chain: dict[str, Any] = {"previous": one, "number": 2, "key": two, "given": link}
    floor: dict[str, Any] = {"key": three, "number": 3, "floor": 2}
    stated = reference.floor_mac(**floor)
    return [
        gives("chain", "chain_mac", link, previous=one, number=2, key=two),
        gives("chain holds", "check_chain", None, **chain),
        refused("another key in the chain", "check_chain", **{**chain, "key": three}),
        refused("another number in the chain", "check_chain", **{**chain, "number": 3}),
        refused("an epoch left out", "check_chain", previous=one, number=3, key=three,
                given=reference.chain_mac(two, 3, three)),
        refused("chained by someone without the key before", "check_chain",
                **{**chain, "given": reference.chain_mac(fixed("outsider"), 2, two)}),
        refused("no chain", "check_chain", **{**chain, "given": b""}),
        refused("chain cut", "check_chain", **{**chain, "given": link[:31]}),
        gives("key before", "open_previous", one, key=two, number=2, box=kept),
        refused("key before, of another epoch", "open_previous", key=two, number=3, box=kept),
        refused("key before, with the old key", "open_previous", key=one, number=2, box=kept),
        gives("floor", "floor_mac", stated, **floor),
        gives("floor holds", "check_floor", None, **floor, given=stated),
        refused("another floor", "check_floor", **{**floor, "floor": 3}, given=stated),
        refused("floor of another epoch", "check_floor", **{**floor, "number": 4}, given=stated),
        refused("floor stated by someone with the key before", "check_floor", **floor,
                given=reference.floor_mac(two, 3, 2)),
        refused("floor above its epoch", "check_floor", **{**floor, "floor": 4},
                given=reference.floor_mac(three, 3, 4)),
        refused("floor of nothing", "check_floor", **{**floor, "floor": 0},
                given=reference.floor_mac(three, 3, 0)),
        *network_boxes(),
    ]  # fmt: skip


def network_boxes() -> list[Case]:
    own, key = fixed("own key"), fixed("network key 3")

    def boxed(*parts: bytes | int) -> dict[str, Any]:
        content = reference.pad(reference.encode(*parts), 256)
        context = ["network key", MEMBER, 3]
        box = boxes.seal_box(own, content, reference.label(*context))
        return {"box_key": own, "box": box, "context": context}

    signer = fixed("verifying key")
    held = boxed(key, 2, signer)
    content = {"key": key, "floor": 2, "verifying_key": signer}
    return [
        gives("network box", "open_network_box", content, **held),
        refused("network box of another epoch", "open_network_box",
                **{**held, "context": ["network key", MEMBER, 4]}),
        refused("network box without a floor", "open_network_box", **boxed(key)),
        refused("network box without a verifying key", "open_network_box", **boxed(key, 2)),
        refused("network box with more", "open_network_box", **boxed(key, 2, signer, 2)),
        refused("network box with a short key", "open_network_box", **boxed(key[:31], 2, signer)),
        refused("network box with a short verifying key", "open_network_box",
                **boxed(key, 2, signer[:31])),
    ]  # fmt: skip


def rows() -> list[Case]:
    key, mine, foreign = fixed("network key 1"), fixed("public 1"), fixed("public 2")
    row: dict[str, Any] = {
        "kind": "member", "row": MEMBER, "public_key": mine, "organisation": ORGANISATION,
        "roles": "member", "state": "active ", "digests": [hashlib.sha256(b"second step").digest()],
    }  # fmt: skip
    given = reference.row_mac(key, **row)
    left: dict[str, Any] = {
        "kind": "desk note", "row": MEMBER, "sealed": mine, "bound": [ORGANISATION, "2026-11-21"],
    }  # fmt: skip
    other = reference.row_mac(key, **{**row, "row": OTHER, "public_key": foreign})

    def tampered(name: str, **changes: Any) -> Case:
        return refused(name, "check_row", **{"network_key": key, "given": given, **row, **changes})

    return [
        gives("row", "row_mac", given, network_key=key, **row),
        gives("row holds", "check_row", None, network_key=key, given=given, **row),
        gives("desk of the whole network", "row_mac",
              reference.row_mac(key, "desk", 5, mine, 0, "", "", []), network_key=key,
              kind="desk", row=5, public_key=mine, organisation=0, roles="", state="", digests=[]),
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
    return [
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


def codes_by_time() -> list[Case]:
    secret = fixed("totp", 20)
    step, now = 59_000_000, 59_000_000 * 30 + 29.5

    def typed(name: str, code: str, step_found: int | None) -> Case:
        return gives(name, "matching_step", step_found, secret=secret, code=code, now=now)

    return [
        *[typed(f"code of step {drift:+d}", reference.totp(secret, step + drift),
                step + drift if abs(drift) < 2 else None) for drift in (-2, -1, 0, 1, 2)],
        typed("too short", reference.totp(secret, step)[:5], None),
        typed("empty", "", None),
        typed("letters", "abcdef", None),
        typed("other digits", "١٢٣٤٥٦", None),
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
