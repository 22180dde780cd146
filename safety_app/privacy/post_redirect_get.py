"""Back works: forms are answered with a redirect, and the page after it is opened by GET.

What that page needs is a sealed entry in memory (`safety_app.page_entries`), named by `?s=` in its
address. Nothing of it is in the address itself, and only the session that made it can open it.

There are three kinds of views:

- those that only show something asked for by a form: `shown_by_get` keeps the form and runs the
  view by GET, in whatever language, as often as somebody comes back;
- those that keep entries of their own, with the functions here, and say `reads_entries`;
- all others, which may have written something and must not run twice: the middleware of the same
  name keeps the page they made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from safety_app.page_entries import PARAMETER, PageEntries, address_part, padded_size
from safety_app.privacy import errors
from safety_app.privacy.budgets import PAGES, PAGES_UNIT, BudgetSpent, spend
from safety_app.privacy.form_replay import SECRETS
from safety_app.privacy.origin import is_foreign
from safety_app.privacy.page_privacy import is_signed_in
from safety_app.privacy.page_state import page_state

Fields = list[tuple[str, list[str]]]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])
CLEAR = "clear"
_MARK = "reads_entries"
# That the lock or sign-in page sent it stays in it: views ask for their own button then.
_LEFT_OUT = SECRETS | {"csrfmiddlewaretoken"}


class SessionWithEntries(Protocol):
    """What is needed of a session: see `sealed_sessions`."""

    @property
    def page_entries(self) -> PageEntries | None: ...


class SeeOther(HttpResponseRedirectBase):
    """303: the browser opens the address by GET."""

    status_code = 303


def reads_entries(view: View) -> View:
    """Mark a view that opens the entry in its address itself."""
    setattr(view, _MARK, True)
    return view


def is_reader(view: Callable[..., Any]) -> bool:
    """Whether the view opens entries itself, also under decorators that use `functools.wraps`."""
    return getattr(view, _MARK, False)


def shown_by_get(view: View) -> View:
    """For a view that writes nothing: its form is kept, and it runs when the page is opened.

    Use it inside a guard. To the view, the page looks like the POST it answers; whether it was
    shown before is in `page_state`, for what should be spent only once. The button `clear` removes
    what the page on the screen keeps. A form that is too long to be kept is answered in place, as
    for somebody signed out, and so is what another site sent, which no page of ours may show.
    """

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_signed_in(request) or is_foreign(request):
            return view(request, *args, **kwargs)
        if request.method == "POST" and CLEAR in request.POST:
            remove(request)
            return SeeOther(request.path)
        if request.method == "POST":
            entry_id = keep(request, {"fields": fields_of(request.POST)})
            if entry_id:
                return see(request.path, entry_id)
        if request.method == "POST" or PARAMETER not in request.GET:
            return view(request, *args, **kwargs)
        content = kept(request)
        if content is None or "fields" not in content:
            return no_longer_here(request)
        page_state(request).opened_before = content.get("opened", False)
        cast(Any, request).POST = as_form(content["fields"])
        request.method = "POST"
        try:
            response = view(request, *args, **kwargs)
        finally:
            request.method = "GET"
        if response.status_code == 200 and not content.get("opened"):
            replace(request, {**content, "opened": True})
        return response

    return reads_entries(cast(View, shown))


def keep(
    request: HttpRequest, content: dict[str, Any], path: str = "", *, is_draft: bool = False
) -> str | None:
    """Keep content for a page at the request's path, or at another one. Returns its id.

    None without a session, after it ended, for more than fits, and once somebody has kept as much
    as an hour allows, in however many sessions: then answer in place. A draft stays while others
    are replaced.
    """
    entries = _entries(request)
    size = padded_size(content)
    if entries is None or not size or not is_signed_in(request):
        return None
    try:
        spend(PAGES, cast(AbstractBaseUser, request.user).pk, -(-size // PAGES_UNIT))
    except BudgetSpent:
        return None
    return entries.add(_place(request, path), content, spared=is_draft)


def kept(request: HttpRequest) -> dict[str, Any] | None:
    """The content of the entry that the address names; None if there is none here."""
    entries = _entries(request)
    found = entries and entries.get(_place(request), request.GET.get(PARAMETER, ""))
    if not found:
        return None
    page_state(request).entry_query = address_part(request.META.get("QUERY_STRING", ""))
    return found


def replace(request: HttpRequest, content: dict[str, Any], *, is_draft: bool = False) -> str | None:
    """Put content into the entry that the address names, or keep it as a new one; see `keep`."""
    entries = _entries(request)
    named = request.GET.get(PARAMETER, "")
    if entries is not None and entries.replace(_place(request), named, content):
        return named
    return keep(request, content, is_draft=is_draft)


def remove(request: HttpRequest) -> None:
    """Remove the entry that the address names, if it is this page's."""
    entries = _entries(request)
    if entries is not None:
        entries.remove(_place(request), request.GET.get(PARAMETER, ""))


def see(path: str, entry_id: str, more: str = "") -> HttpResponse:
    """Redirect to the page that shows an entry. `more` is put behind the id."""
    return SeeOther(f"{path}?{PARAMETER}={entry_id}{more}")


def no_longer_here(request: HttpRequest) -> HttpResponse:
    """For an id that opens nothing: replaced, gone with a session, of another page, or made up."""
    return errors.page(
        request,
        404,
        _("This is no longer here"),
        _(
            "What you looked for or began to write is kept for a short time only, and goes "
            "when you press Leave, sign out or send it. You can begin again."
        ),
        back_to=request.path,
    )


def render_once(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    status: int = 200,
    *,
    reload_shows_it: bool = False,
) -> HttpResponse:
    """A page with something secret, such as a code: it answers in place, and no Back shows it.

    A reload sends the form again; it is told that it was done, unless the view shows the same
    page again by itself.
    """
    state = page_state(request)
    state.answers_in_place = True
    state.shown_once = request.method == "POST" and status == 200 and not reload_shows_it
    return render(request, template, context, status=status)


def fields_of(form: QueryDict) -> Fields:
    """Names and values of a form, without secrets and tokens."""
    return [(name, list(values)) for name, values in form.lists() if name not in _LEFT_OUT]


def as_form(fields: Iterable[tuple[str, list[str]]]) -> QueryDict:
    """The form again."""
    form = QueryDict(mutable=True)
    for name, values in fields:
        form.setlist(name, values)
    return form


def _entries(request: HttpRequest) -> PageEntries | None:
    return cast(SessionWithEntries, request.session).page_entries


def _place(request: HttpRequest, path: str = "") -> str:
    """What an id is good for: one path in every language, for somebody with the same roles."""
    return f"{in_every_language(path or request.path)} {getattr(request.user, 'roles', '')}"


def in_every_language(path: str) -> str:
    """A path without its language."""
    language = translation.get_language_from_path(path) or ""
    return path.removeprefix(f"/{language}")
