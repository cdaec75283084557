"""docker-compose.yml holds together: nothing in it names what does not exist. No Docker engine is needed."""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.runtime.cli import main as vigie
from shared.runtime.settings import Settings
from tests.consistency.repository import ROOT, code_of

OURS = ("ingestion", "aggregator", "alerting", "dashboard")
ONCE = ("roles", "migrate", "catalogue")
PUBLISHED = {"dashboard", "grafana", "mailpit"}
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
SETTINGS = {f"VIGIE_{name.upper()}" for name in Settings.model_fields}


def example() -> dict[str, str]:
    """What .env.example sets, with a value for what it leaves to the operator."""
    pairs = re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, flags=re.MULTILINE)
    return {name: value or "0123456789abcdef" for name, value in pairs}


def compose(environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the real compose client on our file, with this environment and no .env."""
    program = Path(sys.executable).with_name("docker-compose")
    return subprocess.run(
        [str(program), "--env-file", "/dev/null", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **environment},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """Every service as compose reads it, all variables in their place."""
    done = compose(example(), "config", "--format", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["services"]
    return found


def test_compose_accepts_the_file_without_a_word() -> None:
    """The client validates it, and warns of nothing."""
    done = compose(example(), "config", "--quiet")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


@pytest.mark.parametrize("name", [n for n in example() if n.endswith(("PASSWORD", "KEYS"))])
def test_no_secret_has_a_default(name: str) -> None:
    """A stack without one of its passwords or keys does not start, and says which is missing and where it goes."""
    done = compose({k: v for k, v in example().items() if k != name}, "config", "--quiet")
    assert done.returncode != 0
    assert f"set {name} in .env" in done.stderr


def test_the_example_lists_exactly_what_compose_asks() -> None:
    """Every variable of the file stands in .env.example, and every variable of .env.example is used by the file."""
    raw = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{([A-Z_]+)", raw))
    assert asked - SETTINGS == set(example())


def test_every_variable_of_ours_is_a_setting(services: dict[str, Any]) -> None:
    """A mistyped VIGIE_ variable would be ignored in silence."""
    given = {name for service in services.values() for name in service.get("environment", {})}
    assert {name for name in given if name.startswith("VIGIE_")} <= SETTINGS
    for name in (*OURS, "migrate", "catalogue"):
        assert all(variable in SETTINGS for variable in services[name]["environment"])


@pytest.mark.parametrize("name", OURS)
def test_what_a_service_reads_can_be_set(name: str, services: dict[str, Any]) -> None:
    """Each setting that its code reads reaches its container: a value in .env is never ignored in silence.

    A command reads its settings where somebody types it.
    """
    code = code_of(Path("services") / name, but=r"cli\.py$")
    read = set(re.findall(r"\bsettings(?:\(\))?\.([a-z_]+)", code))
    wanted = {f"VIGIE_{setting.upper()}" for setting in read & set(Settings.model_fields)}
    assert wanted <= set(services[name]["environment"])


@pytest.mark.parametrize("name", OURS)
def test_the_command_of_a_service_starts_what_exists(name: str, services: dict[str, Any]) -> None:
    """The factory that uvicorn is given is there, and the health check asks the port that it listens on."""
    command = services[name]["command"]
    assert command[:3] == ["uvicorn", "--factory", f"services.{name}.app:build"]
    assert callable(importlib.import_module(f"services.{name}.app").build)
    port = command[command.index("--port") + 1]
    assert f"http://127.0.0.1:{port}/readyz" in services[name]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", ["migrate", "catalogue"])
def test_the_one_shot_commands_are_known(name: str, services: dict[str, Any]) -> None:
    """`vigie` has the sub-command that compose runs."""
    program, *arguments = services[name]["command"]
    assert program == "vigie"
    with pytest.raises(SystemExit) as ended:
        vigie([*arguments, "--help"])
    assert ended.value.code == 0


def test_our_services_run_from_one_image(services: dict[str, Any]) -> None:
    """One image, one command each; its Dockerfile exists."""
    ours = [services[name] for name in (*OURS, "migrate", "catalogue")]
    assert len({service["image"] for service in ours}) == 1
    assert {service["build"]["dockerfile"] for service in ours} == {"deploy/Dockerfile"}
    assert (ROOT / "deploy" / "Dockerfile").is_file()


def test_every_image_is_pinned(services: dict[str, Any]) -> None:
    """A tag with a full version: the same file gives the same stack next year."""
    for name, service in services.items():
        assert re.search(r":v?\d+\.\d+(\.\d+)?$", service["image"]), f"{name}: {service['image']}"


def test_every_mounted_file_is_in_the_repository(services: dict[str, Any]) -> None:
    """Docker would make an empty folder of a missing file, and the service would start with nothing."""
    for name, service in services.items():
        for volume in service.get("volumes", []):
            if volume["type"] == "bind":
                source = Path(volume["source"])
                assert source.is_relative_to(ROOT), f"{name} mounts {source}"
                assert source.is_file() or (source.is_dir() and any(source.iterdir())), f"{name}: {source} is not there"
                assert volume["read_only"], f"{name} may write to {source}"


def test_files_named_in_commands_are_mounted(services: dict[str, Any]) -> None:
    """--config.file=/etc/x/y.yml is a file of the folder mounted on /etc/x."""
    for name in ("prometheus", "alertmanager"):
        (option,) = [word for word in services[name]["command"] if word.startswith("--config.file=")]
        inside = Path(option.partition("=")[2])
        (mount,) = [v for v in services[name]["volumes"] if v["type"] == "bind"]
        assert (Path(mount["source"]) / inside.relative_to(mount["target"])).is_file()


def test_everything_that_stays_up_is_watched(services: dict[str, Any]) -> None:
    """A health check and a restart policy for each; those that end by themselves are not started again."""
    for name, service in services.items():
        if name in ONCE:
            assert service["restart"] == "no"
        else:
            assert service["healthcheck"]["test"], name
            assert service["restart"] == "unless-stopped"
        assert service["deploy"]["resources"]["limits"]["memory"], f"{name} may eat the machine"


def test_whoever_waits_waits_for_something(services: dict[str, Any]) -> None:
    """depends_on waits for a health check that exists, or for the end of what ends."""
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            condition = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how["condition"] == condition, f"{name} -> {other}"


@pytest.mark.parametrize("name", OURS)
def test_no_service_starts_before_its_ground_is_laid(name: str, services: dict[str, Any]) -> None:
    """Kafka and the database are there, the schema and the catalogue are loaded."""
    assert {"kafka", "postgres", "catalogue"} <= set(services[name]["depends_on"])
    assert set(services["catalogue"]["depends_on"]) == {"migrate"}


def test_only_pages_are_published_and_only_here(services: dict[str, Any]) -> None:
    """Dashboard, Grafana and mails, on 127.0.0.1; broker, database and the other services stay inside."""
    ports = {name: service["ports"] for name, service in services.items() if service.get("ports")}
    assert set(ports) == PUBLISHED
    assert {port["host_ip"] for each in ports.values() for port in each} == {"127.0.0.1"}


def test_our_containers_hold_few_rights(services: dict[str, Any]) -> None:
    """Read-only files, no capability, no new privilege."""
    for name in (*OURS, "migrate", "catalogue"):
        service = services[name]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_a_file_may_be_read_within_the_memory_of_ingestion(services: dict[str, Any]) -> None:
    """The process that reads a file meets its own limit before the container's, which would kill the service too."""
    limit = int(services["ingestion"]["deploy"]["resources"]["limits"]["memory"])
    assert limit > Settings.model_fields["parse_memory_bytes"].default + 200_000_000


def test_prometheus_scrapes_addresses_of_this_file(services: dict[str, Any]) -> None:
    """Each target is a service of the file; ours on the port that they listen on, all four of them."""
    configuration = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
    targets = {
        target
        for job in configuration["scrape_configs"]
        for group in job.get("static_configs", [])
        for target in group["targets"]
    }
    ours = {f"{name}:{services[name]['command'][services[name]['command'].index('--port') + 1]}" for name in OURS}
    assert ours <= targets
    assert {target.partition(":")[0] for target in targets} <= {*services, "localhost"}


def test_grafana_is_given_the_variables_that_it_reads(services: dict[str, Any]) -> None:
    """Each $VARIABLE of its provisioning is in its environment, and its database login is the reader's."""
    sources = (ROOT / "deploy" / "grafana" / "provisioning").rglob("*.y*ml")
    read = {
        name
        for path in sources
        for name in re.findall(r"\$(?:__env)?\{?([A-Z][A-Z_]+)\}?", path.read_text(encoding="utf-8"))
    }
    assert read <= set(services["grafana"]["environment"])
