"""`/object/`: someone who believes they were reported, without an account."""

import re
from typing import Any

import pytest
from django.test import Client

from alerts import budgets
from alerts.flows import lifecycle, objections, public_form
from alerts.flows.objections import SIZE
from alerts.models import Alert, Objection
from safety_app.accounts.keys import desk_keys
from safety_app.accounts.models import Desk
from safety_app.vault import seals
from tests.alerts.reports import report, reported
from tests.cast import Person
from tests.languages import EACH

pytestmark = pytest.mark.django_db

PATH = "/en/object/"
TYPED = {"identifier": "06 39 98 12 42", "text": "I never met <anyone>."}
UNIT = 12_288


class Clock:
    """The time as the form's token sees it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_800_000_000.0
        monkeypatch.setattr(public_form.time, "time", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def token_of(response: Any) -> str:
    match = re.search(r'name="form_token" value="([^"]+)"', response.content.decode())
    assert match
    return match[1]


def opened(client: Client, clock: Clock, seconds: int = 60) -> str:
    """The token of a form that was open for a while."""
    token = token_of(client.get(PATH))
    clock.now += seconds
    return token


def send(client: Client, token: str, **fields: str) -> Any:
    return client.post(PATH, {**TYPED, "form_token": token, "send": "1", **fields})


def code_of(response: Any) -> str:
    match = re.search(r'class="secret"[^>]*>([^<]+)<', response.content.decode())
    assert match
    return match[1]


def look(client: Client, code: str) -> str:
    response = client.post(PATH, {"return_code": code, "look": "1"})
    assert response.status_code == 200
    match = re.search(r'role="status">(.*?)</div>', response.content.decode())
    assert match
    return re.sub("<[^>]+>", "", match[1])


def test_it_is_received_and_its_code_says_so(nobody: Client, clock: Clock) -> None:
    response = send(nobody, opened(nobody, clock))
    assert response.status_code == 200
    code = code_of(response)
    row = Objection.objects.get()
    assert look(nobody, code) == "Received"
    assert look(nobody, code.lower().replace("-", " ")) == "Received"
    Objection.objects.filter(pk=row.pk).update(state="looked_at")
    assert look(nobody, code) == "Looked at"


def test_unknown_and_over_are_one_answer(nobody: Client, clock: Clock) -> None:
    code = code_of(send(nobody, opened(nobody, clock)))
    Objection.objects.all().delete()
    over = look(nobody, code)
    for other in ("A" * 26, "no code at all", "x" * 150, "\u202e", "<b>"):
        assert look(nobody, other) == over
    assert nobody.post(PATH, {"return_code": ""}).status_code == 400


def test_only_the_moderation_desk_opens_it(
    nobody: Client, clock: Clock, moderator: Person, other_moderator: Person
) -> None:
    send(nobody, opened(nobody, clock))
    row = Objection.objects.get()
    assert len(row.sealed) == SIZE + seals.OVERHEAD
    assert len(row.handle) == 32
    for person in (moderator, other_moderator):
        objection = objections.objection_page(person.ring, person.row, 1).opened[0]
        assert (objection.identifier, objection.text) == (TYPED["identifier"], TYPED["text"])
    seed = desk_keys.open_desk(
        moderator.ring,
        moderator.row,
        desk_keys.desk_of(moderator.ring, moderator.row.organisation_id),
    )
    with pytest.raises(objections.VaultError):
        objections.sealed_rows.open_row("objection", row, seed, None)


@pytest.mark.parametrize("seconds", [0, 1, 59])
def test_too_soon_keeps_what_was_typed_and_says_how_long(
    nobody: Client, clock: Clock, seconds: int
) -> None:
    token = opened(nobody, clock, seconds)
    response = send(nobody, token)
    page = response.content.decode()
    assert response.status_code == 429
    assert f"in {60 - seconds} second" in page
    assert TYPED["identifier"] in page
    assert "I never met &lt;anyone&gt;." in page
    assert token_of(response) == token
    assert not Objection.objects.exists()
    clock.now += 60 - seconds
    assert code_of(send(nobody, token))


def test_tapping_twice_is_one_objection_with_one_code(nobody: Client, clock: Clock) -> None:
    token = opened(nobody, clock)
    first, second = send(nobody, token), send(nobody, token)
    assert code_of(first) == code_of(second)
    assert Objection.objects.count() == 1


def test_a_token_takes_no_second_objection(nobody: Client, clock: Clock) -> None:
    token = opened(nobody, clock)
    send(nobody, token)
    response = send(nobody, token, text="Something else.")
    assert response.status_code == 409
    assert "Something else." in response.content.decode()
    assert "in 60 seconds" in response.content.decode()
    assert Objection.objects.count() == 1
    assert token_of(response) != token
    Objection.objects.all().delete()
    assert send(nobody, token, text="Something else.").status_code == 409
    assert not Objection.objects.exists()


@pytest.mark.parametrize(
    "token", ["", "x", "1.abc:def", "1800000000.aaaaaaaaaaaaaaaa", "9" * 5000, ":::", "٣.x:y"]
)
def test_a_token_of_ones_own_is_none(nobody: Client, clock: Clock, token: str) -> None:
    response = send(nobody, token)
    assert response.status_code == 400
    assert "I never met" in response.content.decode()
    assert not Objection.objects.exists()
    clock.now += 60
    assert code_of(send(nobody, token_of(response)))


def test_a_token_ends_before_it_is_forgotten(nobody: Client, clock: Clock) -> None:
    token = opened(nobody, clock, public_form.LIFE_SECONDS + 1)
    assert send(nobody, token).status_code == 400
    assert public_form.LIFE_SECONDS < 24 * 60 * 60


@pytest.mark.thorough
def test_a_flood_ends_for_the_day_and_nothing_typed_is_lost(nobody: Client, clock: Clock) -> None:
    # All forms are opened first, so that the clock hardly moves: a day's window must not end here.
    *tokens, token = (opened(nobody, clock, 0) for _ in range(budgets.OBJECTIONS.amount + 1))
    clock.now += 60
    for number, earlier in enumerate(tokens):
        assert send(nobody, earlier, text=str(number)).status_code == 200
    response = send(nobody, token)
    assert response.status_code == 429
    assert re.search(r"in \d+ hours?\.", response.content.decode())
    assert TYPED["identifier"] in response.content.decode()
    assert Objection.objects.count() == budgets.OBJECTIONS.amount
    clock.now += 1
    assert send(nobody, token).status_code == 429


def test_it_never_says_whether_there_is_a_note(
    nobody: Client, clock: Clock, member: Person
) -> None:
    first = opened(nobody, clock)
    without = send(nobody, first).content.decode()
    lifecycle.post(member.ring, member.row, report(reported("phone", TYPED["identifier"])))
    second = opened(nobody, clock)
    with_one = send(nobody, second).content.decode()
    hidden = r'class="secret"[^>]*>[^<]+<|value="[^"]+"|<!--.*-->'
    assert re.sub(hidden, "", without) == re.sub(hidden, "", with_one)
    assert Alert.objects.count() == 1


@pytest.mark.parametrize("missing", ["identifier", "text"])
def test_both_are_asked_for(nobody: Client, clock: Clock, missing: str) -> None:
    token = opened(nobody, clock)
    response = send(nobody, token, **{missing: " \u202e "})
    assert response.status_code == 400
    assert f'href="#id_{missing}"' in response.content.decode()
    assert not Objection.objects.exists()


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("x" * 2000, True),
        ("x" * 2001, False),
        ("ش" * 1900, True),
        ("ش" * 2000 + "x", False),
        ("👻" * 1000, True),
        ("👻" * 1100, False),
        ('"' * 2000, True),
        ("\n".join("x" * 1000), True),
        ("w" * 1999 + "\u0301", True),
    ],
)
def test_as_much_as_has_room(nobody: Client, clock: Clock, text: str, fits: bool) -> None:
    response = send(nobody, opened(nobody, clock), text=text)
    assert response.status_code == (200 if fits else 400)
    assert Objection.objects.count() == fits
    if not fits:
        assert text[:500] in response.content.decode()


def test_right_to_left_is_kept_and_tricks_are_not(
    nobody: Client, clock: Clock, moderator: Person
) -> None:
    text = "هذا ليس صحيحا\u202e gnp.exe"
    send(nobody, opened(nobody, clock), identifier="\u202eabc\u0007 d", text=text)
    objection = objections.objection_page(moderator.ring, moderator.row, 1).opened[0]
    assert objection.identifier == "abc d"
    assert objection.text == "هذا ليس صحيحا gnp.exe"


def test_hostile_input_gets_a_clear_page(nobody: Client, clock: Clock) -> None:
    token = opened(nobody, clock)
    assert send(nobody, token, text="a\0b").status_code == 400
    assert send(nobody, token, text="x" * 2_000_000).status_code == 413
    page = send(nobody, token, identifier="<script>alert(1)</script>" * 9, text="x").content
    assert b"<script>alert" not in page
    twice = {**TYPED, "identifier": ["a", "b"], "form_token": [token, "x"], "text": ["c", "d"]}
    assert nobody.post(PATH, twice).status_code in {200, 400}
    assert nobody.put(PATH).status_code == 405
    assert nobody.delete(PATH).status_code == 405


def test_without_a_desk_nothing_is_lost(nobody: Client, clock: Clock) -> None:
    token = opened(nobody, clock)
    Desk.objects.filter(organisation=None).update(public_key=b"x")
    response = send(nobody, token)
    assert response.status_code == 503
    assert TYPED["identifier"] in response.content.decode()
    assert not Objection.objects.exists()


def test_the_page_keeps_no_trace(nobody: Client, clock: Clock) -> None:
    for response in (nobody.get(PATH), send(nobody, opened(nobody, clock))):
        assert response["Cache-Control"] == "no-store"
        assert len(response.content) == UNIT
        assert "sessionid" not in str(response.cookies)
        assert "__Host-s" not in str(response.cookies)


@pytest.mark.parametrize("language", EACH)
def test_the_page_with_all_that_fits_on_it(nobody: Client, clock: Clock, language: str) -> None:
    token = opened(nobody, clock, 1)
    response = nobody.post(
        f"/{language}/object/", {**TYPED, "text": "x" * 2000, "form_token": token}
    )
    assert len(response.content) == UNIT


def test_signed_in_it_is_covered_and_comes_back_from_the_lock_page(member: Person) -> None:
    page = member.client.get(PATH).content.decode()
    assert 'class="covered"' in page
    back = member.client.post(PATH, {**TYPED, "form_token": "x", "unlock": "1"})
    assert back.status_code == 200
    assert TYPED["identifier"] in back.content.decode()


def test_it_is_linked_from_what_we_keep(nobody: Client) -> None:
    assert 'href="/en/object/"' in nobody.get("/en/kept/").content.decode()
