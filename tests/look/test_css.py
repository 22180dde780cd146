"""What the stylesheet promises: readable, small, the same in every direction of writing."""

import gzip
import re

import pytest
from django.conf import settings

from safety_app.privacy.backends.static_files import minified
from tests.look.sheet import STATIC, contrast, declarations, tokens

CSS = (STATIC / "site.css").read_text()
RULES = list(declarations(CSS))
COLOURS = {name for name, value in tokens(CSS, "light").items() if value.startswith("#")}
GROUNDS = ["--paper", "--sheet", "--tint"]
TEXTS = ["--ink", "--soft", "--level-3", "--level-2", "--level-1", "--level-0"]
DARK = "@media (prefers-color-scheme: dark)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_has_seven_to_one_on_every_ground(text, ground, scheme):
    colours = tokens(CSS, scheme)
    assert contrast(colours[text], colours[ground]) >= 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_links_and_the_leave_button_have_seven_to_one(scheme):
    colours = tokens(CSS, scheme)
    for ground in ("--paper", "--sheet"):
        assert contrast(colours["--accent"], colours[ground]) >= 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("edge", ["--line", "--accent"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_edges_and_focus_have_three_to_one(edge, ground, scheme):
    colours = tokens(CSS, scheme)
    if (edge, ground) != ("--line", "--tint"):  # never meet: a field is on paper or in a card
        assert contrast(colours[edge], colours[ground]) >= 3


def test_dark_gives_every_colour_another_value_and_nothing_else():
    light = {r.name for r in RULES if r.selector == ":root" and not r.around and "#" in r.value}
    assert {r.name for r in RULES if r.around == DARK} == light


def test_paper_is_black_on_white():
    printed = {r.name: r.value for r in RULES if r.around == "@media print" and r.name[:2] == "--"}
    assert printed.pop("--hair") == "#999"
    assert set(printed.values()) == {"#fff", "#000"}
    assert set(printed) | {"--hair", "--level-0"} == {
        n for n in tokens(CSS, "dark") if n in COLOURS
    }


def test_colours_are_named_once():
    """A colour stands in a token; the QR code alone is black on white in every scheme."""
    for rule in RULES:
        if not rule.name.startswith("--") and rule.selector != ".qr":
            assert not re.search(r"#[0-9a-f]{3}|rgb|hsl", rule.value), rule


def test_about_twenty_tokens_each_defined_and_used():
    defined = {rule.name for rule in RULES if rule.name.startswith("--")}
    assert len(defined) <= 22
    assert set(re.findall(r"var\((--[\w-]+)", CSS)) == defined


def test_weight():
    """As it is served: `privacy.backends.static_files` leaves out comments and spaces."""
    served = minified(CSS)
    assert len(gzip.compress(served.encode(), 9, mtime=0)) <= 4000


def test_no_physical_direction():
    """Left and right would be wrong for Arabic; heights and widths go by the line too."""
    physical = re.compile(
        r"(left|right|top|bottom|width|height|(min|max)-(width|height)"
        r"|(margin|padding|border)-(left|right|top|bottom).*|overflow-[xy])"
    )
    for rule in RULES:
        assert not physical.fullmatch(rule.name), rule
        assert not re.search(r"\b(left|right)\b", rule.value + rule.selector), rule
        if rule.name in ("margin", "padding") and rule.value.count(" ") == 3:
            assert "(" in rule.value, f"four values name directions: {rule}"
    assert "dir=" not in CSS


def test_nothing_is_fetched():
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert "@font-face" not in CSS


def test_both_schemes_are_declared():
    assert ("", ":root", "color-scheme", "light dark") in RULES


@pytest.mark.parametrize(
    "part",
    ["button", "input", "summary", ".name", ".foot a", ".bar > *", ".tabs > *", ".tick"]
    + [".languages li > *"],
)
def test_targets_are_large_enough_for_a_thumb(part):
    sizes = [
        rule.value
        for rule in RULES
        if rule.name == "min-block-size" and part in re.split(r",\s*", rule.selector)
    ]
    assert sizes
    for size in sizes:
        pixels = tokens(CSS, "light")["--touch"] if size == "var(--touch)" else size
        assert int(pixels.removesuffix("px")) >= 44


def test_focus_is_always_visible():
    assert [r.value for r in RULES if r.name == "outline"] == ["3px solid var(--accent)"]
    assert not re.search(r"outline:\s*(0|none)", CSS)


def test_the_only_animation_is_the_cover():
    moving = [r for r in RULES if r.name.split("-")[0] in ("animation", "transition")]
    assert [r.selector for r in moving] == [".cover", "body:has(.covered)"]
    for rule in moving:
        assert rule.value.endswith(f"1ms {settings.SESSION_IDLE_SECONDS}s forwards")


def test_the_cover_cannot_be_reached_before_its_time():
    assert ("", ".cover", "visibility", "hidden") in RULES
    assert "prefers-reduced-motion" not in CSS


def test_a_level_is_never_colour_alone():
    """Its template writes shape and word for each class the stylesheet colours."""
    template = (STATIC.parent / "templates/partials/level.html").read_text()
    coloured = {r.selector for r in RULES if re.fullmatch(r"\.level-\d", r.selector)}
    assert len(coloured) == template.count("{% translate") == template.count("aria-hidden") == 4
    assert re.findall(r"[◆◇]+", template) == ["◆◆◆", "◆◆◇", "◆◇◇", "◇"]
