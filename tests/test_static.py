"""`make demo` and `make run` put static files in place as a whole."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from deploy import serve


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "var" / "static"
    monkeypatch.setattr(settings, "STATIC_ROOT", str(place))

    def collected(*_args: Any, **_options: Any) -> None:
        root = Path(settings.STATIC_ROOT)
        root.mkdir()
        (root / "site.css").write_text("new")

    monkeypatch.setattr(serve, "call_command", collected)
    return place


def test_what_was_there_is_replaced_in_one_step(place: Path) -> None:
    place.mkdir(parents=True)
    (place / "site.css").write_text("old")
    (place / "gone.css").write_text("old")
    serve.collect_static()
    assert [path.name for path in place.iterdir()] == ["site.css"]
    assert (place / "site.css").read_text() == "new"
    assert str(place) == settings.STATIC_ROOT
    assert list(place.parent.iterdir()) == [place]


def test_another_start_in_between(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one puts its own files there after the old ones went, and before ours come."""
    rename, others = Path.rename, 3

    def interrupted(path: Path, target: Path) -> Path:
        nonlocal others
        if path.name == "fresh" and others:
            others -= 1
            place.mkdir()
            (place / "site.css").write_text("another")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    serve.collect_static()
    assert (place / "site.css").read_text() == "new"
    assert list(place.parent.iterdir()) == [place]
