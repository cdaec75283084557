"""Bytes -> text: a byte order mark decides, then the zeros of UTF-16, then strict UTF-8, else cp1252 (French Excel).

Latin-1 text reads the same as cp1252. Statistical detectors call French cp1252 text cp1250 and change its letters, so
none is used.
"""

import codecs

from services.ingestion.parse.rows import Cell, FileRefusedError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SAMPLE = 4096


def utf_16_of(start: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` when these first bytes are UTF-16 without a mark, else None.

    Nearly every character of a French table is below 256: one byte of two is zero, always the same one.
    """
    sample = start[: _SAMPLE // 2 * 2]
    pairs = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if pairs and even == 0 and odd * 10 >= pairs * 8:
        return "utf-16-le"
    if pairs and odd == 0 and even * 10 >= pairs * 8:
        return "utf-16-be"
    return None


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and its encoding; raises FileRefusedError (unreadable_text) when none fits."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], encoding), encoding
    wide = utf_16_of(content[:_SAMPLE])
    if wide is not None:
        return _strictly(content, wide), wide
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strictly(content, "cp1252"), "cp1252"


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefusedError("unreadable_text", {"encoding": encoding}) from error


def clean(cell: Cell) -> Cell:
    """Text that a database can hold: no NUL, no half character."""
    return clean_text(cell) if isinstance(cell, str) else cell


def clean_text(text: str) -> str:
    """The same for what is known to be text."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
