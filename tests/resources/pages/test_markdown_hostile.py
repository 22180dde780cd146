"""Nothing that somebody types makes a page slow, or leads where a page does not lead.

Work is counted in calls of functions, not in seconds: twice the text may cost twice the work, and
the worst text a few times what an ordinary one of the same length costs.
"""

import re
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from resources.text.markdown import (
    DEEPEST,
    LONGEST,
    TAGS,
    complaints,
    link_addresses,
    render,
    too_deep,
)
from resources.translation.checks import translation_problems

ORDINARY = "Somebody **you** trust waits with you, see [a page](https://a.example).\n\n- a\n"
# The same again and again; many of them are what made parsers slow before (CommonMark's own
# list of pathological texts among them).
REPEATED = [
    *("[", "]", "![", "[a](", "[a](b", "[a](<b", '[](a "', "[](a (", "](", "[`", "[](", "[[a]]("),
    *("[x][", "[][]", "[a](b)", "[[]()", "![[](", "[^", "\\[", "\\", "&", "&#", "&amp;", "&#x41;"),
    *(
        "*a ",
        "**a",
        "a*",
        "a**b",
        " a_ _b",
        "*_",
        "_*a ",
        "***",
        "*** ",
        "a* *b",
        "*a_ ",
        "*a **b ",
    ),
    *("`", "`a``", "```\n", "~~~a\n", "    a\n", "\t", "<", "<a:", "<a@b", "<a:b>", "<!--", "<?"),
    *("<a ", "<a b='", "<![CDATA[", "> ", ">", ">>>>\n", "- ", "-\t", "1. ", "-\n", "0)\n", "> - "),
    *("- a\n", "> a\n", ">a\n- b\n", "* a\n ", "# a\n", "a\n=\n", "---\n", "a\n", "a  \n", "\n"),
    *("[a]: b\n", "[a]: <b\n", "[a]:\n", "[a\n", "[a]: b 'x\n", '[a]: b "x"\n', "|a|b|\n", "|\n"),
    *("|---|---|\n", "|---", "http://a.example ", "<http://a.example>", "www.a.example ", "a\n\n"),
    *("::: fact a\n", ":::\n", "::: local a\nb\n:::\n", "\x00", "\u202e", "é", "\U0001f600", "\r"),
]
ARRANGED = {
    "quotes that go on": "> " * 18 + "a\n" + "b\n" * LONGEST,
    "lists that go on": "- " * 9 + "a\n" + "b\n" * LONGEST,
    "lists in lists": "\n".join("  " * depth + "- a" for depth in range(300)),
    "quotes in lists": "\n".join("> - " * 3 + "a" for _ in range(LONGEST // 14)),
    "links in links": "[" * 5000 + "a" + "](b)" * 5000,
    "pictures in pictures": "![" * 5000 + "a" + "](b)" * 5000,
    "emphasis in emphasis": "*a **a " * 3000 + "a** a*" * 3000,
    "code of every width": "".join("`" * width + " " for width in range(1, 280)),
    "an address used often": "[a]: " + "b" * (LONGEST // 2) + "\n\n" + "[a]" * (LONGEST // 6),
    "addresses and uses": "[a]: b\n" * 3000 + "[a]" * 6000,
    "a title that goes on": '[a]: b "' + "\n c" * LONGEST,
    "brackets without end": "[" * (LONGEST // 2) + "]" * (LONGEST // 2),
    "round brackets": "[a](" + "(" * LONGEST,
    "one long word": "a" * LONGEST,
    "one long number": "1,5 " * 1000 + "1" * LONGEST,
}


def work(function: Callable[[str], Any], text: str) -> int:
    """How many calls of functions, Python's and built-in ones, reading that text takes."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        function(text)
    finally:
        sys.setprofile(None)
    return calls


def filled(part: str, length: int) -> str:
    return (part * (length // len(part) + 1))[:length]


@pytest.mark.thorough
def test_twice_the_text_costs_twice_the_work() -> None:
    for part in REPEATED:
        once, twice = (work(render, filled(part, length)) for length in (400, 800))
        assert twice < 2.5 * once + 300, part


@pytest.mark.thorough
@pytest.mark.parametrize("part", REPEATED)
def test_twice_a_page_costs_twice_the_work(part: str) -> None:
    for function in (render, complaints):
        once, twice = (work(function, filled(part, length)) for length in (4000, 8000))
        assert twice < 2.2 * once + 500, function.__name__


@pytest.mark.thorough
def test_no_text_costs_much_more_than_an_ordinary_one() -> None:
    ordinary = work(render, filled(ORDINARY, 2000))
    for what, text in ARRANGED.items():
        assert work(render, text[:2000]) < 8 * ordinary, what
        assert work(complaints, text[:2000]) < 16 * ordinary, what


@pytest.mark.thorough
@pytest.mark.parametrize("what", ARRANGED)
def test_no_page_costs_much_more_than_an_ordinary_one(what: str) -> None:
    ordinary = work(render, filled(ORDINARY, LONGEST))
    assert work(render, ARRANGED[what][:LONGEST]) < 8 * ordinary
    assert work(complaints, ARRANGED[what][:LONGEST]) < 16 * ordinary


# What a pattern looks through is one call, however long it takes: seconds of this processor.
@pytest.mark.thorough
@pytest.mark.parametrize("text", ["1" * LONGEST, "\t" * LONGEST, "a" + " " * (LONGEST - 2) + "b"])
def test_no_pattern_goes_through_a_text_again_and_again(text: str) -> None:
    begun = time.process_time()
    render(text, rtl=True)
    complaints(text)
    translation_problems("body", text, "a" + "\n" * 5000 + "b")
    assert time.process_time() - begun < 1


@pytest.mark.thorough
@pytest.mark.parametrize("text", ["> " * 18 + "a", "[" * 40, "<b>" * 700_000, "a" * (LONGEST + 1)])
def test_what_is_too_long_or_too_deep_is_shown_as_it_was_typed(text: str) -> None:
    shown = render(text)
    assert re.findall(r"<(\w+)", shown) == ["p"]
    assert len(shown) >= len(text)
    assert link_addresses(text) == []
    assert complaints(text)


def test_nothing_typed_is_lost_at_any_depth() -> None:
    for marks in ("> ", "- ", "1. ", "> - ", ">", "-\t", "*   "):
        for depth in range(1, 3 * DEEPEST):
            assert "innermost" in render(marks * depth + "innermost"), (marks, depth)
    nested = "\n".join("  " * depth + f"- a{depth}" for depth in range(3 * DEEPEST))
    assert "a23" in render(nested)
    for depth in range(1, 3 * DEEPEST):
        assert "word" in render("*a **" * depth + "word" + "** a*" * depth)


def test_lists_and_quotes_as_people_write_them_are_not_too_deep() -> None:
    assert not too_deep("- a\n  - b\n    - c\n      - d\n\n1. a\n   1. b\n      1. c")
    assert not too_deep("> a\n> > b\n> > - c [words](page:8) [and](page:9)\n")
    assert too_deep("fine\n" + "> " * 9 + "a") == 2


SCHEMES = (
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc",
    "blob:x",
    "about:x",
)
DISGUISES: list[Callable[[str], str]] = [
    lambda address: address,
    lambda address: address.swapcase(),
    lambda address: address.title(),
    lambda address: "".join(f"&#{ord(character)};" for character in address),
    lambda address: "".join(f"&#x{ord(character):X};" for character in address),
    lambda address: address.replace(":", "&colon;"),
    lambda address: address.replace("a", "a&Tab;", 1),
    lambda address: address.replace("a", "a&NewLine;", 1),
    lambda address: address.replace("a", "a\t", 1),
    lambda address: address.replace("a", "a\n", 1),
    lambda address: address.replace("a", "a\x00", 1),
    lambda address: address.replace("a", "a\u200b", 1),
    lambda address: address.replace("a", "\u0430", 1),
    lambda address: address.replace("a", "%61", 1),
    lambda address: f"\x01{address}",
    lambda address: f"&#1;{address}",
    lambda address: f"\u00a0{address}",
    lambda address: address.replace(":", "\\:"),
    lambda address: address.replace(":", "\uff1a"),
]
SHAPES = (
    "[x]({})",
    "[x](<{}>)",
    "<{}>",
    "[x]\n\n[x]: {}",
    "[x]\n\n[x]: <{}>",
    "![x]({})",
    "[![x]({0})]({0})",
)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_disguise_makes_a_link_of_it(scheme: str) -> None:
    for disguise in DISGUISES:
        for shape in SHAPES:
            shown = render(shape.format(disguise(scheme)))
            assert "href" not in shown, (shape, disguise(scheme))
            assert set(re.findall(r"<(\w+)", shown)) <= TAGS


LINES = """First <b>paragraph</b>
and [a link](javascript:alert(1)).

::: fact
Something.
:::

::: local KEY
Which one?
:::

Two lines
and ![a picture](https://a.example/b.png)

:::

::: fact Empty

:::

|a|b|
|---|---|

See [this].

[this]: https://a.example

::: fact Never closed

Inside [it](../up).
"""


def test_complaints_name_the_line() -> None:
    found = [(each.line, each.words) for each in complaints(LINES)]
    assert [line for line, _words in found] == [1, 2, 4, 8, 13, 15, 17, 22, 26, 28, 30]
    said = dict(found)
    assert "HTML" in said[1]
    assert "javascript:alert(1)" in said[2]
    assert "a heading" in said[4]
    assert "a key" in said[8]
    assert "Pictures" in said[13]
    assert "never began" in said[15]
    assert "nothing in" in said[17]
    assert "Tables" in said[22]
    assert "no end" in said[28]
    assert "../up" in said[30]
    assert complaints(LINES.replace("\n", "\r\n")) == complaints(LINES)


def test_ordinary_text_gives_no_reason_to_complain() -> None:
    for text in (ORDINARY, "1 < 2 and 3 > 2, <3", "<https://a.example> <a@b.example>", "a | b", ""):
        assert complaints(text) == []


def test_complaints_say_what_is_too_much() -> None:
    assert len(complaints("<b>\n" * 1000)) == 20
    assert "paragraphs" in complaints("a\n\n" * 300)[0].words
    assert complaints("a\n\n" * 300)[0].line == 301
    assert "characters" in complaints("a" * (LONGEST + 1))[0].words
    assert complaints("a\n" + "> " * 30)[0].line == 2
    assert complaints("**a *b " * 12 + "c* d**" * 12)[0].line == 1
