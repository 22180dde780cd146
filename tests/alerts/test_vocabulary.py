"""The lists of a report: the keys are a contract, every key has a label."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from alerts.vocabulary.choices import (
    DESCRIPTION,
    FLAGS,
    KINDS,
    LEVELS,
    MINOR,
    SETTINGS,
    TIMES_OF_DAY,
    WHAT,
    WHAT_LABELS,
    WHEN,
    label_of,
    suggest_level,
)

WHAT_KEYS = {
    "life": "attempted_killing sexual_assault physical_assault confinement weapon drugging",
    "consent": "condom_removal boundary filming",
    "money": "non_payment payment_fraud theft armed_robbery extortion",
    "pursuit": "stalking harassment threats outing",
    "hate": "hate",
    "who": "client fake_client group police fake_police third_party",
    "nuisance": "no_show false_address haggling call_pest time_wasting",
}


def keys(terms):
    return " ".join(term.key for term in terms)


def test_keys_are_the_contract():
    assert {group.key: keys(group.terms) for group in WHAT} == WHAT_KEYS
    assert MINOR.key == "minor"
    assert keys(SETTINGS) == "incall outcall hotel car street club online cam"
    assert keys(WHEN) == "today week month earlier not_sure"
    assert keys(TIMES_OF_DAY) == "night morning afternoon evening"
    assert keys(KINDS) == "phone email username plate payment name"
    assert keys(FLAGS) == "private_detail false revenge worker_named minor duplicate"


def test_every_term_has_a_label_and_a_key_of_its_own():
    lists = [
        *(group.terms for group in WHAT),
        *(question.choices for question in DESCRIPTION),
        *(SETTINGS, WHEN, TIMES_OF_DAY, KINDS, FLAGS, WHAT, DESCRIPTION),
    ]
    for terms in lists:
        assert len({term.key for term in terms}) == len(terms)
        assert len({str(term.label) for term in terms}) == len(terms)
        assert all(str(term.label) and len(term.key) <= 20 for term in terms)
    assert set(WHAT_LABELS) == {*" ".join(WHAT_KEYS.values()).split(), "minor"}


def test_levels():
    assert [level.number for level in LEVELS] == [0, 1, 2, 3]
    assert [level.shape for level in LEVELS] == ["◇", "◆◇◇", "◆◆◇", "◆◆◆"]
    assert [(level.months, level.days) for level in LEVELS] == [(0, 30), (12, 0), (18, 0), (24, 0)]
    assert [str(level.word) for level in LEVELS] == [
        *("Nuisance", "Risky", "Dangerous", "Very dangerous")
    ]


def test_there_is_no_ethnicity():
    words = ("ethnic", "race", "skin", "origin", "nationality")
    texts = [f"{question.key} {question.label}".lower() for question in DESCRIPTION]
    assert not [text for text in texts if any(word in text for word in words)]


@pytest.mark.parametrize(
    ("what", "level"),
    [
        (["attempted_killing"], 3),
        (["sexual_assault"], 3),
        (["weapon"], 3),
        (["confinement"], 3),
        (["drugging"], 3),
        (["armed_robbery"], 3),
        (["physical_assault"], 2),
        (["condom_removal"], 2),
        (["stalking"], 2),
        (["outing"], 2),
        (["threats"], 2),
        (["filming"], 2),
        (["theft"], 1),
        (["non_payment"], 1),
        (["payment_fraud"], 1),
        (["no_show"], 0),
        (["haggling", "time_wasting"], 0),
        (["haggling", "theft"], 1),
        (["theft", "threats", "client"], 2),
        (["no_show", "weapon"], 3),
        (["client", "no_show"], 0),
        (["client"], 1),
        (["unknown"], 1),
        ([], 1),
    ],
)
def test_suggested_level(what, level):
    assert suggest_level(what) == level
    assert suggest_level(iter(what)) == level


def test_every_tick_but_who_they_were_suggests_a_level():
    for group in WHAT:
        for term in group.terms:
            if group.key == "nuisance":
                assert suggest_level([term.key]) == 0
            elif group.key not in ("who", "nuisance"):
                assert suggest_level([term.key, "no_show"]) >= 1


def test_languages_are_named_in_the_readers_language():
    languages = next(question for question in DESCRIPTION if question.key == "languages")
    assert 20 <= len(languages.choices) <= 30
    with override("fr"):
        assert str(label_of(languages.choices, "es")) == "Espagnol"
    with override("es"):
        assert str(label_of(languages.choices, "fr")) == "Francés"


def test_label_of_a_key_no_longer_listed():
    assert label_of(SETTINGS, "gone") == "gone"
