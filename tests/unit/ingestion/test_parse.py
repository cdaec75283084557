"""Bytes to rows, and only declared refusals."""

import io
import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingestion.parse.csv_rows import parse_csv
from services.ingestion.parse.json_rows import parse_json
from services.ingestion.parse.rows import FileRefusedError
from services.ingestion.parse.sniff import FileKind, kind_of
from services.ingestion.parse.workbook import parse_workbook


def cells(content: bytes) -> list[list[object]]:
    return [row.cells for row in parse_csv(content)[0].rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_encoding_of_excel(encoding):
    assert cells("Département;Orientés\n09;1\n".encode(encoding)) == [["Département", "Orientés"], ["09", "1"]]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_delimiter(delimiter):
    assert cells(delimiter.join("abc").encode() + b"\n" + delimiter.join("123").encode())[1] == ["1", "2", "3"]


def test_decimal_commas_do_not_make_columns():
    assert cells(b"a;b;c\n1,5;2,5;3,5\n")[1] == ["1,5", "2,5", "3,5"]


def test_row_numbers_are_those_of_a_spreadsheet():
    rows = parse_csv(b'Titre;\n\n"a\nb";c\n1;2\n')[0].rows
    assert [r.number for r in rows] == [1, 3, 4]


def test_an_open_quote_does_not_swallow_the_rest():
    with pytest.raises(FileRefusedError) as refused:
        parse_csv(b'a;b\n1;"2\n3;4\n5;6\n')
    assert (refused.value.code, refused.value.row) == ("unreadable_csv", 2)


def test_json_lists_and_rows():
    for document in ([{"a": 1, "b": None}, {"b": "x"}], {"rows": [{"a": 1, "b": None}, {"b": "x"}]}):
        rows = parse_json(json.dumps(document).encode())[0].rows
        assert [(r.number, r.cells) for r in rows] == [(0, ["a", "b"]), (1, [1, None]), (2, [None, "x"])]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[1]", "json_shape"),
        ("{}", "json_shape"),
        ("[]", "empty_file"),
        ('[{"a": {}}]', "json_shape"),
        ("[{", "unreadable_json"),
        ('[{"a": NaN}]', "unreadable_json"),
        ("[" * 50_000, "unreadable_json"),
        ('[{"a": ' + "9" * 5000 + "}]", "unreadable_json"),
    ],
)
def test_json_refused(text, code):
    with pytest.raises(FileRefusedError) as refused:
        parse_json(text.encode())
    assert refused.value.code == code


def test_a_workbook_with_dates_hidden_sheets_and_codes_as_text():
    book = openpyxl.Workbook()
    book.active.append(["Code", "Mois", "RSA"])
    book.active.append(["09", __import__("datetime").date(2021, 12, 1), 12.5])
    book.create_sheet("caché").sheet_state = "hidden"
    book["caché"].append(["x"])
    buffer = io.BytesIO()
    book.save(buffer)
    first, second = parse_workbook(buffer.getvalue())
    assert first.rows[1].cells == ["09", "2021-12-01", 12.5]
    assert (first.hidden, second.hidden) == (False, True)


def test_a_formula_that_was_never_computed_is_not_zero():
    book = openpyxl.Workbook()
    book.active.append(["Code", "Montant"])
    book.active.append(["09", "=1+1"])
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(FileRefusedError) as refused:
        parse_workbook(buffer.getvalue())
    assert (refused.value.code, refused.value.params["cells"]) == ("formula_without_value", "B2")


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"a;b", "", FileKind.csv),
        (b' [{"a": 1}]', "x.csv", FileKind.json),
        (b"PK\x03\x04", "x.csv", FileKind.archive),
    ],
)
def test_content_decides_what_a_file_is(content, name, kind):
    assert kind_of(content, "text/plain", name) is kind


@given(st.binary(max_size=400))
def test_no_bytes_break_the_readers(content):
    for reader in (parse_csv, parse_json, parse_workbook):
        try:
            reader(content)
        except FileRefusedError:
            continue
    try:
        kind_of(content)
    except FileRefusedError:
        return


def test_the_property_catches_a_planted_defect(monkeypatch):
    """A reader that believes every file to be UTF-8."""
    monkeypatch.setitem(globals(), "parse_csv", lambda content: content.decode("utf-8").splitlines())
    with pytest.raises(UnicodeDecodeError):
        test_no_bytes_break_the_readers()
