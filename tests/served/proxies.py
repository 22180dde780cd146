"""The proxy configurations that are shipped, started in front of a server, on plain http or TLS."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.seizure.server import ROOT, Server, free_port
from tests.served.slow_connections import health

SHIPPED = ROOT / "deploy" / "proxy"
NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log /dev/null crit;
events {{ worker_connections 2048; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/answers;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def _caddy(folder: Path, port: int, behind: int, certificate: Path | None) -> list[str]:
    text = (SHIPPED / "Caddyfile").read_text()
    ours = f"https://127.0.0.1:{port} {{\n\ttls {certificate} {certificate}"
    ours = ours if certificate else f"http://127.0.0.1:{port} {{"
    text = text.replace("notes.example.org {", ours)
    text = text.replace("{\n\tservers {", "{\n\tauto_https disable_redirects\n\tservers {", 1)
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    text = text.replace("{\n\tservers {", "{\n\tadmin off\n\tservers {", 1)
    (folder / "Caddyfile").write_text(text)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def _nginx(folder: Path, port: int, behind: int, certificate: Path | None) -> list[str]:
    text = (SHIPPED / "nginx.conf").read_text()
    if certificate:
        text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
        text = re.sub(r"(ssl_certificate(?:_key)?) .*;", rf"\1 {certificate};", text)
    else:
        text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
        text = re.sub(r"ssl_certificate.*\n", "\n", text)
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    (folder / "site.conf").write_text(text)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder))
    return ["nginx", "-c", str(folder / "nginx.conf")]


COMMANDS = {"caddy": _caddy, "nginx": _nginx}


@contextmanager
def in_front_of(server: Server, name: str, folder: Path, *, tls: bool = False) -> Iterator[int]:
    """The port of this proxy, which runs meanwhile. With `tls` its certificate is nobody's."""
    if not shutil.which(name):
        if os.environ.get("CI") == "true":
            pytest.fail(f"There is no {name}, and CI must not skip these tests.")
        pytest.skip(f"NOTHING WAS ASKED THROUGH {name.upper()}: install it to run this.")
    port = free_port()
    certificate = _certificate(folder) if tls else None
    command = COMMANDS[name](folder, port, server.port, certificate)
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        proxy = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        _wait_for(port, proxy, folder / "log", tls=tls)
        yield port
    finally:
        proxy.terminate()
        proxy.wait(20)


def _certificate(folder: Path) -> Path:
    """A key and a certificate that it signed itself, in one file."""
    file = folder / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    made += ["-nodes", "-keyout", str(file), "-out", str(folder / "public.pem"), "-days", "9"]
    made += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(made, check=True, capture_output=True)
    with file.open("ab") as both:
        both.write((folder / "public.pem").read_bytes())
    return file


def _wait_for(port: int, proxy: "subprocess.Popen[bytes]", log: Path, *, tls: bool) -> None:
    for _attempt in range(100):
        if proxy.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            if tls:
                socket.create_connection(("127.0.0.1", port), 5).close()
            else:
                health(port)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the proxy does not answer")
