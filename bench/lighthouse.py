"""Lighthouse scores of the main pages of a demo: `python -m bench.lighthouse`.

Needs Chromium, and Lighthouse from npm on the path or in the folder that LIGHTHOUSE names. Without
Lighthouse, axe (which it uses for accessibility) looks at the same pages, and that is said. RUNS
is how often each page is looked at; the scores are medians.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
from functools import partial
from importlib.resources import files

from playwright.sync_api import Browser, sync_playwright

from bench.demo import SITE, cookie_header, cookies_of, demo, one_of

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
RUNS = int(os.environ.get("RUNS", "3"))


def lighthouse(program: str, address: str, cookies: str) -> str:
    """The median scores of RUNS runs, as Lighthouse's documentation advises, and what the median
    run lost points for.
    """
    runs = sorted(_run(program, address, cookies) for _ in range(RUNS))
    medians = [statistics.median(column) for column in zip(*(run[0] for run in runs), strict=True)]
    _scores, lost = runs[RUNS // 2]
    return "".join(f"{score:>6.0f}" for score in medians) + "  " + "; ".join(lost)


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


def axe(browser: Browser, address: str, cookies: str) -> str:
    """How many faults axe finds on one page."""
    script = files("axe_core_python").joinpath("axe.min.js").read_text()
    page = browser.new_page(extra_http_headers={"Cookie": cookies} if cookies else {})
    page.goto(SITE + address)
    page.evaluate(script)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    page.close()
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
    with demo() as accounts, sync_playwright() as playwright:
        cookies = {"": ""}
        for role in ("member", "moderator"):
            cookies[role] = cookie_header(cookies_of(one_of(accounts, role)))
        if program:
            look = partial(lighthouse, program)
        else:
            chromium = playwright.chromium
            look = partial(axe, chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]))
        for name, (address, role) in PAGES.items():
            print(f"{name:<13}{look(address, cookies[role])}", flush=True)


if __name__ == "__main__":
    main()
