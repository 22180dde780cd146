"""The fonts the browser tests bring: what fits on a screen may not depend on the machine's.

Chinese has no font that comes as a package; the tests that need it say so (`CHINESE`).
"""

import os
from pathlib import Path

import fontpkg_noto_sans_arabic
import fontpkg_noto_sans_thai
import fontpkg_roboto
import fontpkg_roboto_mono
import pytest

SANS, MONO = fontpkg_roboto.FAMILY, fontpkg_roboto_mono.FAMILY
ARABIC, THAI = fontpkg_noto_sans_arabic.FAMILY, fontpkg_noto_sans_thai.FAMILY
PACKAGES = (fontpkg_roboto, fontpkg_roboto_mono, fontpkg_noto_sans_arabic, fontpkg_noto_sans_thai)
# Debian's fonts-noto-cjk.
CHINESE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
# Names the stylesheet asks for, and those a browser falls back to.
FAMILIES = {
    SANS: ("-apple-system", "system-ui", "Segoe UI", "Noto Sans", "Arial", "sans-serif", "serif"),
    MONO: ("ui-monospace", "monospace"),
}


def need_letters(language: str) -> None:
    """Skip a test in Chinese where the machine has no font for it, unless CI must not."""
    if language == "zh-hans" and not CHINESE.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("fonts-noto-cjk is missing, and CI must not skip Chinese.")
        pytest.skip("CHINESE WAS NOT TRIED: install fonts-noto-cjk.")


def write_config(folder: Path) -> Path:
    """A fontconfig file in `folder` that knows these fonts and no others; returns its path."""
    places = [package.ROOT / "files" for package in PACKAGES]
    if CHINESE.exists():
        # A folder of its own: fontconfig passes over a single file.
        places.append(folder / "chinese")
        places[-1].mkdir(exist_ok=True)
        link = places[-1] / CHINESE.name
        link.unlink(missing_ok=True)
        link.symlink_to(CHINESE)
    lines = [f"<dir>{place}</dir>" for place in places]
    lines += [f"<cachedir>{folder / 'cache'}</cachedir>"]
    lines += [
        f'<alias binding="same"><family>{name}</family>'
        f"<prefer><family>{family}</family></prefer></alias>"
        for family, names in FAMILIES.items()
        for name in names
    ]
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n'
        "<fontconfig>\n" + "\n".join(lines) + "\n</fontconfig>\n"
    )
    return path
