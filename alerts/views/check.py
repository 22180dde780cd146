"""The check: a form, and its answer of a fixed size, sent at a fixed step of time.

What was typed appears in the answer, and waits for Back in memory: in no address or log.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from alerts.budgets import CARDS
from alerts.check.budgets import spend_on
from alerts.check.paste import (
    MOST_LINES,
    PARTIAL,
    Line,
    Paste,
    checksum,
    chosen_kind,
    read_paste,
)
from alerts.content import Card
from alerts.flows import lookup
from alerts.flows.feed import read_filters
from alerts.flows.lookup import Answer, Hit
from alerts.identifiers import country_of
from alerts.markup import countries_html, kinds_html, level_html, regions_html, ruled_out
from alerts.presentation import what_words
from alerts.sealing.keys import AlertKeys
from alerts.status import Status
from alerts.vocabulary.choices import LEVELS
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.countries import country_name
from safety_app.locales.dates import age_words, today
from safety_app.locales.interface_texts import text_cache
from safety_app.locales.phrases import join_words, label_value
from safety_app.locales.session_country import chosen_country
from safety_app.page_entries import PARAMETER
from safety_app.privacy.budgets import BudgetSpent, spend
from safety_app.privacy.page_state import page_state
from safety_app.privacy.post_redirect_get import reads_entries, shown_by_get
from safety_app.template_tags import rendered

SMALL, LARGE = 12_288, 24_576
STEP = 0.2  # seconds
FEW_LINES = 3
MOST_LINKS = 5

_MARK = "<!--answers-->"
_RESULT_MARK, _LINKS_MARK = SafeString("<!--result-->"), SafeString("<!--links-->")
_NUMBER_MARK, _ECHO_MARK = SafeString("<!--number-->"), SafeString("<!--echo-->")
_READ_AS_MARK, _KINDS_MARK = SafeString("<!--read as-->"), SafeString("<!--kinds-->")
_LIST = "<ul>{}</ul>"
_SIZE_OF_MARKS = len(_RESULT_MARK) + len(_LINKS_MARK)
_SIZE_OF_LIST = len(_LIST.format(""))
_PADDING = 16  # the shortest padding comment, and some room
_LONGEST_ECHO = 40
_LONGEST_READ_AS = 60
_LONGEST_WHAT = 40


@role_required("member")
@reads_entries
def check(request: MemberRequest) -> HttpResponse:
    """The form, and its answer. A hit and a miss have the same size and time step.

    The lookup happens when the answer is opened, not when the form is sent: so the redirect cannot
    differ, memory holds what was typed but nothing that was found, and somebody who comes back
    sees what is known now, in whatever language. What was typed is paid for once.
    """
    if request.method == "POST" or PARAMETER in request.GET:
        page_state(request).hold_until_step = STEP  # an error waits for the step as well
    if request.method == "POST":
        # Whoever comes back must not have the same text read with another country for nothing.
        cast(Any, request).POST = request.POST.copy()
        cast(QueryDict, request.POST)["country"] = chosen_country(request)
    return _asked(request)


@shown_by_get
def _asked(request: MemberRequest) -> HttpResponse:
    typed = request.POST.get("q", "")
    country = chosen_country(request)
    if request.method != "POST" or "all_countries" in request.POST:
        return _page(request, typed, country)
    paste = read_paste(typed, country, partial(chosen_kind, request.POST))
    problem = _what_is_wrong(paste)
    if problem:
        return _page(request, typed, country, {"problem": problem, "left": paste.left})
    lines = paste.lines
    if paste.is_mixed:
        if not _is_list_of(request, lines):
            listed = [(number, line, read_as(line)) for number, line in enumerate(lines)]
            return _page(request, typed, country, {"listed": listed, "lines": lines})
        kept = request.POST.getlist("keep")
        lines = [line for number, line in enumerate(lines) if str(number) in kept]
        if not lines:
            context = {"problem": _("Nothing was left, so nothing was checked.")}
            return _page(request, typed, country, context)
        typed = "\n".join(line.typed for line in lines)
    regions = read_filters(request.POST).regions
    lines = [
        replace(line, pieces=(), problem=_("Choose the regions to look in, below."))
        if line.pieces and not regions
        else line
        for line in lines
    ]
    return _answer(request, typed, country, lines, regions, paste.left)


def filled_in(request: HttpRequest, typed: str) -> HttpResponse:
    """The form with a text in it, before anything is looked up, at another address than its own."""
    return _page(request, typed, chosen_country(request), {"elsewhere": True})


def _what_is_wrong(paste: Paste) -> str:
    """Why nothing of a text can be checked, in plain words; empty if something can."""
    if paste.is_too_long:
        return _("This is too long to read. Paste only the part with the number or name.")
    if len(paste.lines) > MOST_LINES:
        return ngettext(
            "%(count)s was found. Up to %(most)s can be checked together: keep only some of them.",
            "%(count)s were found. Up to %(most)s can be checked together: keep only some of them.",
            len(paste.lines),
        ) % {"count": len(paste.lines), "most": MOST_LINES}
    if not paste.lines and paste.left:
        return _("No number, e-mail, user name, link or plate was found, so nothing was checked.")
    if not paste.lines:
        return _("Type or paste at least one number, e-mail, name or plate.")
    return ""


def _is_list_of(request: HttpRequest, lines: list[Line]) -> bool:
    """Whether the page before listed just these lines, so that the ticks belong to them."""
    return request.POST.get("listed") == _checksums(lines)


def _checksums(lines: list[Line]) -> str:
    return ",".join(checksum(line.typed) for line in lines)


def read_as(line: Line) -> str:
    """How a line is read, in words: "+33 6 39 98 12 34, France"; empty if just as typed."""
    if not line.readings:
        return ""
    first = line.readings[0]
    if first.kind != "phone":
        # What is asked about is not called read: "One digit seems to be missing."
        is_plain = bool(line.doubt) or first.shown.casefold() == line.typed.casefold()
        return "" if is_plain else first.shown
    country = country_of(first.key)
    if not country:
        return first.shown
    # Before a word in Arabic, the groups of a number would stand in the opposite order.
    number = f"\u2066{first.shown}\u2069" if get_language_bidi() else first.shown
    return _("%(number)s, %(country)s") % {
        "number": number,
        "country": country_name(country, _language()),
    }


def _answer(
    request: MemberRequest,
    typed: str,
    country: str,
    lines: list[Line],
    regions: tuple[str, ...],
    left: str,
) -> HttpResponse:
    """Choose the size, and each line's share of it, before anything is looked up."""
    context: dict[str, Any] = {"lines": lines, "left": left}
    if any(line.kind == PARTIAL for line in lines):
        context["regions"] = regions_html(country, regions, _language())
    try:
        if page_state(request).opened_before:
            # The lines are paid for, the work is not: it could be asked for without end.
            spend(CARDS, request.user.pk)
        else:
            context["checks_left"] = spend_on(request.user, lines)
    except BudgetSpent as spent:
        context["problem"] = spent.message
        return _page(request, typed, country, context, status=429)
    page = _page(request, typed, country, context | {"answering": True})
    language = _language()
    htmls = [_line_html(number, line, language) for number, line in enumerate(lines)]
    misses = [_result(Answer(line)) for line in lines]
    longest = max(_line_sizes(lines, htmls, misses))
    size = SMALL if len(lines) <= FEW_LINES and "regions" not in context else LARGE
    while _share(page, lines, size) < longest:
        size += SMALL
    share = _share(page, lines, size)
    page_state(request).exact_size = size
    answers = _looked_up(request, lines, regions)
    answered = (
        _answered(html, answer, _result(answer) if answer.hits else miss, share)
        for html, answer, miss in zip(htmls, answers, misses, strict=True)
    )
    page.content = page.content.replace(_MARK.encode(), "".join(answered).encode())
    return page


def _looked_up(request: MemberRequest, lines: list[Line], regions: tuple[str, ...]) -> list[Answer]:
    keys = AlertKeys(request.ring)
    answers = lookup.look_up(keys, lines)
    has_plates = any(line.pieces for line in lines)
    if not has_plates:
        return answers
    return lookup.look_up_plates(keys, request.user.pk, answers, regions)


def _page(
    request: HttpRequest,
    typed: str,
    country: str,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form, filled in, with a mark where the answers go."""
    every = "all_countries" in request.POST
    lines: list[Line] = (context or {}).get("lines", [])
    # Beside many answers there is no room for a list; one tap on "Every country" brings it back.
    nearby = len(lines) <= FEW_LINES
    form_context = {
        "typed": typed,
        "country": country,
        "countries": countries_html(country, _language(), every=every, nearby=nearby),
        "every": every,
        "sums": _checksums(lines),
    }
    return render(request, "alerts/check.html", form_context | (context or {}), status=status)


def _share(page: HttpResponse, lines: list[Line], size: int) -> int:
    """The bytes that each line's answer may take up."""
    return (size - len(page.content) + len(_MARK) - _PADDING) // len(lines)


@text_cache(100)
def _widest_result(language: str) -> int:
    """The bytes of the longest result of a lookup, which depends on the language alone."""
    results: list[tuple[Hit, ...]] = [(Hit(0, today(), None, "phone", similar=True),)]
    for level in range(len(LEVELS)):
        card = Card((), level, "", "", "", "", "", False, False, (), Status(today(), today()))
        hits = [Hit(0, today(), card, "phone", similar) for similar in (True, False)]
        results.append((*hits,) * lookup.MOST_CARDS)
        results.append((Hit(0, today(), card, PARTIAL, similar=True),) * lookup.MOST_CARDS)
    return max(_size(_result(Answer(Line(""), hits))) for hits in results)


def _line_html(number: int, line: Line, language: str) -> str:
    """A line, with marks where its result and its links go.

    It does not contain the marks otherwise, since what was typed is escaped. The template is
    rendered with marks alone, and kept; everything of this line is put in afterwards.
    """
    reading = _cut(read_as(line), _LONGEST_READ_AS)
    html: str = rendered(
        "alerts/check_line.html",
        language,
        (
            ("kind", bool(line.kind)),
            ("read_as", _READ_AS_MARK if reading else ""),
            ("number", _NUMBER_MARK),
            ("echo", _ECHO_MARK),
            ("kinds", _KINDS_MARK),
            ("result", _RESULT_MARK),
            ("links", _LINKS_MARK),
        ),
    )
    return (
        html.replace(_NUMBER_MARK, str(number))
        .replace(_ECHO_MARK, escape(_cut(line.typed, _LONGEST_ECHO)))
        .replace(_READ_AS_MARK, escape(reading))
        .replace(_KINDS_MARK, kinds_html(line.kind, language, ruled_out(line.typed)))
    )


def _line_sizes(lines: list[Line], htmls: list[str], misses: list[str]) -> list[int]:
    """The bytes of the longest answer each line can get, without links. `misses` holds what each
    one says when nothing is known.

    They depend on what was typed and the language alone, so they can decide on the page's size.
    """
    longest = _widest_result(_language())
    sizes = []
    for line, html, miss in zip(lines, htmls, misses, strict=True):
        result = _size(miss) if line.problem else max(_size(miss), longest)
        sizes.append(_size(html) - _SIZE_OF_MARKS + result + _SIZE_OF_LIST)
    return sizes


def _answered(html: str, answer: Answer, result: str, share: int) -> str:
    """A line with its result, and with as many links, five at most, as fit into its share."""
    room = share - _size(html) + _SIZE_OF_MARKS - _size(result) - _SIZE_OF_LIST
    links: list[SafeString] = []
    # A partial plate leads nowhere: only who has the whole one can check it, and read the note.
    hits = () if answer.line.pieces else answer.opened[:MOST_LINKS]
    for hit in hits:
        link = _link(hit)
        room -= _size(link)
        if room < 0:
            break
        links.append(link)
    return html.replace(_RESULT_MARK, result).replace(_LINKS_MARK, _links(links) if links else "")


def _result(answer: Answer) -> str:
    status = _status(answer.line, answer)
    if status:
        return conditional_escape(str(status))
    level = level_html(answer.level, _language())
    return format_html(label_value("{}", "{}"), level, _count_words(answer))


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _size(html: str) -> int:
    """How many bytes a piece of the page takes up."""
    return len(html.encode())


def _status(line: Line, answer: Answer) -> str | Promise:
    """The words shown instead of a level, if nothing is known or nothing was looked up."""
    if line.problem:
        return line.problem
    if answer.hits:
        return "" if answer.opened else _("There is a note, but it could not be opened.")
    if line.doubt:
        return line.doubt
    if line.kind == "name":
        return _(
            "A name alone is not checked: too many people share it. It is compared with what the "
            "other lines find."
        )
    if line.name:
        return _("A name alone is not checked. If this is a user name, choose that.")
    if line.pieces:
        return _(
            "Nothing to tell about this part of a plate. Each note answers one such question a "
            "day. That does not mean it is safe."
        )
    return _("No notes about this. That does not mean it is safe.")


def _count_words(answer: Answer) -> str:
    """How many notes match exactly, and how many are only similar."""
    opened = answer.opened
    if opened and opened[0].kind == PARTIAL:
        return ngettext(
            "%(count)s note about a plate like this. Check the whole plate to read it.",
            "%(count)s notes about plates like this. Check the whole plate to read one.",
            len(opened),
        ) % {"count": len(opened)}
    similar = sum(hit.similar for hit in opened)
    exact = len(opened) - similar
    words = []
    if exact:
        words.append(ngettext("%(count)s note", "%(count)s notes", exact) % {"count": exact})
    if similar:
        words.append(
            ngettext("%(count)s similar number", "%(count)s similar numbers", similar)
            % {"count": similar}
        )
    return join_words(words)


def _links(links: list[SafeString]) -> str:
    return format_html(_LIST, format_html_join("", "{}", ((link,) for link in links)))


def _link(hit: Hit) -> SafeString:
    words = what_words(hit.card.what[:1]) if hit.card else []
    parts = [_cut(words[0] if words else str(LEVELS[0].word), _LONGEST_WHAT)]
    parts.append(age_words(hit.day, today()))
    if hit.named:
        parts.append(_("same name"))
    if hit.similar:
        parts.append(_("similar"))
    return format_html('<li><a href="../{}/">{}</a>', hit.alert, " · ".join(parts))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
