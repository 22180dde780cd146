"""Security keys: WebAuthn (W3C, level 3) as a second sign-in step, checked by Yubico's `fido2`.

Asked for are keys to hold in the hand ("cross-platform") that keep nothing of this site: the
credential is not discoverable, so neither a key nor a phone nor an account in the cloud lists it.
What we keep of one are its id and its public key, and nothing of its make. Like the codes of an app
it guards the door, not the disk.

A browser's answer is the JSON of a `PublicKeyCredential` with base64url values. Everything in it
comes from outside, so whatever is wrong with it raises VaultError.
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
_ALGORITHMS = (ES256, EdDSA)  # what such keys do; RSA and ML-DSA would not fit where they are kept

State = dict[str, Any]


class KeepsTrace(VaultError):
    """The credential would be listed on a device or copied to an account in the cloud."""


@dataclass(frozen=True)
class Site:
    """One address of the site. A key that was added at one is of no use at another.

    host    its name without a port, the "relying party id"
    origin  scheme, name and port, as a browser reports it
    name    a neutral name for it, which browsers show
    """

    host: str
    origin: str
    name: str


def creation_options(site: Site, kept: Sequence[bytes]) -> tuple[dict[str, Any], State]:
    """What a browser is asked for to add a key, and the state `created` needs (JSON, both).

    Names nobody: the user id is 16 random bytes, not kept anywhere. `kept` are the credentials
    there are already, so that one key is not added twice.
    """
    user = PublicKeyCredentialUserEntity(
        id=os.urandom(USER_ID_SIZE), name=site.name, display_name=site.name
    )
    options, state = _server(site).register_begin(
        user,
        [AttestedCredentialData(credential) for credential in kept],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        # The passphrase says who she is; a key's own PIN would be one more thing to lose.
        user_verification=UserVerificationRequirement.DISCOURAGED,
        authenticator_attachment=AuthenticatorAttachment.CROSS_PLATFORM,
        extensions={"credProps": True},
    )
    asked = replace(options.public_key, hints=[PublicKeyCredentialHint.SECURITY_KEY])
    return dict(asked), state


def created(site: Site, state: State, answer: str) -> bytes:
    """The credential to keep (at most CREDENTIAL_LIMIT bytes) of a key that was added.

    Raises VaultError for an answer that does not fit, KeepsTrace for a credential that is
    discoverable or may be copied.
    """
    try:
        response = json.loads(answer)
        registered = _server(site).register_complete(state, response)
        properties = response.get("clientExtensionResults", {}).get("credProps", {})
        is_listed = bool(properties.get("rk"))
    except Exception as failure:  # of a parser of hostile input: whatever it is, it is refused
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
    """What a browser is asked to sign with one of the kept keys, and the state `check` needs."""
    options, state = _server(site).authenticate_begin(
        [AttestedCredentialData(credential) for credential in kept],
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    asked = replace(options.public_key, hints=[PublicKeyCredentialHint.SECURITY_KEY])
    return dict(asked), state


def check(site: Site, state: State, kept: Sequence[bytes], answer: str) -> None:
    """Raises VaultError unless one of the kept keys signed what was asked, at this address.

    The key's counter is not compared: writing it back would change the account's row at every
    sign-in, and a cloned key still needs the passphrase.
    """
    try:
        credentials = [AttestedCredentialData(credential) for credential in kept]
        _server(site).authenticate_complete(state, credentials, json.loads(answer))
    except Exception as failure:  # as in `created`
        raise VaultError("security key: malformed or wrong answer") from failure


def credential_id(credential: bytes) -> bytes:
    """The id by which a browser knows a kept credential."""
    return AttestedCredentialData(credential).credential_id


def _server(site: Site) -> Fido2Server:
    # `fido2` refuses plain http for all but localhost; an onion address is plain http and secure.
    # Which addresses are ours is settled before: only those in ALLOWED_HOSTS get this far.
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
