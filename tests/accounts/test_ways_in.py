"""Every way in goes through allauth's account layer, which retains nothing of it."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from allauth.account import signals
from allauth.account.models import EmailAddress, EmailConfirmation
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.test import Client

from safety_app.accounts.flows.recover import renew_recovery_code
from tests import offers
from tests.accounts import newcomers
from tests.accounts.conftest import app_code, shown_code
from tests.accounts.test_join import fields as join_fields
from tests.accounts.test_join import invite
from tests.accounts.test_recover import fields as recover_fields
from tests.accounts.test_security_keys import add_key, sign_in_half, use_key
from tests.cast import Person
from tests.stacks.memory import stored
from tests.vault.soft_key import SoftKey


@dataclass
class Stage:
    """The people of a flow, and the browser it happens in."""

    member: Person
    moderator: Person
    second_step: Callable[[Person], tuple[bytes, tuple[str, ...]]]
    client: Client = field(default_factory=Client)


@pytest.fixture
def stage(member: Person, moderator: Person, with_second_step: Any) -> Stage:
    return Stage(member, moderator, with_second_step)


Typed = list[str]


def sign_in(stage: Stage) -> Typed:
    stage.client = stage.member.sign_in(pin="246810")
    return [stage.member.passphrase, "246810"]


def sign_in_with_app(stage: Stage) -> Typed:
    secret, _paper = stage.second_step(stage.member)
    sign_in_half(stage.client, stage.member)
    code = app_code(secret)
    assert stage.client.post("/en/in/code/", {"code": code}).status_code == 302
    return [stage.member.passphrase, code]


def sign_in_with_paper(stage: Stage) -> Typed:
    _secret, paper = stage.second_step(stage.member)
    sign_in_half(stage.client, stage.member)
    assert stage.client.post("/en/in/code/", {"code": paper[0]}).status_code == 302
    return [stage.member.passphrase, paper[0]]


def sign_in_with_key(stage: Stage) -> Typed:
    stage.member.confirm()
    stage.second_step(stage.member)
    key = SoftKey()
    add_key(stage.member, key)
    page = sign_in_half(stage.client, stage.member)
    answer = use_key(stage.client, page, key)
    return [stage.member.passphrase, json.loads(answer)["response"]["signature"]]


def join(stage: Stage) -> Typed:
    code = invite(stage.moderator)
    page = stage.client.post("/en/join/", join_fields(code))
    return [code, join_fields(code)["passphrase"], shown_code(page.content)]


def apply(stage: Stage) -> Typed:
    page = stage.client.post("/en/apply/", newcomers.fields())
    return [newcomers.PASSPHRASE, newcomers.NOTE, shown_code(page.content)]


def recover(stage: Stage) -> Typed:
    row, ring = stage.member.keys
    code = renew_recovery_code(row.pk, ring).recovery_code
    page = stage.client.post("/en/in/recover/", recover_fields(code, stage.member))
    return [code, recover_fields(code, stage.member)["passphrase"], shown_code(page.content)]


WAYS_IN = [
    sign_in, sign_in_with_app, sign_in_with_paper, sign_in_with_key, join, apply, recover,
]  # fmt: skip


def sign_out(stage: Stage) -> Typed:
    stage.client = stage.member.sign_in()
    assert stage.client.post("/en/me/out/").status_code == 302
    return [stage.member.passphrase]


def wait_for_code(stage: Stage) -> Typed:
    stage.second_step(stage.member)
    sign_in_half(stage.client, stage.member)
    assert stage.client.post("/en/in/code/", {"code": "123 123"}).status_code == 403
    return [stage.member.passphrase, "123 123", "123123"]


def type_it_again(stage: Stage) -> Typed:
    stage.client = stage.member.confirm(stage.member.sign_in())
    return [stage.member.passphrase]


def be_interrupted(stage: Stage) -> Typed:
    stage.client = stage.member.sign_in()
    response = stage.client.post("/en/me/second-step/", {"code": "654321", "what": "typed words"})
    assert response.status_code == 302
    return [stage.member.passphrase, "654321", "typed words", "testserver", "HTTP_"]


def change_passphrase(stage: Stage) -> Typed:
    stage.client = stage.member.sign_in()
    new = "a slow kite over the wet meadow"
    typed = {
        "pseudonym": stage.member.pseudonym,
        "passphrase": stage.member.passphrase,
        "new_passphrase": new,
        "offered": offers.token(f"change {stage.member.row.pk}", new),
        "exposed": "no",
    }
    assert stage.client.post("/en/me/change/", typed).status_code == 302
    return [stage.member.passphrase, new]


def new_recovery_code(stage: Stage) -> Typed:
    stage.client = stage.member.confirm(stage.member.sign_in())
    page = stage.client.post("/en/me/recovery/", {"make": "1"})
    return [stage.member.passphrase, shown_code(page.content)]


def switch_second_step_off(stage: Stage) -> Typed:
    stage.client = stage.member.confirm()
    secret, _paper = stage.second_step(stage.member)
    code = app_code(secret)
    assert stage.client.post("/en/me/second-step/", {"code": code}).status_code == 302
    return [stage.member.passphrase, code]


def erase(stage: Stage) -> Typed:
    stage.client = stage.member.sign_in()
    typed = {"passphrase": stage.member.passphrase}
    assert stage.client.post("/en/me/erase/", typed).status_code == 200
    return [stage.member.passphrase]


FLOWS = [
    *WAYS_IN, sign_out, wait_for_code, type_it_again, be_interrupted, change_passphrase,
    new_recovery_code, switch_second_step_off, erase,
]  # fmt: skip


@pytest.fixture
def seen() -> Iterator[dict[str, int]]:
    """How often Django has signed someone in, and how often allauth's account layer has."""
    counts = {"django": 0, "allauth": 0}

    def by_django(**_given: Any) -> None:
        counts["django"] += 1

    def by_allauth(**_given: Any) -> None:
        counts["allauth"] += 1

    user_logged_in.connect(by_django)
    signals.user_logged_in.connect(by_allauth)
    yield counts
    user_logged_in.disconnect(by_django)
    signals.user_logged_in.disconnect(by_allauth)


@pytest.mark.parametrize("way_in", WAYS_IN, ids=lambda way: way.__name__)
def test_every_way_in_ends_in_allauths_flow(
    stage: Stage, seen: dict[str, int], way_in: Callable[[Stage], Typed]
) -> None:
    # Adding a key takes a signed-in session, which must not be counted here.
    assert stage.member.client.get("/en/me/").status_code == 200
    seen.update(django=0, allauth=0)
    way_in(stage)
    assert stage.client.get("/en/me/").status_code == 200
    assert seen["allauth"] == seen["django"] == 1


@pytest.mark.thorough
def test_django_lets_nobody_in_but_from_the_one_place_after_the_last_stage() -> None:
    root = Path(settings.BASE_DIR)
    modules = []
    for path in [*root.glob("safety_app/**/*.py"), *root.glob("alerts/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "django.contrib.auth":
                modules += [path.name for name in node.names if name.name in ("login", "alogin")]
    assert modules == ["sign_in.py"]


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.__name__)
def test_allauths_tables_stay_empty_and_nothing_typed_is_kept(
    stage: Stage, flow: Callable[[Stage], Typed]
) -> None:
    typed = flow(stage)
    assert EmailAddress.objects.count() == EmailConfirmation.objects.count() == 0
    kept = repr(dict(stage.client.session)) if "s" in stage.client.cookies else ""
    for word in typed:
        assert word not in kept
    # The raw cache, keys and values: sessions in it are sealed.
    raw = b"".join(repr(name).encode() + value for name, value in stored().items())
    for word in [*typed, stage.member.pseudonym, "Calm Heron", "127.0.0.1"]:
        assert word.encode() not in raw
        assert word.encode().hex().encode() not in raw


def test_a_code_that_was_used_stands_under_a_name_nobody_can_work_out(stage: Stage) -> None:
    sign_in_with_app(stage)
    names = [name for name in stored() if "used-code" in name]
    assert len(names) == 1
    assert len(names[0].rpartition("-")[2]) == 64
