"""What our subclasses of allauth's form views have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpResponse

from safety_app.accounts.forms.vault_form import VaultForm

METHODS = ("get", "head", "post")


class VaultFormMixin:
    """Before an allauth view: a form of ours, which says what the vault or a flow refuses."""

    http_method_names: Sequence[str] = METHODS
    vault_form: type[VaultForm]

    def get_form_class(self) -> type[VaultForm]:
        """allauth would look into its settings."""
        return self.vault_form

    def form_valid(self, form: Any) -> HttpResponse:
        """Let allauth go on; refusals come back into the form."""
        try:
            return cast(HttpResponse, super().form_valid(form))  # type: ignore[misc]
        except Exception as error:
            if not form.refuse_error(error):
                raise
        return self.form_invalid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same page with what is wrong."""
        context = self.get_context_data(form=form)  # type: ignore[attr-defined]
        response = self.render_to_response(context, status=form.status)  # type: ignore[attr-defined]
        return cast(HttpResponse, response)

    def get_initial(self) -> dict[str, Any]:
        """Nothing: allauth would fill in an e-mail address from the request's own address."""
        return {}
