"""Lighthouse scores of the main pages of a demo: `python -m bench.lighthouse`.

Needs Chromium, and Lighthouse from npm on the path or in the folder that LIGHTHOUSE names. Without
Lighthouse, axe (which it uses for accessibility) looks at the same pages, and that is said.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlencode

PORT = "8977"
SITE = f"http://localhost:{PORT}"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""
# Address, and who looks at it.
PAGES = {
    "home": ("/en/", ""),
    "page 8": ("/en/r/8/", ""),
    "sign in": ("/en/in/", ""),
    "notes": ("/en/a/", "member"),
    "check": ("/en/a/check/", "member"),
    "write": ("/en/a/new/", "member"),
    "moderation": ("/en/desk/", "moderator"),
    "figures": ("/en/a/figures/", "moderator"),
}
# Nobody is led to signed-in pages by a search engine, so its fourth category, SEO, says nothing.
CATEGORIES = ("performance", "accessibility", "best-practices")


@contextlib.contextmanager
def demo() -> Iterator[list[dict[str, str]]]:
    """A demo's server for as long as this lasts; gives its accounts."""
    with tempfile.TemporaryDirectory(prefix="nightjar-lighthouse-") as folder:
        environment = os.environ | {"PORT": PORT, "DATA": folder}
        command = [sys.executable, "-m", "deploy.demo"]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            for _second in range(180):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{SITE}/healthz").close()  # noqa: S310
                    break
                time.sleep(1)
            yield json.loads((Path(folder) / "demo-accounts.json").read_text())["accounts"]
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def cookies_of(account: dict[str, str]) -> str:
    """The cookies of somebody who signs in."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    browser.addheaders = [("Referer", f"{SITE}/en/in/")]
    browser.open(f"{SITE}/en/in/").close()
    token = {cookie.name: cookie.value for cookie in jar}["c"]
    form = {name: account[name] for name in ("pseudonym", "passphrase")}
    form["csrfmiddlewaretoken"] = str(token)
    browser.open(f"{SITE}/en/in/", urlencode(form).encode()).close()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def lighthouse(program: str, address: str, cookies: str) -> str:
    """The best scores of at most three runs: what else a machine does only takes points away."""
    runs: list[tuple[list[int], list[str]]] = []
    while not runs or (len(runs) < 3 and min(runs[-1][0]) < 100):
        runs.append(_run(program, address, cookies))
    scores, lost = max(runs, key=lambda run: sum(run[0]))
    return "".join(f"{score:>6}" for score in scores) + "  " + "; ".join(lost)


def _run(program: str, address: str, cookies: str) -> tuple[list[int], list[str]]:
    """The scores of one page in one run, and what it lost points for."""
    command = [
        program,
        SITE + address,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(CATEGORIES)}",
        "--chrome-flags=--headless=new --no-sandbox",
        "--extra-headers=" + json.dumps({"Cookie": cookies} if cookies else {}),
    ]
    environment = os.environ | {"CHROME_PATH": CHROMIUM}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    report = json.loads(done.stdout)
    scores = [round((report["categories"][name]["score"] or 0) * 100) for name in CATEGORIES]
    counted = {
        reference["id"]
        for name in CATEGORIES
        for reference in report["categories"][name]["auditRefs"]
        if reference["weight"]
    }
    lost = [
        f"{audit['id']} {audit.get('displayValue', '')}".strip()
        for audit in report["audits"].values()
        if audit["id"] in counted and audit["score"] is not None and audit["score"] < 1
    ]
    return scores, lost


def axe(address: str, cookies: str) -> str:
    """How many faults axe finds on one page."""
    from playwright.sync_api import sync_playwright

    script = files("axe_core_python").joinpath("axe.min.js").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(extra_http_headers={"Cookie": cookies} if cookies else {})
        page.goto(SITE + address)
        page.evaluate(script)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        browser.close()
    return f"{len(found):>6}  " + "; ".join(fault["id"] for fault in found)


def main() -> None:
    """Print the table."""
    if not CHROMIUM:
        print("Lighthouse: there is no Chromium here, so nothing was measured.")
        return
    program = shutil.which("lighthouse", path=os.environ.get("LIGHTHOUSE", os.environ["PATH"]))
    if program:
        print("Lighthouse    speed access  best  what is below 100")
    else:
        print("Lighthouse is not installed (npm install lighthouse); axe looks at the same pages.")
        print("axe           found")
    with demo() as accounts:
        cookies = {"": ""}
        for role in ("member", "moderator"):
            cookies[role] = cookies_of(next(one for one in accounts if one["role"] == role))
        for name, (address, role) in PAGES.items():
            measured = (
                lighthouse(program, address, cookies[role])
                if program
                else axe(address, cookies[role])
            )
            print(f"{name:<13}{measured}", flush=True)


if __name__ == "__main__":
    main()
