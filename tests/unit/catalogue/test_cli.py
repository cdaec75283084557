"""`vigie catalogue check`: what it prints, and its exit code."""

import argparse
from pathlib import Path

import pytest

from shared.catalogue.cli import register


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers(required=True))
    options = parser.parse_args(["catalogue", *arguments])
    return int(options.run(options))


def test_check_says_what_the_catalogue_holds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--from", str(folder)) == 0
    assert capsys.readouterr().out == (
        "catalogue: 5 territories, 3 indicators, 2 collections, 3 targets, 3 rules, 1 recipients, 2 checks: ok\n"
    )


def test_check_lists_each_fault_and_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = folder / "more.csv"
    more.write_text("indicator\n", encoding="utf-8")
    assert run("check", "--from", str(folder), "--targets", str(more)) == 1
    assert f"{more.as_posix()}:1: value: this column is missing\n" in capsys.readouterr().out


def test_nothing_is_loaded_while_a_fault_remains(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "rules.yaml").unlink()
    assert run("load", "--from", str(folder)) == 1
    assert "rules.yaml:1: cannot be read" in capsys.readouterr().out
