"""For machines and those who look at them: health, search engines, reports of holes."""

import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from safety_app.locales.dates import today
from safety_app.privacy.retention import health


def healthz(request: HttpRequest) -> HttpResponse:
    """`ok`, or 503 and `not ok`: `manage.py status` tells the operator why."""
    works = not health.problems()
    return HttpResponse(
        "ok" if works else "not ok", content_type="text/plain", status=200 if works else 503
    )


def robots(request: HttpRequest) -> HttpResponse:
    """Ask every search engine to stay away: people are told of the site by people."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


def security_txt(request: HttpRequest) -> HttpResponse:
    """To whom somebody who finds a hole can write (RFC 9116); 404 if the operator names nobody.

    It ends at the beginning of a month, half a year from now: nothing tells when the site started.
    """
    if not settings.SECURITY_CONTACT:
        raise Http404
    months = today().month + 6
    ends = datetime.date(today().year + (months - 1) // 12, (months - 1) % 12 + 1, 1)
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {ends.isoformat()}T00:00:00Z",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: https://{request.get_host()}{request.path}",
    )
    return HttpResponse(
        "".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8"
    )
