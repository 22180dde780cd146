"""A report in the middle: every step is a page, and nothing typed is lost on the way."""

import html
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from alerts import budgets
from alerts.models import Alert
from tests.alerts.form_browser import Form
from tests.cast import Person
from tests.form_answers import get_only, post_only
from tests.stacks.memory import stored

pytestmark = pytest.mark.django_db

NEW = "/en/a/new/"
GONE = "This is no longer here"
LEAST = {"what": "theft", "region": "not-sure", "identifier-0-value": "06 39 98 12 34"}


class Tab:
    """A browser's tab: it knows its address, and goes where it is sent."""

    def __init__(self, client: Client, address: str = NEW) -> None:
        self.client, self.address = client, address
        self.open(address)

    def open(self, address: str) -> None:
        for _hop in range(3):
            self.response: Any = get_only(self.client, address)
            self.address = address
            if self.response.status_code not in {302, 303}:
                break
            address = self.response["Location"]
        self.form = Form(self.response)

    def press(self, button: str, value: str = "1", **typed: Any) -> None:
        fields = {**self.form.fields, **typed, button: value}
        sent = post_only(self.client, self.address, fields)
        assert sent.status_code in {302, 303}
        assert sent.content == b""
        self.open(sent["Location"])

    @property
    def step(self) -> str:
        return self.form.fields.get("step", [""])[0]


@pytest.mark.thorough
def test_a_draft_has_an_address_of_its_own_from_the_beginning(member: Person) -> None:
    one, other = Tab(member.client), Tab(member.client)
    assert re.fullmatch(r"/en/a/new/\?s=[\w-]{22}", one.address)
    assert one.address != other.address
    one.press("next", what=["theft"])
    other.press("next", what=["stalking"])
    assert one.form.fields["what"] == ["theft"]
    assert other.form.fields["what"] == ["stalking"]


@pytest.mark.thorough
def test_back_through_every_step(member: Person) -> None:
    tab = Tab(member.client)
    seen = [tab.address]
    typed: list[dict[str, Any]] = [
        {"what": ["theft"]},
        {"region": ["FR-IDF"], "city": ["Paris"]},
        {"identifier-0-value": ["06 39 98 12 34"]},
        {"marks_text": ["limps"]},
        {"text": ["He took my phone."]},
    ]
    for fields in typed[:4]:
        tab.press("next", **fields)
        seen.append(tab.address)
    assert tab.step == "5"
    tab.press("next", **typed[4])
    for address, fields in reversed(list(zip(seen, typed, strict=True))):
        tab.open(address)
        assert tab.response.status_code == 200
        for name, values in fields.items():
            assert tab.form.fields[name] == values
    tab.press("next", what=["threats"])
    tab.press("next")
    assert tab.form.fields["identifier-0-value"] == ["06 39 98 12 34"]
    tab.open(seen[4])
    assert tab.form.fields["text"] == ["He took my phone."]
    assert tab.form.fields["what"] == ["threats"]


@pytest.mark.thorough
def test_help_and_back_in_the_middle(member: Person) -> None:
    tab = Tab(member.client)
    tab.press("next", what=["theft"])
    before = tab.address
    tab.press("keep", "/en/now/", city=["Lyon"], region=["FR-ARA"])
    assert tab.address == "/en/now/"
    tab.open(before)
    assert (tab.step, tab.form.fields["city"]) == ("2", ["Lyon"])
    assert tab.form.fields["region"] == ["FR-ARA"]


def test_half_a_first_step_is_kept_too(member: Person) -> None:
    tab = Tab(member.client)
    before = tab.address
    tab.press("keep", "/en/a/check/", what=["theft"], level=["2"])
    assert tab.address == "/en/a/check/"
    tab.open(before)
    assert (tab.form.fields["what"], tab.form.fields["level"]) == (["theft"], ["2"])


def test_another_language_in_the_middle(member: Person) -> None:
    tab = Tab(member.client)
    tab.press("next", what=["theft"])
    before = tab.address
    tab.press("keep", "language", city=["Lyon"])
    assert tab.address.startswith("/en/language/?to=a/new/")
    main = tab.form.text.partition("<main")[2]
    [other] = re.findall(r'href="(/fr/a/new/[^"]*)"', main)
    tab.open(html.unescape(other))
    assert tab.address == before.replace("/en/", "/fr/")
    assert 'lang="fr"' in tab.form.text
    assert (tab.step, tab.form.fields["city"]) == ("2", ["Lyon"])


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example/", "xx", "", "/exit"])
def test_what_is_no_page_of_ours_leads_nowhere(member: Person, page: str) -> None:
    tab = Tab(member.client)
    before = tab.address
    tab.press("keep", page, what=["theft"])
    assert tab.address.startswith(before)
    assert tab.form.fields["what"] == ["theft"]


def test_the_menus_of_a_draft_keep_it(member: Person) -> None:
    text = Tab(member.client).form.text
    for page in ("/en/now/", "/en/a/", "/en/a/check/", "language"):
        assert f"role=link name=keep value={page}" in text


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["member", "moderator"])
def test_no_link_of_a_draft_leads_away_from_what_was_typed(
    name: str, cast: dict[str, Person]
) -> None:
    """The name of the site, the foot and the bar are buttons of the form."""
    tab = Tab(cast[name].client)
    for typed in ({"what": ["theft"]}, {}, {}, {}):
        text = re.sub(r'<div class="cover".*?</div>', "", tab.form.text, flags=re.DOTALL)
        links = re.findall(r"<a\b[^>]*href=\"?([^\s\">]*)", text)
        assert [link for link in links if not link.startswith("#")] == []
        for page in ("/en/me/", "/en/kept/", "/en/a/"):
            assert f"role=link name=keep value={page}" in text
        tab.press("next", **typed)


@pytest.mark.thorough
def test_a_draft_outlives_looking_around(member: Person) -> None:
    tab = Tab(member.client)
    tab.press("next", what=["theft"])
    for number in range(20):
        post_only(member.client, "/en/a/", {"q": f"word {number}"})
    tab.open(tab.address)
    assert tab.form.fields["what"] == ["theft"]


@pytest.mark.thorough
def test_mistakes_are_a_page_too(member: Person) -> None:
    tab = Tab(member.client)
    tab.press("next")
    mistake = tab.address
    assert tab.response.status_code == 400
    assert "Tick at least one." in tab.form.text
    tab.press("next", what=["theft"])
    assert tab.step == "2"
    tab.open(mistake)
    assert tab.response.status_code == 200
    assert tab.form.fields["what"] == ["theft"]


@pytest.mark.thorough
def test_sending_ends_the_draft_and_shows_a_page_that_can_be_opened_again(member: Person) -> None:
    tab = Tab(member.client)
    tab.press("next", what=["theft"])
    draft = tab.address
    tab.press("send", **LEAST)
    done = tab.address
    assert Alert.objects.count() == 1
    pages = [get_only(member.client, done).content for _ in range(2)]
    assert all(str(Alert.objects.get().pk).encode() in page for page in pages)
    assert Alert.objects.count() == 1
    tab.open(draft)
    assert "Others can see it now" in tab.form.text


def test_back_says_that_it_was_sent_and_shows_nothing_that_was_typed(member: Person) -> None:
    tab = Tab(member.client)
    draft = tab.address
    tab.press("send", what=["theft"], text=["Morgenstern"], region=["not-sure"])
    for step in ("", "&step=3", "&step=5"):
        page = get_only(member.client, draft + step).content.decode()
        assert "Others can see it now" in page
        assert "Morgenstern" not in page


def test_closing_without_sending_ends_the_draft(member: Person) -> None:
    tab = Tab(member.client)
    draft = tab.address
    tab.press("leave", what=["theft"])
    assert tab.address == "/en/a/"
    tab.open(draft)
    assert GONE in tab.form.text


def test_after_a_restart_the_form_still_has_everything(member: Person) -> None:
    tab = Tab(member.client)
    tab.press("next", what=["theft"])
    for name in stored():
        if name.startswith("e"):
            cache.delete(name)
    tab.press("next", region=["not-sure"])
    assert tab.step == "3"
    assert tab.form.fields["what"] == ["theft"]


@pytest.mark.thorough
def test_a_draft_opens_nowhere_else(member: Person, colleague: Person) -> None:
    tab = Tab(member.client)
    tab.press("keep", "/en/now/", what=["stalking"])
    draft = Tab(member.client).address
    page = get_only(colleague.client, draft)
    assert page.status_code == 404
    assert GONE in page.content.decode()


@pytest.mark.thorough
def test_what_was_refused_says_so_when_somebody_comes_back(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "SENT", budgets.SENT._replace(amount=0))
    tab = Tab(member.client)
    tab.press("send", **LEAST)
    for _ in range(2):
        assert tab.response.status_code == 429
        assert "That is the limit for now." in tab.form.text
        assert tab.form.fields["identifier-0-value"] == ["06 39 98 12 34"]
        tab.open(tab.address)
