"""The files for containers and for systemd: read and held against the program; no container is run here."""

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from distributed.cli import dask_scheduler, dask_worker

import app
from jobs.__main__ import main as dispatcher
from jobs.settings import CREDENTIALS, NEEDED

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
OURS = ("web", "dispatcher", "scheduler", "worker")
SECRET = re.compile(r"PASSWORD|SECRET|KEY$|TOKEN")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file as data, its shared parts filled in."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


def test_every_part_is_a_service(compose: dict[str, Any]) -> None:
    """Web server, dispatcher, scheduler, workers and PostgreSQL, and nothing else."""
    assert set(compose["services"]) == {*OURS, "db"}
    for service in compose["services"].values():
        for needed in service.get("depends_on", ()):
            assert needed in compose["services"]


def test_nothing_runs_as_root(compose: dict[str, Any]) -> None:
    """Each service has a user of its own by number, no capabilities and no way to new ones; so has the image."""
    for service in compose["services"].values():
        assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", service["user"])
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert not service.get("privileged")
    users = re.findall(r"^USER (\S+)", (DEPLOY / "Containerfile").read_text("utf-8"), re.M)
    assert users[-1] == "h-hour"


def test_no_secret_is_written_down(compose: dict[str, Any]) -> None:
    """Whatever is secret comes from outside, and without it nothing starts."""
    values = [pair for service in compose["services"].values() for pair in service.get("environment", {}).items()]
    secret = {name: value for name, value in values if SECRET.search(name) and name not in CREDENTIALS}
    assert {"PGPASSWORD", "SECRET_KEY", "H_HOUR_BACKUP_KEY", "POSTGRES_PASSWORD"} == set(secret)
    assert all(re.fullmatch(r"\$\{\w+:\?\}", value) for value in secret.values())
    assert not re.search(
        r"^(?:ENV|ARG) .*(?:SECRET|PASSWORD|TOKEN)", (DEPLOY / "Containerfile").read_text("utf-8"), re.M
    )


def test_only_this_machine_reaches_the_server(compose: dict[str, Any]) -> None:
    """One port is open, to this machine, where a proxy with TLS stands."""
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert ports == ["127.0.0.1:5000:5000"]
    assert compose["services"]["web"]["environment"]["H_HOUR_HTTPS"] == "yes"


def test_every_setting_is_one_that_the_program_knows(compose: dict[str, Any]) -> None:
    """A name that nobody reads would be a mistake that nobody notices."""
    help_of_web = CliRunner().invoke(app.main, ["--help"]).output
    backups = (ROOT / "upkeep.py").read_text("utf-8")
    for name in compose["services"]["web"]["environment"]:
        assert name in help_of_web or name in backups or name.startswith("PG"), name
    for name in compose["services"]["dispatcher"]["environment"]:
        assert name in NEEDED or name.startswith("PG"), name


def commands() -> dict[str, Any]:
    """What each service of ours starts, as click knows it."""
    return {
        "web": app.main.commands["serve"],
        "dispatcher": dispatcher,
        "scheduler": dask_scheduler.main,
        "worker": dask_worker.main,
    }


@pytest.mark.parametrize("name", OURS)
def test_every_option_is_one_that_the_command_knows(compose: dict[str, Any], name: str) -> None:
    """The program that a service starts has each option that the file gives it."""
    known = {option for parameter in commands()[name].params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {part for part in compose["services"][name]["command"] if part.startswith("--")} <= known


@pytest.mark.parametrize("name", ["h-hour.service", "h-hour-dispatcher.service"])
def test_a_unit_of_systemd_is_closed_in(name: str) -> None:
    """A unit runs as a user of its own, writes only its own folders, and starts what is there."""
    unit = configparser.ConfigParser(interpolation=None, delimiters=("=",), strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / name, "utf-8")
    service = unit["Service"]
    assert service["User"] == "h-hour"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["UMask"] == "0077"
    assert re.search(r"python (app\.py serve|-m jobs)", service["ExecStart"])
