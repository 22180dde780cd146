"""The fonts the browser tests bring: what fits on a screen may not depend on the machine's."""

from pathlib import Path

import fontpkg_roboto
import fontpkg_roboto_mono

SANS, MONO = fontpkg_roboto.FAMILY, fontpkg_roboto_mono.FAMILY
# Names the stylesheet asks for, and those a browser falls back to.
FAMILIES = {
    SANS: ("-apple-system", "system-ui", "Segoe UI", "Noto Sans", "Arial", "sans-serif", "serif"),
    MONO: ("ui-monospace", "monospace"),
}


def write_config(folder: Path) -> Path:
    """A fontconfig file in `folder` that knows these fonts and no others; returns its path."""
    roots = (fontpkg_roboto.ROOT, fontpkg_roboto_mono.ROOT)
    lines = [f"<dir>{root / 'files'}</dir>" for root in roots]
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
