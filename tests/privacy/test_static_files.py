"""Static files as they are served."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.templatetags.static import static
from django.test import Client

from safety_app.privacy.backends.static_files import SmallStaticFiles, minified
from tests.privacy.test_sizes import head_size

BACKENDS = "safety_app.privacy.backends"


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


def test_a_token_with_one_value_becomes_that_value_and_others_get_a_letter() -> None:
    source = """
    :root { --gap: 8px; --ink: #111; --soft: var(--ink); --mono: ui-monospace, monospace }
    @media (prefers-color-scheme: dark) { :root { --ink: #eee } }
    p { color: var(--soft); margin: calc(2 * var(--gap)) var(--gap); font-family: var(--mono) }
    """
    assert minified(source) == (
        ":root{--a:#111}@media (prefers-color-scheme:dark){:root{--a:#eee}}"
        "p{color:var(--a);margin:16px 8px;font-family:ui-monospace,monospace}"
    )


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("accepted", "secure", "most"),
    [
        pytest.param("gzip, deflate, br, zstd", True, 4_096, id="every browser over TLS"),
        pytest.param("gzip, deflate", False, 4_160, id="an onion service, which has no TLS"),
    ],
)
def test_the_stylesheet_with_its_headers_is_small_on_the_wire(
    settings: Any, tmp_path: Path, accepted: str, secure: bool, most: int
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {"staticfiles": {"BACKEND": f"{BACKENDS}.static_files.SmallStaticFiles"}}
    settings.SECURE_HSTS_SECONDS = 63_072_000
    call_command("collectstatic", verbosity=0, interactive=False)
    headers = {"accept-encoding": accepted}
    response = Client(headers=headers).get(static("site.css"), secure=secure)
    assert response.status_code == 200
    assert response["Content-Encoding"] in {"gzip", "br"}
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert head_size(response) + len(body) <= most
