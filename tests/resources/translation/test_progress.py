"""The bar of a translation: in parts that are true, full only when everything is reviewed."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.pages.segment_texts import State
from resources.translation.progress import progress_of, progress_together

COUNTS = st.dictionaries(st.sampled_from(list(State)), st.integers(0, 2_000))


@pytest.mark.thorough
@given(COUNTS)
def test_the_parts_stand_side_by_side_and_never_overflow(counts: dict[State, int]) -> None:
    parts = progress_of(counts).parts
    assert all(part.width > 0 for part in parts)
    for before, after in zip(parts, parts[1:], strict=False):
        assert before.start + before.width <= after.start
    assert not parts or parts[-1].start + parts[-1].width <= 100


@pytest.mark.parametrize("missing", [0, 1, 999])
def test_it_is_full_when_nothing_is_missing(missing: int) -> None:
    progress = progress_of({State.APPROVED: 1_000, State.UNTRANSLATED: missing})
    [part] = progress.parts
    assert (part.width == 100) == (missing == 0)


def test_each_state_has_its_shade_and_its_words() -> None:
    counts = Counter({State.APPROVED: 5, State.WAITING: 2, State.EDITING: 2, State.UNTRANSLATED: 1})
    progress = progress_of(counts)
    assert [(part.start, part.width) for part in progress.parts] == [(0, 50), (50, 20), (70, 20)]
    assert len({part.shade for part in progress.parts}) == 3
    assert [count for _words, count in progress.counts] == [1, 2, 2, 5]


def test_of_nothing_there_is_no_bar() -> None:
    assert progress_of({}).parts == ()
    assert progress_together([]).counts == ()
    both = progress_together([Counter({State.APPROVED: 1}), Counter({State.UNTRANSLATED: 1})])
    assert [(part.start, part.width) for part in both.parts] == [(0, 50)]
