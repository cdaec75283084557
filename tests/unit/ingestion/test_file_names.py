"""Names of files as they may be shown: never a path, a line break or a mark that hides what follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingestion.file_names import base_name


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("remontée 2020.xlsx", "remontée 2020.xlsx"),
        (r"..\..\x", "x"),
        (r"C:\Users\Public\31.csv", "31.csv"),
        ("/etc/passwd", "passwd"),
        ("a\x00b.csv", "ab.csv"),
        ("liste\u202excod.exe", "listexcod.exe"),
        ("a\r\nSet-Cookie: x.csv", "aSet-Cookie: x.csv"),
        ("..", ""),
        (".", ""),
        ("dossier/", ""),
        ("", ""),
    ],
)
def test_known_tricks(given_name: str, kept: str):
    assert base_name(given_name) == kept


def test_a_long_name_keeps_its_ending():
    name = base_name("é" * 5_000 + ".xlsx")
    assert (len(name), name[-6:]) == (200, "é.xlsx")


@given(st.text())
def test_whatever_the_name_it_is_one_short_line_without_a_folder(name: str):
    kept = base_name(name)
    assert len(kept) <= 200
    assert not set(kept) & set("/\\\x00\n\r\u202e\u2066")
    assert base_name(kept) in {kept, kept.strip()}
    kept.encode()
