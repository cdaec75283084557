"""The declared feeds, against the catalogue and against mistakes in a declaration."""

import re
from pathlib import Path

import pytest

from services.ingestion import wording
from services.ingestion.feeds.loader import read_feed
from tests.unit.ingestion.judge import FEEDS, ROOT, catalogue

SOURCES = [p.read_text(encoding="utf-8") for p in (ROOT / "services/ingestion").rglob("*.py")]


def test_every_measure_is_in_the_catalogue():
    wanted = {m.indicator for feed in FEEDS.values() for m in feed.measures}
    assert wanted <= set(catalogue().indicators)


def test_a_numerator_always_has_a_denominator():
    for feed in FEEDS.values():
        for measure in feed.measures:
            assert (measure.numerator is None) == (measure.denominator is None)
            assert (measure.value is None) != (measure.numerator is None)


def test_a_faulty_declaration_names_its_file_and_fault(tmp_path: Path):
    text = (ROOT / "services/ingestion/feeds/calpae-amounts.yaml").read_text(encoding="utf-8")
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(text.replace("value: amount", "value: amont"), encoding="utf-8")
    with pytest.raises(ValueError, match="not declared: amont") as fault:
        read_feed(faulty)
    assert str(faulty) in str(fault.value)


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
