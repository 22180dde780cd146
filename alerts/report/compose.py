"""From the five forms to a report, and from a report back to what would have been typed."""

from __future__ import annotations

import datetime

from django.http import QueryDict

from alerts.content import Report
from alerts.report.flow import Answers
from alerts.report.forms import SUGGEST
from alerts.vocabulary.choices import suggest_level
from safety_app.locales.regions import ONLINE

_WEEK, _MONTH = 7, 31


def compose(answers: Answers, counted_from: datetime.date) -> Report:
    """The report that the forms make. `counted_from` is the day that "today" refers to.

    Invalid answers are left out, so that the summary can show a report with errors.
    """
    what = answers.what.cleaned_data
    where = answers.where.cleaned_data
    words = answers.words.cleaned_data
    ticked = tuple(what.get("what", ()))
    region = where.get("region", "")
    text, helped = words.get("text", ""), words.get("helped", "")
    day: datetime.date | None = where.get("day")
    return Report(
        what=ticked,
        level=level_of(what.get("level", SUGGEST), ticked),
        region=region,
        country="" if region == ONLINE else where.get("country", ""),
        city=where.get("city", ""),
        setting=where.get("setting", ""),
        when=when_of(day, counted_from) if day else where.get("when") or "not_sure",
        day=day.isoformat() if day else "",
        time_of_day=where.get("hours", ""),
        identifiers=answers.who.reported,
        description=answers.description.answers,
        marks=answers.description.cleaned_data.get("marks_text", ""),
        text=text,
        helped=helped,
        language=(words.get("written_in") or answers.words.language) if text or helped else "",
        may_note=words.get("note_ok", False),
        may_share=words.get("share_ok", False),
        on_behalf=words.get("on_behalf", False),
    )


def level_of(chosen: str, what: tuple[str, ...]) -> int:
    """The chosen level, or the one suggested by what was ticked."""
    return suggest_level(what) if chosen == SUGGEST else int(chosen)


def when_of(day: datetime.date, counted_from: datetime.date) -> str:
    """The key of WHEN for an exact day."""
    ago = (counted_from - day).days
    if ago <= 0:
        return "today"
    if ago < _WEEK:
        return "week"
    return "month" if ago < _MONTH else "earlier"


def typed_from(report: Report) -> QueryDict:
    """The form data that would make this report, to start a correction from."""
    data = QueryDict(mutable=True)
    data.setlist("what", list(report.what))
    single = {
        "level": str(report.level),
        "when": report.when,
        "day": report.day,
        "hours": report.time_of_day,
        "country": report.country,
        "region": report.region,
        "city": report.city,
        "setting": report.setting,
        "marks_text": report.marks,
        "text": report.text,
        "helped": report.helped,
        "written_in": report.language,
        "note_ok": "on" if report.may_note else "",
        "share_ok": "on" if report.may_share else "",
        "on_behalf": "on" if report.on_behalf else "",
        # Texts that she has sent before need no confirmation again.
        "city_ok": "on" if report.city else "",
        "marks_ok": "on" if report.marks else "",
        "text_ok": "on" if report.text or report.helped else "",
    }
    for name, value in single.items():
        if value:
            data[name] = value
    for key, chosen in report.description.items():
        data.setlist(key, list(chosen))
    for number, reported in enumerate(report.identifiers):
        data[f"identifier-{number}-value"] = reported.shown
        data[f"identifier-{number}-kind"] = reported.kind
        if not reported.sure:
            data[f"identifier-{number}-sure"] = "no"
        if reported.spoofable:
            data[f"identifier-{number}-spoof"] = "on"
    return data
