"""XLSX, XLS and ODS give the same sheets, and what a workbook library hides is seen."""

from datetime import date

import pytest

from services.ingestion.parse import xlsx
from services.ingestion.parse.formats import is_percentage, percentage_text
from services.ingestion.parse.read import read_sheets
from services.ingestion.parse.rows import Broken, FileRefusedError, Merge, Sheet
from services.ingestion.parse.xlsx_cells import Marks
from tests.corpus.writers.grid import Fault, Formula, Grid, Percent
from tests.corpus.writers.ods import as_ods
from tests.corpus.writers.xls import as_xls
from tests.corpus.writers.xlsx import as_xlsx
from tests.unit.ingestion.workbooks import workbook, zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WRITERS = {"xlsx": as_xlsx, "xls": as_xls, "ods": as_ods}


def read(content: bytes) -> list[Sheet]:
    return read_sheets(content, "", "")


def cells(content: bytes) -> dict[int, list[object]]:
    return {row.number: list(row.cells) for row in read(content)[0].rows}


def without_end(line: list[object]) -> list[object]:
    while line and line[-1] is None:
        line = line[:-1]
    return line


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_table_in_every_format(kind):
    shown = Grid(
        [
            ["Titre", None, None],
            [],
            ["Code", "Mois", "Part"],
            ["09", date(2021, 12, 1), Percent(0.312)],
            ["11", 2.5, True],
        ],
        merges=["A1:C1"],
    )
    first, second = read(WRITERS[kind]([shown, Grid([["x"]], "caché", hidden=True)]))
    assert [(r.number, without_end(r.cells)) for r in first.rows] == [
        (1, ["Titre"]),
        (3, ["Code", "Mois", "Part"]),
        (4, ["09", "2021-12-01", "31.2%"]),
        (5, ["11", 2.5, True]),
    ]
    assert first.merges == [Merge(1, 0, 1, 2)]
    assert (first.hidden, second.hidden, second.name) == (False, True, "caché")


@pytest.mark.parametrize("kind", WRITERS)
def test_an_error_is_not_a_blank(kind):
    content = WRITERS[kind]([Grid([["Code", "Montant"], ["09", Fault("#REF!")], ["11", None], ["12", 3]])])
    assert cells(content)[2][1] == Broken("formula_error", "#REF!")
    assert without_end(cells(content)[3]) == ["11"]


@pytest.mark.parametrize(("kind", "formula"), [("xlsx", "=1+1"), ("ods", "=1+1")])
def test_a_formula_that_was_never_computed_is_neither_zero_nor_blank(kind, formula):
    content = WRITERS[kind]([Grid([["Code", "Montant"], ["09", Formula(formula)], ["11", Formula(formula, 2.0)]])])
    assert cells(content)[2][1] == Broken("formula_without_value", formula)
    assert cells(content)[3][1] == 2.0


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_days_since_1904(kind):
    sheet = read(WRITERS[kind]([Grid([["Mois", 42705], [date(2021, 12, 1), 1]])], epoch_1904=True))[0]
    assert (sheet.epoch_1904, sheet.rows[1].cells[0], sheet.rows[0].cells[1]) == (True, "2021-12-01", 42705.0)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<c r='B2' t='e'><v>#DIV/0!</v></c>", Broken("formula_error", "#DIV/0!")),
        ('<c t="e" r="B2"><f>A1/0</f><v>#DIV/0!</v></c>', Broken("formula_error", "#DIV/0!")),
        ('<c s="0" t = "e" r = "B2" ><v>#N/A</v></c>', Broken("formula_error", "#N/A")),
        ('<c r="B2"><f t="shared" si="0"/></c>', Broken("formula_without_value", "=…")),
        ('<c r="B2"><f>A1&amp;"x"</f><v></v></c>', Broken("formula_without_value", '=A1&"x"')),
        ('<c r="B2" t="n"><f>A1</f><v/></c>', Broken("formula_without_value", "=A1")),
        ('<c r="B2"><f><![CDATA[A1<2]]></f></c>', Broken("formula_without_value", "=______")),
        ('<c r="B2" t="str"><f>IF(1,"")</f><v></v></c>', None),
        ('<c r="B2"><f>A1</f><v>0</v></c>', 0.0),
        ('<c r="B2"><!-- <c t="e"> --><v>4</v></c>', 4.0),
        ('<c r="B2" t="inlineStr"><is><t>t="e" &lt;f></t></is></c>', 't="e" <f>'),
    ],
)
def test_however_the_xml_is_written(cell, expected):
    found = cells(workbook(f'<row r="2"><c r="A2"><v>7</v></c>{cell}<c r="C2"><v>9</v></c></row>'))[2]
    if expected != Broken("formula_without_value", "=______"):
        assert found == [7.0, expected, 9.0]
    else:
        assert isinstance(found[1], Broken)


def test_cells_and_rows_that_do_not_say_where_they_are():
    content = workbook("<row><c><v>1</v></c></row><row><c><v>2</v></c><c t='e'><v>#REF!</v></c><c><f>A1</f></c></row>")
    assert cells(content)[2] == [2.0, Broken("formula_error", "#REF!"), Broken("formula_without_value", "=A1")]


def test_every_prefix():
    xml = (
        f'<?xml version="1.0"?><x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c>'
        '<x:c r="B1" t="e"><x:v>#REF!</x:v></x:c><x:c r="C1"><x:f>A1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert cells(workbook(xml))[1] == [1.0, Broken("formula_error", "#REF!"), Broken("formula_without_value", "=A1")]


def test_a_formula_for_a_range_leaves_no_blank_behind():
    content = workbook('<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2</f></c><c r="B1"><v>1</v></c></row>')
    assert [cells(content)[n][0] for n in (1, 2)] == [Broken("formula_without_value", "=B1:B2")] * 2


def test_a_zero_where_the_writer_never_computed():
    """Some writers put 0 under each formula and ask for it to be computed on opening."""
    row = '<row r="1"><c r="A1"><f>1+1</f><v>0</v></c><c r="B1"><f>1+1</f><v>2</v></c></row>'
    content = workbook(row, said='<calcPr fullCalcOnLoad="1"/>')
    assert cells(content)[1] == [Broken("formula_without_value", "=1+1"), 2.0]


@pytest.mark.parametrize(
    ("number_format", "expected"),
    [
        ("0%", True),
        ("0.0 %", True),
        ('0.0"%"', False),
        (r"0.0\%", False),
        ("0.0%;[Red]-0.0%", True),
        ("General", False),
    ],
)
def test_formats_that_multiply(number_format, expected):
    assert is_percentage(number_format) is expected


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.312, "31.2%"), (0.1 + 0.2, "30%"), (1, "100%"), (0.0, "0%"), (-0.05, "-5%")]
)
def test_percentages_as_they_are_seen(fraction, text):
    assert percentage_text(fraction) == text


def test_macros_are_said_and_left_alone():
    sheet = read(as_xlsx([Grid([["a"], [1]])], macros=True))[0]
    assert [r.code for r in sheet.remarks] == ["macros_ignored"]
    assert sheet.rows[1].cells == [1.0]


def test_comments_of_an_ods_are_no_text():
    names = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    cell = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>à revoir</text:p></office:annotation>'
        "<text:p>nd<text:s text:c='2'/>(<text:span>p</text:span>)</text:p></table:table-cell>"
    )
    table = f'<table:table table:name="F"><table:table-row>{cell}</table:table-row></table:table>'
    content = (
        f"<office:document-content{names}><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    archive = zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})
    assert cells(archive) == {1: ["nd  (p)"]}


def test_the_suite_catches_a_planted_defect(monkeypatch):
    """A reader that does not look at the XML: an error is blank and a formula without a result is nothing."""
    monkeypatch.setattr(xlsx, "_marks", lambda *_: Marks())
    for test in (
        test_an_error_is_not_a_blank,
        lambda kind: test_a_formula_that_was_never_computed_is_neither_zero_nor_blank(kind, "=1+1"),
    ):
        with pytest.raises(AssertionError):
            test("xlsx")


def test_a_locked_workbook_is_refused_clearly():
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(FileRefusedError) as refused:
        read(locked)
    assert refused.value.code == "protected_workbook"
