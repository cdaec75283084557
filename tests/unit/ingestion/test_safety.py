"""Files made to harm: each is answered clearly, by a process of bounded memory, within bounded time."""

import asyncio
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from services.ingestion.judgement.judging import children, judge
from services.ingestion.parse import archive
from services.ingestion.parse.formats import is_percentage
from services.ingestion.parse.read import read_sheets
from services.ingestion.parse.rows import FileRefusedError
from services.ingestion.parse.xlsx_cells import SheetXml
from services.ingestion.upload import Upload
from shared.runtime.settings import settings
from tests.corpus.writers.grid import Grid
from tests.corpus.writers.ods import as_ods
from tests.corpus.writers.xls import as_xls
from tests.corpus.writers.xlsx import as_xlsx
from tests.unit.ingestion.judge import FEEDS, catalogue
from tests.unit.ingestion.workbooks import workbook, zipped

SECONDS = 30
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(9))
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CELL = '<c r="A1"><v>1</v></c>'


MERGED = (
    f'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    f'<row r="1">{CELL}</row></sheetData><mergeCells>'
    + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 1000))
    + "</mergeCells></worksheet>"
)
# XML that is no XML, each of which once took the square of its length, or far more.
ENDLESS = {
    "comments that nobody closes": "<!--" * 500_000,
    "literals that nobody closes": "<![CDATA[" * 300_000,
    "cells that nobody closes": "<c " * 500_000,
    "attributes without value": ("<c " + "a " * 1_500) * 500 + 't="e"',
    "attributes again and again": "<c " + 'r="ALL190000" ' * 100_000 + "/>",
    "rows that nobody closes": "<row " * 300_000,
    "hidden rows that nobody closes": '<row hidden="1" ' * 200_000,
    "spaces in a tag": "<c r" + " " * 1_000_000 + ">",
    "spaces after tags": ("<c>" + " " * 5_000) * 300,
    "formulas that nobody closes": "<c><f " * 300_000,
    "formulas without an end": '<c t="e"><f>' * 200_000,
}


def row(cell: str) -> str:
    return f'<row r="1">{CELL}</row>{cell}'


def lying() -> bytes:
    """A part of 100 MB that is declared to have 100 bytes."""
    size = 100_000_000
    content = workbook(f'<row r="1">{CELL}</row>' + " " * size)
    declared = next(n for n in range(size, size + 1000) if n.to_bytes(4, "little") in content).to_bytes(4, "little")
    return content.replace(declared, (100).to_bytes(4, "little"))


REFUSED: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "bomb by its ratio": (lambda: workbook(row(" " * 100_000_000)), {"workbook_too_large"}),
    "bomb by its total": (
        lambda: workbook(row(""), more={f"xl/media/{n}": bytes(80_000_000) for n in range(4)}),
        {"workbook_too_large"},
    ),
    "bomb by its entries": (
        lambda: workbook(row(""), more={f"x/{n}": "" for n in range(6000)}),
        {"workbook_too_large"},
    ),
    "bomb that lies": (lying, {"workbook_too_large", "unreadable_workbook"}),
    "one string of 250 MB": (
        lambda: workbook(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"a" * 250_000_000}</t></is></c></row>'),
        {"workbook_too_large"},
    ),
    "cell in the far corner": (
        lambda: workbook(row('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        {"too_many_rows"},
    ),
    "cell far to the right": (lambda: workbook('<row r="1"><c r="XFD1"><v>1</v></c></row>'), {"too_many_columns"}),
    "corner inside the limits": (
        lambda: workbook(row('<row r="190000"><c r="ALL190000"><v>1</v></c></row>')),
        {"too_many_cells_in_all"},
    ),
    "cell that is not in its row": (
        lambda: workbook('<row r="1"><c r="A1"><v>1</v></c><c r="A1048576"><v>1</v></c></row>'),
        {"too_many_rows"},
    ),
    "1 000 sheets": (lambda: workbook(*[row("")] * 1000), {"too_many_sheets"}),
    "16 000 columns": (lambda: as_ods([Grid([["x"] * 16_000])]), {"too_many_columns"}),
    "too many rows of text": (lambda: b"31;1\n" * 200_001, {"too_many_rows"}),
    "rows repeated without end": (
        lambda: zipped(
            {
                "mimetype": ODS,
                "content.xml": "<o:d xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
                "xmlns:t='urn:oasis:names:tc:opendocument:xmlns:table:1.0'><t:table t:name='F'>"
                "<t:table-row t:number-rows-repeated='900000000'><t:table-cell o:value-type='float' o:value='1'/>"
                "</t:table-row></t:table></o:d>",
            }
        ),
        {"too_many_rows"},
    ),
    "entities in a sheet": (
        lambda: workbook(f'<?xml version="1.0"?><!DOCTYPE x [{LAUGHS}]><worksheet/>'),
        {"entities_in_workbook"},
    ),
    "an external entity among the texts": (
        lambda: workbook(
            row(""),
            more={
                "xl/sharedStrings.xml": '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><sst><si>&f;</si></sst>'
            },
        ),
        {"entities_in_workbook"},
    ),
    "an entity behind a long comment": (
        lambda: workbook(row(""), more={"xl/styles.xml": f"<!--{'-x' * 5000}--><!DOCTYPE x [{LAUGHS}]><a>&l8;</a>"}),
        {"entities_in_workbook"},
    ),
    "entities in an ODS": (
        lambda: zipped({"mimetype": ODS, "content.xml": f"<!DOCTYPE x [{LAUGHS}]><a>&l8;</a>"}),
        {"entities_in_workbook"},
    ),
    "30 MB without an end of line": (lambda: b"31;1;" * 6_000_000, {"too_many_columns"}),
    "one word of 30 MB": (lambda: b"a" * 30_000_000, {"unreadable_csv"}),
    "a quote never closed": (lambda: b'a;b\n1;"' + b"2\n" * 15_000_000, {"unreadable_csv"}),
    "JSON 100 000 deep": (lambda: b"[" * 100_000 + b"]" * 100_000, {"unreadable_json"}),
    "JSON of ever new keys": (
        lambda: b"[" + b",".join(b'{"k%d":1}' % n for n in range(100_000)) + b"]",
        {"too_many_columns"},
    ),
    "merged cells without end": (
        lambda: workbook(*[MERGED] * 50),
        {"too_many_merges"},
    ),
    "merged cells of an ODS": (
        lambda: zipped(
            {
                "mimetype": ODS,
                "content.xml": "<o:d xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
                "xmlns:t='urn:oasis:names:tc:opendocument:xmlns:table:1.0'><t:table t:name='F'>"
                + "<t:table-row><t:table-cell t:number-columns-repeated='999' t:number-rows-spanned='2'/></t:table-row>"
                * 21
                + "</t:table></o:d>",
            }
        ),
        {"too_many_merges"},
    ),
    "formulas over the same cells": (
        lambda: workbook(
            f'<row r="1">{CELL}</row><row r="2">' + '<c r="A2"><f t="array" ref="A1:CV100">1</f></c>' * 5_000 + "</row>"
        ),
        {"workbook_too_large"},
    ),
    "random bytes after a zip's first": (lambda: b"PK\x03\x04" + bytes(range(256)) * 1000, {"unreadable_workbook"}),
}


async def answered(content: bytes, file_name: str = "") -> str:
    """The code of the refusal, by the way that a real file goes; empty when it was not refused."""
    try:
        await judge(Upload(content, "", file_name), FEEDS["observations"], catalogue(), "NAT-FR", None)
    except FileRefusedError as refused:
        return refused.code
    return ""


@pytest.fixture(autouse=True, scope="module")
async def _no_process_is_left():
    yield
    await children.close()


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("prefix", ["", "<x:c/>"])
def test_a_sheet_is_searched_in_proportion_to_its_bytes(name, prefix):
    """Up to 3 MB each: a second is ten times what they take here."""
    began = time.process_time()
    xml = SheetXml(f"{prefix}<c r='A1'><v>1</v></c>{ENDLESS[name]}".encode())
    xml.last_row()
    xml.filled_beyond(200_000, 999)
    xml.marks(frozenset(range(60_000)), dict.fromkeys(range(60_000), "k€"), computed_on_load=True)
    assert time.process_time() - began < 1


def test_a_format_of_brackets_is_read_in_proportion_to_its_length():
    began = time.process_time()
    assert not is_percentage("[" * 300_000)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("name", REFUSED)
async def test_bounded_in_memory_and_time(name):
    build, expected = REFUSED[name]
    content = build()
    began = time.monotonic()
    assert await answered(content) in expected
    assert time.monotonic() - began < SECONDS
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 <= settings().parse_memory_bytes


async def test_a_process_that_takes_too_much_dies_alone(monkeypatch):
    """One value in each corner of a table of five million cells, the most that is allowed, and a sixth of the memory
    that a process has: it dies of it, while another file is read beside it, and the next one after it.
    """
    corner = f'<row r="1">{CELL}</row><row r="5000"><c r="ALL5000"><v>1</v></c></row>'
    other = b"Indicateur;Valeur\n" + b"1;2\n" * 3000
    assert await answered(workbook(corner)) == "no_table"
    await children.close()
    limited = settings().model_copy(update={"parse_memory_bytes": settings().parse_memory_bytes // 6})
    with monkeypatch.context() as patch:
        patch.setattr("services.ingestion.judgement.children.settings", lambda: limited)
        both = await asyncio.gather(answered(workbook(corner)), answered(other))
        await children.close()
    assert both == ["workbook_too_large", await answered(other)]
    assert both[1] == "period_missing"


def test_names_with_paths_write_nothing(tmp_path: Path):
    outside = tmp_path / "outside"
    content = workbook(row(""), more={f"../../../..{outside}": "x", "xl/embeddings/a.zip": zipped({"a": "b"})})
    assert read_sheets(content, "", f"../../{outside}.xlsx")[0].rows[0].cells == [1.0]
    assert not outside.exists()


@pytest.mark.parametrize("write", [as_xlsx, as_xls, as_ods])
def test_a_truncated_file_is_refused(write):
    """Wherever it was cut: what is left is never taken for the whole."""
    content = write([Grid([["Code", "Montant"], *[[f"{n:02d}", n] for n in range(40)]])])
    whole = read_sheets(content, "", "")
    for cut in range(8, len(content), max(len(content) // 60, 1)):
        try:
            assert read_sheets(content[:cut], "", "") == whole
        except FileRefusedError as refused:
            assert refused.code in {"unreadable_workbook", "unsupported_file", "empty_file"}


def test_two_parts_of_one_name_are_refused():
    """Whoever reads the first and whoever reads the last would see two tables."""
    content = workbook(row("")).replace(b"xl/styles.xml", b"xl/other.xml")
    twice = workbook(row(""), more={"XL/worksheets/SHEET1.xml": "<x/>"})
    assert read_sheets(content, "", "")
    with pytest.raises(FileRefusedError):
        read_sheets(twice, "", "")


def test_the_suite_catches_a_planted_defect(monkeypatch):
    """An archive whose declared sizes nobody looks at."""
    content = workbook(row(" " * 30_000_000))
    with pytest.raises(FileRefusedError):
        read_sheets(content, "", "")
    monkeypatch.setattr(archive, "MOST_RATIO", 10_000)
    assert read_sheets(content, "", "")
