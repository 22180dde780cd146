"""Each box of the report: what it takes, what it refuses, and in which words."""

import datetime

import pytest
from django.http import QueryDict

from alerts.report.first_form import FirstForm
from alerts.report.flow import all_answers, typed_in
from alerts.report.identifier_forms import closed_up, rows_shown
from alerts.vocabulary.choices import DESCRIPTION, WHAT_LABELS
from safety_app.locales.dates import today


def data(**fields):
    """What a browser would send; names with dashes are written with underscores."""
    typed = QueryDict(mutable=True)
    for name, value in fields.items():
        name = name.replace("_", "-") if name.startswith("identifier") else name
        typed.setlist(name, value if isinstance(value, list) else [value])
    return typed


def answers(**fields):
    return all_answers(typed_in(data(**fields), "en"))


def test_several_things_may_have_happened_in_the_order_of_the_list():
    form = answers(what=["threats", "theft", "theft"], level="suggest").what
    assert form.cleaned_data["what"] == ["theft", "threats"]
    assert not form.errors


def first_screen(**fields):
    return FirstForm(data(**fields), language="en", country="FR")


def test_every_key_of_the_list_is_a_row():
    form = first_screen(what=list(WHAT_LABELS), level="0")
    rows = [key for key, _label, _ticked in form.first_ticks]
    rows += [key for _heading, group in form.groups for key, _label, _ticked in group]
    assert sorted([*rows, form.minor[0]]) == sorted(WHAT_LABELS)
    assert len(form.first_ticks) == 6


@pytest.mark.parametrize(
    ("what", "is_open"),
    [([], False), (["theft"], False), (["theft", "no_show"], True), (["minor"], False)],
)
def test_what_is_ticked_is_never_folded_away(what, is_open):
    form = first_screen(what=what, level="suggest")
    assert form.is_more_open == is_open
    shown = [key for key, _label, ticked in form.first_ticks if ticked]
    shown += [form.minor[0]] if form.minor[2] else []
    more = [key for _heading, rows in form.groups for key, _label, ticked in rows if ticked]
    assert sorted(shown + more) == sorted(what)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"level": "2"}, "what"),
        ({"what": ["no such thing"], "level": "2"}, "what"),
        ({"what": "theft"}, "level"),
        ({"what": "theft", "level": "4"}, "level"),
        ({"what": "theft", "level": ["1", "2"]}, "level"),
    ],
)
def test_step_one_names_the_field(fields, field):
    assert set(answers(**fields).what.errors) == {field}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "region"),
        ({"region": "XX-1"}, "region"),
        ({"region": "ES-MD", "country": "FR"}, "region"),
        ({"region": "not-sure", "country": "ZZ"}, "country"),
        ({"region": "not-sure", "when": "never"}, "when"),
        ({"region": "not-sure", "day": "31.12.2025"}, "day"),
        ({"region": "not-sure", "day": "9999-12-31"}, "day"),
        ({"region": "not-sure", "day": "1999-12-31"}, "day"),
        ({"region": "not-sure", "hours": "noon"}, "hours"),
        ({"region": "not-sure", "setting": "moon"}, "setting"),
        ({"region": "not-sure", "city": "x" * 10_000}, "city"),
        ({"region": "not-sure", "city": ["Paris", "Lyon"]}, "city"),
    ],
)
def test_step_two_names_the_field(fields, field):
    assert set(answers(**fields).where.errors) == {field}


@pytest.mark.parametrize(
    ("fields", "country", "region"),
    [
        ({"region": "ES-MD"}, "ES", "ES-MD"),
        ({"region": "FR-IDF", "country": "FR"}, "FR", "FR-IDF"),
        ({"region": "FR-75", "country": "FR"}, "FR", "FR-IDF"),
        ({"region": "MC"}, "MC", "MC"),
        ({"region": "not-sure", "country": "IT"}, "IT", "not-sure"),
        ({"region": "online"}, "", "online"),
    ],
)
def test_a_region_says_its_country(fields, country, region):
    cleaned = answers(**fields).where.cleaned_data
    assert (cleaned["country"], cleaned["region"]) == (country, region)


def test_tomorrow_is_allowed_since_it_may_be_tomorrow_where_she_is():
    day = today() + datetime.timedelta(days=1)
    assert not answers(region="not-sure", day=day.isoformat()).where.errors


def test_a_street_is_pointed_out_once_for_each_text():
    form = answers(region="not-sure", city="12 rue de la Paix").where
    assert form.has_error("city", "street")
    assert form.street_tick.name == "city_ok"
    assert not answers(region="not-sure", city="12 rue de la Paix", city_ok="on").where.errors
    assert answers(text="12 rue de la Paix").words.street_tick.name == "text_ok"
    assert answers(helped="12 rue de la Paix").words.street_tick.name == "text_ok"
    assert answers(marks_text="12 rue de la Paix").description.street_tick.name == "marks_ok"


def test_one_line_loses_what_turns_or_breaks_it():
    form = answers(region="not-sure", city="Pa\u202eris\r\n\x07 \u2066x").where
    assert form.cleaned_data["city"] == "Paris x"


def test_words_keep_their_lines_and_emoji():
    family = "👩\u200d👧"
    text = f"one\r\ntwo\rthree\u202e {family}\tend"
    assert answers(text=text).words.cleaned_data["text"] == f"one\ntwo\nthree {family} end"


def test_too_many_words_are_counted():
    error = answers(text="é" * 1_012).words.errors["text"][0]
    assert "1000" in error
    assert "12" in error
    assert not answers(text="é" * 1_000).words.errors


NUMBERS = [
    "06 39 98 12 34",
    "Marc 639-981",
    "６３９９８１",
    "٦٣٩٩٨١",
    "6\ufe0f\u20e36\ufe0f\u20e3 𝟔③⁹9",
    "6a3b9c9d8e1",
]


@pytest.mark.parametrize("typed", NUMBERS)
def test_a_name_or_town_cannot_hold_a_telephone_number(typed):
    form = answers(region="not-sure", city=typed, city_ok="on").where
    assert set(form.errors) == {"city"}
    assert "Town or district" in form.errors["city"][0]
    who = answers(identifier_0_value=typed, identifier_0_kind="name").who
    assert set(who.errors) == {"identifier-0-value"}
    assert "Name they used" in who.errors["identifier-0-value"][0]
    assert not who.reported


@pytest.mark.parametrize("typed", ["Marc 75011", "Marc", "Ніна 2"])
def test_a_name_or_town_can_hold_a_short_number(typed):
    assert not answers(region="not-sure", city=typed).where.errors
    assert not answers(identifier_0_value=typed, identifier_0_kind="name").who.errors


def test_identifiers_are_recognised_or_read_as_told():
    who = answers(
        country="FR",
        identifier_0_value="06 39 98 12 34",
        identifier_3_value="Marc",
        identifier_3_kind="name",
        identifier_3_sure="no",
        identifier_3_spoof="on",
    ).who
    phone, name = who.reported
    assert (phone.kind, phone.key, phone.sure, phone.spoofable) == (
        "phone",
        "+33639981234",
        True,
        False,
    )
    assert (name.kind, name.shown, name.sure, name.spoofable) == ("name", "Marc", False, True)


def test_the_same_number_twice_counts_once():
    who = answers(
        country="FR", identifier_0_value="0639981234", identifier_1_value="+33 6 39 98 12 34"
    ).who
    assert len(who.reported) == 1


@pytest.mark.parametrize(
    ("kind", "value"), [("email", "nonsense"), ("phone", "12"), ("moon", "x"), ("", "…")]
)
def test_what_cannot_be_read_is_said_beside_its_box(kind, value):
    who = answers(
        country="FR",
        identifier_0_value="0639981234",
        identifier_1_kind=kind,
        identifier_1_value=value,
    ).who
    assert set(who.errors) <= {"identifier-1-value", "identifier-1-kind"}
    assert who.errors


def test_a_hundred_identifiers_are_too_many():
    many = {f"identifier_{n}_value": f"063998{n:04}" for n in range(100)}
    who = answers(country="FR", **many).who
    assert who.non_field_errors()
    assert len(who.rows) == 8


def test_who_the_police_are_is_not_taken(settings):
    fields = {"what": "police", "level": "1", "identifier_0_value": "0639981234"}
    who = answers(**fields).who
    assert not who.taken
    assert who.reported == ()
    settings.POLICE_IDENTIFIERS = True
    assert len(answers(**fields).who.reported) == 1


def test_pretended_police_are_like_anyone():
    assert answers(what="fake_police", identifier_0_value="0639981234").who.reported


def test_rows_are_closed_up():
    typed = data(
        identifier_1_value=" ",
        identifier_4_value="b",
        identifier_4_kind="name",
        identifier_2_value="a",
        identifier_7_kind="phone",
    )
    assert rows_shown(typed) == 8
    assert closed_up(typed).dict() == {
        "identifier-0-value": "a",
        "identifier-1-value": "b",
        "identifier-1-kind": "name",
    }


def test_description_takes_every_answer_there_is():
    every = {
        question.key: [term.key for term in question.choices][: None if question.multiple else 1]
        for question in DESCRIPTION
    }
    form = answers(**every).description
    assert not form.errors
    assert form.answers == {key: tuple(keys) for key, keys in every.items()}


@pytest.mark.parametrize("question", DESCRIPTION, ids=lambda question: question.key)
def test_description_names_the_field(question):
    form = answers(**{question.key: "no such thing"}).description
    assert set(form.errors) == {question.key}
