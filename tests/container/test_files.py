"""The container files: nobody is root, nothing can be written, nothing is logged, little is there
to be reached.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from safety_app.version import VERSION

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "deploy/container"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
CONTAINERFILE = (FOLDER / "Containerfile").read_text()
MANUAL = (ROOT / "docs/operations.md").read_text()
STAGES = dict(
    re.findall(r"^FROM \S+ AS (\w+)\n(.*?)(?=^FROM|\Z)", CONTAINERFILE, re.MULTILINE | re.DOTALL)
)
USER = "10001:10001"

each_service = pytest.mark.parametrize("name", SERVICES)


@each_service
def test_a_service_is_nobody_and_may_nothing(name: str) -> None:
    service = SERVICES[name]
    assert service["user"] == USER
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert not service.get("privileged")
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["ulimits"]["core"] == 0
    assert service["pids_limit"] <= 200
    assert f"USER {USER}" in STAGES[name]


@each_service
def test_its_memory_is_bounded_and_never_in_swap(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"\d+m", service["mem_limit"])
    assert service["memswap_limit"] == service["mem_limit"]


@each_service
def test_what_can_be_written_is_memory_or_a_named_volume(name: str) -> None:
    service = SERVICES[name]
    for place in service["tmpfs"]:
        assert {"noexec", "nosuid", "nodev"} <= set(re.split("[,:]", place))
    for volume in service["volumes"]:
        assert volume.partition(":")[0] in COMPOSE["volumes"]
    assert "docker.sock" not in str(service)


@each_service
def test_it_is_asked_how_it_is(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_nobody_logs_requests() -> None:
    logging = {name: service["logging"] for name, service in SERVICES.items()}
    assert {name for name, one in logging.items() if one["driver"] != "none"} == {"app"}
    assert logging["app"]["options"] == {"max-size": "1m", "max-file": "2"}
    # What the proxy's container runs is the shipped file, whose log is discarded.
    assert "COPY deploy/proxy/Caddyfile" in STAGES["proxy"]
    assert "output discard" in (ROOT / "deploy/proxy/Caddyfile").read_text()


def test_only_the_proxy_can_be_reached_and_reaches_others() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    networks = {name: service.get("networks") for name, service in SERVICES.items()}
    assert networks == {
        "app": ["inside"],
        "database": None,
        "cache": None,
        "proxy": ["inside", "outside"],
    }
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("database", "cache"):
        assert SERVICES[name]["network_mode"] == "none"
    assert "listen_addresses = ''" in (FOLDER / "postgresql.conf").read_text()
    assert "port 0\n" in (FOLDER / "cache.conf").read_text()


def test_sockets_are_in_memory_and_of_the_user_alone() -> None:
    for name in ("database-socket", "cache-socket"):
        options = COMPOSE["volumes"][name]["driver_opts"]
        assert options["type"] == options["device"] == "tmpfs"
        assert {"uid=10001", "gid=10001", "mode=0700"} <= set(options["o"].split(","))


def test_the_cache_writes_nothing() -> None:
    lines = (FOLDER / "cache.conf").read_text().splitlines()
    assert {'save ""', "appendonly no", "maxmemory-policy noeviction"} <= set(lines)
    assert not any(volume.startswith("cache:") for volume in SERVICES["cache"]["volumes"])


def test_the_database_forgets() -> None:
    assert "include '/opt/nightjar/nightjar.conf'" in (FOLDER / "postgresql.conf").read_text()
    assert "deploy/postgresql/nightjar.conf" in STAGES["database"]
    made = (FOLDER / "database.sh").read_text()
    assert "GRANT pg_checkpoint TO nightjar" in made
    assert "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO nightjar" in made


def test_the_pepper_is_a_secret_of_the_program_alone() -> None:
    having = {name for name, service in SERVICES.items() if "secrets" in service}
    assert having == {"app"}
    environment = SERVICES["app"]["environment"]
    assert environment["NIGHTJAR_PEPPER_FILE"] == "/run/secrets/pepper"
    assert "pepper" not in CONTAINERFILE.lower()
    assert not re.search(r"^(ENV|ARG).*(PEPPER|PASSWORD|SECRET)", CONTAINERFILE, re.MULTILINE)


def test_the_data_is_where_its_marker_is_looked_for() -> None:
    app = SERVICES["app"]
    assert app["environment"]["NIGHTJAR_DATA"] == "/srv/nightjar"
    assert "data:/srv/nightjar" in app["volumes"]
    assert "refuse_without_network" in (FOLDER / "__main__.py").read_text()
    assert "is the volume mounted?" in (FOLDER / "database.sh").read_text()


def test_versions_agree_with_the_manual() -> None:
    for name, service in SERVICES.items():
        assert service["image"] == f"localhost/nightjar-{name}:{VERSION}"
        assert service["build"]["target"] == name
    bases = re.findall(r"^FROM (\S+) AS", CONTAINERFILE, re.MULTILINE)
    assert set(bases) == {"docker.io/library/debian:bookworm-slim", "base"}
    assert "postgresql-15" in STAGES["database"]
    assert "/usr/lib/postgresql/15/" in (FOLDER / "database.sh").read_text()
    chapter = MANUAL.split("\n## Containers\n")[1].split("\n## ")[0]
    for word in ("Debian 12", "PostgreSQL 15", "Redis 7.0", "Caddy 2.6"):
        assert word in chapter
    for service in SERVICES.values():
        assert service["mem_limit"].removesuffix("m") in chapter


def test_an_image_holds_what_is_listed_and_no_more() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", STAGES["build"], re.MULTILINE)
    names = {name for line in copied for name in line.split()}
    assert names.isdisjoint({".", "tests", ".git", "var"})
    assert all((ROOT / name).exists() for name in names)
    for stage in ("database", "cache", "proxy"):
        (line,) = re.findall(r"^COPY (.+) \S+$", STAGES[stage], re.MULTILINE)
        assert all((ROOT / name).is_file() for name in line.split())
