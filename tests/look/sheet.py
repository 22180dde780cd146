"""The stylesheet as rules, and the contrast of two colours. Enough of CSS for our own file."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"


class Declaration(NamedTuple):
    around: str  # the at-rules it stands in, such as "@media print"; empty for none
    selector: str
    name: str
    value: str


def declarations(css: str) -> Iterator[Declaration]:
    """Every declaration with the rules around it."""
    stack: list[str] = []
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for text, mark in re.findall(r"([^{};]*)([{};])", css):
        words = " ".join(text.split())
        if mark == "{":
            stack.append(words)
            continue
        if words:
            name, _, value = words.partition(":")
            around = " ".join(rule for rule in stack if rule.startswith("@"))
            selector = " ".join(rule for rule in stack if not rule.startswith("@"))
            yield Declaration(around, selector, name.strip(), value.strip())
        if mark == "}":
            stack.pop()


def tokens(css: str, scheme: str) -> dict[str, str]:
    """Custom properties as they are in the "light" or "dark" scheme, references followed."""
    found: dict[str, str] = {}
    scopes = ["", "@media (prefers-color-scheme: dark)"][: 1 + (scheme == "dark")]
    for rule in declarations(css):
        if rule.around in scopes and rule.selector == ":root" and rule.name.startswith("--"):
            found[rule.name] = rule.value
    for name, value in found.items():
        if reference := re.fullmatch(r"var\((--[\w-]+)\)", value):
            found[name] = found[reference[1]]
    return found


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two hexadecimal colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
