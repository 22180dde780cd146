"""The vault written a second time, from `docs/vault-spec.md` and nothing else.

It uses hashlib, hmac, the bare primitives (AES-GCM, X25519, Ed25519, ML-KEM-768) and Argon2's C
function; it imports nothing of the product. The vectors are checked against both, so the product is
compared with its description and not with itself.
"""

import base64
import hashlib
import hmac
import unicodedata
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

Value = bytes | str | int


def encode(*parts: Value) -> bytes:
    out = b""
    for part in parts:
        raw = (
            part.encode("utf-8")
            if isinstance(part, str)
            else part.to_bytes(8, "big")
            if isinstance(part, int)
            else part
        )
        out += len(raw).to_bytes(4, "big") + raw
    return out


def decode(encoded: bytes) -> list[bytes]:
    parts: list[bytes] = []
    while encoded:
        end = 4 + int.from_bytes(encoded[:4], "big")
        parts, encoded = [*parts, encoded[4:end]], encoded[end:]
    return parts


def label(purpose: str, *parts: Value) -> bytes:
    return b"nightjar/1 " + encode(purpose, *parts)


def pad(plaintext: bytes, size: int) -> bytes:
    return (plaintext + b"\x80").ljust(size, b"\x00")


def extract(salt: bytes, secret: bytes) -> bytes:
    """HKDF-Extract, RFC 5869 section 2.2; an absent salt is 32 zeros."""
    return hmac.new(salt or bytes(32), secret, hashlib.sha256).digest()


def expand(pseudorandom_key: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand, RFC 5869 section 2.3."""
    out, block, counter = b"", b"", 1
    while len(out) < length:
        block = hmac.new(pseudorandom_key, block + info + bytes([counter]), hashlib.sha256).digest()
        out, counter = out + block, counter + 1
    return out[:length]


def derive(key: bytes, purpose: str, *parts: Value, salt: bytes = b"") -> bytes:
    return expand(extract(salt, key), label(purpose, *parts), 32)


def mac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def open_box(key: bytes, box: bytes, context: bytes) -> bytes:
    return AESGCM(key).decrypt(box[1:13], box[13:], b"\x01" + context)


def key_pair(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    expanded = hashlib.shake_256(seed).digest(96)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )


def public_key(seed: bytes) -> bytes:
    mlkem, x25519 = key_pair(seed)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def decapsulate(seed: bytes, encapsulation: bytes) -> bytes:
    """X-Wing, draft-connolly-cfrg-xwing-kem-10, section 5.5: the shared secret (32 bytes)."""
    mlkem, x25519 = key_pair(seed)
    point = encapsulation[1088:]
    return hashlib.sha3_256(
        mlkem.decapsulate(encapsulation[:1088])
        + x25519.exchange(X25519PublicKey.from_public_bytes(point))
        + point
        + x25519.public_key().public_bytes_raw()
        + bytes.fromhex("5c2e2f2f5e5c")
    ).digest()


def key_schedule(
    shared: bytes, info: bytes, kem: int, aead: int, key_size: int
) -> tuple[bytes, bytes]:
    """RFC 9180, section 5.1, base mode with HKDF-SHA256: key and base nonce (12 bytes)."""
    suite = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in (kem, 1, aead))

    def labeled_extract(salt: bytes, name: bytes, secret: bytes) -> bytes:
        return extract(salt, b"HPKE-v1" + suite + name + secret)

    def labeled_expand(secret: bytes, name: bytes, context: bytes, length: int) -> bytes:
        return expand(
            secret, length.to_bytes(2, "big") + b"HPKE-v1" + suite + name + context, length
        )

    context = (
        b"\x00"
        + labeled_extract(b"", b"psk_id_hash", b"")
        + labeled_extract(b"", b"info_hash", info)
    )
    secret = labeled_extract(shared, b"secret", b"")
    return (
        labeled_expand(secret, b"key", context, key_size),
        labeled_expand(secret, b"base_nonce", context, 12),
    )


def unseal(seed: bytes, sealed: bytes, info: bytes) -> bytes:
    key, nonce = key_schedule(
        decapsulate(seed, sealed[1:1121]), b"\x01" + info, kem=0x647A, aead=2, key_size=32
    )
    return AESGCM(key).decrypt(nonce, sealed[1121:], b"")


def fold_typing(typed: str) -> str:
    unseen = "\u034f\u115f\u1160\u3164\uffa0\ufffc"
    seen = [
        one
        for one in typed
        if unicodedata.category(one) != "Cf"
        and one not in unseen
        and not 0xFE00 <= ord(one) <= 0xFE0F
        and not 0xE0100 <= ord(one) <= 0xE01EF
    ]
    folded = unicodedata.normalize("NFKC", "".join(seen)).casefold()
    plain = ""
    for one in unicodedata.normalize("NFKC", folded):
        if unicodedata.category(one) == "Nd":
            one = str(unicodedata.digit(one))
        elif unicodedata.category(one) == "Pd" or one == "−":
            one = "-"
        elif one in "‘’‚‛′ʼʹ`":
            one = "'"
        elif one in "“”„‟ʺ«»":
            one = '"'
        plain += one
    return " ".join(plain.split())


def fold_pseudonym(pseudonym: str) -> str:
    folded = fold_typing(pseudonym)
    left = "".join(one for one in folded if unicodedata.category(one)[0] in "LMNS")
    return unicodedata.normalize("NFKC", left) if left else folded


def fold_passphrase(typed: str) -> str:
    plain = {"ı": "i", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"}
    left = ""
    for one in unicodedata.normalize("NFKD", fold_typing(typed)):
        of_accent = unicodedata.combining(one) >= 200 or 10 <= unicodedata.combining(one) <= 35
        if unicodedata.category(one)[0] in "LNM" and not of_accent:
            left += plain.get(one, one)
    left = unicodedata.normalize("NFKC", left)
    return left if set(left) & set("123456789") else left.replace("0", "o")


def stretch(
    pseudonym: str, passphrase: str, instance_salt: bytes, pepper: bytes, cost: list[int]
) -> dict[str, bytes]:
    salt = hashlib.sha256(
        label("sign-in salt", instance_salt, fold_pseudonym(pseudonym).encode())
    ).digest()
    secret = fold_passphrase(passphrase).encode()
    root = hash_secret_raw(secret, salt, *cost, 32, Type.ID)
    return {
        name: derive(root, f"sign-in {name}", salt=pepper) for name in ("handle", "verifier", "kek")
    }


def fold_code(typed: str) -> str:
    """Whatever its length; the product refuses others than 26."""
    capitals = fold_typing(typed.split("#")[-1]).upper()
    looks = {
        "A": "АΑ", "B": "ВΒ", "C": "С", "E": "ЕΕ", "H": "НΗ", "J": "Ј", "K": "КΚ", "M": "МΜ",
        "N": "Ν", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "УΥ", "Z": "Ζ", "0": "OОΟ",
        "1": "ILІΙ",
    }  # fmt: skip
    latin = {like: letter for letter, likes in looks.items() for like in likes}
    letters = [latin.get(one, one) for one in capitals]
    return "".join(one for one in letters if unicodedata.category(one)[0] in "LN")


def fold_digits(typed: str) -> str:
    return fold_code(typed).replace("S", "5").replace("B", "8").replace("Z", "2")


def code_keys(code: str, kind: str, pepper: bytes) -> dict[str, bytes]:
    return {
        name: derive(code.encode(), f"{kind} {name}", salt=pepper)
        for name in ("handle", "key", "seed")
    }


def spoken(digest: bytes, words: int) -> str:
    number = int.from_bytes(digest, "big")
    syllables = [
        "bdfghjklmnprstvz"[number // 80**place % 80 // 5] + "aeiou"[number // 80**place % 5]
        for place in range(3 * words)
    ]
    return " ".join("".join(syllables[3 * word :][:3]) for word in range(words))


def server_key(pepper: bytes) -> bytes:
    return derive(pepper, "server key")


def chain_mac(previous: bytes, number: int, key: bytes, server_key: bytes | None = None) -> bytes:
    return mac(
        derive(previous, "epoch chain", salt=server_key),
        label("epoch", number, derive(key, "epoch commitment")),
    )


def chain_link(previous: bytes, number: int, key: bytes, server_key: bytes | None = None) -> bytes:
    return derive(key, "epoch commitment") + chain_mac(previous, number, key, server_key)


def is_link(previous: bytes, number: int, link: bytes, server_key: bytes | None = None) -> bool:
    key = derive(previous, "epoch chain", salt=server_key)
    chain = mac(key, label("epoch", number, link[:32]))
    return hmac.compare_digest(chain, link[32:])


def floor_mac(key: bytes, number: int, floor: int, server_key: bytes | None = None) -> bytes:
    return mac(derive(key, "epoch floor", salt=server_key), label("epoch floor", number, floor))


def open_network_box(box_key: bytes, box: bytes, context: bytes) -> dict[str, Any]:
    key, floor, verifying_key, witnesses = decode(
        open_box(box_key, box, context).rstrip(b"\x00")[:-1]
    )
    return {
        "key": key,
        "floor": int.from_bytes(floor, "big"),
        "verifying_key": verifying_key,
        "witnesses": witnesses,
    }


def row_mac(
    network_key: bytes,
    kind: str,
    row: int,
    public_key: bytes,
    organisation: int,
    roles: str,
    state: str,
    digests: list[bytes],
    server_key: bytes | None = None,
) -> bytes:
    message = label("row", kind, row, public_key, organisation, roles, state, *digests)
    return mac(derive(network_key, "rows", salt=server_key), message)


def sealed_mac(
    network_key: bytes,
    kind: str,
    row: int,
    sealed: bytes,
    bound: list[Value],
    server_key: bytes | None = None,
) -> bytes:
    message = label("sealed row", kind, row, sealed, *bound)
    return mac(derive(network_key, "rows", salt=server_key), message)


def content_key(key: bytes, server_key: bytes | None) -> bytes:
    return key if server_key is None else derive(key, "contents", salt=server_key)


def counter_label(network_key: bytes, kind: str, identifier: str, j: int) -> bytes:
    return mac(derive(network_key, "labels"), label("counter", kind, identifier, j))[:16]


def region_label(network_key: bytes, region: str) -> bytes:
    return mac(derive(network_key, "regions"), label("region", region))[:16]


def open_secret(secret: bytes) -> list[bytes]:
    """The seed, then the tag roots from the newest to the oldest."""
    if len(secret) != 288:
        raise ValueError
    return [
        secret[:32], derive(secret[:32], "tag root"),
        *(secret[at : at + 32] for at in range(32, 288, 32)),
    ]  # fmt: skip


def author_tag(root: bytes, alert: int) -> bytes:
    cipher = Cipher(AES(derive(root, "author tag")), ECB())  # noqa: S305
    return cipher.encryptor().update(alert.to_bytes(16, "big"))


def member_tag(root: bytes, purpose: str, about: list[int | str]) -> bytes:
    return mac(derive(root, f"{purpose} tag"), label(f"{purpose} tag", *about))[:16]


def signing_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive(seed, "sharing signature"))


def network_identity(seed: bytes) -> bytes:
    return b"\x01" + public_key(seed) + signing_key(seed).public_key().public_bytes_raw()


def network_fingerprint(identity: bytes) -> bytes:
    return hashlib.sha256(label("network identity", identity[1:1217], identity[1217:1249])).digest()


def identity_text(identity: bytes) -> str:
    left = base64.b32encode(identity + network_fingerprint(identity)[:6]).decode()
    text = "nightjar network 1\n"
    while left:
        text, left = text + left[:64] + "\n", left[64:]
    return text


def read_identity(text: str) -> bytes:
    raw = base64.b32decode("".join(text.split()[3:]))
    if raw[1249:] != network_fingerprint(raw[:1249])[:6] or text.split()[:3] != [
        "nightjar", "network", "1",
    ]:  # fmt: skip
        raise ValueError
    return raw[:1249]


def signed_part(sender: bytes, recipient: bytes, day: str, notes: bytes) -> bytes:
    return label("sharing", sender, recipient, day, hashlib.sha256(notes).digest())


def shared_content(seed: bytes, recipient: bytes, day: str, entries: list[bytes]) -> bytes:
    """What a shared file holds, before padding and sealing; `recipient` is an identity."""
    notes = len(entries).to_bytes(4, "big") + encode(*entries)
    sender = network_fingerprint(network_identity(seed))
    message = signed_part(sender, network_fingerprint(recipient), day, notes)
    return sender + signing_key(seed).sign(message) + day.encode() + notes


def unseal_shared(seed: bytes, file: bytes) -> bytes:
    if file[:24] != b"nightjar shared notes 1\n" or int.from_bytes(file[24:32], "big") != len(file):
        raise ValueError
    ours = network_fingerprint(network_identity(seed))
    return unseal(seed, file[32:], label("shared notes", ours)).rstrip(b"\x00")[:-1]


def open_shared(seed: bytes, file: bytes, known: list[bytes]) -> dict[str, Any]:
    content = unseal_shared(seed, file)
    sender, signature, day, notes = content[:32], content[32:96], content[96:106], content[106:]
    [identity] = [one for one in known if network_fingerprint(one) == sender]
    Ed25519PublicKey.from_public_bytes(identity[1217:]).verify(
        signature,
        signed_part(sender, network_fingerprint(network_identity(seed)), day.decode(), notes),
    )
    entries: list[bytes] = []
    left = notes[4:]
    while left:
        end = 4 + int.from_bytes(left[:4], "big")
        entries, left = [*entries, left[4:end]], left[end:]
    if len(entries) != int.from_bytes(notes[:4], "big"):
        raise ValueError
    return {"sender": sender, "day": day.decode(), "entries": entries}


def totp(secret: bytes, step: int) -> str:
    """RFC 4226, section 5.3, six digits."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


# Function of safety_app/accounts/keys/contexts.py: purpose and number of integers.
CONTEXTS = {
    "seed_seal": ("member seed", 1),
    "recovery_seal": ("member seed, recovery", 1),
    "opener_keys": ("opener keys", 1),
    "network_box": ("network key", 2),
    "network_seal": ("network key, sealed", 2),
    "welcome_box": ("network key, welcome", 2),
    "desk_fingerprint": ("desk fingerprint", 1),
    "second_factor": ("second factor", 1),
    "personal_settings": ("personal settings", 1),
    "desk_seed": ("desk seed", 2),
    "desk_recovery": ("desk seed, recovery", 1),
    "previous_desk": ("desk seed, previous", 1),
    "retired_identities": ("retired identities", 1),
    "epoch_month": ("epoch month", 1),
}
