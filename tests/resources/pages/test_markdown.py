"""What people type never becomes HTML that was not ours."""

import re

import pytest
from django.utils.translation import override

from resources.text.markdown import ATTRIBUTES, TAGS, render

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "text <b onclick='x()'>bold</b>",
    "<iframe src='https://evil.example'></iframe>",
    "<style>body{display:none}</style>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](//evil.example/a)",
    "[x](../../exit)",
    "[x](page:8/../../a)",
    "![x](https://evil.example/track.gif)",
    "![x](javascript:alert(1))",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "[x](https://a.example 'title\" onmouseover=alert(1) x=\"')",
    "<!-- comment --> <?php ?> <![CDATA[ x ]]>",
    "# </h1><script>x</script>",
    "`<script>`",
    "```\n<script>x</script>\n```",
    "&lt;script&gt;",
    "a\x00b \u202e reversed",
    "* " * 200,
    "[" * 500 + "]" * 500,
    "> " * 300 + "deep",
]
TAG = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>")


@pytest.mark.parametrize("text", HOSTILE)
def test_only_listed_tags_and_attributes_come_out(text: str) -> None:
    for _closing, tag, rest in TAG.findall(render(text)):
        assert tag in TAGS
        names = set(re.findall(r'([a-z]+)="', rest))
        assert names <= ATTRIBUTES.get(tag, set())


@pytest.mark.parametrize("text", HOSTILE)
def test_links_go_only_where_they_may(text: str) -> None:
    addresses = re.findall(r'href="([^"]*)"', render(text))
    assert all(address.startswith(("https://", "http://")) for address in addresses)


def test_outward_links_tell_nobody_where_they_come_from() -> None:
    assert render("[WHO](https://www.who.int/)") == (
        '<p><a href="https://www.who.int/" rel="noreferrer">WHO</a></p>'
    )
    assert 'rel="noreferrer"' in render("<HTTPS://www.who.int/>")


def test_links_to_pages_stay_in_the_readers_language() -> None:
    with override("es"):
        assert render("[x](page:8)") == '<p><a href="/es/r/8/">x</a></p>'


def test_a_number_can_be_called() -> None:
    assert 'href="tel:112"' in render("[112](tel:112)")


def test_a_heading_never_competes_with_the_title() -> None:
    assert render("# One") == "<h2>One</h2>"
    assert render("##### Five") == "<h3>Five</h3>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("هاتف +33 6 39 98 40 99 ليلا", "هاتف <bdi>+33 6 39 98 40 99</bdi> ليلا"),
        ("من 10–33 يوما", "من <bdi>10–33</bdi> يوما"),
        (
            "**10–33** <b>1-2</b>",
            "<strong><bdi>10–33</bdi></strong> &lt;b&gt;<bdi>1-2</bdi>&lt;/b&gt;",
        ),
        ("[112-113](tel:112)", '<a href="tel:112"><bdi>112-113</bdi></a>'),
        ("خلال 72 ساعة", "خلال 72 ساعة"),
        ("`10–33`", "<code>10–33</code>"),
    ],
)
def test_numbers_keep_their_order_in_text_from_right_to_left(text: str, expected: str) -> None:
    assert render(text, rtl=True) == f"<p>{expected}</p>"
    assert "<bdi>" not in render(text)
