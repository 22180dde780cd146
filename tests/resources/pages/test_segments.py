"""Splitting, kinds of blocks, digests and numbers."""

from resources.text.segments import ParsedSegment, digest, joined_digest, parse, split

PAGE = """First paragraph,
two lines.

- a list
- stays together

::: fact Within 72 hours
One.

Two.
:::
## Straight after

::: local lawyer
Which lawyer answers?
:::
"""


def test_split_keeps_lists_and_blocks_whole() -> None:
    assert split(PAGE) == [
        "First paragraph,\ntwo lines.",
        "- a list\n- stays together",
        "::: fact Within 72 hours\nOne.\n\nTwo.\n:::",
        "## Straight after",
        "::: local lawyer\nWhich lawyer answers?\n:::",
    ]


def test_split_reads_windows_lines_and_nothing() -> None:
    assert split("one\r\n\r\ntwo\r\n") == ["one", "two"]
    assert split(" \n\n") == []


def test_an_unclosed_block_ends_with_the_text() -> None:
    assert split("::: fact Open\nnever closed\n\nmore") == ["::: fact Open\nnever closed\n\nmore"]
    assert parse("::: fact Open\nnever closed").kind == "text"


def test_parse_knows_three_kinds() -> None:
    assert parse("plain") == ParsedSegment("text", "", "plain")
    assert parse("::: fact Within 72 hours\nPEP\n:::") == ParsedSegment(
        "fact", "Within 72 hours", "PEP"
    )
    assert parse("::: local lawyer\nWho?\n:::") == ParsedSegment("local", "lawyer", "Who?")


def test_parse_takes_a_bad_key_or_an_unknown_kind_as_text() -> None:
    assert parse("::: local Not A Key\nWho?\n:::").kind == "text"
    assert parse("::: script x\nalert\n:::").kind == "text"


def test_digest_ignores_space_around_and_nothing_else() -> None:
    assert digest(" a ") == digest("a")
    assert digest("72 hours") != digest("73 hours")
    assert len(digest("a")) == 32


def test_joined_digest_knows_where_segments_end() -> None:
    assert joined_digest(["ab", "c"]) != joined_digest(["a", "bc"])
