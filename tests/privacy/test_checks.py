"""Dangerous configuration stops the start, with one sentence that says what to do."""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.checks import ERROR, WARNING, run_checks

from safety_app import checks
from safety_app.vault.passphrase import PRODUCTION_COST

LOCMEM = "safety_app.privacy.backends.memory_cache.MemoryCache"
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def safe(settings, tmp_path):
    """Settings as a careful operator has them."""
    tmp_path.chmod(0o700)
    settings.PEPPER = secrets.token_bytes(32)
    settings.DATA_DIR = tmp_path
    settings.DEBUG = settings.DEMO = False
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.ALLOWED_HOSTS = ["notes.example.org"]
    settings.SECURITY_CONTACT = "mailto:safety@example.org"
    settings.SIGN_IN_COST = PRODUCTION_COST
    settings.CACHES = {"default": {"BACKEND": LOCMEM}}
    settings.STATIC_ROOT = tmp_path / "static"
    (tmp_path / "nightjar-network").touch()
    return settings


def ours() -> list[str]:
    """Ids of our own findings; Django's deployment warnings are about other things."""
    found = run_checks(include_deployment_checks=True)
    for problem in found:
        if str(problem.id).startswith("nightjar."):
            # One sentence, on one line, that says what to do.
            assert "\n" not in problem.msg
            assert problem.msg.endswith(".")
    return [problem.id for problem in found if str(problem.id).startswith("nightjar.")]


def test_safe_settings_start(safe):
    assert ours() == []
    found = run_checks(include_deployment_checks=True)
    assert [p for p in found if p.level >= ERROR and not p.is_silenced()] == []


def test_commands_work_without(safe):
    """They are deployment checks, so `makemigrations` and `help` do not ask for a pepper."""
    safe.PEPPER = None
    assert not [p for p in run_checks() if str(p.id).startswith("nightjar.")]


def test_when_notes_are_published_is_one_of_two_words(safe):
    safe.PUBLISH = "review"
    assert ours() == []
    safe.PUBLISH = "Review"
    assert ours() == ["nightjar.E013"]


def test_no_pepper(safe):
    safe.PEPPER = None
    assert ours() == ["nightjar.E001"]


def test_no_data_directory(safe, tmp_path, monkeypatch):
    monkeypatch.setitem(safe.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    safe.DATA_DIR = tmp_path / "nothing"
    assert ours() == ["nightjar.E002"]


def test_a_directory_without_a_network(safe, tmp_path, monkeypatch):
    """As the empty directory is in which a volume should be mounted."""
    (tmp_path / "nightjar-network").unlink()
    assert ours() == ["nightjar.E020"]
    elsewhere = SimpleNamespace(
        DATA_DIR=tmp_path / "nothing",
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql"}},
        DEMO=False,
    )
    monkeypatch.setattr(checks, "settings", elsewhere)
    assert checks.network_marker(None)
    elsewhere.DEMO = True
    assert checks.network_marker(None) == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("-m safety_app.server", "There is no network in"),
        ("manage.py check --deploy", "There is no network in"),
        ("manage.py housekeep", "There is no database in"),
    ],
)
def test_nothing_is_served_or_written_without_a_network(tmp_path, command, words):
    data = tmp_path / "not-mounted"
    data.mkdir(mode=0o700)
    kept = {name: value for name, value in os.environ.items() if "NIGHTJAR" not in name}
    settings = {
        "NIGHTJAR_DATA": str(data),
        "NIGHTJAR_PEPPER_FILE": pepper_file(tmp_path),
        "DJANGO_SETTINGS_MODULE": "safety_app.settings",
        "NIGHTJAR_BIND": "127.0.0.1:0",
    }
    done = subprocess.run(
        [sys.executable, *command.split()],
        env={**kept, **settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode != 0
    assert f"{words} {data}" in done.stderr
    assert list(data.iterdir()) == []


def pepper_file(folder: Path) -> str:
    path = folder / "pepper"
    path.write_text("ab" * 32)
    path.chmod(0o600)
    return str(path)


def test_no_data_directory_is_fine_with_another_database(safe, tmp_path, monkeypatch):
    safe.DATA_DIR = tmp_path / "nothing"
    engine = {"default": {"ENGINE": "django.db.backends.postgresql"}}
    monkeypatch.setattr(
        checks, "settings", SimpleNamespace(DATA_DIR=safe.DATA_DIR, DATABASES=engine)
    )
    assert checks.data_directory(None) == []


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o704, 0o701, 0o777, 0o720])
def test_a_data_directory_others_can_read(safe, tmp_path, mode):
    tmp_path.chmod(mode)
    assert ours() == ["nightjar.E003"]
    tmp_path.chmod(0o700)


def test_debug(safe):
    safe.DEBUG = True
    assert ours() == ["nightjar.E004"]
    safe.DEMO = True
    safe.ALLOWED_HOSTS = ["localhost"]
    assert ours() == []


@pytest.mark.parametrize("hosts", [["*"], ["notes.example.org", "*"], [".example.org"]])
def test_wildcard_hosts(safe, hosts):
    safe.ALLOWED_HOSTS = hosts
    assert ours() == ["nightjar.E006"]


@pytest.mark.parametrize("hosts", [["notes.example.org"], ["localhost", "*"], ["192.168.1.2"]])
def test_a_demo_for_others(safe, hosts):
    safe.DEMO = True
    safe.ALLOWED_HOSTS = hosts
    assert ours() == ["nightjar.E005"]


def test_a_demo_for_this_machine(safe):
    safe.DEMO = True
    safe.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    assert ours() == []


@pytest.mark.parametrize("less", [{"passes": 2}, {"memory": 32 * 1024}])
def test_too_little_stretching(safe, monkeypatch, less):
    cheap = PRODUCTION_COST.__class__(**{**PRODUCTION_COST.__dict__, **less})
    monkeypatch.setattr(
        checks,
        "settings",
        SimpleNamespace(SIGN_IN_COST=cheap, SETTINGS_MODULE="safety_app.settings"),
    )
    assert [problem.id for problem in checks.stretching(None)] == ["nightjar.E007"]
    checks.settings.SETTINGS_MODULE = "tests.settings"
    assert checks.stretching(None) == []


# Sessions


@pytest.mark.parametrize("engine", ["db", "file", "cached_db", "signed_cookies", "cache"])
def test_another_session_engine(safe, engine):
    safe.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    assert ours() == ["nightjar.E008"]


@pytest.mark.parametrize(
    "backend", ["filebased.FileBasedCache", "db.DatabaseCache", "dummy.DummyCache"]
)
def test_a_cache_on_a_disk(safe, backend, tmp_path):
    place = f"django.core.cache.backends.{backend}"
    safe.CACHES = {"default": {"BACKEND": place, "LOCATION": str(tmp_path / "cache")}}
    assert ours() == ["nightjar.E009"]


def test_several_processes_with_a_memory_each(safe, monkeypatch):
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    assert ours() == ["nightjar.E010"]
    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    assert ours() == []


class ConnectionError(Exception):  # noqa: A001 (named as the library names it)
    """Stands in for redis.exceptions.ConnectionError."""


class ResponseError(Exception):
    """Stands in for redis.exceptions.ResponseError."""


@pytest.fixture
def redis(safe, monkeypatch):
    """A Redis that answers CONFIG GET with what is in this dictionary, or raises."""
    answers: dict[str, object] = {"save": "", "appendonly": "no"}

    def config_get(name):
        if isinstance(answers[name], Exception):
            raise answers[name]
        return {name: answers[name]}

    client = SimpleNamespace(config_get=config_get)
    cache = SimpleNamespace(_cache=SimpleNamespace(get_client=lambda: client))
    safe.CACHES = {"default": {"BACKEND": checks.REDIS, "LOCATION": "redis://127.0.0.1:1"}}
    monkeypatch.setattr(checks, "caches", {"default": cache})
    return answers


def test_redis_in_memory(redis):
    assert ours() == []


@pytest.mark.parametrize(("name", "value"), [("save", "3600 1 300 100"), ("appendonly", "yes")])
def test_redis_that_writes(redis, name, value):
    redis[name] = value
    assert ours() == ["nightjar.E012"]


def test_redis_that_does_not_say(redis):
    redis["save"] = ResponseError("unknown command CONFIG")
    assert ours() == ["nightjar.W001"]
    found = run_checks(include_deployment_checks=True)
    assert next(p for p in found if p.id == "nightjar.W001").level == WARNING


def test_redis_that_is_not_there(redis):
    redis["save"] = ConnectionError("refused")
    assert ours() == ["nightjar.E011"]


@pytest.mark.thorough
def test_a_real_client_asks_a_real_address(safe):
    """The library's own error has the name the check looks for."""
    pytest.importorskip("redis")
    safe.CACHES = {"default": {"BACKEND": checks.REDIS, "LOCATION": "redis://127.0.0.1:1"}}
    assert ours() == ["nightjar.E011"]


# The whole start


def start(tmp_path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import the WSGI application as a server does."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import safety_app.wsgi"],
        cwd=ROOT,
        env={**inherited, "NIGHTJAR_DATA": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.thorough
def test_wsgi_refuses_with_one_sentence_each(tmp_path):
    tmp_path.chmod(0o755)
    done = start(tmp_path, NIGHTJAR_DEBUG="1")
    assert done.returncode == 1
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 3
    assert any("pepper" in line for line in lines)
    assert any("chmod 700" in line for line in lines)
    assert any("NIGHTJAR_DEBUG" in line for line in lines)
    assert "Traceback" not in done.stderr


@pytest.mark.thorough
def test_wsgi_starts_when_all_is_well(tmp_path):
    tmp_path.chmod(0o700)
    (tmp_path / "nightjar-network").touch()
    pepper = tmp_path.parent / f"{tmp_path.name}-pepper"
    pepper.write_text(secrets.token_hex(32))
    pepper.chmod(0o600)
    done = start(tmp_path, NIGHTJAR_PEPPER_FILE=str(pepper))
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.thorough
def test_a_command_works_without_a_pepper(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", "privacy"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "NIGHTJAR_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "pepper" not in done.stderr
    assert "No changes detected" in done.stdout or "does not have migrations" in done.stdout


def make(module: str, data: Path, **environment: str) -> str:
    """What `make found` or `make run` says when it refuses; it must end by itself, having founded
    nothing.
    """
    kept = {name: value for name, value in os.environ.items() if "NIGHTJAR" not in name}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    ended = subprocess.run(
        [sys.executable, "-m", f"deploy.{module}"],
        env={**kept, "DATA": str(data), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode != 0
    assert ended.stdout == ""
    assert not (data / "db.sqlite3").exists()
    return ended.stderr


@pytest.mark.thorough
def test_a_promised_pepper_that_is_missing_founds_nothing(tmp_path):
    said = make("found", tmp_path / "data", CREDENTIALS_DIRECTORY=str(tmp_path))
    assert said.startswith("There is no pepper")
    assert len(said.splitlines()) == 1


@pytest.mark.thorough
def test_a_readable_directory_with_something_in_it_is_not_repaired_in_silence(tmp_path):
    (tmp_path / "somebody-elses").touch()
    tmp_path.chmod(0o755)
    said = make("found", tmp_path)
    assert said.startswith("Others can read the data directory")
    assert tmp_path.stat().st_mode & 0o777 == 0o755


@pytest.mark.thorough
@pytest.mark.parametrize("exists", [True, False])
def test_an_empty_directory_becomes_no_network_by_being_served(tmp_path, exists):
    data = tmp_path / "not-mounted"
    if exists:
        data.mkdir(mode=0o700)
    said = make("run", data)
    assert str(data) in said
    assert "mount" in said
    assert f"make found DATA={data}" in said
    assert list(tmp_path.rglob("*")) == ([data] if exists else [])


@pytest.mark.thorough
def test_founding_is_done_once_and_leaves_the_marker(tmp_path):
    kept = {name: value for name, value in os.environ.items() if "NIGHTJAR" not in name}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    data = tmp_path / "data"

    def found() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "deploy.found"],
            env={**kept, "DATA": str(data), "ORGANISATION": "Rue des Lilas"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )

    first = found()
    assert first.returncode == 0, first.stderr
    assert "Organisation: Rue des Lilas" in first.stdout
    assert (data / "nightjar-network").is_file()
    (data / "nightjar-network").unlink()
    again = found()
    assert again.returncode != 0
    assert "has a network already" in again.stderr
    assert "invitation" not in again.stdout
    assert (data / "nightjar-network").is_file()
