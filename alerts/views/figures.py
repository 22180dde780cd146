"""Figures for donors: tables and charts to read, print and save as files."""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alerts.charts import Bar, Columns, bar_chart, column_chart
from alerts.flows import figures
from alerts.views.sharing.shared import attachment
from alerts.vocabulary.choices import LEVELS, WHAT_LABELS
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import today
from safety_app.locales.page_languages import direction
from safety_app.locales.phrases import join_places, month_and_year, month_range
from safety_app.locales.regions import country_of, region_name

_MONTHS_AFTER = 2
# How a spreadsheet recognises a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
NOT_GIVEN = "–"


@dataclass(frozen=True)
class Named:
    """The counts with words in the reader's language; None is a count that is not given."""

    levels: list[Bar]
    harms: list[Bar]
    regions: list[Bar]
    quarters: list[Bar]
    quarter_ends: tuple[str, str]
    months: list[tuple[str, list[int | None]]]
    month_levels: list[str]

    def titles(self) -> dict[str, str]:
        """What each table and its chart is called."""
        return {
            "levels": _("By level"),
            "months": _("By month and level"),
            "harms": _("By what happened"),
            "regions": _("By region"),
            "quarters": _("By quarter"),
        }

    def bars(self) -> dict[str, list[Bar]]:
        """The tables that have one column."""
        return {
            "levels": self.levels,
            "harms": self.harms,
            "regions": self.regions,
            "quarters": self.quarters,
        }


@role_required("moderator")
@require_safe
def figures_page(request: MemberRequest) -> HttpResponse:
    """Tables in which no count is under ten, each with its chart; until all notes are counted, a
    link that goes on counting.
    """
    named = _named(request)
    if named is None:
        return render(request, "alerts/figures_count.html")
    context = {
        "day": today(),
        "least": figures.LEAST,
        "tables": [
            (name, title, _chart(named, name), named.bars().get(name, []))
            for name, title in named.titles().items()
        ],
        "months": named.months,
        "month_levels": named.month_levels,
        "not_given": NOT_GIVEN,
    }
    return render(request, "alerts/figures_show.html", context)


@role_required("moderator")
@require_safe
def figures_chart(request: MemberRequest, name: str) -> HttpResponse:
    """One chart as a file."""
    named = _named(request)
    if named is None:
        return redirect("alerts:figures")
    if name not in named.titles():
        raise Http404
    return attachment(_chart(named, name).encode(), f"{name}.svg", "image/svg+xml")


@role_required("moderator")
@require_safe
def figures_file(request: MemberRequest) -> HttpResponse:
    """All tables as one CSV file, in the reader's language."""
    named = _named(request)
    if named is None:
        return redirect("alerts:figures")
    titles = named.titles()
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow([_("Table"), _("Row"), _("Level"), _("Notes")])
    for name, bars in named.bars().items():
        rows.writerows([titles[name], _cell(bar.label), "", bar.number or _few()] for bar in bars)
    for month, numbers in named.months:
        rows.writerows(
            [titles["months"], month, level, number or NOT_GIVEN]
            for level, number in zip(named.month_levels, numbers, strict=True)
        )
    # The mark in front tells spreadsheets that it is UTF-8.
    return attachment(out.getvalue().encode("utf-8-sig"), "figures.csv", "text/csv")


def _named(request: MemberRequest) -> Named | None:
    """What can be shown; None while not all notes are counted."""
    language = get_language() or settings.LANGUAGE_CODE
    counted = figures.count(request.ring, today())
    if counted is None:
        return None
    others = _("Every other region") if counted.regions else _("Every region")
    return Named(
        levels=[Bar(str(LEVELS[level].word), number, level) for level, number in counted.levels],
        harms=[
            *(Bar(str(WHAT_LABELS[key]), number) for key, number in counted.harms),
            Bar(_("Everything else") if counted.harms else _("Everything"), None),
        ],
        regions=[
            *(Bar(_region(key, language), number) for key, number in counted.regions),
            Bar(others, None),
        ],
        quarters=[Bar(_quarter(first), number) for first, number in counted.quarters],
        quarter_ends=(
            month_and_year(counted.quarters[-1][0]),
            month_and_year(_last_month(counted.quarters[0][0])),
        ),
        months=[
            (month_and_year(month), [given.get(level) for level in figures.GIVEN_LEVELS])
            for month, given in counted.months
        ],
        month_levels=[str(LEVELS[level].word) for level in figures.GIVEN_LEVELS],
    )


def _chart(named: Named, name: str) -> SafeString:
    """The chart of a table, in the direction of the reader's language."""
    title = named.titles()[name]
    rtl = direction(get_language() or settings.LANGUAGE_CODE) == "rtl"
    if name in ("levels", "harms", "regions"):
        return bar_chart(title, named.bars()[name], _few(), rtl=rtl)
    if name == "quarters":
        columns = [Columns(title, tuple(bar.number for bar in reversed(named.quarters)))]
        return column_chart(title, columns, *named.quarter_ends, rtl=rtl)
    columns = [
        Columns(word, tuple(numbers[place] for _month, numbers in reversed(named.months)), level)
        for place, (word, level) in enumerate(
            zip(named.month_levels, figures.GIVEN_LEVELS, strict=True)
        )
    ]
    return column_chart(title, columns, named.months[-1][0], named.months[0][0], rtl=rtl)


def _few() -> str:
    return _("fewer than %(least)s") % {"least": figures.LEAST}


def _cell(words: str) -> str:
    """Words that a spreadsheet does not take for a formula: a region comes from what was typed."""
    return f"'{words}" if words.startswith(_FORMULA) else words


def _region(key: str, language: str) -> str:
    """The region's name, and its country's."""
    name, country = region_name(key, language), country_of(key)
    if not country or country == key:
        return name
    return join_places((name, region_name(country, language)))


def _quarter(first: datetime.date) -> str:
    return month_range(first, _last_month(first))


def _last_month(quarter: datetime.date) -> datetime.date:
    """The first day of a quarter's last month."""
    return quarter.replace(month=quarter.month + _MONTHS_AFTER)
