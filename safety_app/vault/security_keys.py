"""Security keys: WebAuthn (W3C, level 3) as a second sign-in step, checked by Yubico's `fido2`.

We ask for hand-held keys ("cross-platform") that store nothing of this site: the credential is not
discoverable, so no key, phone or cloud account lists it. We store its id and its public key, and
nothing about its make. Like an app's codes, it protects against others signing in, not against
whoever has the disk.

A browser's answer is the JSON of a `PublicKeyCredential` with base64url values. All of it is
untrusted input, and anything wrong with it raises VaultError.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fido2.cose import ES256, CoseKey, EdDSA
from fido2.server import Fido2Server
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticatorAttachment,
    AuthenticatorData,
    PublicKeyCredentialHint,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from safety_app.vault.errors import VaultError

CREDENTIAL_LIMIT = 400  # bytes: an id of up to 300 and a public key of 44 or 77
USER_ID_SIZE = 16
_ALGORITHMS = (ES256, EdDSA)  # supported by such keys; RSA and ML-DSA keys would exceed the limit

State = dict[str, Any]


class KeepsTrace(VaultError):
    """The credential would be listed on a device or copied to an account in the cloud."""


@dataclass(frozen=True)
class Site:
    """One address of the site. A key added at one does not work at another.

    host    its name without a port, the "relying party id"
    origin  scheme, name and port, as a browser reports it
    name    a neutral name for it, which browsers show
    """

    host: str
    origin: str
    name: str


def creation_options(site: Site, kept: Sequence[bytes]) -> tuple[dict[str, Any], State]:
    """The browser's options for adding a key, and the state `created` needs (both JSON).

    They identify nobody: the user id is 16 random bytes, stored nowhere. `kept` are the
    existing credentials, so that no key is added twice.
    """
    user = PublicKeyCredentialUserEntity(
        id=os.urandom(USER_ID_SIZE), name=site.name, display_name=site.name
    )
    options, state = _server(site).register_begin(
        user,
        [AttestedCredentialData(credential) for credential in kept],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        # The passphrase identifies the person; a key's PIN would be one more thing to lose.
        user_verification=UserVerificationRequirement.DISCOURAGED,
        authenticator_attachment=AuthenticatorAttachment.CROSS_PLATFORM,
        extensions={"credProps": True},
    )
    asked = replace(options.public_key, hints=[PublicKeyCredentialHint.SECURITY_KEY])
    return dict(asked), state


def created(site: Site, state: State, answer: str) -> bytes:
    """The credential to store (at most CREDENTIAL_LIMIT bytes) for a newly added key.

    Raises VaultError for an answer that does not fit, KeepsTrace for a credential that is
    discoverable or may be copied.
    """
    try:
        response = json.loads(answer)
        registered = _server(site).register_complete(state, response)
        properties = response.get("clientExtensionResults", {}).get("credProps", {})
        is_listed = bool(properties.get("rk"))
    except Exception as failure:  # whatever a parser raises on hostile input, refuse it
        raise VaultError("security key: malformed or wrong answer") from failure
    if is_listed or registered.flags & AuthenticatorData.FLAG.BE:
        raise KeepsTrace("security key: the credential leaves a trace")
    return _credential(registered)


def _credential(registered: AuthenticatorData) -> bytes:
    data = registered.credential_data
    if data is None or type(data.public_key) not in _ALGORITHMS:
        raise VaultError("security key: no key, or of another algorithm")
    kept = bytes(AttestedCredentialData.create(Aaguid.NONE, data.credential_id, data.public_key))
    if len(kept) > CREDENTIAL_LIMIT:
        raise VaultError("security key: the credential is too long")
    return kept


def request_options(site: Site, kept: Sequence[bytes]) -> tuple[dict[str, Any], State]:
    """The browser's options for signing with one of the stored keys, and the state `check`
    needs.
    """
    options, state = _server(site).authenticate_begin(
        [AttestedCredentialData(credential) for credential in kept],
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    asked = replace(options.public_key, hints=[PublicKeyCredentialHint.SECURITY_KEY])
    return dict(asked), state


def check(site: Site, state: State, kept: Sequence[bytes], answer: str) -> None:
    """Raises VaultError unless one of the stored keys signed the challenge, at this address.

    The key's counter is not compared: writing it back would change the account's row at every
    sign-in, and a cloned key still needs the passphrase.
    """
    try:
        credentials = [AttestedCredentialData(credential) for credential in kept]
        _server(site).authenticate_complete(state, credentials, json.loads(answer))
    except Exception as failure:  # as in `created`
        raise VaultError("security key: malformed or wrong answer") from failure


def credential_id(credential: bytes) -> bytes:
    """The id by which a browser knows a stored credential. Raises VaultError for none."""
    try:
        return AttestedCredentialData(credential).credential_id
    except Exception as failure:  # as in `created`
        raise VaultError("security key: malformed credential") from failure


def _server(site: Site) -> Fido2Server:
    # `fido2` refuses plain http except for localhost, but an onion address is secure over plain
    # http. Django has already checked the host against ALLOWED_HOSTS.
    server = Fido2Server(
        PublicKeyCredentialRpEntity(id=site.host, name=site.name),
        verify_origin=lambda origin: origin == site.origin,
    )
    server.allowed_algorithms = [_parameters(algorithm) for algorithm in _ALGORITHMS]
    return server


def _parameters(algorithm: type[CoseKey]) -> PublicKeyCredentialParameters:
    return PublicKeyCredentialParameters(
        type=PublicKeyCredentialType.PUBLIC_KEY, alg=algorithm.ALGORITHM
    )
