"""`vigie feeds check` and `vigie feeds list`, as an author of a declaration runs them."""

import shutil
from pathlib import Path

import pytest

from services.ingestion.feeds.loader import FOLDER, load_feeds
from shared.runtime.cli import main
from shared.runtime.settings import settings
from tests.unit.ingestion.judge import FEEDS, ROOT

NAME = "name: calpae-amounts"


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIGIE_CATALOGUE_DIR", str(ROOT / "deploy/catalogue"))
    settings.cache_clear()
    load_feeds.cache_clear()
    yield
    settings.cache_clear()
    load_feeds.cache_clear()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["feeds", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_our_own_declarations_are_good(capsys: pytest.CaptureFixture[str]):
    assert run(capsys, "check") == (0, f"feeds: {len(FEEDS)} checked: ok\n", "")


def test_list_names_each_feed(capsys: pytest.CaptureFixture[str]):
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == sorted(FEEDS)


def test_a_faulty_declaration_exits_1_with_each_fault_at_its_line(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    text = (FOLDER / "calpae-amounts.yaml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.yaml"
    mine.write_text(text.replace("value: amount", "value: amont").replace(NAME, "name: mine"), encoding="utf-8")
    code, out, _ = run(capsys, "check", str(mine))
    assert code == 1
    assert [line.split(": ")[:2] for line in out.splitlines()] == [
        [f"{mine.as_posix()}:1", "name"],  # not in collections.yaml
        [f"{mine.as_posix()}:24", "measures.0.value"],
    ]


def test_a_name_that_is_taken_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    shutil.copy(FOLDER / "calpae-amounts.yaml", tmp_path / "copy.yaml")
    code, out, _ = run(capsys, "check", str(tmp_path / "copy.yaml"))
    assert code == 1
    assert "calpae-amounts is also declared by" in out


def test_a_folder_of_ones_own_is_checked_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    monkeypatch.setenv("VIGIE_FEEDS_DIR", str(tmp_path))
    settings.cache_clear()
    code, out, _ = run(capsys, "check")
    assert (code, out) == (
        1,
        f"{tmp_path.as_posix()}/empty.yaml:1: should be one mapping: name, title, shape, columns…\n",
    )
    assert run(capsys, "list")[0] == 1
    monkeypatch.setenv("VIGIE_FEEDS_DIR", str(tmp_path / "nowhere"))
    settings.cache_clear()
    assert run(capsys, "check")[0] == 2


def test_a_sample_shows_what_would_be_read(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    sample = tmp_path / "credits.csv"
    sample.write_text("Ligne de crédits;2020;2021\ndont actions socles;10 738 259;12 423 816\n", encoding="utf-8")
    declaration = str(FOLDER / "credits-by-line.yaml")
    code, out, _ = run(capsys, "check", declaration, "--sample", str(sample), "--territory", "REG-76")
    assert code == 0
    assert "table: header in row 1" in out
    assert "indicator <- “Ligne de crédits”" in out
    assert "periods: 2020, 2021" in out
    assert "row 2: ax0.bud.contract_core REG-76 2020 = 10738259 [reported]" in out
    assert "errors: 0" in out


def test_a_sample_with_errors_exits_1_and_says_where(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    sample = tmp_path / "pilote.csv"
    sample.write_text(
        "identifiant_indic;zone_id;date_valeur;type_valeur;valeur\n"
        "IND-999;R76;2021-12-31;va;12\nax2.pacea.entries;R76;2021-12-31;vc;60000\n",
        encoding="utf-8",
    )
    code, out, _ = run(capsys, "check", "--sample", str(sample), "--feed", "pilote")
    assert code == 1
    assert "row 2, identifiant_indic: value_not_mapped: “IND-999” is not in pilote-indicators.csv" in out
    assert "row 3, type_valeur: kind_left_aside: 1 row(s) of kind “vc” left aside" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--sample", "x.csv"],  # several feeds, none chosen
        ["check", "--sample", "x.csv", "--feed", "nothing"],
        ["check", "--sample", "there-is-no-such.csv", "--feed", "pilote"],
        ["check", "--sample", "x.csv", "--feed", "pilote", "--territory", "DEPT-99"],
        ["check", "--catalogue", "/nowhere"],
    ],
)
def test_what_cannot_be_judged_exits_2(capsys: pytest.CaptureFixture[str], arguments: list[str]):
    code, _, said = run(capsys, *arguments)
    assert code == 2
    assert said.startswith("vigie: ")


def test_a_sample_that_is_no_table_of_the_feed_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    sample = tmp_path / "other.csv"
    sample.write_text("a;b\n1;2\n", encoding="utf-8")
    code, out, _ = run(capsys, "check", "--sample", str(sample), "--feed", "ase-exits")
    assert code == 1
    assert "refused: file: no_table: " in out
