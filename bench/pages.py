"""What a page costs, in CPU time, against a bare Django view: `python -m bench.pages`.

The bare view renders a list of ten links in a base template, asks no database and runs behind four
of Django's usual middlewares. Both sides are called as a server calls them (WSGI), in turns, so
that a noisy moment touches all of them; medians are compared. A passphrase is never derived here.

A check is two requests: the form, answered with a redirect, and the page it leads to. Both count,
and are also listed one by one. The wait until the next step of time is no CPU time.
"""

import io
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import Context, Engine  # noqa: E402
from django.test import Client, RequestFactory, override_settings  # noqa: E402
from django.urls import path  # noqa: E402

from bench import world  # noqa: E402
from safety_app.server.garbage import collect_garbage_rarely  # noqa: E402

ROUNDS = 60
LINES = "\n".join(f"06 39 98 {number:02} 45" for number in range(10, 30))

# What the bare view is.
USUAL = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = {
    "base.html": (
        "<!doctype html><html lang=en><head><title>{% block title %}{% endblock %}</title></head>"
        "<body><nav><a href={% url 'bare' %}>All</a></nav>{% block main %}{% endblock %}</body>"
    ),
    "list.html": (
        "{% extends 'base.html' %}{% block title %}{{ title }}{% endblock %}"
        "{% block main %}<h1>{{ title }}</h1><ul>{% for row in rows %}"
        "<li><a href={% url 'row' row.id %}>{{ row.name }}</a>{% endfor %}</ul>{% endblock %}"
    ),
}
ENGINE = Engine(loaders=[("django.template.loaders.locmem.Loader", TEMPLATES)])
LIST = ENGINE.get_template("list.html")
ROWS = [{"id": number, "name": f"Row {number}"} for number in range(10)]


def bare(request: HttpRequest, number: int = 0) -> HttpResponse:
    """A list of ten links under a frame, such as the first page of any tutorial."""
    return HttpResponse(LIST.render(Context({"title": "Rows", "rows": ROWS})))


urlpatterns = [path("bare/", bare, name="bare"), path("bare/<int:number>/", bare, name="row")]


def use_bare_addresses(get_response: Callable) -> Callable:
    """Middleware: the bare view's addresses, since both sides run in one process."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.urlconf = __name__
        return get_response(request)

    return middleware


READ = {"REQUEST_METHOD": "GET", "CONTENT_LENGTH": "", "CONTENT_TYPE": ""}


@dataclass(frozen=True)
class Page:
    """One page to measure, and how many times the bare view it may cost."""

    name: str
    limit: float
    request: Callable[[], list[float]]


def caller(
    application: WSGIHandler, address: str, cookies: str = "", form: dict[str, str] | None = None
) -> Callable[[], list[float]]:
    """A function that asks for an address as a server does, takes the whole answer, and gives the
    CPU seconds of each request that it took."""
    body = urlencode(form or {}).encode()
    place, _question, asked = address.partition("?")
    environ = RequestFactory()._base_environ(
        PATH_INFO=place,
        QUERY_STRING=asked,
        REQUEST_METHOD="POST" if form else "GET",
        CONTENT_TYPE="application/x-www-form-urlencoded" if form else "",
        CONTENT_LENGTH=str(len(body)) if form else "",
        HTTP_ACCEPT_ENCODING="gzip, deflate, br",
        HTTP_COOKIE=cookies,
    )
    if not cookies:
        del environ["HTTP_COOKIE"]

    def ask(environ: dict[str, Any], body: bytes = b"") -> str:
        """One request; returns where it leads to, or nothing."""
        answers: list[tuple[str, dict[str, str]]] = []
        response = application(
            environ | {"wsgi.input": io.BytesIO(body)},
            lambda status, headers: answers.append((status, dict(headers))),
        )
        length = sum(len(part) for part in response)
        response.close()
        [(status, headers)] = answers
        assert status in {"200 OK", "303 See Other"}, (address, status)
        assert length or status != "200 OK"
        return headers.get("Location", "")

    def call() -> list[float]:
        began = time.process_time()
        location = ask(environ, body)
        between = time.process_time()
        if not location:
            return [between - began]
        path, _question, query = location.partition("?")
        ask(environ | READ | {"PATH_INFO": path, "QUERY_STRING": query})
        return [between - began, time.process_time() - between]

    return call


def pages() -> tuple[Callable[[], list[float]], list[Page]]:
    """The bare view, and ours."""
    with override_settings(MIDDLEWARE=[f"{__name__}.use_bare_addresses", *USUAL]):
        usual = WSGIHandler()
    site = WSGIHandler()
    client: Client = world.build().client
    client.get("/en/a/check/")  # makes the form's cookie
    token = client.cookies["c"].value
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    form = {"csrfmiddlewaretoken": token, "q": LINES, "country": "FR"}
    return caller(usual, "/bare/"), [
        Page("home", 3, caller(site, "/en/")),
        Page("a page", 3, caller(site, "/en/r/8/")),
        Page("sign in", 6, caller(site, "/en/in/")),
        Page("feed", 6, caller(site, "/en/a/", cookies)),
        Page("check: form", 4, caller(site, "/en/a/check/", cookies)),
        Page("check: 20 lines", 10, caller(site, "/en/a/check/", cookies, form)),
    ]


def main() -> int:
    """Print the table; 1 when a page costs more than it may."""
    bare_view, ours = pages()
    collect_garbage_rarely()  # as the server does, for both sides
    times: dict[str, list[list[float]]] = {
        name: [] for name in ["bare", *(page.name for page in ours)]
    }
    for number in range(ROUNDS + 5):
        for name, request in [("bare", bare_view), *((page.name, page.request) for page in ours)]:
            taken = request()
            if number >= 5:
                times[name].append(taken)
    bare_time = median(map(sum, times["bare"]))
    print(f"{'CPU time':<18}{'ms':>8}{'times':>8}{'limit':>8}")
    print(row("a bare view", bare_time, bare_time))
    fine = True
    for page in ours:
        whole = median(map(sum, times[page.name]))
        is_fine = whole <= page.limit * bare_time
        fine &= is_fine
        print(f"{row(page.name, whole, bare_time)}{page.limit:>8}{'' if is_fine else '  too much'}")
        halves = [median(half) for half in zip(*times[page.name], strict=True)]
        if len(halves) == 2:
            print(row("  the form", halves[0], bare_time))
            print(row("  the page after", halves[1], bare_time))
    return 0 if fine else 1


def median(seconds: Iterable[float]) -> float:
    """The median, in ms."""
    return statistics.median(seconds) * 1000


def row(name: str, milliseconds: float, bare_time: float) -> str:
    """A line of the table."""
    return f"{name:<18}{milliseconds:>8.2f}{milliseconds / bare_time:>8.1f}"


if __name__ == "__main__":
    sys.exit(main())
