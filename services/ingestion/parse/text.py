"""Bytes -> text: a byte order mark decides, else strict UTF-8, else cp1252 (what French Excel writes).

Statistical detectors call French cp1252 text cp1250 and change its letters, so none is used.
"""

import codecs

from services.ingestion.parse.rows import Cell, FileRefusedError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(content: bytes) -> str:
    """The text of a file; raises FileRefusedError (unreadable_text) when no encoding fits."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(content, "cp1252")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefusedError("unreadable_text", {"encoding": encoding}) from error


def clean(cell: Cell) -> Cell:
    """Text that a database can hold: no NUL, no half character."""
    if not isinstance(cell, str):
        return cell
    return cell.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
