"""Static files as they are served."""

from pathlib import Path

from django.core.files.base import ContentFile

from safety_app.privacy.backends.static_files import SmallStaticFiles


def test_the_stylesheet_is_small_and_whole_under_both_its_names(tmp_path: Path) -> None:
    storage = SmallStaticFiles(location=tmp_path, base_url="/static/")
    source = "/* why */\nbody {\n  margin: 0;\n}\n"
    (tmp_path / "site.css").write_text(source)
    done = list(storage.post_process({"site.css": (storage, "site.css")}))
    assert all(processed is True for _old, _new, processed in done)
    served = storage.stored_name("site.css")
    assert served != "site.css"
    assert (tmp_path / served).read_text() == "body{margin:0}"
    # What is read halfway before it is saved is saved from its start.
    content = ContentFile(source.encode())
    content.read()
    assert (tmp_path / storage._save("other.css", content)).read_text() == "body{margin:0}"
