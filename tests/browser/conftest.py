"""A real browser at phone size against the demo as a stranger starts it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import fonts

ROOT = Path(__file__).resolve().parent.parent.parent
PHONE = {"width": 360, "height": 640}
CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium():
    return next((path for name in CANDIDATES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    path = find_chromium()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("There is no Chromium, and CI must not skip the browser tests.")
        pytest.skip("NO BROWSER TESTS WERE RUN: install Chromium to run them.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            env=os.environ
            | {"FONTCONFIG_FILE": str(fonts.write_config(tmp_path_factory.mktemp("fonts")))},
            args=[
                "--font-render-hinting=none",
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )
        yield browser
        browser.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    """The running demo: its address, its accounts, an unused code."""

    def __init__(self, address, data):
        self.address = address
        listed = json.loads((data / "demo-accounts.json").read_text())
        self.accounts = listed["accounts"]
        self.code = listed["code"]

    def account(self, role, number=0):
        return [account for account in self.accounts if account["role"] == role][number]


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    data = tmp_path_factory.mktemp("demo")
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if "NIGHTJAR" not in name}
    environment.update(PORT=str(port), DATA=str(data))
    for ours in ("DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"):
        environment.pop(ours, None)
    server = subprocess.Popen(
        [sys.executable, "-m", "deploy.demo"], cwd=ROOT, env=environment, start_new_session=True
    )
    address = f"http://localhost:{port}"
    try:
        wait_until_it_answers(f"{address}/healthz", server)
        yield Demo(address, data)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def wait_until_it_answers(address, server):
    for _ in range(600):
        assert server.poll() is None, "the demo ended"
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail("the demo did not answer within five minutes")


@pytest.fixture
def phone(chromium, demo):
    """Makes pages of fresh phones: `phone(script=False, dark=True)`."""
    contexts = []

    def make(*, script=True, dark=False, language="en", bypass_csp=False, **size):
        context = chromium.new_context(
            base_url=demo.address,
            viewport=PHONE | size,
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            locale=language,
            has_touch=True,
            bypass_csp=bypass_csp,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        # Nothing may ever be asked of another machine; leaving goes to a page of our own making.
        page.foreign = []
        context.route(
            lambda url: not url.startswith(demo.address), lambda route: answer(page, route)
        )
        return page

    yield make
    for context in contexts:
        context.close()


def answer(page, route):
    page.foreign.append(route.request.url)
    route.fulfill(status=200, content_type="text/html", body="<title>Elsewhere</title><p>Elsewhere")
