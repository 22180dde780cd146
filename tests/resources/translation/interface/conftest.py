"""No corrected text outlives its test in the catalogues of this process."""

from collections.abc import Iterator

import pytest

from resources.translation.interface import serving
from safety_app.locales import interface_texts


@pytest.fixture(autouse=True)
def compiled_texts_only() -> Iterator[None]:
    yield
    interface_texts.serve({})
    serving._served = 0
