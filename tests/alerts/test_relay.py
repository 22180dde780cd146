"""`/a/<id>/pass/` and `/a/pass/`: a short text for people outside, which gives nothing away."""

from __future__ import annotations

import datetime
import html
import re
from dataclasses import replace
from typing import Any

import pytest

from alerts import budgets
from alerts.content import Report
from alerts.flows import lifecycle, relay_text
from alerts.identifiers import Identifier, hint
from alerts.identifiers.text import ascii_digits, fold_word
from alerts.models import Alert, Relay
from alerts.vocabulary.choices import DESCRIPTION, WHAT
from safety_app.locales.dates import today
from tests.alerts.reports import report, reported
from tests.alerts.statuses import put_status
from tests.cast import Person
from tests.languages import EACH

pytestmark = pytest.mark.django_db

WEEK = "/en/a/pass/"
# Of each kind: what is typed, and all of it that must not get out, folded.
IDENTIFIERS = {
    "phone": ("06 39 98 12 42", ["639981242", "63998124", "3998124"]),
    "email": ("jean.dupont@dupont-family.example", ["jeandupont", "dupont", "family", "example"]),
    "username": ("@night.wolf77", ["nightwolf77", "night", "wolf"]),
    "plate": ("AB-123-CD", ["ab123cd", "123", "23cd"]),
    "payment": ("paypal.me/jdupont75", ["jdupont75", "dupont"]),
    "name": ("Jean Dupont", ["jeandupont", "dupont", "jean"]),
}
# What someone may type into any free text, to get it out by way of it.
SECRETS = (
    *("0639981242", "06 39 98 12 42", "٠٦٣٩٩٨١٢٤٢", "０６３９９８１２４２", "zero six thirty-nine"),
    *("t.me/nightwolf", "@nightwolf", "https://x.example/p", "12 rue Secrète", "wolf (at) mail"),
)


def everything() -> Report:
    """A report with each kind of identifier, and secrets wherever something can be typed."""
    said = " ".join(SECRETS)
    return report(
        *(reported(kind, typed) for kind, (typed, _parts) in IDENTIFIERS.items()),
        text=said,
        helped=said,
        marks=said,
        city=said[:60],
        when="today",
        day="2026-11-21",
        time_of_day="night",
        on_behalf=True,
        origin="Lantern Network",
        description={"hair": ("bald",), "weapons": ("knife",)},
    )


def post(author: Person, made: Report | None = None, age: int = 0, **fields: Any) -> Alert:
    made = made or report(reported("phone", "06 39 98 12 42"))
    alert = lifecycle.post(author.ring, author.row, replace(made, **fields))
    if age:
        put_status(author.ring, alert, day=today() - datetime.timedelta(days=age))
    return alert


def path_of(alert: Alert, language: str = "en") -> str:
    return f"/{language}/a/{alert.pk}/pass/"


def show(person: Person, alert: Alert, **fields: str) -> Any:
    return person.client.post(path_of(alert), {"show": "1", "language": "en", **fields})


def show_week(person: Person, *regions: str, **fields: str) -> Any:
    typed = {"show": "1", "language": "en", "region": regions or ["FR-IDF"], **fields}
    return person.client.post(WEEK, typed)


def text_of(response: Any) -> str:
    box = re.search(r"<textarea[^>]*>(.*?)</textarea>", response.content.decode(), re.DOTALL)
    assert box, response.content.decode()
    return html.unescape(box[1])


def test_it_says_what_is_needed(reporter: Person, member: Person) -> None:
    alert = post(member, everything())
    text = text_of(show(reporter, alert))
    for words in (
        "A warning",
        "◆◆◆ Very dangerous · Held someone against their will · Had a weapon",
        "Île-de-France",
        "Hotel",
        "Bald or shaved",
        "Knife or blade",
        "People who do this work wrote this",
        "you can say no",
    ):
        assert words in text
    assert "…" not in text


def test_what_it_reveals_is_said_before(reporter: Person, member: Person) -> None:
    alert = post(member, everything())
    for path in (path_of(alert), WEEK):
        page = reporter.client.get(path).content.decode()
        assert "What it does not say" in page
        assert "We record that you passed it on" in page
        assert "<textarea" not in page
    assert not Relay.objects.exists()
    assert show(reporter, alert).status_code == 200
    assert Relay.objects.count() == 1


@pytest.mark.parametrize("language", EACH)
@pytest.mark.parametrize("numbers", ["none", "part"])
def test_nothing_whole_and_nothing_typed_in_any_language(
    reporter: Person, member: Person, language: str, numbers: str
) -> None:
    alert = post(member, everything())
    for response in (
        show(reporter, alert, language=language, numbers=numbers),
        show_week(reporter, language=language, numbers=numbers),
    ):
        text = text_of(response)
        letters, digits = fold_word(text), re.sub(r"\D", "", ascii_digits(text))
        for _typed, parts in IDENTIFIERS.values():
            for part in parts:
                assert part not in letters, (part, text)
        for secret in SECRETS:
            assert fold_word(secret) not in letters
        assert "3998" not in digits
        # Neither who wrote it, nor when, nor the site, a network or an organisation.
        for words in ("Lynx", "Otter", "Lantern", "night", "Nightjar", "http", "2026-11"):
            assert words.casefold() not in text.casefold()
        assert not re.search(r"\brue\b", text, re.IGNORECASE)
        for day in ("21 ", "21,", str(alert.pk)):
            assert day not in text
        page = response.content.decode()
        for words in ("639981242", "dupont", "nightwolf", "Lantern Network"):
            assert words not in page


@pytest.mark.thorough
def test_a_part_is_shown_only_if_asked_for(reporter: Person, member: Person) -> None:
    alert = post(member, everything())
    part = text_of(show(reporter, alert, numbers="part"))
    for words in ("+33 …42", "E-mail: j…", "n…", "Number plate: A…", "Name they used: J…"):
        assert words in part
    assert "dupont" not in part
    for numbers in ("none", "full", "", "parts", "PART"):
        assert "…" not in text_of(show(reporter, alert, numbers=numbers))


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("name", "Al"), ("name", "Léo"), ("username", "@x1"), ("plate", "A1")],
)
def test_of_what_is_short_nothing_is_shown(
    reporter: Person, member: Person, kind: str, typed: str
) -> None:
    alert = post(member, report(reported(kind, typed)))
    text = text_of(show(reporter, alert, numbers="part"))
    line = next(line for line in text.splitlines() if "…" in line)
    assert line.endswith(": …")
    assert hint(Identifier("phone", "+33123456", "+33 1 23 45 6")) == "+33 …"


def test_what_is_on_no_list_is_left_out(reporter: Person, member: Person) -> None:
    """Another network, or a newer program, may send keys that hold anything."""
    strange = "call 0639981242"
    alert = post(
        member,
        report(),
        what=("weapon", strange),
        setting=strange,
        description={"hair": (strange, "bald"), strange: (strange,)},
        country="FR",
    )
    for response in (show(reporter, alert), show_week(reporter)):
        text = text_of(response)
        assert "0639981242" not in text
        assert "call" not in text.partition("\n\n")[2].partition("People who")[0]
        assert "Bald" in text


def test_a_strange_region_is_left_out(reporter: Person, member: Person) -> None:
    alert = post(member, report(), region="0639981242", country="")
    assert "0639981242" not in text_of(show(reporter, alert))
    unsure = post(member, report(), region="not-sure", country="")
    assert "Not sure" not in text_of(show(reporter, unsure))


@pytest.mark.thorough
def test_a_week_has_the_dangerous_notes_of_these_regions(moderator: Person, member: Person) -> None:
    quiet = {"text": "", "setting": ""}
    for level, what in enumerate(("no_show", "theft", "threats", "weapon")):
        post(member, level=level, what=(what,), **quiet)
    post(member, what=("confinement",), region="ES-MD", **quiet)
    post(member, age=7, what=("drugging",), **quiet)
    post(member, age=6, what=("stalking",), level=2, **quiet)
    text = text_of(show_week(moderator))
    assert text.startswith("Warnings of the last seven days\nÎle-de-France\n\n◆◆◆")
    for words in ("Had a weapon", "Threats", "Followed or stalked"):
        assert words in text
    for words in ("Did not come", "Theft", "against their will", "Drugged"):
        assert words not in text
    both = text_of(show_week(moderator, "FR-IDF", "ES-MD"))
    assert "Held someone against their will" in both
    assert both.count("Madrid") == 2
    assert both.count("Île-de-France") == 4


@pytest.mark.thorough
def test_as_many_as_a_messenger_takes(
    reporter: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_text, "MOST_NOTES", 2)
    for what in ("drugging", "weapon", "confinement"):
        post(member, what=(what,))
    text = text_of(show_week(reporter))
    assert text.count("◆◆◆") == 2
    assert "There are more warnings" in text
    monkeypatch.setattr(relay_text, "MOST_NOTES", 3)
    assert "There are more" not in text_of(show_week(reporter))
    most = len(text_of(show_week(reporter))) - 1
    monkeypatch.setattr(relay_text, "MOST_CHARACTERS", most)
    text = text_of(show_week(reporter))
    assert "There are more warnings" in text
    assert len(text) <= most
    # One that is long is better than none.
    monkeypatch.setattr(relay_text, "MOST_CHARACTERS", 10)
    assert text_of(show_week(reporter)).count("◆◆◆") == 1


@pytest.mark.parametrize("language", ["es", "fr"])
def test_in_another_language_than_the_page(reporter: Person, member: Person, language: str) -> None:
    alert = post(member)
    response = show(reporter, alert, language=language)
    page = response.content.decode()
    assert '<html lang="en"' in page
    assert f'lang="{language}" dir="ltr"' in page
    assert "Very dangerous" not in text_of(response)
    assert "People who do this work" not in text_of(response)


def test_right_to_left(reporter: Person, member: Person) -> None:
    alert = post(member)
    response = show(reporter, alert, language="ar", numbers="part")
    assert 'lang="ar" dir="rtl"' in response.content.decode()
    assert "\u2068+33 …42\u2069" in text_of(response)


def test_the_box_is_easy_to_select_and_says_nothing_else(reporter: Person, member: Person) -> None:
    page = show(reporter, post(member)).content.decode()
    assert re.search(r"<textarea[^>]* readonly", page)
    assert '<label for="copy">' in page
    assert re.search(r'<button type="button" hidden data-copy="copy"', page)
    assert "copy.js" in page
    assert not re.search(r"<a [^>]*href=\"(?:sms|tel|https?):", page)


@pytest.mark.thorough
def test_each_note_in_it_counts_as_opened(
    reporter: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = budgets.OPENED._replace(name="relays", amount=3)
    monkeypatch.setattr("alerts.views.outside.relay.OPENED", few)
    alert, _other = post(member), post(member)
    assert show_week(reporter).status_code == 200
    refused = show_week(reporter)
    assert refused.status_code == 429
    assert "<textarea" not in refused.content.decode()
    assert "<option value=FR-IDF selected>" in refused.content.decode()
    assert show(reporter, alert).status_code == 200
    assert show(reporter, alert).status_code == 429
    # What was not shown was not recorded.
    assert Relay.objects.count() == 2


def test_without_a_record_nothing_is_shown(
    reporter: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    alert = post(member)
    monkeypatch.setattr(Relay, "save", fails)
    reporter.client.raise_request_exception = False
    for response in (show(reporter, alert), show_week(reporter)):
        assert response.status_code == 500
        assert "Very dangerous" not in response.content.decode()


@pytest.mark.thorough
def test_one_size_for_every_answer(reporter: Person, member: Person) -> None:
    alert = post(member, everything())
    full = {question.key: tuple(term.key for term in question.choices) for question in DESCRIPTION}
    every = tuple(term.key for group in WHAT for term in group.terms)
    longest = post(member, everything(), what=every, description=full)
    sizes = {
        len(response.content)
        for response in (
            show(reporter, alert),
            show(reporter, longest, numbers="part"),
            show_week(reporter, numbers="part"),
            show_week(reporter, "NZ-AUK"),
            show_week(reporter, country="GB", all_countries="1"),
        )
    }
    assert sizes == {2 * 12_288}
    assert len(reporter.client.get(path_of(alert)).content) == 12_288


def test_nothing_remembers_it(reporter: Person, member: Person) -> None:
    alert = post(member)
    reporter.client.get(WEEK)
    before = dict(reporter.client.session.items())
    response = show(reporter, alert)
    show_week(reporter, country="ES")
    assert dict(reporter.client.session.items()) == before
    assert response["Cache-Control"] == "no-store"
    assert "Location" not in response


@pytest.mark.thorough
def test_it_is_linked_for_those_who_may(
    reporter: Person, moderator: Person, member: Person
) -> None:
    alert = post(member)
    for person, may in ((reporter, True), (moderator, True), (member, False)):
        note = person.client.get(f"/en/a/{alert.pk}/").content.decode()
        feed = person.client.get("/en/a/").content.decode()
        assert (f'href="{path_of(alert)}"' in note) is may
        assert (f'href="{WEEK}"' in feed) is may
