"""The shipped proxies speak TLS 1.2 and 1.3, with suites that keep past traffic closed."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest

from tests.served.network import Network
from tests.served.proxies import COMMANDS, in_front_of

pytestmark = pytest.mark.thorough


def spoken(port: int, *, version: ssl.TLSVersion, ciphers: str) -> str | None:
    """The protocol that was agreed on; None if there was none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    try:
        with (
            socket.create_connection(("127.0.0.1", port), 20) as plain,
            context.wrap_socket(plain) as secure,
        ):
            return secure.version()
    except (ssl.SSLError, ConnectionError):
        return None


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize("proxy", COMMANDS)
def test_old_protocols_and_weak_suites_are_not_spoken(
    network: Network, proxy: str, tmp_path: Path
) -> None:
    new, old = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_1
    with in_front_of(network.server, proxy, tmp_path, tls=True) as port:
        assert spoken(port, version=ssl.TLSVersion.TLSv1_3, ciphers="ALL") == "TLSv1.3"
        assert spoken(port, version=new, ciphers="ECDHE+AESGCM") == "TLSv1.2"
        assert spoken(port, version=old, ciphers="ALL") is None
        assert spoken(port, version=new, ciphers="kRSA") is None
        assert spoken(port, version=new, ciphers="ECDHE+SHA1") is None
