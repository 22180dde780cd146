"""What the adapter changes about allauth, and what it makes unreachable."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from safety_app.accounts.flows.login_stages import KeysStage
from safety_app.accounts.flows.sign_in import OpenedAccount, UnknownAccount, attach, attached
from safety_app.sealed_sessions import SessionStore
from tests.cast import Person


@pytest.fixture
def request_of_nobody() -> HttpRequest:
    request = RequestFactory().post("/en/in/")
    request.session, request.user = SessionStore(), AnonymousUser()
    return request


@pytest.mark.parametrize(
    ("method", "given"),
    [
        ("authenticate", [None]),
        ("new_user", [None]),
        ("save_user", [None, None, None]),
        ("set_password", [None, "x"]),
        ("send_mail", ["x", "a@example.org", {}]),
        ("login", [None, None]),
    ],
)
def test_what_must_not_be_reached_says_why(method: str, given: list[Any]) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"\w+ .+\."):
        getattr(get_adapter(), method)(*given)


def test_a_row_without_opened_keys_is_not_let_in(
    member: Person, request_of_nobody: HttpRequest
) -> None:
    """Calling allauth's function with a bare row leads to the sign-in page."""
    response = perform_login(request_of_nobody, member.row)
    assert (response.status_code, response["Location"]) == (302, "/en/in/")
    assert not request_of_nobody.user.is_authenticated
    assert list(request_of_nobody.session.keys()) == []


def test_the_last_stage_looks_at_the_keys_by_itself(
    member: Person, request_of_nobody: HttpRequest
) -> None:
    for user, goes_on in ((member.row, False), (attach(OpenedAccount(*member.keys)), True)):
        controller = LoginStageController(request_of_nobody, Login(user=user))
        response, result = KeysStage(controller, request_of_nobody, controller.login).handle()
        assert result is goes_on
        assert (response is None) is goes_on


def test_keys_do_not_stay_on_the_row(member: Person, request_of_nobody: HttpRequest) -> None:
    user = attach(OpenedAccount(*member.keys))
    assert perform_login(request_of_nobody, user).status_code == 302
    assert request_of_nobody.user.is_authenticated
    assert attached(user) is None


@pytest.mark.parametrize("meanwhile", ["stamp", "row_mac"])
def test_the_last_stage_compares_stamp_and_row_after_a_wait(
    member: Person, with_second_step: Any, nobody: Client, meanwhile: str
) -> None:
    _secret, paper = with_second_step(member)
    nobody.post("/en/in/", {"pseudonym": member.pseudonym, "passphrase": member.passphrase})
    row = member.row
    setattr(row, meanwhile, bytes(len(getattr(row, meanwhile))))
    row.save(update_fields=[meanwhile])
    response = nobody.post("/en/in/code/", {"code": paper[0]})
    assert response.status_code == 403
    assert b'name="pseudonym"' in response.content
    assert "account_login" not in nobody.session
    assert nobody.get("/en/me/").status_code == 302
    if meanwhile == "row_mac":
        with pytest.raises(UnknownAccount):
            _ = member.keys


def test_sign_out_ends_what_is_locked_or_waits(
    nobody: Client, member: Person, with_second_step: Any
) -> None:
    client = member.sign_in(pin="246810")
    client.get("/en/lock/")
    client.post("/en/me/out/")
    assert (
        b'name="pin"'
        not in client.post("/en/lock/", {"pin": "246810"}).content.replace(
            b'name="pin" inputmode', b""
        )
        or client.get("/en/me/").status_code == 302
    )
    assert client.get("/en/me/")["Location"] == "/en/in/"
    secret, paper = with_second_step(member)
    nobody.post("/en/in/", {"pseudonym": member.pseudonym, "passphrase": member.passphrase})
    nobody.post("/en/me/out/")
    nobody.post("/en/in/code/", {"code": paper[0]})
    assert nobody.get("/en/me/").status_code == 302


def test_its_pages_addresses_scripts_and_other_parts_are_not_there(nobody: Client) -> None:
    for name in ("account_signup", "account_email", "account_reset_password", "account_logout"):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    with pytest.raises(TemplateDoesNotExist):
        get_template("account/login.html")
    assert finders.find("account/js/onload.js") is None
    assert [app for app in settings.INSTALLED_APPS if "allauth" in app] == ["allauth.account"]
    assert nobody.get("/en/accounts/login/").status_code == 404


def test_what_we_keep_names_its_tables_and_says_that_they_are_empty(nobody: Client) -> None:
    page = nobody.get("/en/kept/tables/").content.decode()
    assert page.count("so it is always empty") == 2
    for table in ("account_emailaddress", "account_emailconfirmation"):
        assert table in page


def test_it_sees_neither_address_nor_browser(request_of_nobody: HttpRequest) -> None:
    adapter = get_adapter()
    assert adapter.get_client_ip(request_of_nobody) == ""
    assert adapter.get_http_user_agent(request_of_nobody) == ""
    assert not settings.ACCOUNT_RATE_LIMITS


def test_what_is_sent_by_script_gets_a_page_too(nobody: Client, member: Person) -> None:
    typed = {"pseudonym": member.pseudonym, "passphrase": "wrong"}
    response = nobody.post("/en/in/", typed, headers={"X-Requested-With": "XMLHttpRequest"})
    assert response["Content-Type"].startswith("text/html")
