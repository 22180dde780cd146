"""`/services/edit/file/`: what a file would change is shown first, and then just that is done."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from resources.directory.budgets import FILES
from resources.directory.content import EntryContent, content_of
from resources.directory.exchange import hsds, hsds_tables, table, uploads
from resources.directory.exchange.files import FileError, uuid_of
from resources.directory.models import Service
from safety_app.accounts.models import Organisation
from safety_app.privacy.ids import LOWEST, random_id
from tests.cast import ORGANISATION, OTHER_ORGANISATION, Person
from tests.resources.directory.places import content, full, put, secret

pytestmark = pytest.mark.django_db
URL = "/en/services/edit/file/"
_PACKED = re.compile(r'name="entries" value="([^"]+)"')
Entries = list[tuple[int, EntryContent]]


def as_zip(entries: Entries, folder: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, text in hsds_tables.package_files(entries).items():
            whole.writestr(folder + name, text)
    return out.getvalue()


FORMS = {
    "json": lambda entries: hsds.write_hsds(entries).encode(),
    "one object": lambda entries: json.dumps(hsds.service_object(*entries[0])).encode(),
    "csv": lambda entries: table.write_table(entries).encode(),
    "zip": as_zip,
    "zip with a folder": lambda entries: as_zip(entries, "services/"),
}


def bring(person: Person, file: bytes | str, **more: Any) -> HttpResponse:
    body = file if isinstance(file, bytes) else file.encode()
    return person.client.post(URL, {"file": SimpleUploadedFile("list.txt", body), **more})


def confirm(person: Person, preview: HttpResponse) -> HttpResponse:
    packed = _PACKED.search(preview.content.decode())
    assert packed is not None
    return person.client.post(URL, {"take": "1", "entries": packed[1]})


def shown(response: HttpResponse) -> str:
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


@pytest.mark.parametrize("form", FORMS)
def test_a_new_place_is_shown_then_brought_in_unpublished(editor: Person, form: str) -> None:
    pk = random_id()
    preview = bring(editor, FORMS[form]([(pk, full())]))
    page = shown(preview)
    assert "1 new place" in page
    assert "-Blue &quot;Door&quot;, =1+1" in page
    assert not Service.objects.filter(pk=pk).exists()
    assert "not published yet" in shown(confirm(editor, preview))
    row = Service.objects.get(pk=pk)
    assert (row.owner, row.published) == (editor.row.organisation_id, False)
    assert content_of(row) == full()


def test_what_differs_is_named_and_a_published_place_stays(editor: Person) -> None:
    row = put(content(), owner=ORGANISATION)
    preview = bring(editor, table.write_table([(row.pk, content(city="Ghent", kinds=("food",)))]))
    page = shown(preview)
    assert "1 place of yours says something else" in page
    assert "Town or quarter" in page
    assert "1 place was changed" in shown(confirm(editor, preview))
    row.refresh_from_db()
    assert (row.city, row.published) == ("Ghent", True)


def test_nothing_new_has_no_button(editor: Person) -> None:
    row = put(content(), owner=ORGANISATION)
    page = shown(bring(editor, table.write_table([(row.pk, content())])))
    assert "1 place is as it is here already" in page
    assert 'name="take"' not in page


def test_places_of_others_and_of_nobody_stay(editor: Person) -> None:
    others = put(content(name="Theirs"), owner=OTHER_ORGANISATION)
    nobodys = put(content(name="Free"))
    entries = [(others.pk, content(name="Taken")), (nobodys.pk, content(name="Grabbed"))]
    preview = bring(editor, table.write_table([*entries, (random_id(), content(name="Mine"))]))
    page = shown(preview)
    assert "They belong to another organisation" in page
    assert "Nobody looks after these yet" in page
    confirm(editor, preview)
    packed = uploads.pack(table.read_table(table.write_table(entries)))
    editor.client.post(URL, {"take": "1", "entries": packed})  # not from the page
    names = sorted(Service.objects.values_list("name", flat=True))
    assert names == ["Free", "Mine", "Theirs"]


def test_what_was_left_out_is_said_line_by_line(editor: Person) -> None:
    monthly = {"freq": "MONTHLY", "byday": "2TU", "opens_at": "9:00", "closes_at": "12:00"}
    whole = [
        hsds.service_object(LOWEST + number, content(name=f"Door {number}")) for number in (1, 2)
    ]
    whole[1]["schedules"] = [monthly]
    page = shown(bring(editor, json.dumps(whole, indent=0)))
    assert "Not in the file" in page
    assert "Line " in page
    assert "hours that are not weekly; kept as words: every month, Tuesday (number 2)" in page


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("file", "message"),
    [
        (b"", "is missing"),
        (b"hello", "is missing"),
        (b"\xff\xfe", "not UTF-8 text"),
        (b"{", "not JSON"),
        (b"PK\x03\x04", "not an archive"),
        (b"id;name\n7;x\n", "is not a UUID"),
        (as_zip([]), "is missing"),
        (as_zip([(LOWEST + 7, content())])[:-30], "not an archive"),
        (table.write_table([(LOWEST + n, content()) for n in range(501)]).encode(), "more than"),
    ],
)
def test_what_is_wrong_is_named_and_changes_nothing(
    editor: Person, file: bytes, message: str
) -> None:
    response = bring(editor, file)
    assert response.status_code == 400
    assert message in response.content.decode()
    assert not Service.objects.exists()


@pytest.mark.thorough
def test_an_archive_is_unpacked_to_five_megabytes_and_no_further(editor: Person) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("services.csv", "x" * 30_000_000)
    assert "larger than 5 MB" in bring(editor, out.getvalue()).content.decode()
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as whole:
        for number in range(99):
            whole.writestr(f"{number}.csv", "")
    assert "too many files" in bring(editor, many.getvalue()).content.decode()


def test_the_street_of_a_shelter_is_refused(editor: Person) -> None:
    whole = hsds.service_object(LOWEST + 7, secret())
    whole["service_at_locations"][0]["location"]["addresses"] = [{"address_1": "3 Hidden Lane"}]
    response = bring(editor, json.dumps(whole))
    assert response.status_code == 400
    assert "address is secret" in response.content.decode()
    assert "Hidden Lane" not in response.content.decode()


@pytest.mark.parametrize("entries", ["", "x", "eJw=", "é", "A" * 100_000])
def test_what_the_page_did_not_make(editor: Person, entries: str) -> None:
    response = editor.client.post(URL, {"take": "1", "entries": entries})
    assert response.status_code == 400
    assert not Service.objects.exists()


@pytest.mark.thorough
def test_what_unpacks_without_end_is_refused() -> None:
    bomb = uploads.base64.b64encode(uploads.zlib.compress(b"x" * 30_000_000)).decode()
    with pytest.raises(FileError):
        uploads.unpack(bomb)


@pytest.mark.thorough
def test_five_hundred_places_fit_into_the_form(editor: Person) -> None:
    entries = [
        (LOWEST + n, content(name=f"Door {n}", description=uuid_of(random_id())))
        for n in range(500)
    ]
    preview = bring(editor, table.write_table(entries))
    assert "500 new places" in shown(preview)
    assert "And 440 more." in preview.content.decode()
    assert "500 new places are in your list" in shown(confirm(editor, preview))


def test_no_file(editor: Person) -> None:
    response = editor.client.post(URL, {})
    assert response.status_code == 400
    assert "Choose a file." in response.content.decode()


def test_what_comes_back_through_the_lock_page_takes_nothing(editor: Person) -> None:
    preview = bring(editor, table.write_table([(random_id(), content())]))
    packed = _PACKED.search(preview.content.decode())
    assert packed is not None
    sent = {"take": "1", "entries": packed[1], "unlock": "1"}
    assert editor.client.post(URL, sent).status_code == 200
    assert not Service.objects.exists()


@pytest.mark.thorough
def test_there_is_a_budget(editor: Person) -> None:
    for _ in range(FILES.amount):
        bring(editor, "id,name\n")
    assert bring(editor, "id,name\n").status_code == 429


@pytest.mark.thorough
def test_moderators_too_and_nobody_else(
    moderator: Person, member: Person, translator: Person, nobody: Client
) -> None:
    assert moderator.client.get(URL).status_code == 200
    assert "1 new place" in shown(bring(moderator, table.write_table([(random_id(), content())])))
    for person in (member, translator):
        assert person.client.get(URL).status_code == 404
        assert bring(person, "id,name\n").status_code in {400, 404}  # before it is read
        assert person.client.post(URL, {"take": "1"}).status_code == 404
    assert nobody.get(URL).status_code == 302
    assert Organisation.objects.exists()
