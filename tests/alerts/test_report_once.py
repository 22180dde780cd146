"""Tapping twice sends once, and nothing is said to be sent that was not."""

import threading

import pytest

from alerts.flows import send_once

NAME = send_once.name_of(2**62, "a token", "what it says")


def test_the_second_time_says_what_came_of_the_first():
    assert send_once.begin(NAME) is None
    send_once.finish(NAME, "4611686018427387905")
    assert send_once.begin(NAME) == "4611686018427387905"


def test_what_went_to_the_desk_has_no_address():
    assert send_once.begin(NAME) is None
    send_once.finish(NAME, "")
    assert send_once.begin(NAME) == ""


def test_another_person_token_or_text_is_another_sending():
    names = {
        send_once.name_of(member, token, content)
        for member in (1, 2)
        for token in ("a", "b")
        for content in ("one", "two")
    }
    assert len(names) == 8
    assert all("one" not in name for name in names)


def test_without_a_token_it_is_always_the_first_time():
    assert send_once.name_of(1, "", "x") == ""
    assert send_once.begin("") is None
    assert send_once.begin("") is None


@pytest.mark.thorough
@pytest.mark.parametrize("fails", [False, True])
def test_a_second_tap_waits_for_the_first(fails):
    assert send_once.begin(NAME) is None

    def work():
        if fails:
            send_once.undo(NAME)
        else:
            send_once.finish(NAME, "7")

    later = threading.Timer(0.1, work)
    later.start()
    assert send_once.begin(NAME) == (None if fails else "7")
    later.join()


@pytest.mark.thorough
def test_one_that_never_ends_is_sent_again(monkeypatch):
    monkeypatch.setattr(send_once, "_PATIENCE", 0.1)
    assert send_once.begin(NAME) is None
    assert send_once.begin(NAME) is None
