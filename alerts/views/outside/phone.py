"""On the home screen of a phone, for who asks: the page, the manifest, and what is shared to Check.

Another app hands a text or a contact over by a form of the browser (W3C, Web Share Target). Such a
request comes from outside, so our cookies, which are SameSite=Strict, do not come along: nobody
knows yet who it is. So `share` reads no session and changes nothing. Its page sends the text on
from this site, now with cookies; `open_share` shows Check with it filled in, or the sign-in page
that carries it along. Nothing is looked up before somebody presses Check.
"""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts.views import check
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.backends.uploads import takes_small_file
from safety_app.privacy.form_replay import SendAgain
from safety_app.privacy.page_privacy import is_signed_in, show_as_signed_out
from safety_app.privacy.post_redirect_get import reads_entries, shown_by_get
from safety_app.privacy.text_fields import tidy

LONGEST_SHARED = 20_000  # characters
CONTACTS = ("text/vcard", "text/x-vcard", "text/directory")
COOKIE_WAS_SET = "cookie"


@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    """How to put the site on the home screen, what a finder sees, how to remove it."""
    return render(request, "alerts/phone_show.html", {"app_name": _app_name()})


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest (W3C), linked only on the page above. Its words are neutral."""
    content = {
        "id": "/",
        "name": _app_name(),
        "short_name": _app_name(),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": f"/{get_language()}/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fbfaf7",
        "theme_color": "#fbfaf7",
        "icons": [
            {"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            *(
                {"src": static(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
                for size in (192, 512)
            ),
        ],
        "share_target": {
            "action": reverse("alerts:share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "url",
                "files": [{"name": "file", "accept": [*CONTACTS, ".vcf"]}],
            },
        },
    }
    return JsonResponse(content, content_type="application/manifest+json")


def _app_name() -> str:
    # Translators: what stands below the icon on the home screen: a neutral word, at most 12 letters
    return pgettext("name on the home screen", "Notes")


@csrf_exempt  # it comes from another app, and changes nothing
@takes_small_file
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """What another app shared, on a page that sends it on to Check."""
    show_as_signed_out(request)
    file = request.FILES.get("file")
    problem = ""
    text = _shared_text(request, file)
    if file is not None and not _is_contact(file):
        problem = _(
            "A picture or another file cannot be checked. Share the text itself or a contact, or "
            "type the number."
        )
    elif not text:
        problem = _("Nothing came along that can be checked.")
    elif len(text) > LONGEST_SHARED:
        problem = _("That is too long. Share the part with the number, the name or the address.")
    context = {"text": "" if problem else text, "problem": problem}
    return render(request, "alerts/share_show.html", context, status=400 if problem else 200)


def _shared_text(request: HttpRequest, file: UploadedFile[bytes] | None) -> str:
    """Title, text, address and contact, each once, without what cannot be seen."""
    parts = [request.POST.get(name, "") for name in ("title", "text", "url")]
    if file is not None and _is_contact(file):
        file.seek(0)
        parts.append(file.read().decode("utf-8", "replace"))
    kept: list[str] = []
    for part in map(tidy, parts):
        if part and not any(part in before for before in kept):
            kept.append(part)
    return "\n".join(kept)


def _is_contact(file: UploadedFile[bytes]) -> bool:
    kind = (file.content_type or "").partition(";")[0].lower()
    return kind in CONTACTS or (file.name or "").lower().endswith(".vcf")


@shown_by_get
def _filled_in(request: HttpRequest) -> HttpResponse:
    """Check as it looks before anything is looked up."""
    return check.filled_in(request, request.POST.get("q", ""))


@role_required("member")
def _for_members(request: MemberRequest) -> HttpResponse:
    return _filled_in(request)


@csrf_exempt  # the page it comes from has no token, and nothing is changed
@require_http_methods(["GET", "HEAD", "POST"])
@reads_entries
def open_share(request: HttpRequest) -> HttpResponse:
    """Check with the shared text in it, for members; for others, by way of the sign-in page.

    The sign-in page carries nothing for a browser without our cookie (`form_replay.carried`), and
    an app that was just opened may have none yet: it is set, and the form sent once again.
    """
    missing = settings.CSRF_COOKIE_NAME not in request.COOKIES and not is_signed_in(request)
    if request.method == "POST" and missing and COOKIE_WAS_SET not in request.GET:
        get_token(request)
        return SendAgain(f"{request.path}?{COOKIE_WAS_SET}=1")
    return _for_members(request)
