"""Responses shared by several views of this app."""

from __future__ import annotations

import datetime
from typing import Any, TypeVar, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from safety_app.accounts.forms.vault_form import BUSY
from safety_app.accounts.member_request import ring_of
from safety_app.accounts.models import Member
from safety_app.accounts.presentation import code_context
from safety_app.accounts.start_pages import start_page_of
from safety_app.locales.dates import today
from safety_app.privacy.post_redirect_get import render_once

Form = TypeVar("Form", bound=forms.Form)


def add_busy_error(form: Form) -> Form:
    """The same form, saying that the vault is busy (status 503)."""
    form.add_error(None, str(BUSY))
    return form


def home_of(request: HttpRequest) -> str:
    """The first page of whoever is signed in."""
    return start_page_of(cast(Member, request.user), ring_of(request))


def days_ago(day: datetime.date) -> str:
    """How long ago a day was, in words."""
    days = (today() - day).days
    if days <= 0:
        return _("today")
    return ngettext("%(days)s day ago", "%(days)s days ago", days) % {"days": days}


def show_recovery_code(request: HttpRequest, code: str, **context: Any) -> HttpResponse:
    """The page that shows a recovery code, once."""
    context = {**code_context(code), "continue_url": home_of(request), **context}
    return render_once(request, "accounts/recovery_code_show.html", context)
