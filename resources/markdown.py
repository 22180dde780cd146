"""Markdown from people into HTML that can be shown: no raw HTML, no images, no other schemes."""

import re
from collections.abc import Sequence

import nh3
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "p",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "blockquote",
    "code",
    "br",
    "a",
}
# The empty entry takes away what the cleaner lets every tag have (title, lang).
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href", "rel"}, "ol": {"start"}}
_PAGE_LINK = re.compile(r"^page:(\d{1,4})$")
_OUTWARD = ("http://", "https://")
_DIRECT = ("tel:", "mailto:")
# The page's own title is the h1 and nothing goes deeper than h3.
_HEADINGS = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}

# Two belts: the parser never passes HTML through, and the cleaner drops what is not listed.
_parser = MarkdownIt("commonmark", {"html": False}).disable(["html_block", "html_inline", "image"])


def render(markdown: str) -> SafeString:
    """HTML of a CommonMark text. `[words](page:8)` becomes a link to that page here."""
    tokens = _parser.parse(markdown)
    _adapt(tokens)
    html = _parser.renderer.render(tokens, _parser.options, {})
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "tel", "mailto"},
        link_rel=None,
    )
    # Everything in it went through the cleaner on the line above.
    return mark_safe(cleaned.strip())  # noqa: S308  # nosec


def links(markdown: str) -> list[str]:
    """The addresses that a text links to, as the parser reads them, in order."""
    return [
        str(token.attrGet("href") or "")
        for block in _parser.parse(markdown)
        for token in block.children or []
        if token.type == "link_open"
    ]


def _adapt(tokens: Sequence[Token]) -> None:
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
        if token.type == "link_open":
            _adapt_link(token)
        _adapt(token.children or [])


def _adapt_link(token: Token) -> None:
    address = str(token.attrGet("href") or "")
    own = _PAGE_LINK.match(address)
    if own:
        token.attrSet("href", reverse("resources:page", args=[int(own[1])]))
    elif address.lower().startswith(_OUTWARD):
        token.attrSet("rel", "noreferrer")
    elif not address.lower().startswith(_DIRECT):
        # "//host" and "../a/" would leave the page in ways its reader does not expect.
        token.attrs.pop("href", None)
