"""The fonts the browser tests bring: what fits on a screen may not depend on the machine's.

Chinese has no font that comes as a package; the tests that need it say so (`CHINESE`).
"""

from pathlib import Path

import fontpkg_noto_sans_arabic
import fontpkg_noto_sans_thai
import fontpkg_roboto
import fontpkg_roboto_mono

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


def write_config(folder: Path) -> Path:
    """A fontconfig file in `folder` that knows these fonts and no others; returns its path."""
    places = [package.ROOT / "files" for package in PACKAGES]
    places += [CHINESE] if CHINESE.exists() else []
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
