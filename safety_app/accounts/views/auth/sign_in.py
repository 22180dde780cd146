"""`/in/`, `/in/code/` and `/me/out/`: allauth's views, with our pages and forms held for replay."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView

from safety_app.accounts.flows.login_stages import SecondStepStage, waiting_stage
from safety_app.accounts.flows.sign_in import UnknownAccount
from safety_app.accounts.forms.auth import CodeForm, KeyForm, SignInForm, StepForm
from safety_app.accounts.presentation import as_json
from safety_app.accounts.views.allauth_view import METHODS, VaultFormMixin
from safety_app.accounts.views.responses import home_of
from safety_app.privacy.form_replay import carried, go_on, in_place, target
from safety_app.privacy.page_privacy import is_signed_in
from safety_app.privacy.page_state import page_state


class SignInView(VaultFormMixin, LoginView):
    """Asks for pseudonym and passphrase. Also shown in place of a page whose session has ended."""

    vault_form = SignInForm
    template_name = "accounts/sign_in.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form. Whoever is signed in goes on to their first page, or to where a form that
        came along was meant to go: another tab may have signed in meanwhile.
        """
        if is_signed_in(request):
            # Shown in place of another page, this request holds that page's form.
            return go_on(request) if "carry_to" in request.POST else redirect(home_of(request))
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in. "Start again" on the code page sends only the form that came along."""
        if "carry_to" in request.POST and "pseudonym" not in request.POST:
            return start_again(request, 200)
        return cast(HttpResponse, super().post(request, *args, **kwargs))

    def form_valid(self, form: SignInForm) -> HttpResponse:
        """On to the page that was asked for."""
        response = super().form_valid(form)
        return response if form.errors else proceed(self.request, response)

    def get_success_url(self) -> str:
        """Empty: `proceed` knows the page that was asked for, and allauth stores no address
        meanwhile.
        """
        return ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        why = page_state(self.request).why_signed_out
        return {**super().get_context_data(**kwargs), "why": why, **carrying(self.request)}


class CodeView(FormView):  # type: ignore[type-arg]
    """Asks for the second step, within two minutes and at most five times."""

    http_method_names = METHODS
    template_name = "accounts/sign_in_code.html"
    stage: SecondStepStage

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only while a sign-in is pending; otherwise back to the start."""
        stage = waiting_stage(request)
        if stage is None and request.method == "POST":
            return start_again(request)
        if stage is None:
            return redirect("accounts:sign_in")
        self.stage = stage
        try:
            return super().dispatch(request, *args, **kwargs)
        except UnknownAccount:  # the fifth wrong answer, or signed out everywhere meanwhile
            return start_again(request)

    def get_form_class(self) -> type[StepForm]:
        return KeyForm if "credential" in self.request.POST else CodeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request, "stage": self.stage}

    def form_valid(self, form: StepForm) -> HttpResponse:
        """On to the remaining stages."""
        return proceed(self.request, cast(Any, self.stage).exit())

    def form_invalid(self, form: StepForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=form.status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        question = self.stage.state.get("question")
        if isinstance(context["form"], KeyForm):
            context["code_form"] = CodeForm(request=self.request, stage=self.stage)
        return {
            **context,
            "code_form": context.get("code_form", context["form"]),
            "question": as_json(question) if question else "",
            **carrying(self.request),
        }


class SignOutView(LogoutView):
    """Ends this session."""

    http_method_names = ["post"]

    def logout(self) -> None:
        """allauth ends only sessions of signed-in people; end locked and pending ones as
        well.
        """
        super().logout()
        self.request.session.flush()


sign_in, code, sign_out = SignInView.as_view(), CodeView.as_view(), SignOutView.as_view()


def proceed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The response after a right passphrase, code or key.

    `response` is allauth's redirect to the start page. If a form was held for replay, continue
    with that. If sign-in is not complete, a step is pending or has refused: that page is shown
    in place, since a redirect would lose the form.
    """
    if not is_signed_in(request):
        return (
            in_place(request, "accounts:sign_in_code", 200)
            if waiting_stage(request)
            else start_again(request)
        )
    if request.POST.get("carry_to") or carried(request):
        return go_on(request)
    return response


def show_signed_out(request: HttpRequest, why: str) -> HttpResponse:
    """The sign-in page after something that ended the session, saying why."""
    context = {"form": SignInForm(), "why": why, "carried": [], "carry_to": ""}
    return render(request, "accounts/sign_in.html", context)


def start_again(request: HttpRequest, status: int = 403) -> HttpResponse:
    """The sign-in page in place, with any form held for replay."""
    page_state(request).why_signed_out = _("Please start again. Nothing you wrote is lost.")
    return in_place(request, "accounts:sign_in", status)


def carrying(request: HttpRequest) -> dict[str, Any]:
    """Form fields to carry along: only what another page sent, or was meant to go to."""
    own = {reverse(f"accounts:{name}") for name in ("sign_in", "sign_in_code", "recover")}
    goes_on = "carry_to" in request.POST or request.path not in own
    return {"carried": carried(request), "carry_to": target(request) if goes_on else ""}
