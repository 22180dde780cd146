"""One word for one thing (`docs/words.md`), and texts that other languages can be made from."""

import re

import pytest

from tests.words.messages import english

# Said before, and left behind: too stiff, ambiguous or frightening.
LEFT_BEHIND = """
    Not reported here
    That is too much at once
    If it feels wrong, you may say no
    ask for payment before
    had this happen too
    Cut your tie
    waits for a moderator
    are not taken
    bring you and the others here into trouble
    made to look like someone else's
    Recognise it
    Leave without saving
    Correcting what you wrote
    Held back
    of now do not fit together
    was left alone
    This is not open to you
    cannot be opened like that
    characters that are not text
    as much as is possible for now
    There is nothing to read here
    these are too many
    note that I looked
    Someone of your organisation
    Whoever wrote this (?!is not)
    is done at once
    words that shall go
    do not stand in the note
    With these gaps
    If you think of hurting
    keep machines out
    Nothing is found under this code
    what became of it
    as people can read
    let this person in
    Let this code work
    Runs out after
    For good
    moves on by itself
    That was not the PIN
    nobody stands between you
    thief of the disk
    Watching the line
    gone for everyone at once
    Nobody is in it
    What is true here
    It cannot be told who
    mirrored, as in a script
    care within 72 hours
    Nobody is safe
    It is destroyed after
    looks like revenge
    Nobody who was exploited
    can then join, for 14 days
"""

# Concept: what is not said of it, and the texts in which the word means something else.
BANNED = {
    "note": (r"alerts?|reported|reporters?", ""),
    "check": (r"look(s|ed|ing)? up", ""),
    "delete, remove, hide, import, stop": (
        r"eras\w+|withdr\w+|throw\w*|tak(e|es|en|ing) (it|them|this|these words) "
        r"(back|out|in|off|down|away)|t(aken|ook) (back|out|in)",
        "Take It Down",
    ),
    "Moderation, moderators, moderation keys": (r"desks?", ""),
    "ask to join, accept, decline": (r"let in|let (this person|someone|them) in|approv\w+", ""),
    "review": (r"second person", ""),
    "local box": (r"open places?", ""),
    "passphrase": (r"passwords?", ""),
    "keep, go, quit, send": (
        r"leav(es|ing)|leave (it|them|this|out|the|a|empty)|left (it|them|out)",
        "",
    ),
    "someone, everyone, anyone": (r"(some|every|any)body", ""),
    "again": (r"anew|once more", ""),
    "right away": (r"at once", "Too many at once|Too much was sent at once"),
    "Statistics": (r"figures", ""),
    "who": (r"whom", ""),
    "they, their": (r"she|he|her|hers|his|him|herself|himself", ""),
}

# The same English is two words elsewhere: one of these never stands without a context.
AMBIGUOUS = {
    "Alone", "Cam", "Car", "Change", "Client", "Close", "Club", "Dangerous", "Earlier", "Fire",
    "Hate", "Leave", "Looked at", "Money", "Note", "Nuisance", "Off", "On", "Online", "Police",
    "Received", "Reviewed", "Risky", "Sheet", "Show", "Sure", "Text", "Texts", "Title",
    "Very dangerous", "For", "needs editing", "not reviewed yet", "reviewed", "yours",
}  # fmt: skip

# What is counted: after a number, in a text without plural forms, wrong in half the languages.
COUNTED = (
    "days|months|weeks|hours|minutes|seconds|times|characters|sources|paragraphs|notes|places|"
    "points|texts|people|kilobytes|lines|codes|objections|words|numbers|pages|remarks|others"
)
DAYS = "day|posted|until|expires|date|ends|last_day"
LONGEST_IN_BAR = 9
LONGEST = 240  # characters: three sentences are a paragraph of their own


@pytest.mark.thorough
@pytest.mark.parametrize("before", [line.strip() for line in LEFT_BEHIND.strip().splitlines()])
def test_what_was_reworded_does_not_come_back(before: str) -> None:
    pattern = re.compile(before, re.IGNORECASE)
    assert [str(text) for text in english() if pattern.search(text.words)] == []


@pytest.mark.thorough
@pytest.mark.parametrize("concept", BANNED)
def test_one_word_for_one_thing(concept: str) -> None:
    banned, meant_otherwise = BANNED[concept]
    pattern = re.compile(rf"\b({banned})\b", re.IGNORECASE)
    other = re.compile(meant_otherwise or r"(?!)")
    found = [text for text in english() if pattern.search(text.words)]
    assert [str(text) for text in found if not other.search(text.words)] == []


def test_no_full_stop_after_a_day() -> None:
    """Days end with one in Russian, Ukrainian and Hungarian: there would be two."""
    pattern = re.compile(rf"[%{{]\(?({DAYS})[)}}]s?\.")
    assert [str(text) for text in english() if pattern.search(text.words)] == []


def test_a_number_before_a_noun_has_plural_forms() -> None:
    pattern = re.compile(rf"(%\(\w+\)s|%d|\{{\w+\}}) (more |other )?({COUNTED})\b")
    alone = [text for text in english() if not text.plural]
    assert [str(text) for text in alone if pattern.search(text.words)] == []


def test_long_texts_are_split() -> None:
    """Nobody translates, or reads, a paragraph at a time when they are afraid."""
    assert [str(text) for text in english() if len(text.words) > LONGEST] == []


def test_labels_in_the_bar_are_short_and_say_so() -> None:
    bar = [text for text in english() if text.context in {"bar", "exit button"}]
    assert len(bar) >= 5
    assert [str(text) for text in bar if len(text.words) > LONGEST_IN_BAR] == []
    assert [str(text) for text in bar if "9 characters" not in " ".join(text.comments)] == []


def test_words_that_mean_two_things_say_which() -> None:
    alone = [text for text in english() if text.words in AMBIGUOUS and not text.context]
    assert [str(text) for text in alone] == []


def test_the_patterns_find_what_they_are_for() -> None:
    banned = re.compile(rf"\b({BANNED['note'][0]})\b")
    assert banned.search("Read the alert")
    assert not banned.search("Read the note")
    assert re.search(rf"[%{{]\(?({DAYS})[)}}]s?\.", "Until %(day)s.")
