"""From step to step without a browser: where a button leads, and what travels along."""

import datetime

import pytest

from alerts.report.compose import compose, typed_from, when_of
from alerts.report.flow import (
    Answers,
    Screen,
    all_answers,
    check_all,
    hidden_fields,
    screen_after,
    typed_in,
)
from alerts.report.summary import summarise
from tests.alerts.reports import report, reported
from tests.alerts.test_report_forms import data

DAY = datetime.date(2026, 11, 21)
LEAST = {"what": "theft", "level": "1", "region": "FR-IDF", "identifier_0_value": "0639981234"}
FULL = {
    **LEAST,
    "what": ["theft", "threats"],
    "country": "FR",
    "when": "week",
    "hours": "night",
    "city": "Paris",
    "setting": "hotel",
    "age": "25-34",
    "hair": ["bald", "beard"],
    "text": "He came late.",
    "send_token": "token",
}


def typed(**fields):
    return typed_in(data(**fields), "en")


def where_to(**fields):
    return screen_after(typed(**fields)).step


@pytest.mark.parametrize("step", range(1, 5))
def test_next_leads_on(step):
    assert where_to(**FULL, step=str(step), next="1") == step + 1


def test_next_can_skip_to_the_last_step():
    assert where_to(**FULL, step="3", next="5") == 5


@pytest.mark.parametrize(("step", "before"), [("1", 1), ("2", 1), ("5", 4)])
def test_back_leads_back_and_checks_nothing(step, before):
    screen = screen_after(typed(step=step, back="1", region="nonsense"))
    assert screen.step == before
    assert not screen.form.errors


@pytest.mark.parametrize("step", ["", "0", "6", "-1", "x", "1e1", "²"])
def test_a_strange_step_is_the_first(step):
    assert where_to(step=step) == 1


def test_a_step_with_a_mistake_stays_and_says_so():
    screen = screen_after(typed(step="1", next="1", level="1"))
    assert screen.step == 1
    assert set(screen.form.errors) == {"what"}


@pytest.mark.parametrize("step", range(1, 6))
def test_a_form_that_comes_back_from_the_lock_page_is_shown_as_it_was(step):
    screen = screen_after(typed(**{**FULL, "region": "nonsense"}, step=str(step)))
    assert screen.step == step
    assert not screen.form.errors


@pytest.mark.parametrize("step", range(1, 6))
def test_everything_typed_is_in_the_boxes_or_travels_hidden(step):
    came = typed(**FULL, step=str(step), more="1", unknown="x")
    screen = screen_after(came)
    hidden = {name for name, _value in hidden_fields(came, screen.form)}
    assert not hidden & screen.form.boxes
    sent = {name for name in came.data if name not in {"step", "more", "unknown"}}
    assert sent <= hidden | screen.form.boxes
    assert "unknown" not in hidden


def test_showing_the_regions_of_another_country():
    came = typed(step="2", country="ES", regions_of="FR", show_regions="1", region="FR-IDF")
    form = screen_after(came).form
    regions = [option.data["value"] for option in form["region"]]
    assert "ES-MD" in regions
    assert "FR-IDF" not in regions
    assert regions[-2:] == ["online", "not-sure"]
    assert not form.errors


def test_showing_the_regions_that_are_shown_goes_on():
    """The first button of a form is what the Enter key presses."""
    fields = {**FULL, "regions_of": "FR", "show_regions": "1"}
    assert where_to(**fields, step="2") == 3


def test_every_country_is_a_button_away():
    few = screen_after(typed(step="2")).form
    all_of_them = screen_after(typed(step="2", all_countries="1")).form
    assert 10 < len(list(few["country"])) < 100
    assert len(list(all_of_them["country"])) > 200
    chosen = screen_after(typed(step="2", country="FJ")).form
    assert "FJ" in [option.data["value"] for option in chosen["country"]]


def test_more_rows_up_to_the_most():
    empty = {f"identifier_{n}_value": "" for n in range(3)}
    assert len(screen_after(typed(step="3", **empty)).form.rows) == 3
    assert len(screen_after(typed(step="3", more="1", **empty)).form.rows) == 6
    six = {f"identifier_{n}_value": "x" for n in range(6)}
    form = screen_after(typed(step="3", more="1", **six)).form
    assert len(form.rows) == 8
    assert not form.more


def test_the_least_that_is_asked_for_is_enough():
    answers = check_all(typed(**LEAST))
    assert isinstance(answers, Answers)
    composed = compose(answers, DAY)
    assert (composed.what, composed.level, composed.region, composed.country) == (
        ("theft",),
        1,
        "FR-IDF",
        "FR",
    )
    assert [reported.key for reported in composed.identifiers] == ["+33639981234"]
    assert (composed.when, composed.text, composed.language, composed.may_note) == (
        "not_sure",
        "",
        "",
        False,
    )


@pytest.mark.parametrize(
    "instead",
    [{"age": "25-34"}, {"hair": ["bald"]}, {"marks_text": "a limp"}, {"text": "He came late."}],
)
def test_a_description_is_enough_instead_of_an_identifier(instead):
    fields = {name: value for name, value in LEAST.items() if name != "identifier_0_value"}
    assert isinstance(check_all(typed(**fields, **instead)), Answers)


@pytest.mark.parametrize(
    ("missing", "step"), [("what", 1), ("level", 1), ("region", 2), ("identifier_0_value", 3)]
)
def test_sending_jumps_to_the_step_that_lacks_something(missing, step):
    fields = {name: value for name, value in LEAST.items() if name != missing}
    screen = check_all(typed(**fields))
    assert isinstance(screen, Screen)
    assert screen.step == step
    assert screen.form.errors


def test_for_police_a_description_is_asked_for():
    screen = check_all(typed(**{**LEAST, "what": "police"}))
    assert isinstance(screen, Screen)
    assert screen.step == 4


@pytest.mark.parametrize(
    ("what", "level"), [("weapon", 3), ("threats", 2), ("theft", 1), ("no_show", 0), ("client", 1)]
)
def test_the_level_is_suggested_from_what_was_ticked(what, level):
    fields = {**LEAST, "what": [what], "level": "suggest"}
    assert compose(all_answers(typed(**fields)), DAY).level == level
    assert summarise(typed(**fields)).level == level


@pytest.mark.parametrize(
    ("days", "when"),
    [(-1, "today"), (0, "today"), (1, "week"), (6, "week"), (7, "month"), (31, "earlier")],
)
def test_an_exact_day_says_when(days, when):
    assert when_of(DAY - datetime.timedelta(days=days), DAY) == when


def test_a_report_can_be_taken_apart_and_put_together_again():
    sent = report(
        reported("phone", "0639981234"),
        reported("name", "Marc", sure=False, spoofable=True),
        what=("sexual_assault", "client"),
        day="2026-11-20",
        time_of_day="night",
        description={"age": ("25-34",), "hair": ("bald", "beard")},
        marks="limps, 12 rue de la Paix on his arm",
        text="He came from 12 rue de la Paix.",
        helped="A friend.",
        language="fr",
        may_note=True,
    )
    answers = check_all(typed_in(typed_from(sent), "en"))
    assert isinstance(answers, Answers)
    assert compose(answers, DAY) == sent


def test_the_last_look_shows_everything_and_points_at_mistakes():
    look = summarise(typed(**{**FULL, "region": "nonsense"}))
    shown = dict(row for section in look.sections for row in section.rows)
    assert shown["Phone number"] == "+33 6 39 98 12 34"
    assert shown["Hair"] == "Bald or shaved and Beard"
    assert [section.step for section in look.sections if section.faulty] == [2]
