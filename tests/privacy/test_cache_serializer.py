"""Values for a shared cache: numbers, bytes and JSON, never a pickle."""

import pickle

import pytest

from safety_app import settings as site
from safety_app.privacy.backends.cache_serializer import PlainSerializer


@pytest.mark.parametrize(
    "value",
    [0, 7, -3, b"", b"7", b"j{}", b"\x00\xff", "", "7", "é", True, None, [1, "a"], {"a": 1}],
)
def test_there_and_back(value):
    serializer = PlainSerializer()
    stored = serializer.dumps(value)
    # The server gives back bytes, of numbers too.
    back = serializer.loads(str(stored).encode() if isinstance(stored, int) else stored)
    assert back == value
    assert type(back) is type(value)


def test_nothing_is_unpickled():
    with pytest.raises(ValueError, match="invalid literal"):
        PlainSerializer().loads(pickle.dumps(print))


def test_nothing_else_goes_in():
    with pytest.raises(TypeError):
        PlainSerializer().dumps(object())


def test_settings_use_it():
    source = (site.BASE_DIR / "safety_app" / "settings.py").read_text()
    assert '"serializer": "safety_app.privacy.backends.cache_serializer.PlainSerializer"' in source
