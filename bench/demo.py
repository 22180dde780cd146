"""A demo's server for a bench, and who is signed in there."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

PORT = os.environ.get("BENCH_PORT", "8977")
SITE = f"http://localhost:{PORT}"
_SECONDS_TO_START = 300


# In ranges kept for fiction, and about nobody in the demo: `bench.generous` writes about these.
KNOWN = [f"06 39 98 10 {number:02}" for number in range(4)]

Account = dict[str, str]


@contextlib.contextmanager
def demo() -> Iterator[list[Account]]:
    """A demo that answers at SITE for as long as this lasts; gives its accounts."""
    with (
        tempfile.TemporaryDirectory(prefix="nightjar-bench-") as folder,
        filled(folder) as accounts,
    ):
        yield accounts


@contextlib.contextmanager
def filled(folder: str) -> Iterator[list[Account]]:
    """The same, in this folder."""
    with serving("deploy.demo", {"PORT": PORT, "DATA": folder}):
        yield json.loads((Path(folder) / "demo-accounts.json").read_text())["accounts"]


def one_of(accounts: list[Account], role: str) -> Account:
    """Somebody who has this role."""
    return next(account for account in accounts if account["role"] == role)


@contextlib.contextmanager
def serving(module: str, environment: dict[str, str]) -> Iterator[int]:
    """A module that serves SITE, until this ends; gives the number of its process."""
    command = [sys.executable, "-m", module]
    server = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    try:
        for _second in range(_SECONDS_TO_START):
            if server.poll() is not None:
                raise RuntimeError(f"{module} ended before it answered ({server.returncode})")
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{SITE}/healthz").close()  # noqa: S310
                break
            time.sleep(1)
        else:
            raise RuntimeError(f"{module} does not answer after {_SECONDS_TO_START} s")
        yield server.pid
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def cookies_of(account: Account) -> dict[str, str]:
    """The cookies of somebody who signs in."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    browser.addheaders = [("Referer", f"{SITE}/en/in/")]
    browser.open(f"{SITE}/en/in/").close()
    token = {cookie.name: cookie.value for cookie in jar}["c"]
    form = {name: account[name] for name in ("pseudonym", "passphrase")}
    form["csrfmiddlewaretoken"] = str(token)
    browser.open(f"{SITE}/en/in/", urlencode(form).encode()).close()
    return {cookie.name: str(cookie.value) for cookie in jar}


def cookie_header(cookies: dict[str, str]) -> str:
    """Cookies as a browser sends them."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
