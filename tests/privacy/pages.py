"""A site with one page of each kind, so that these tests stand on nothing but `privacy`.

Signing in is a word in the session instead of keys; everything else is the real thing.
"""

from types import SimpleNamespace
from typing import Any

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.template import RequestContext, Template
from django.urls import include, path
from django.views.decorators.http import require_POST

from safety_app import language_choice
from safety_app.privacy.budgets import spend
from safety_app.privacy.form_replay import ask_to_sign_in, carried, go_on, target
from safety_app.privacy.page_state import page_state
from safety_app.privacy.views import exit, health, lock
from tests.privacy.budget_rows import budget

FEW = budget("few", 2, 600)
SEEN: list[dict[str, Any]] = []

FRAME = '{% extends "base.html" %}{% block title %}T{% endblock %}{% block main %}<h1>T</h1>'
FORM = (
    '<form method="post" class="covered">{% csrf_token %}<textarea name="text">{{ text }}'
    '</textarea><input name="q" value="{{ q }}"><button name="send">S</button>'
    '{% include "partials/cover.html" %}</form>'
)


def pretend(get_response):
    """Middleware in the place of those that know members."""

    def middleware(request):
        who = request.session.get("who")
        request.ring = SimpleNamespace(epochs={1: b""}) if who else None
        request.user = SimpleNamespace(
            pk=1, has_role=lambda *roles: False, is_authenticated=bool(who), state="active"
        )
        return get_response(request)

    return middleware


def shown(request, main: str, status: int = 200, **context: Any) -> HttpResponse:
    template = Template(FRAME + main + "{% endblock %}")
    return HttpResponse(template.render(RequestContext(request, context)), status=status)


def guarded(view):
    def inner(request, *args, **kwargs):
        return view(request, *args, **kwargs) if request.ring else ask_to_sign_in(request)

    return inner


def public(request):
    wanted = request.GET.get("n", "")
    count = int(wanted) if wanted.isascii() and wanted.isdecimal() else 500
    return shown(request, "<p>{{ words }}", words="word " * count)


@guarded
def reading(request):
    return shown(request, "<p>{{ words|safe }}", words="x" * int(request.GET.get("n", 10)))


@guarded
def writing(request):
    if request.method == "POST":
        SEEN.append(request.POST.dict())
        if "send" in request.POST:
            return shown(request, "<p>sent: {{ text }}", text=request.POST.get("text", ""))
    post = request.POST
    return shown(request, FORM, text=post.get("text", ""), q=post.get("q", ""))


@guarded
def exact(request):
    page_state(request).exact_size = 24_576
    return shown(request, "<p>{{ words }}", words="x" * int(request.GET["n"]))


def slow(request):
    page_state(request).hold_until_step = 0.2
    return HttpResponse("x")


def breaks(request):
    raise ValueError(f"secret of {request.POST.get('text')} at {request.path}")


@require_POST
def only_post(request):
    return HttpResponse("ok")


@guarded
def costs(request):
    spend(FEW, "someone")
    return shown(request, "<p>ok")


def sign_in(request):
    if request.method == "POST" and request.POST.get("pseudonym"):
        request.session.flush()
        request.session["who"] = request.POST["pseudonym"]
        if request.POST.get("pin"):
            request.session.set_pin(request.POST["pin"])
        rotate_token(request)
        return go_on(request)
    return shown(
        request,
        "<p>{{ why }}</p>"
        '<form method="post" action="{% url "accounts:sign_in" %}">'
        '{% csrf_token %}{% include "privacy/carried.html" with fields=carried to=to only %}'
        '<input name="pseudonym"></form>',
        carried=carried(request),
        to=target(request),
        why=page_state(request).why_signed_out,
    )


def sign_out(request):
    request.session.flush()
    return HttpResponse("out")


alerts = (
    [
        path("", reading, name="feed"),
        path("check/", costs, name="check"),
        path("new/", writing, name="report"),
        path("exact/", exact),
        path("breaks/", breaks),
        path("only/", only_post),
    ],
    "alerts",
)
accounts = (
    [
        path("in/", sign_in, name="sign_in"),
        path("me/", reading, name="me"),
        path("out/", sign_out, name="sign_out"),
        path("desk/", reading, name="desk"),
    ],
    "accounts",
)
pages = (
    [
        path("", public, name="home"),
        path("now/", public, name="now"),
        path("kept/", public, name="kept"),
    ],
    "pages",
)

urlpatterns = [
    path("exit", exit.leave, name="exit"),
    path("healthz", health.healthz, name="healthz"),
    path("slow", slow),
    *i18n_patterns(
        path("lock/", lock.unlock, name="lock"),
        path("language/", language_choice.choose, name="language"),
        path("a/", include(alerts)),
        path("", include(accounts)),
        path("", include(pages)),
    ),
]

handler400 = "safety_app.privacy.errors.bad_request"
handler403 = "safety_app.privacy.errors.forbidden"
handler404 = "safety_app.privacy.errors.not_found"
handler500 = "safety_app.privacy.errors.server_error"
