"""A security key made of software: answers as a browser would send them (WebAuthn, level 3)."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestedCredentialData

USER_PRESENT, BACKUP_ELIGIBLE, ATTESTED = 0x01, 0x08, 0x40


@dataclass
class SoftKey:
    """One key with one credential. `flags` and `rk` make it behave badly."""

    origin: str = "http://testserver"
    credential_id: bytes = field(default_factory=lambda: os.urandom(64))
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    flags: int = USER_PRESENT
    rk: bool = False

    def create(self, options: dict[str, Any], **changed: Any) -> str:
        """The answer to `navigator.credentials.create`."""
        public = ES256.from_cryptography_key(self.private.public_key())
        data = AttestedCredentialData.create(Aaguid(bytes(range(16))), self.credential_id, public)
        seen = self._seen(options["rp"]["id"], self.flags | ATTESTED) + data
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": seen})
        return self._answer(
            {
                "clientDataJSON": self._client_data("webauthn.create", options),
                "attestationObject": attestation,
            },
            changed,
        )

    def get(self, options: dict[str, Any], **changed: Any) -> str:
        """The answer to `navigator.credentials.get`."""
        seen = self._seen(options["rpId"], self.flags)
        client_data = self._client_data("webauthn.get", options)
        signed = seen + hashlib.sha256(client_data).digest()
        return self._answer(
            {
                "clientDataJSON": client_data,
                "authenticatorData": seen,
                "signature": self.private.sign(signed, ec.ECDSA(SHA256())),
            },
            changed,
        )

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _seen(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + bytes(4)

    def _answer(self, response: dict[str, bytes], changed: dict[str, Any]) -> str:
        name = websafe_encode(self.credential_id)
        made = {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "clientExtensionResults": {"credProps": {"rk": self.rk}},
            "response": {key: websafe_encode(value) for key, value in response.items()},
        }
        return json.dumps(made | changed)
