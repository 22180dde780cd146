"""`docs/asvs.md`: every item of the standard's levels 1 and 2 once, and nothing made up."""

import re
from collections import Counter
from pathlib import Path

DOCUMENT = (Path(__file__).parent.parent / "docs" / "asvs.md").read_text()
ROW = re.compile(
    r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE
)
STATES = {"holds", "not", "does not apply"}
# Of ASVS 5.0.0: by section, the level of each of its items.
LEVELS = {
    "1.1": "22", "1.2": "1111122223", "1.3": "112222222223", "1.4": "222", "1.5": "123",
    "2.1": "122", "2.2": "112", "2.3": "12223", "2.4": "23", "3.1": "3", "3.2": "113",
    "3.3": "12223", "3.4": "11222233", "3.5": "11122333", "3.6": "3", "3.7": "22333",
    "4.1": "12233", "4.2": "23333", "4.3": "22", "4.4": "1222", "5.1": "2", "5.2": "112333",
    "5.3": "113", "5.4": "222", "6.1": "122", "6.2": "111111112222", "6.3": "11223333",
    "6.4": "112233", "6.5": "22222333", "6.6": "2223", "6.7": "33", "6.8": "2222", "7.1": "222",
    "7.2": "1111", "7.3": "22", "7.4": "11222", "7.5": "223", "7.6": "22", "8.1": "1233",
    "8.2": "1123", "8.3": "133", "8.4": "23", "9.1": "111", "9.2": "1222", "10.1": "22",
    "10.2": "223", "10.3": "22223", "10.4": "1111122222233333", "10.5": "22222", "10.6": "22",
    "10.7": "222", "11.1": "2233", "11.2": "22233", "11.3": "11233", "11.4": "1222", "11.5": "23",
    "11.6": "23", "11.7": "33", "12.1": "12233", "12.2": "11", "12.3": "22223", "13.1": "2333",
    "13.2": "222223", "13.3": "2233", "13.4": "1222233", "14.1": "22", "14.2": "12223333",
    "14.3": "122", "15.1": "12233", "15.2": "12233", "15.3": "1222222", "15.4": "3333",
    "16.1": "2", "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "2223", "17.1": "23",
    "17.2": "22223333", "17.3": "22",
}  # fmt: skip


def rows() -> list[tuple[str, str, str, str, str]]:
    """Item, level, what, state, where."""
    return ROW.findall(DOCUMENT)


def test_every_item_stands_there_once_with_its_level() -> None:
    wanted = {
        f"{section}.{number}": level
        for section, levels in LEVELS.items()
        for number, level in enumerate(levels, 1)
        if level != "3"
    }
    assert Counter(wanted.values()) == {"1": 70, "2": 183}
    assert {item: level for item, level, *_rest in rows()} == wanted
    assert len(rows()) == len(wanted)
    assert len(re.findall(r"^\| \d", DOCUMENT, re.MULTILINE)) == len(wanted)


def test_each_has_a_state_and_says_where_or_why() -> None:
    for item, _level, what, state, where in rows():
        assert state in STATES, item
        assert len(what) >= 4, item
        assert len(where) >= 5, item
        # What holds names a module or a document, or says in words why there is nothing to name.
        assert state != "holds" or re.search(r"\w/\w|`|SECURITY|\w+ \w+|Python", where), item


def test_the_numbers_in_its_first_lines_are_true() -> None:
    states = Counter(state for *_first, state, _where in rows())
    said = (
        f"Of {len(rows())} items {states['holds']} hold, {states['not']} do not, and "
        f"{states['does not apply']} are about something that is not here."
    )
    assert said in DOCUMENT
