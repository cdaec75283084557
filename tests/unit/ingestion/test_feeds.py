"""The declared feeds, against the catalogue and against mistakes in a declaration."""

import re
import shutil
from pathlib import Path

import pytest

from services.ingestion import wording
from services.ingestion.feeds.against_catalogue import check_against
from services.ingestion.feeds.loader import FOLDER, FeedError, declarations, load_feeds, read_feed, read_with_lines
from services.ingestion.feeds.model import ColumnKind, Shape
from services.ingestion.words import header
from shared.catalogue.fault import Fault
from tests.unit.ingestion.judge import FEEDS, ROOT, catalogue

SOURCES = [p.read_text(encoding="utf-8") for p in (ROOT / "services/ingestion").rglob("*.py")]


def faults_of(path: Path) -> list[Fault]:
    faults: list[Fault] = []
    read = read_with_lines(path, faults)
    if read is not None:
        faults += check_against(*read, catalogue())
    return faults


@pytest.mark.parametrize("path", declarations(), ids=lambda p: p.stem)
def test_each_declaration_fits_the_catalogue(path: Path):
    assert [str(fault) for fault in faults_of(path)] == []
    assert read_feed(path).name == path.stem


@pytest.mark.parametrize(
    ("feed", "right", "wrong", "field", "message"),
    [
        ("calpae-amounts", "value: amount", "value: amont", "measures.0.value", "not declared under columns"),
        ("calpae-amounts", "kind: amount", "kind: count", "measures.0.value", "needs amount or number"),
        ("calpae-amounts", "value: amount}", "value: [amount}", "", "is not YAML"),
        ("calpae-amounts", "state_share", "state_shares", "measures.0.indicator", "did you mean ax0.bud.contracted_s"),
        ("calpae-amounts", "[year]", "[month]", "measures.0.indicator", "is annual; period_kinds has only month"),
        ("calpae-amounts", "Siren, territory", "Siren, Crédits", "columns.amount.headers.4", "already stands for terr"),
        ("calpae-amounts", "Partenaire,", "MONTANT  (État)...,", "columns.amount.headers.6", "already stands for name"),
        ("calpae-amounts", "Partenaire,", "Rappel du nom,", "columns.name.headers.6", "begins as a reminder"),
        ("calpae-amounts", "[department, comm", "[departement, comm", "senders.0", "unknown; write 'department'"),
        ("calpae-amounts", "metropole: reported, ", "", "basis", "nothing of level metropole"),
        ("calpae-amounts", "shape: wide", "shape: large", "shape", "'large' is unknown"),
        ("calpae-amounts", "group_lines:", "group_line:", "group_line", "is not a field here"),
        ("calpae-amounts", "name: calpae-amounts", "name: Calpae", "name", "lower-case"),
        ("calpae-amounts", "name: calpae-amounts", "name: calpae", "name", "not under `feeds` of collections.yaml"),
        ("rsa-delays", "oriented, denominator: new_beneficiaries", "oriented", "measures.1", "one side of a ratio"),
        ("rsa-delays", "value: new_beneficiaries", "value: oriented_share", "measures.0.value", "needs count"),
        ("rsa-delays", "denominator: new_beneficiaries", "denominator: cer_soon", "measures.1.denominator", "already"),
        ("pilote", "pilote-zones.csv", "zones.csv", "columns.territory.values", "no file zones.csv"),
        ("pilote", "pilote-zones.csv", "../x.csv", "columns.territory.values", "without a folder"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_field(
    tmp_path: Path, feed: str, right: str, wrong: str, field: str, message: str
):
    for beside in FOLDER.glob("*.csv"):
        shutil.copy(beside, tmp_path)
    text = (FOLDER / f"{feed}.yaml").read_text(encoding="utf-8")
    assert right in text
    faulty = tmp_path / f"{feed}.yaml"
    faulty.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    found = faults_of(faulty)
    assert any(f.field == field and message in f.message for f in found), [str(f) for f in found]
    assert {f.file for f in found} == {faulty.as_posix()}
    assert all(f.line > 0 for f in found)


def test_the_line_of_a_fault_is_where_the_mistake_is(tmp_path: Path):
    text = (FOLDER / "calpae-amounts.yaml").read_text(encoding="utf-8")
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(text.replace("value: amount", "value: amont"), encoding="utf-8")
    with pytest.raises(FeedError, match="amont is not declared under columns") as raised:
        read_feed(faulty)
    (fault,) = raised.value.faults
    assert "amont" in faulty.read_text(encoding="utf-8").splitlines()[fault.line - 1]
    assert str(fault).startswith(f"{faulty.as_posix()}:{fault.line}: measures.0.value: ")


def test_feeds_of_ones_own_stand_beside_ours_under_other_names(tmp_path: Path):
    text = (FOLDER / "calpae-amounts.yaml").read_text(encoding="utf-8")
    (tmp_path / "own.yaml").write_text(text.replace("name: calpae-amounts", "name: own-amounts"), encoding="utf-8")
    assert set(load_feeds(tmp_path)) == {*FEEDS, "own-amounts"}
    (tmp_path / "again.yaml").write_text(text, encoding="utf-8")
    load_feeds.cache_clear()
    with pytest.raises(FeedError, match=r"again\.yaml:1: name: calpae-amounts is already declared by"):
        load_feeds(tmp_path)
    load_feeds.cache_clear()
    with pytest.raises(FeedError, match="is not a folder"):
        load_feeds(tmp_path / "nowhere")


def test_a_mapping_of_ones_own_comes_before_ours(tmp_path: Path):
    (tmp_path / "pilote-indicators.csv").write_text("id,ours\nIND-001,ax2.pacea.entries\n", encoding="utf-8")
    load_feeds.cache_clear()
    assert load_feeds(tmp_path)["pilote"].columns["indicator"].values == {"IND-001": "ax2.pacea.entries"}
    assert "ax2.pacea.entries" in FEEDS["pilote"].columns["indicator"].values


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("id,ours\nIND-1,\n", 2, "their code, a comma and ours"),
        ("# rien\nid,ours\nIND-1,a\nind 1,b\n", 4, "already said in line 3"),
        ("id,ours\n", 1, "says nothing"),
    ],
)
def test_a_faulty_mapping_names_its_line(tmp_path: Path, text: str, line: int, message: str):
    shutil.copy(FOLDER / "pilote.yaml", tmp_path)
    shutil.copy(FOLDER / "pilote-zones.csv", tmp_path)
    (tmp_path / "pilote-indicators.csv").write_text(text, encoding="utf-8")
    with pytest.raises(FeedError) as raised:
        read_feed(tmp_path / "pilote.yaml")
    fault = raised.value.faults[0]
    assert (fault.file, fault.line) == ((tmp_path / "pilote-indicators.csv").as_posix(), line)
    assert message in fault.message


def test_what_a_mapping_leads_to_exists(tmp_path: Path):
    for name in ("pilote.yaml", "pilote-zones.csv"):
        shutil.copy(FOLDER / name, tmp_path)
    (tmp_path / "pilote-indicators.csv").write_text("id,ours\nIND-1,ax9.nothing\n", encoding="utf-8")
    (fault,) = faults_of(tmp_path / "pilote.yaml")
    assert "pilote-indicators.csv leads from 'IND-1' to indicator 'ax9.nothing'" in fault.message


def test_the_example_of_the_documentation_is_a_feed(tmp_path: Path):
    text = (ROOT / "docs/feeds.md").read_text(encoding="utf-8")
    example = tmp_path / "digital-help.yaml"
    example.write_text(text.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert read_feed(example).name == "digital-help"
    # All that is wrong with it is that the catalogue does not know it.
    assert {f.field for f in faults_of(example)} == {"name", "measures.0.indicator", "measures.1.indicator"}


def test_a_file_without_a_header_is_told_what_was_looked_for():
    for feed in FEEDS.values():
        assert feed.sought(), feed.name
    assert FEEDS["ase-exits"].sought() == ["Jeunes devenus majeurs"]
    assert FEEDS["housing"].sought()[0] == "Attributions à des ménages sans domicile"


def test_every_zone_of_pilote_is_a_territory():
    zones = FEEDS["pilote"].columns["territory"].values
    assert (zones["D31"], zones["R76"], zones["FR"], zones["D2A"], zones["D976"]) == (
        "DEPT-31", "REG-76", "NAT-FR", "DEPT-2A", "DEPT-976",
    )  # fmt: skip
    places = {t.code for t in catalogue().territories.all() if t.code.startswith(("REG", "DEPT"))}
    assert places <= set(zones.values())


def test_every_synonym_leads_to_its_column():
    for feed in FEEDS.values():
        for key, column in feed.columns.items():
            for known in column.headers:
                assert feed.key_of(header(known)) == key, (feed.name, known)


def test_a_ratio_is_asked_with_counts_and_its_percentage_is_optional():
    for feed in FEEDS.values():
        for measure in feed.measures:
            if measure.numerator is None:
                continue
            assert feed.columns[measure.numerator].kind is ColumnKind.count
            assert measure.denominator is not None
            if measure.percentage is not None:
                assert not feed.columns[measure.percentage].required


def test_a_feed_that_departments_fill_declares_what_regions_state_over_them():
    for feed in FEEDS.values():
        if feed.shape is not Shape.register and "department" in feed.senders:
            assert feed.basis["department"] == "reported"
            assert feed.basis["region"] == "declared"


def test_every_code_has_its_sentence_and_every_sentence_its_code():
    used = {code for text in SOURCES for code in re.findall(r'"([a-z_]+)"', text)}
    assert wording.codes() <= used
    raised = {
        code
        for text in SOURCES
        for code in re.findall(
            r'(?:UnreadableError|FileRefusedError|Note|reader\.error|reader\.repair|self\.error|self\.repair)\(\s*"([a-z_]+)"',
            text,
        )
    }
    assert raised <= wording.codes()
