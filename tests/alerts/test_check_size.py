"""The answer to a check has one size, leaves at one step of time, and costs the same work."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import trans_real

from alerts import budgets, cards
from alerts.flows import lookup
from alerts.sealing.cards import open_card
from alerts.views import check as check_view
from alerts.vocabulary.choices import WHAT_LABELS
from tests.alerts.lookups import PATH, ask, post, results
from tests.alerts.reports import reported
from tests.cast import Person
from tests.languages import EACH

pytestmark = pytest.mark.django_db

PHONE = reported("phone", "06 39 98 12 42")
PLATE = reported("plate", "AB-123-CD")
WIDEST = max(WHAT_LABELS.keys() - {"minor"}, key=lambda key: len(str(WHAT_LABELS[key])))
MISS = "No notes about this. That does not mean it is safe."


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The step of time has tests of its own."""
    monkeypatch.setattr(check_view, "STEP", 0)


@pytest.mark.parametrize("language", EACH)
@pytest.mark.parametrize(
    ("count", "size"),
    [
        (1, 12_288),
        (3, 12_288),
        pytest.param(4, 24_576, marks=pytest.mark.thorough),
        pytest.param(20, 24_576, marks=pytest.mark.thorough),
    ],
)
def test_hit_and_miss_have_one_size(
    member: Person, outsider: Person, language: str, count: int, size: int
) -> None:
    for number in range(count * 6):
        post(
            member,
            reported("phone", f"06 39 98 12 {number % count:02}"),
            what=(WIDEST,),
        )
    outsider.client  # noqa: B018  sign in before the clock of budgets
    path = f"/{language}/a/check/"
    sizes = set()
    for area in ("12", "77"):
        lines = "\n".join(f"06 39 98 {area} {number:02}" for number in range(count))
        response = outsider.client.post(path, {"q": lines, "country": "FR"})
        assert response.status_code == 200
        sizes.add(len(response.content))
    # Decided by the language and what was typed, before anything is looked up.
    assert sizes == {size}


def _longer(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    """Make every translated text longer, as another language would."""
    for name in ("gettext", "ngettext", "pgettext"):
        real = getattr(trans_real, name)

        def grown(*words: Any, _real: Any = real) -> str:
            text: str = _real(*words)
            return text + "x" * int(len(text) * share)

        monkeypatch.setattr(f"django.utils.translation._trans.{name}", grown)


@pytest.mark.parametrize(
    "line",
    [
        "06399812{:02}",
        "'\"<>&" * 19 + "{:02}",
        "💡" * 97 + "{:02}",
        "9" * 98 + "{:02}",
        "AB*{:02}x",
    ],
)
@pytest.mark.parametrize("count", [3, 20])
@pytest.mark.parametrize("share", [pytest.param(0, marks=pytest.mark.thorough), 0.4])
def test_the_widest_input_and_language_fit(
    member: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    line: str,
    count: int,
    share: float,
) -> None:
    for number in range(6):
        post(member, reported("phone", f"06399812{number % 2:02}"))
    plates = budgets.PARTIAL_PLATES._replace(amount=20)
    monkeypatch.setattr(budgets, "PARTIAL_PLATES", plates)
    member.client  # noqa: B018
    _longer(monkeypatch, share)
    typed = "\n".join(line.format(number) for number in range(count))
    response = member.client.post("/en/a/check/", {"q": typed, "country": "TR", "region": "TR-34"})
    assert response.status_code == 200
    assert not caplog.records
    # Decided by what was typed alone, before anything is looked up.
    assert len(response.content) % check_view.SMALL == 0
    assert len(response.content) <= (check_view.LARGE if count == 3 else 2 * check_view.LARGE)


@pytest.mark.thorough
def test_as_many_links_as_fit_are_shown(member: Person, outsider: Person) -> None:
    for _ in range(9):
        post(member, PHONE)
    page = ask(outsider, "0639981242").content.decode()
    assert page.count('href="../') == 5
    assert "9 notes" in page
    lines = ["0639981242", *(f"06 39 98 77 {number:02}" for number in range(19))]
    assert 1 <= ask(outsider, *lines).content.decode().count('href="../') <= 5


def test_hit_and_miss_do_the_same_work(
    member: Person, outsider: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        post(member, PHONE)
    opened: list[int] = []
    real = open_card

    def counting(*given: Any) -> Any:
        opened.append(1)
        return real(*given)

    monkeypatch.setattr(cards, "open_card", counting)
    ask(outsider, "0639981241")
    work = set()
    for typed in ("0639981242", "0639987777"):
        opened.clear()
        with CaptureQueriesContext(connection) as queries:
            ask(outsider, typed)
        work.add((len(queries), len(opened)))
    assert len(work) == 1
    assert len(opened) == lookup.CARDS_OPENED


def test_more_notes_than_are_always_opened_hide_none(
    member: Person, outsider: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "CARDS_OPENED", 2)
    for _ in range(3):
        post(member, PHONE, level=3)
    post(member, PLATE, level=1)
    answers = results(ask(outsider, "0639981242", "AB-123-CD"))
    assert "3 notes" in answers[0]
    assert "1 note" in answers[1]


def test_the_answer_waits_for_the_step(member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_view, "STEP", 0.25)
    slept: list[float] = []
    monkeypatch.setattr("safety_app.privacy.middleware.response_timing.time.sleep", slept.append)
    member.client.get(PATH)
    assert not slept
    ask(member, "0639981242")
    assert len(slept) == 2  # the redirect and the answer
