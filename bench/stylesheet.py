"""What the stylesheet takes on the wire, headers included: `python -m bench.stylesheet`."""

import os
import sys
import tempfile

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
django.setup()

from django.core.management import call_command  # noqa: E402
from django.templatetags.static import static  # noqa: E402
from django.test import Client, override_settings  # noqa: E402

LIMIT = 4_096
CODINGS = {"brotli": "gzip, deflate, br, zstd", "gzip": "gzip, deflate"}
STORAGE = "safety_app.privacy.backends.static_files.SmallStaticFiles"


def wire_size(accepted: str) -> int:
    """Bytes of one answer with its head, as HTTP/1.1 writes it."""
    response = Client(headers={"accept-encoding": accepted}).get(static("site.css"))
    body = b"".join(response.streaming_content) if response.streaming else response.content
    head = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items())
    return len(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode()) + len(body)


def main() -> int:
    """Print the table; 1 when one of them is over LIMIT."""
    with tempfile.TemporaryDirectory() as folder:
        storages = {"staticfiles": {"BACKEND": STORAGE}}
        with override_settings(STATIC_ROOT=folder, STORAGES=storages):
            call_command("collectstatic", verbosity=0, interactive=False)
            sizes = {name: wire_size(accepted) for name, accepted in CODINGS.items()}
    print(f"{'stylesheet':<18}{'bytes':>8}{'limit':>16}")
    for name, size in sizes.items():
        print(f"{name:<18}{size:>8}{LIMIT:>16}{'' if size <= LIMIT else '  too much'}")
    return 0 if max(sizes.values()) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
