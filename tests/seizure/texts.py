"""What translators and editors do, and what somebody asks without an account: over HTTP only."""

from __future__ import annotations

from collections import Counter

from tests.seizure.client import Browser, Page
from tests.seizure.image import Image
from tests.seizure.world import Person, World, invite, join

# Tables with a tag that shows somebody's own work to her alone, and the tag's column.
TAGS = {
    "pages_segmenttext": "author_tags",
    "pages_version": "author_tags",
    "translation_remark": "author_tag",
    "translation_translatorbookmark": "tag",
}
PAGE = 8  # about health: nobody publishes her own words
OTHER_PAGE = 7  # about work: an editor does
ORIGINAL = {
    "title": "If someone hurt you",
    "answer": "Some care works best in the first hours.",
    "body": "It is not your fault.",
    "topic": "harm",
    "urgent": "on",
    "change_note": "A shorter page",
}


def on_the_pages(world: World) -> None:
    "Two texts wait and one is approved, an original waiting for review, a remark stays."
    translator = next(one for one in world.people if one.role == "translator")
    proofreader = join(world, invite(world, world.people[0], "translator"), "translator")
    editor = join(world, invite(world, world.people[0], "editor"), "editor")
    first, second, third = _texts(translator)[:3]
    for path in (first, second):
        _save(translator, path, "Un texto nuevo", "save")
    _save(proofreader, third, "Otro texto nuevo", "save")
    _save(proofreader, first, "Un texto nuevo", "approve")
    remark = translator.browser.get(second.replace(f"es/{PAGE}", "remark"))
    _done(translator.browser.fill(remark, {"text": "Is there a shorter word?", "language": "es"}))
    page = editor.browser.get(f"/en/r/{OTHER_PAGE}/edit/")
    _done(editor.browser.fill(page, {**ORIGINAL, "topic": "work", "publish": "1"}))
    desk = translator.browser.get("/en/translate/es/")
    _done(translator.browser.fill(desk, {}, action="/seen/"))
    page = editor.browser.get(f"/en/r/{PAGE}/edit/")
    _done(editor.browser.fill(page, {**ORIGINAL, "ask": "1"}))


def without_an_account(world: World) -> None:
    """Somebody looks for a page, and fills in the sheet for a doctor and
    the message for who looks out for her."""
    stranger = Browser(world.server.port)
    looked_for = world.word("looked for")
    _done(stranger.fill(stranger.get("/en/find/"), {"q": looked_for}))
    sheet = stranger.fill(
        stranger.get("/en/doctor/"),
        {"doctor": "es", "allergies": world.word("allergy"), "show": "1"},
    )
    _done(sheet)
    message = stranger.fill(
        stranger.get("/en/booking/"),
        {"where": world.word("place"), "word": world.word("code word"), "show": "1"},
    )
    _done(message)


def equal_tags(image: Image) -> list[str]:
    """Tags that two rows share, or that stand in another column too: they would join somebody's
    work together, or to her account.
    """
    tags = [
        bytes(row[column])
        for table, column in TAGS.items()
        for row in image.tables[table]
        if row[column]
    ]
    everywhere = Counter(
        bytes(value)
        for rows in image.tables.values()
        for row in rows
        for value in dict(row).values()
        if isinstance(value, bytes)
    )
    return [f"a tag stands {everywhere[tag]} times" for tag in tags if everywhere[tag] != 1]


def tags(image: Image) -> int:
    """How many rows carry one."""
    return sum(bool(row[column]) for table, column in TAGS.items() for row in image.tables[table])


def _texts(person: Person) -> list[str]:
    """Addresses of a page's texts: its title, its answer, the words it is found by first."""
    page = person.browser.get(f"/en/translate/es/{PAGE}/")
    return list(dict.fromkeys(link for link in page.links if _is_text(link)))


def _is_text(link: str) -> bool:
    last = link.rstrip("/").rsplit("/", 1)[-1]
    return link.startswith(f"/en/translate/es/{PAGE}/") and last.isdigit() and len(last) > 10


def _save(person: Person, path: str, text: str, button: str) -> None:
    page = person.browser.get(path)
    _done(person.browser.fill(page, {"text": text, button: "1"}))


def _done(page: Page) -> None:
    if page.status != 200 or "Please look at this again" in page.text:
        raise AssertionError(f"{page.path}: {page.status} {page.text[:600]}")
