"""The vectors of what people type to get in: `make_vectors` writes them."""

from __future__ import annotations

from typing import Any

from safety_app.vault import seals
from tests.vault import reference
from tests.vault.vector_cases import MEMBER, Case, fixed, gives, refused, text

CHEAP = [1, 8, 1]
PRODUCTION = [3, 131072, 4]
GOOD: dict[str, Any] = {
    "pseudonym": "Marguerite du Pont", "passphrase": "bodafi kemoru tisane lovagu",
    "instance_salt": fixed("instance salt"), "pepper": fixed("pepper"), "cost": CHEAP,
}  # fmt: skip
FOLDS = [
    "Marguerite", "MARGUERITE", "  marguerite\tdu   Pont ", "Straße", "ﬁne", "Ｗｉｄｅ",
    "e\u0301toile", "İstanbul", "ΣΊΣΥΦΟΣ", "", "ночь", "夜", "نجمة", "Marie-Lou.", "marie lou",
    "O\u2019Neil", "O'Neil", "nora\u200b\ufe0f\u00ad 7", "nora \u0667", "...", "💃🏽 rosa",
]  # fmt: skip
MADE_HERE = [
    GOOD["passphrase"], "Bodafi kemoru tisane lovagu.", "BODAFI-KEMORU\u2014TISANE_LOVAGU",
    " bodafikemorutisanelovagu\n", "\u201cbodafi\u201d, k\u200bemoru \u2026 tisane lovagu!",
    "b0dafi kem0ru tisane l0vagu", "bódafi KEMORU tİsane lovagu", "bodafi kemoru tısane lovagu",
    "ｂｏｄａｆｉ kemoru tisane lovagu", "bodafi kemoru tisane lovagu 1",
    "bodafi kemoru tisane",
    "bodafi kemoru tisane lovagx", "undrilled activity curtain rely rising unraveled",
    "Un drilled-activity, curtainrely RISING unravelled", "phrygien Ramollir aigrette",
    "Phrygi\u00ebn RAM0LLIR aigrette",
]  # fmt: skip
CHOSEN = [
    "Seven kettles. Under a paper-moon.", "seven kettles under a paper moon",
    "don\u2019t \u201cstop\u201d \u2013 ever", "don't \"stop\" - ever", "route ٤٢, 12.5!",
    "семь Чайников. ", "紙の月。", "a . b", ". .", "", "-", "2\u221212", "e\u0301t\u00e9",
    "100", "0 for o", "c\u0153ur \u0142\u00f3d\u017a stra\u00dfe", "й ё ї",
    "بِسْمِ", "ใจดี ผู้", "हिन्दी ज़", "がぎ", "한글",
    "💃🏽", "rosa 💃🏽 + 1 €",
]  # fmt: skip


def sign_in() -> list[Case]:
    keys = reference.stretch(**GOOD)
    seed, context = fixed("member seed"), ["member seed", MEMBER]
    sealed = seals.seal(reference.public_key(keys["kek"]), seed, reference.label(*context))

    def stretched(name: str, **changes: Any) -> Case:
        inputs = {**GOOD, **changes}
        return gives(name, "stretch", reference.stretch(**inputs), **inputs)

    def opened(name: str, **changes: Any) -> Case:
        return refused(name, "open_seed", sealed=sealed, context=context, **{**GOOD, **changes})

    return [
        *[gives(f"fold {one!r}", "fold_pseudonym", reference.fold_pseudonym(one), pseudonym=one)
          for one in FOLDS],
        *[gives(f"fold {one!r}", "fold_passphrase", reference.fold_passphrase(one), typed=one)
          for one in [*MADE_HERE, *CHOSEN]],
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
              context=context, **GOOD),
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
