"""Markdown from people into HTML that can be shown: no raw HTML, no images, no other schemes.

What would be slow to read is never read as Markdown: beyond `LONGEST` and `DEEPEST` a text is
shown as it was typed. The parser's work grows with length times depth, so these two bound it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import nh3
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markdown_it import MarkdownIt
from markdown_it.token import Token

from resources.text import segments
from resources.text.bidirectional import keep_apart

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
    "bdi",
}
# The empty entry takes away what the cleaner lets every tag have (title, lang).
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href", "rel"}, "ol": {"start"}}
_PAGE_LINK = re.compile(r"^page:(\d{1,4})$")
_OUTWARD = ("http://", "https://")
_DIRECT = ("tel:", "mailto:")
# The page's own title is the h1 and nothing goes deeper than h3.
_HEADINGS = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}

# Characters of a whole page, and how far lists, quotes, brackets or emphasis may go into another.
LONGEST, DEEPEST = 40_000, 8
MOST_COMPLAINTS = 20  # at once
_BEGINNING = re.compile(r"(?:[ \t]*(?:>|[-+*](?=[ \t]|$)|\d{1,9}[.)](?=[ \t]|$)))*[ \t]*")
_MARK = re.compile(r">|[-+*]|\d+[.)]")
_HTML = re.compile(r"</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?(?:>|$)|<[!?]")
_TABLE = re.compile(r"^[ \t]*+\|?(?:[ \t]*:?-{3,}:?[ \t]*\|)+[ \t]*(?::?-{3,}:?[ \t]*)?$")

# Two belts: the parser never passes HTML through, and the cleaner drops what is not listed.
# Beyond its own limit the parser would leave words out; `too_deep` says no far below that.
_SETTINGS = {"html": False, "maxNesting": 100}
_parser = MarkdownIt("commonmark", _SETTINGS).disable(["html_block", "html_inline", "image"])


class _Everything(MarkdownIt):
    """A parser that sees the addresses and pictures the other one leaves out."""

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """Every address, to complain of it."""
        return True


_everything = _Everything("commonmark", _SETTINGS).disable(["html_block", "html_inline"])


@dataclass(frozen=True)
class Complaint:
    """Something readers would not see as it was meant: the line, from 1, and words for it."""

    line: int
    words: str


def render(markdown: str, rtl: bool = False) -> SafeString:
    """HTML of a CommonMark text. `[words](page:8)` becomes a link to that page here.

    `rtl`: the text runs from right to left, and numbers of several parts are kept in order.
    """
    tokens = _parsed(markdown)
    if tokens is None:
        # Escaped by the line itself.
        return mark_safe(f"<p>{escape(markdown)}</p>")  # noqa: S308  # nosec
    _adapt(tokens)
    if rtl:
        keep_apart(tokens)
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


def link_addresses(markdown: str) -> list[str]:
    """The addresses that a text links to, as the parser reads them, in order."""
    return [
        str(token.attrGet("href") or "")
        for block in _parsed(markdown) or ()
        for token in block.children or []
        if token.type == "link_open"
    ]


def plain_words(markdown: str) -> str:
    """What a reader reads of a text: no marks, no addresses behind words, signs as they show.

    A list that does not begin with 1 shows its number.
    """
    tokens = _parsed(markdown)
    if tokens is None:
        return markdown
    texts: list[str] = []
    for token in tokens:
        if token.type == "ordered_list_open":
            texts.append(str(token.attrGet("start") or ""))
        elif token.type == "inline":
            texts.append("".join(_inline_text(child) for child in token.children or ()))
        else:
            texts.append(token.content)
    return "\n".join(texts)


def _inline_text(child: Token) -> str:
    return "\n" if child.type in ("softbreak", "hardbreak") else child.content


def too_deep(text: str) -> int:
    """The first line, from 1, whose lists, quotes or brackets go in too far; 0 for none.

    Cheap, in the text's length. A quote takes a mark, a list a mark or two columns more than
    what it is in, a link a bracket; lists that are not so deep as their columns count as deep.
    """
    brackets = 0
    for number, line in enumerate(text.split("\n"), start=1):
        begins = _BEGINNING.match(line)[0].expandtabs(4)  # type: ignore[index]
        marks, spaces = len(_MARK.findall(begins)), begins.count(" ")
        # One space belongs to each mark.
        if marks + max(0, spaces - marks) // 2 > DEEPEST:
            return number
        if not line.strip():
            brackets = 0
        for character in line:
            if character == "[":
                brackets += 1
            elif character == "]":
                brackets = max(0, brackets - 1)
            if brackets > DEEPEST:
                return number
    return 0


def complaints(body: str) -> list[Complaint]:
    """What a page would not show as it was typed, by line: HTML, addresses, pictures, blocks.

    At most `MOST_COMPLAINTS`, and only the first when a text is too long or too deep to be read.
    """
    body = body.replace("\r\n", "\n")
    if len(body) > LONGEST:
        return [
            Complaint(
                1,
                ngettext(
                    "This is too long: a page has %(most)s character at most.",
                    "This is too long: a page has %(most)s characters at most.",
                    LONGEST,
                )
                % {"most": LONGEST},
            )
        ]
    deep = too_deep(body)
    beyond = segments.line_beyond_most(body)
    if beyond and not deep:
        return [Complaint(beyond, _too_many_words())]
    gathered = list(_line_complaints(body))
    for line, piece in segments.split_with_lines(body) if not deep else ():
        gathered += _piece_complaints(line, piece)
    if deep:
        gathered.append(Complaint(deep, _too_deep_words()))
    return sorted(gathered, key=lambda each: each.line)[:MOST_COMPLAINTS]


def _too_many_words() -> str:
    words = ngettext(
        "A page has at most %(most)s paragraph.",
        "A page has at most %(most)s paragraphs.",
        segments.MOST_SEGMENTS,
    )
    return words % {"most": segments.MOST_SEGMENTS}


def _too_deep_words() -> str:
    return _("Lists, quotes or brackets go too far into one another here.")


def _line_complaints(body: str) -> Iterator[Complaint]:
    words = {
        "open": _("This block has no end: it needs a line after it with nothing but “:::”."),
        "closed": _("This line ends a block that never began."),
        "form": _(
            "A block begins with “::: fact” and a heading, or “::: local” and a key of small "
            "letters, digits and hyphens."
        ),
        "empty": _("There is nothing in this block."),
    }
    for line, wrong in segments.misplaced_marks(body):
        yield Complaint(line, words[wrong])
    for number, line_text in enumerate(body.split("\n"), start=1):
        if _HTML.search(line_text):
            yield Complaint(number, _("HTML does nothing here: readers see it as text."))
        if _TABLE.match(line_text):
            yield Complaint(number, _("Tables do nothing here: make a list of it."))


def _piece_complaints(line: int, piece: str) -> Iterator[Complaint]:
    """What the parser finds in a segment that begins in that line."""
    segment = segments.parse(piece)
    if segment.markdown != piece:
        before = piece[: piece.index("\n") + 1]
        line += 1 + _empty_lines(piece[len(before) :])
    env: dict[str, dict[str, dict[str, object]]] = {}
    for token in _everything.parse(segment.markdown, env):
        at = line + (token.map[0] if token.map else 0)
        for child in token.children or []:
            if child.type in ("softbreak", "hardbreak"):
                at += 1
            elif child.type == "image":
                yield Complaint(at, _("Pictures are not shown: readers see a link instead."))
            elif child.type == "link_open" and not _is_kept(str(child.attrGet("href") or "")):
                yield _address_complaint(at, str(child.attrGet("href") or ""))
            if child.level > DEEPEST:
                yield Complaint(at, _too_deep_words())
                break
    if env.get("references"):
        words = _("Write the address right behind the words: [words](https://…).")
        yield Complaint(line, words)


def _empty_lines(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n")


def _address_complaint(line: int, address: str) -> Complaint:
    shown = address if len(address) <= 60 else f"{address[:60]}…"
    words = _(
        "This address is dropped: %(address)s. Addresses begin with https:, tel: or mailto:, "
        "or are “page:” and the number of a page."
    )
    return Complaint(line, words % {"address": shown})


def _parsed(markdown: str) -> list[Token] | None:
    """What a text consists of; None when it is longer or deeper than what is read."""
    if len(markdown) > LONGEST or too_deep(markdown):
        return None
    tokens = _parser.parse(markdown)
    for token in tokens:
        if any(child.level > DEEPEST for child in token.children or ()):
            return None
    return tokens


def _adapt(tokens: Sequence[Token]) -> None:
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
        if token.type == "link_open":
            _adapt_link(token)
        _adapt(token.children or [])


def _is_kept(address: str) -> bool:
    """Whether a link may go there."""
    low = address.lower()
    return low.startswith(_OUTWARD + _DIRECT) or _PAGE_LINK.match(address) is not None


def _adapt_link(token: Token) -> None:
    address = str(token.attrGet("href") or "")
    own = _PAGE_LINK.match(address)
    if own:
        token.attrSet("href", reverse("pages:page", args=[int(own[1])]))
    elif address.lower().startswith(_OUTWARD):
        token.attrSet("rel", "noreferrer")
    elif not _is_kept(address):
        # "//host" and "../a/" would leave the page in ways its reader does not expect.
        token.attrs.pop("href", None)
