"""Properties that hold for every input, searched with hypothesis."""

import unicodedata
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from safety_app.vault import boxes, codes, encoding, labels, network, passphrase, seals
from safety_app.vault.errors import VaultError
from tests.properties import costly
from tests.vault import reference

KEYS = st.binary(min_size=32, max_size=32)
SMALL = st.binary(max_size=80)
IDS = st.integers(2**62, 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PARTS = st.lists(st.one_of(SMALL, TEXT, st.integers(0, 2**64 - 1)), max_size=5)

# One of each kind, as `new_passphrase` makes them.
MADE = [
    "bodafi kemoru tisane lovagu",
    "undrilled activity curtain rely rising unraveled",
    "phrygien ramollir aigrette kilowatt jouet ville",
    "gatt souza azota egipcios mixtas asado",
]


def raw(part: bytes | str | int) -> bytes:
    """The bytes of a part; a position always holds one type, so types need no mark."""
    if isinstance(part, int):
        return part.to_bytes(8, "big")
    return part.encode() if isinstance(part, str) else part


@pytest.mark.thorough
@given(PARTS, PARTS)
def test_different_lists_never_encode_alike(one: list[Any], other: list[Any]) -> None:
    same = [raw(part) for part in one] == [raw(part) for part in other]
    assert (encoding.encode(*one) == encoding.encode(*other)) == same


@pytest.mark.thorough
@given(SMALL, st.integers(1, 100))
def test_what_is_padded_comes_back_at_one_size(plaintext: bytes, more: int) -> None:
    padded = encoding.pad(plaintext, len(plaintext) + more)
    assert len(padded) == len(plaintext) + more
    assert encoding.unpad(padded) == plaintext


@pytest.mark.thorough
@given(SMALL)
def test_anything_else_is_refused_or_is_padding(padded: bytes) -> None:
    try:
        plaintext = encoding.unpad(padded)
    except VaultError:
        return
    assert encoding.pad(plaintext, len(padded)) == padded


@pytest.mark.thorough
@given(KEYS, SMALL, SMALL)
def test_a_box_opens_to_what_went_in(key: bytes, plaintext: bytes, context: bytes) -> None:
    box = boxes.seal_box(key, plaintext, context)
    assert len(box) == len(plaintext) + boxes.OVERHEAD
    assert boxes.open_box(key, box, context) == plaintext


@pytest.mark.thorough
@given(KEYS, SMALL, SMALL, st.data())
def test_a_changed_box_never_opens(
    key: bytes, plaintext: bytes, context: bytes, data: st.DataObject
) -> None:
    box = bytearray(boxes.seal_box(key, plaintext, context))
    box[data.draw(st.integers(0, len(box) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VaultError):
        boxes.open_box(key, bytes(box), context)


@pytest.mark.thorough
@given(KEYS, SMALL, SMALL, SMALL)
def test_a_box_never_opens_elsewhere(key: bytes, plaintext: bytes, one: bytes, two: bytes) -> None:
    assume(one != two)
    with pytest.raises(VaultError):
        boxes.open_box(key, boxes.seal_box(key, plaintext, one), two)


@pytest.mark.thorough
@costly()
@given(KEYS, SMALL, SMALL)
def test_a_seal_opens_to_what_went_in(seed: bytes, plaintext: bytes, info: bytes) -> None:
    sealed = seals.seal(seals.public_key(seed), plaintext, info)
    assert len(sealed) == len(plaintext) + seals.OVERHEAD
    assert seals.unseal(seed, sealed, info) == plaintext


@pytest.mark.thorough
@costly()
@given(KEYS, KEYS, SMALL, SMALL, st.data())
def test_a_changed_seal_never_opens(
    seed: bytes, other: bytes, plaintext: bytes, info: bytes, data: st.DataObject
) -> None:
    assume(seed != other)
    sealed = seals.seal(seals.public_key(seed), plaintext, info)
    changed = bytearray(sealed)
    changed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    for attempt in (
        (seed, bytes(changed), info),
        (seed, sealed, info + b"x"),
        (other, sealed, info),
    ):
        with pytest.raises(VaultError):
            seals.unseal(*attempt)


@pytest.mark.thorough
@given(st.text(codes.ALPHABET, min_size=26, max_size=26), st.data())
def test_a_code_reads_however_it_is_written(code: str, data: st.DataObject) -> None:
    look_alikes = {"0": "0Oo", "1": "1IiLl"}
    written = ""
    for sign in code:
        written += data.draw(st.sampled_from(look_alikes.get(sign, sign + sign.lower())))
        written += data.draw(st.sampled_from(["", "", "-", " ", "–", "\n", "."]))
    assert codes.fold_code(written) == code
    assert codes.fold_code(codes.show_code(code)) == code


@pytest.mark.thorough
@given(st.text(max_size=300))
def test_what_is_not_a_code_is_refused(typed: str) -> None:
    try:
        code = codes.fold_code(typed)
    except VaultError:
        return
    assert len(code) == codes.LENGTH
    assert set(code) <= set(codes.ALPHABET)


@pytest.mark.thorough
@given(KEYS, st.integers(1, 8), st.integers(1, 2**128))
def test_words_follow_the_digest(digest: bytes, words: int, more: int) -> None:
    said = codes.spoken(digest, words)
    assert [len(word) for word in said.split(" ")] == [6] * words
    assert codes.spoken(digest, 8).startswith(said)
    # They say exactly the remainder of the digest by 80 to the number of syllables.
    other = (int.from_bytes(digest, "big") + more) % 2**256
    same = (other - int.from_bytes(digest, "big")) % 80 ** (3 * words) == 0
    assert (codes.spoken(other.to_bytes(32, "big"), words) == said) == same


@pytest.mark.thorough
@given(TEXT)
def test_a_pseudonym_folds_once_and_for_all(typed: str) -> None:
    folded = passphrase.fold_pseudonym(typed)
    assert passphrase.fold_pseudonym(folded) == folded
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert passphrase.fold_pseudonym(unicodedata.normalize(form, typed)) == folded
    assert passphrase.fold_pseudonym(f"  {typed}\n") == folded


@given(TEXT)
def test_a_passphrase_folds_once_and_for_all(typed: str) -> None:
    folded = passphrase.fold_passphrase(typed)
    assert passphrase.fold_passphrase(folded) == folded
    assert folded == reference.fold_passphrase(typed)
    assert passphrase.fold_passphrase(f" {typed}.\n".replace(" ", "\u2014 ")) == folded


@pytest.mark.thorough
@given(st.data())
def test_a_passphrase_made_here_opens_however_a_phone_writes_it(data: st.DataObject) -> None:
    made = data.draw(st.sampled_from(MADE))
    between = st.text(st.sampled_from(" -\u2013\u00a0\u200b.,'\u2019\u201d!_"), max_size=3)
    written = "".join(
        data.draw(between) + data.draw(st.sampled_from([one, one.upper()])) for one in made
    )
    folded = passphrase.fold_passphrase(made)
    assert passphrase.fold_passphrase(written + data.draw(between)) == folded
    assert len(folded) > 20  # the letters are all there
    assert folded.isascii()
    assert folded.isalpha()


@given(TEXT)
def test_capitals_do_not_matter(typed: str) -> None:
    assert passphrase.fold_pseudonym(typed.casefold()) == passphrase.fold_pseudonym(typed)


@pytest.mark.thorough
@given(st.text(st.characters(max_codepoint=0x24F), max_size=20))
def test_capitals_do_not_matter_in_latin_letters(typed: str) -> None:
    # Dotless and dotted i are letters of their own; everything else survives a shift key.
    assume(not set(typed) & set("ıİ"))
    assert passphrase.fold_pseudonym(typed.upper()) == passphrase.fold_pseudonym(typed)


@pytest.mark.thorough
@given(KEYS, KEYS, st.integers(1, 100))
def test_only_the_chained_key_is_accepted(previous: bytes, key: bytes, number: int) -> None:
    link = network.chain_mac(previous, number, key)
    network.check_chain(previous, number, key, link)
    for wrong in (
        (key if key != previous else bytes(32), number, key),
        (previous, number + 1, key),
        (previous, number, bytes(31) + b"x"),
    ):
        if wrong != (previous, number, key):
            with pytest.raises(VaultError):
                network.check_chain(*wrong, link)


@pytest.mark.thorough
@given(KEYS, IDS, IDS, st.sampled_from(["author", "corroboration"]))
def test_tags_do_not_link_alerts(seed: bytes, one: int, two: int, purpose: str) -> None:
    assume(one != two)
    assert labels.member_tag(seed, purpose, one) != labels.member_tag(seed, purpose, two)
    assert labels.member_tag(seed, "author", one) != labels.member_tag(seed, "corroboration", one)


@pytest.mark.thorough
@given(KEYS, st.lists(st.tuples(IDS, st.booleans()), max_size=20, unique_by=lambda one: one[0]))
def test_own_alerts_are_found_and_no_others(key: bytes, alerts: list[tuple[int, bool]]) -> None:
    made = labels.author_tags(key, labels.author_blocks(alert for alert, _own in alerts))
    given_tags = b"".join(
        labels.author_tags(key if own else bytes(32), labels.author_blocks([alert]))
        for alert, own in alerts
    )
    assume(key != bytes(32))
    own = [at for at, (_alert, is_own) in enumerate(alerts) if is_own]
    assert labels.matching_tags(made, given_tags) == own


# What happens to the index: an alert about a number comes, or one of them is withdrawn.
EVENTS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 30)), min_size=1, max_size=60
)


@pytest.mark.thorough
@given(KEYS, EVENTS)
def test_a_search_never_misses(key: bytes, events: list[tuple[bool, int, int]]) -> None:
    names = [("phone", f"+3363998000{number}") for number in range(4)]
    table: dict[bytes, int | None] = {}
    live: dict[int, tuple[str, str]] = {}

    def search(wanted: list[tuple[str, str]]) -> dict[tuple[str, str], list[tuple[int, bytes]]]:
        found: dict[tuple[str, str], list[tuple[int, bytes]]] = {name: [] for name in wanted}
        for name, j, label in labels.walk_windows(
            dict.fromkeys(wanted, key), lambda asked: [one for one in asked if one in table]
        ):
            found[name].append((j, label))
        return found

    for alert, (withdraw, which, chosen) in enumerate(events):
        if withdraw and live:
            gone = sorted(live)[chosen % len(live)]
            del live[gone]
            table = {label: None if one == gone else one for label, one in table.items()}
            continue
        taken = [j for j, _label in search([names[which]])[names[which]]]
        free = max(taken, default=-1) + 1
        table[labels.counter_label(key, *names[which], free)] = alert
        live[alert] = names[which]

    for name, hits in search(names).items():
        linked = {table[label] for _j, label in hits} - {None}
        assert linked == {alert for alert, about in live.items() if about == name}
