"""Every step of somebody signed in is said on the page after it: `tests/settings.py` holds that.

A POST that ends in a redirect has changed something, unless its view is one of SILENT; then a
notice must wait for the next page. What answers in place is a page of its own, listed in ANSWERS
with where it says what happened; `tests/test_notices.py` walks all addresses.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from safety_app import notices
from safety_app.page_entries import PARAMETER
from safety_app.privacy.page_privacy import is_signed_in

# Nothing is changed by these, or what comes next shows it by being there.
SILENT = {
    "lock": "the page that was locked",
    "accounts:sign_in": "the first page after signing in",
    "accounts:sign_in_code": "the first page after signing in",
    "accounts:recover": "the first page after signing in",
    "accounts:join": "the first page after joining",
    "accounts:apply": "the page of somebody who waits",
    "accounts:sign_out": "the sign-in page",
    "accounts:reauthenticate": "the page that asked for the passphrase",
    "alerts:feed": "filters",
    "alerts:check": "the answer",
    "alerts:report": "the page that the bar led to from the middle of a draft",
    "pages:find": "what was found",
}
# Pages that answer a POST in place and say themselves what happened.
ANSWERS = {
    "booking:message": "the message, which is kept nowhere",
    "alerts:share": "a page of nobody: it reads no session and changes nothing",
    "alerts:share_open": "a page of nobody: it reads no session and changes nothing",
    "manifest": "a file of the phone",
    "alerts:relay": "the text to copy",
    "alerts:relay_week": "the text to copy",
    "exit": "somebody signed out",
    "accounts:sign_out_everywhere": "the page of somebody signed out",
    "accounts:erase": "the page of somebody who has no account any more",
    "accounts:new_recovery_code": "a code that is shown once",
    "accounts:vouch": "a code that is shown once",
    "accounts:invite_for_organisation": "a code that is shown once",
    "accounts:renew_desk": "a code that is shown once",
    "accounts:revoke": "who was revoked, and a code that is shown once",
    "accounts:organisation_close": "the list of organisations, through its own redirect",
    "accounts:person": "a code that is shown once",
    "alerts:review": "a notice, from `alerts.views.review_decisions`",
    "alerts:flag": "that it was sent",
    "alerts:report": "that it was sent",
    "alerts:objections": "the list, which is behind a warning and has no address of its own",
    "alerts:sheet": "the sheet",
    "alerts:shared_send": "a file",
    "alerts:shared_take": "how many notes came in",
    "object": "a code that is shown once",
    "doctor:sheet": "the sheet",
    "translation:po": "what the file brought",
    "directory:upload": "what the file brought",
}


def every_step_is_said(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware for tests: a redirect after a signed-in POST leaves a notice."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        name = match.view_name if match else ""
        if request.method == "POST" and response.status_code in (302, 303) and name not in SILENT:
            # Asked for the passphrase first: nothing has happened yet.
            asked = "/me/again/" in response["Location"]
            # What answers the form is the page there, as if it had been answered in place.
            shown = f"?{PARAMETER}=" in response["Location"]
            said = not is_signed_in(request) or asked or shown or notices.is_waiting(request)
            assert said, f"{name} does not say what it did"
        return response

    return middleware
