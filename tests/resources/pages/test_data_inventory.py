"""What we keep: made from the program, complete, and honest about its limits."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from safety_app.privacy import budgets
from safety_app.privacy.middleware.padding import UNIT
from safety_app.privacy.retention import data_inventory
from tests.cast import Person
from tests.languages import EACH
from tests.resources.conftest import FIRST_FLIGHT, on_the_wire

pytestmark = pytest.mark.django_db

OWN = sorted(
    {"accounts", "alerts", "booking", "directory", "doctor", "pages", "translation"}
    & {app.label for app in apps.get_app_configs()}
)


@pytest.mark.thorough
def test_every_table_and_column_of_the_database_is_listed() -> None:
    listed = {table.name: {name for name, _ in table.columns} for table in data_inventory.tables()}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            columns = connection.introspection.get_table_description(cursor, table)
            assert {column.name for column in columns} == listed[table]


@pytest.mark.parametrize("label", OWN)
def test_every_column_of_ours_says_why_it_exists(label: str) -> None:
    for model in apps.get_app_config(label).get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            assert str(field.help_text).strip(), f"{model.__name__}.{field.name}"


def test_the_pages_show_what_the_models_say(html: Callable[[str], str]) -> None:
    overview = html("/en/kept/tables/")
    for table in data_inventory.tables():
        assert f">{table.name}</code>" in overview
        page = overview if table.reason else html(f"/en/kept/tables/{table.app}/")
        assert f">{table.name}</code>" in page
        for name, _reason in table.columns:
            assert f">{name}</code>" in page
    page = html("/en/kept/tables/translation/")
    assert "Whether it is waiting for review or was reviewed." in page


def test_the_first_page_leads_to_the_others(html: Callable[[str], str]) -> None:
    page = html("/en/kept/")
    assert 'href="/en/kept/limits/"' in page
    assert 'href="/en/kept/tables/"' in page
    overview = html("/en/kept/tables/")
    for app in data_inventory.own_tables():
        assert f'href="/en/kept/tables/{app}/"' in overview


@pytest.mark.parametrize("app", ["auth", "nothing", "accounts_member"])
def test_tables_of_no_app_of_ours_have_no_page(client: Client, app: str) -> None:
    assert client.get(f"/en/kept/tables/{app}/").status_code == 404


def test_the_page_shows_every_period_an_app_states(html: Callable[[str], str]) -> None:
    page = html("/en/kept/")
    assert data_inventory.periods()
    rows = page.split('<ul class="rows">', 1)[1].split("</ul>", 1)[0]
    assert rows.count("<li>") == len(data_inventory.periods())


def test_a_page_shows_every_budget(html: Callable[[str], str]) -> None:
    page = html("/en/kept/limits/")
    shown = 0
    for then, rows in data_inventory.limits():
        assert f"<p>{then}</p>" in page
        for what, how_much in rows:
            assert f"<span>{what}</span> <b>{how_much}</b>" in page
            shown += 1
    assert shown == len(budgets.table())
    for row in (
        "<span>Notes opened</span> <b>300 in a day</b>",
        "<span>Lines checked, for people who write for others</span> <b>300 in an hour</b>",
        "<span>Sign-ins tried</span> <b>10 in 15 minutes, with one pseudonym</b>",
        "<span>Codes of the second step</span> <b>5 in one sign-in</b>",
        "<span>Objections</span> <b>30 in a day, from everyone together</b>",
    ):
        assert row in page
    assert "up to 10 seconds" in page


def test_it_says_what_cannot_be_promised_before_anything_folded(html: Callable[[str], str]) -> None:
    main = html("/en/kept/").split("<main", 1)[1]
    limits = main.split("<details", 1)[0]
    for words in (
        "Whoever runs the server could change the program",
        "a thief who is a member",
        "An invitation code nobody has used yet",
        "Your browser keeps a history",
        "Unused parts of the disk",
        "Someone who steals the disk still sees",
    ):
        assert words in limits
    assert "end-to-end" not in main.lower()


def test_it_can_be_read_in_two_minutes(html: Callable[[str], str]) -> None:
    main = html("/en/kept/").split("<main", 1)[1].split("<details", 1)[0]
    words = [word for word in main.split() if "<" not in word]
    assert len(words) < 520


def test_there_are_ten_promises(html: Callable[[str], str]) -> None:
    promises = html("/en/kept/").split("<ol>", 1)[1].split("</ol>", 1)[0]
    assert promises.count("<li>") == 10


PAGES = ["kept/", "kept/limits/", "kept/tables/"]
PAGES += [f"kept/tables/{app}/" for app in data_inventory.own_tables()]


@pytest.mark.parametrize("language", EACH)
def test_they_fit_the_first_flight(client: Client, language: str) -> None:
    for page in PAGES:
        response = client.get(f"/{language}/{page}", headers={"accept-encoding": "gzip"})
        assert response.status_code == 200
        assert on_the_wire(response) < FIRST_FLIGHT, page


@pytest.mark.parametrize("language", EACH)
def test_somebody_signed_in_gets_them_in_two_sizes(member: Person, language: str) -> None:
    for page in PAGES:
        response = member.client.get(f"/{language}/{page}")
        assert len(response.content) <= 2 * UNIT, page


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(client: Client, method: str) -> None:
    for page in PAGES:
        assert getattr(client, method)(f"/en/{page}").status_code == 405
