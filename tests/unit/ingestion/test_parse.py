"""Bytes to rows, and only declared refusals."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingestion.parse.csv_rows import parse_csv
from services.ingestion.parse.json_rows import parse_json
from services.ingestion.parse.read import read_sheets
from services.ingestion.parse.rows import FileRefusedError, Limits, Remark
from services.ingestion.parse.sniff import FileKind, kind_of


def cells(content: bytes) -> list[list[object]]:
    return [row.cells for row in parse_csv(content)[0].rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_encoding_of_excel(encoding):
    assert cells("Département;Orientés\n09;1\n".encode(encoding)) == [["Département", "Orientés"], ["09", "1"]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_zeros(encoding):
    content = "Département;Orientés\n09;1\n".encode(encoding)
    assert kind_of(content) is FileKind.csv
    sheet = parse_csv(content)[0]
    assert sheet.rows[0].cells == ["Département", "Orientés"]
    assert sheet.remarks == [Remark("text_encoding", {"encoding": encoding})]


def test_latin_1_reads_as_cp1252_and_says_so():
    sheet = parse_csv("Département;a\n09;1\n".encode("latin-1"))[0]
    assert (sheet.rows[0].cells[0], sheet.remarks[0].params) == ("Département", {"encoding": "cp1252"})


@pytest.mark.parametrize("delimiter", [";", ",", "|", "\t"])
def test_the_separator_that_excel_announces(delimiter):
    rows = parse_csv(f"sep={delimiter}\r\na{delimiter}b\r\n1{delimiter}2\r\n".encode())[0].rows
    assert [(r.number, r.cells) for r in rows] == [(2, ["a", "b"]), (3, ["1", "2"])]


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
        ('[{"a": 1, "a": 2}]', "repeated_key"),
    ],
)
def test_json_refused(text, code):
    with pytest.raises(FileRefusedError) as refused:
        parse_json(text.encode())
    assert refused.value.code == code


def test_one_object_per_line():
    sheet = parse_json(b'{"a": 1}\n\n{"a": 2, "b": "x"}\n')[0]
    assert [(r.number, r.cells) for r in sheet.rows] == [(0, ["a", "b"]), (1, [1, None]), (3, [2, "x"])]


def test_a_faulty_line_is_named():
    with pytest.raises(FileRefusedError) as refused:
        parse_json(b'{"a": 1}\n{"a": 2}\n{"a": }\n')
    assert (refused.value.code, refused.value.row, refused.value.params["line"]) == ("unreadable_json", 3, 3)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_no_digit_of_a_json_number_is_lost(number):
    cell = parse_json(f'[{{"a": {number:f}}}]'.encode())[0].rows[1].cells[0]
    assert Decimal(str(cell)) == number


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(rows=2), "too_many_rows"),
        (Limits(columns=1), "too_many_columns"),
        (Limits(cells=5), "too_many_cells_in_all"),
    ],
)
def test_every_limit_is_said_by_its_code(limits, code):
    for content in (b"a;b\n1;2\n3;4\n5;6\n", b'[{"a":1,"b":2},{"a":1,"b":2},{"a":1,"b":2}]'):
        with pytest.raises(FileRefusedError) as refused:
            read_sheets(content, "", "", limits)
        assert refused.value.code == code


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
    for reader in (parse_csv, parse_json, lambda content: read_sheets(content, "", "")):
        try:
            reader(content)
        except FileRefusedError:
            continue


def test_the_property_catches_a_planted_defect(monkeypatch):
    """A reader that believes every file to be UTF-8."""
    monkeypatch.setitem(globals(), "parse_csv", lambda content: content.decode("utf-8").splitlines())
    with pytest.raises(UnicodeDecodeError):
        test_no_bytes_break_the_readers()
