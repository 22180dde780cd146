"""What our subclasses of allauth's form views share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from safety_app.accounts.forms.vault_form import VaultForm

METHODS = ("get", "head", "post")


class VaultFormMixin:
    """Goes before an allauth view: uses a form of ours, and shows what the vault or a flow
    refuses.
    """

    http_method_names: Sequence[str] = METHODS
    vault_form: type[VaultForm]

    def get_form_class(self) -> type[VaultForm]:
        """Our form; allauth would look one up in its settings."""
        return self.vault_form

    def form_valid(self, form: Any) -> HttpResponse:
        """Let allauth continue; refusals become form errors."""
        try:
            return cast(HttpResponse, super().form_valid(form))  # type: ignore[misc]
        except Exception as error:
            if not form.refuse_error(error):
                raise
        return self.form_invalid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same page with its errors."""
        context = self.get_context_data(form=form)  # type: ignore[attr-defined]
        response = self.render_to_response(context, status=form.status)  # type: ignore[attr-defined]
        return cast(HttpResponse, response)

    def get_initial(self) -> dict[str, Any]:
        """Empty: allauth would fill in an e-mail address from the query."""
        return {}


class NewPassphraseMixin(VaultFormMixin):
    """For forms that offer a passphrase: a button makes another, and what was typed stays."""

    request: HttpRequest

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The same page with another passphrase, or what the form is for."""
        if "another" not in request.POST:
            return cast(HttpResponse, super().post(request, *args, **kwargs))  # type: ignore[misc]
        context = self.get_context_data()  # type: ignore[attr-defined]
        return cast(HttpResponse, self.render_to_response(context))  # type: ignore[attr-defined]

    def get_form_kwargs(self) -> dict[str, Any]:
        """For another passphrase, a form that is not checked yet."""
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]
        sent = self.request.POST
        if "another" in sent:
            kwargs |= {"data": None, "files": None, "initial": sent.dict()}
            kwargs["another"] = sent["another"]
        return kwargs
