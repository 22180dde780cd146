"""Templates lose their insignificant white space once, when they are loaded.

So a template can be indented like any other source, and its pages stay as small as if it were
not. The rules, all about line breaks (with the spaces around them); a space within a line is the
author's and always stays:

1. A line break just inside an element goes: after its opening tag and before its closing tag.
2. A line break beside the tag of a block-level element, `<br>`, a control or a picture (`BLOCKS`;
   `site.css` makes blocks of the last two) or beside `{% csrf_token %}` goes.
3. Any other becomes one space, between attributes as well as between words.
4. Tags that only steer (`{% if %}`, `{% for %}`, `{% with %}`, `{% url … as … %}`, comments) are
   looked through: what counts is what can come before and after the line break once they are gone.
   Of several line breaks with only such tags between, one becomes the space.
5. The edges of a file and of a `{% block %}` are edges, as in rule 1.
6. Left alone: attribute values in quotes, `<pre>`, `<textarea>`, `<script>`, `<style>`, HTML
   comments, `{% blocktranslate %}` (say `trimmed`), `{% verbatim %}`, `{% filter %}` and every
   template whose name does not end in `.html`.

Words are never glued: where a line break could be seen on any path through the template, a space
is there on that path. What an unknown tag or an included file renders counts as words.

Line numbers of errors on debug pages are those of the stripped source, which is mostly one line;
the name of the template and the tag at fault are still shown.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

from django.template import Origin
from django.template.base import tag_re
from django.template.loaders import filesystem

# Elements beside whose tags browsers show no white space. The last four are so by `site.css`.
_BLOCK_NAMES = (
    "address article aside blockquote body br caption col colgroup dd details dialog div dl dt"
    " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend"
    " li link main menu meta nav ol optgroup option p script search section summary table tbody"
    " td tfoot th thead title tr ul input select svg textarea"
)
BLOCKS = frozenset(_BLOCK_NAMES.split())
VOID = {"area", "base", "col", "embed", "img", "source", "track", "wbr"}
RAW_ELEMENTS = {"pre", "textarea", "script", "style"}
RAW_TAGS = {"blocktranslate", "blocktrans", "comment", "filter", "verbatim"}
# Tags that render nothing themselves: alone, with an end, and in between.
STEERING = {"#", "comment", "extends", "load"}
ENDED = {"autoescape", "block", "for", "if", "ifchanged", "language", "spaceless", "with"}
BRANCHES = {"elif", "else", "empty"}
# What they hold may be left out; the others render it exactly once.
OPTIONAL = {"for", "if", "ifchanged"}
# These render nothing either where they end in "as" and a name.
STORING = re.compile(r"\{% *(?:url|translate|get_current_language\w*) .* as \w+ *%\}")

IN_TEXT = re.compile(
    r"(?P<doctype><!doctype[^>]*>)|(?P<comment><!--.*?-->)|(?P<tag></?[a-z][\w:-]*)"
    r"|(?P<run>[^\S\n]*\n\s*)|[^\S\n]+|[^\s<]+|<",
    re.S | re.I,
)
IN_TAG = re.compile(
    r"(?P<close>/?>)|(?P<run>[^\S\n]*\n\s*)|(?P<quote>[\"'])|[^\S\n]+|[^\s/>\"']+|/"
)


class Piece(NamedTuple):
    """A bit of a template. `opens` and `ends`: a line break before or after it means nothing.

    `steers` is the name of the steering tag that this is; its other fields then do not count.
    """

    text: str
    opens: bool = False
    ends: bool = False
    steers: str = ""
    is_run: bool = False


class Loader(filesystem.Loader):
    """Finds templates in the project's directories and strips those named `*.html`."""

    def get_contents(self, origin: Origin) -> str:
        """The source to compile. Put Django's cached loader in front, so that this is done once."""
        contents = super().get_contents(origin)
        return strip(contents) if str(origin.name).endswith(".html") else contents


def strip(source: str) -> str:
    """`source` of a template without the white space that its readers cannot see."""
    pieces = list(_pieces(source))
    before = _meaningless(pieces, forwards=True)
    after = _meaningless(pieces, forwards=False)
    return "".join(
        ("" if before[number] or after[number] else " ") if piece.is_run else piece.text
        for number, piece in enumerate(pieces)
    )


class _Place:
    """Where in the HTML a scan stands: in text, in a tag, in a quoted value or in raw text."""

    def __init__(self) -> None:
        self.element = ""  # the tag that we are in, with its slash; empty in text
        self.quote = ""  # of the attribute value that we are in
        self.raw = ""  # the element whose text is left alone

    def scan(self, text: str) -> Iterator[Piece]:
        """Pieces of `text`, which holds no template tag."""
        position = 0
        while position < len(text):
            if self.quote or self.raw:
                end = self._end_of_raw(text, position)
                yield Piece(text[position:end])
                position = end
                continue
            pattern = IN_TAG if self.element else IN_TEXT
            # Both patterns take any character.
            found = cast("re.Match[str]", pattern.match(text, position))
            position = found.end()
            yield self._piece(found)

    def _end_of_raw(self, text: str, position: int) -> int:
        if self.quote:
            end = text.find(self.quote, position)
            if end >= 0:
                self.quote = ""
            return end + 1 if end >= 0 else len(text)
        closing = re.compile(f"</{self.raw}", re.I).search(text, position)
        if closing:
            self.raw = ""
            return closing.start()
        return len(text)

    def _piece(self, found: re.Match[str]) -> Piece:
        text = found[0]
        if found["run"]:
            return Piece(text, is_run=True)
        kind = found.lastgroup
        if kind == "tag":
            self.element = text[1:].lower()
            name = self.element.lstrip("/")
            return Piece(text, opens=text[1] == "/" or name in BLOCKS)
        if kind == "close":
            name, self.element = self.element, ""
            self.raw = name if name in RAW_ELEMENTS else ""
            is_opening = not name.startswith("/") and name not in VOID and text == ">"
            return Piece(text, opens=True, ends=is_opening or name.lstrip("/") in BLOCKS)
        if kind == "quote":
            self.quote = text
        is_blank = text.isspace()
        return Piece(text, opens=is_blank, ends=is_blank or kind == "doctype")


def _pieces(source: str) -> Iterator[Piece]:
    """`source` cut up for `_meaningless`."""
    place = _Place()
    # A branch begins where its `if` stood in the HTML, not where the branch before it ended.
    branches: list[tuple[str, str, str]] = []
    until = ""
    for is_tag, text in _alternating(tag_re.split(source)):
        if until:
            is_end = is_tag and _name(text) == until
            yield Piece(text, steers="comment" if until == "endcomment" else "")
            until = "" if is_end else until
            continue
        if not is_tag:
            yield from place.scan(text)
            continue
        name = _name(text)
        if name in RAW_TAGS:
            until = f"end{name}"
        if name in ENDED:
            branches.append((place.element, place.quote, place.raw))
        elif branches and name in BRANCHES:
            place.element, place.quote, place.raw = branches[-1]
        elif branches and name.startswith("end"):
            branches.pop()
        is_field = name == "csrf_token"
        yield Piece(text, is_field, is_field, steers=name if _steers(name, text) else "")


def _alternating(parts: Sequence[str]) -> Iterator[tuple[bool, str]]:
    return ((number % 2 == 1, part) for number, part in enumerate(parts) if part)


def _name(tag: str) -> str:
    """The name of a template tag; "#" for a comment; empty for a variable."""
    if tag.startswith("{#"):
        return "#"
    return tag[2:-2].split(maxsplit=1)[0] if tag.startswith("{%") and tag[2:-2].strip() else ""


def _steers(name: str, tag: str) -> bool:
    is_known = name in STEERING | ENDED | BRANCHES or name.removeprefix("end") in ENDED
    return is_known or bool(STORING.fullmatch(tag))


class _Branching(NamedTuple):
    """A steering tag with an end, on the way through it."""

    start: bool
    branch_ends: list[bool]
    names: set[str]


def _meaningless(pieces: Sequence[Piece], *, forwards: bool) -> list[bool]:
    """For each piece whether a line break there means nothing after (or before) what is beside it.

    It has to be so on every path through the template. A loop's body also follows itself, so
    this begins with the hope that it ends well and goes again until that proves true or false.
    """
    loops: dict[int, bool] = {}
    while True:
        result, bodies = _walk(pieces, loops, forwards=forwards)
        if bodies == loops:
            return result
        loops = bodies


def _walk(
    pieces: Sequence[Piece], loops: dict[int, bool], *, forwards: bool
) -> tuple[list[bool], dict[int, bool]]:
    """One way through all pieces; also how each loop's body ends, by the loop's number."""
    result = [False] * len(pieces)
    bodies: dict[int, bool] = {}
    within: list[tuple[int, _Branching]] = []
    state = True  # whether a line break here would mean nothing
    for number in range(len(pieces)) if forwards else range(len(pieces) - 1, -1, -1):
        piece = pieces[number]
        name = piece.steers
        tag = name.removeprefix("end")
        result[number] = state
        if piece.is_run:
            # A line break further on adds nothing to this one.
            state = state or forwards
        elif not name:
            state = piece.ends if forwards else piece.opens
        elif name in BRANCHES and within:
            branching = within[-1][1]
            branching.branch_ends.append(state)
            branching.names.add(name)
            state = branching.start
        elif tag in ENDED and (tag == name) == forwards:
            # What is in a loop may follow itself; a block's edges are edges.
            state = tag == "block" or (state and loops.get(number, True))
            within.append((number, _Branching(state, [], {tag})))
        elif tag in ENDED and within:
            first, branching = within.pop()
            bodies[first] = tag != "for" or all([*branching.branch_ends, state])
            state = _after(branching, state)
    return result, bodies


def _after(branching: _Branching, last: bool) -> bool:
    """What holds behind a steering tag's end, whichever branch was taken."""
    if "block" in branching.names:
        return False  # another template may fill it
    may_be_skipped = branching.names & OPTIONAL and not branching.names & {"else", "empty"}
    return last and all(branching.branch_ends) and (branching.start or not may_be_skipped)
