"""The small parts of an XLSX: which sheet is which part, whether days count from 1904, which styles are percentages."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from services.ingestion.parse.archive import Archive
from services.ingestion.parse.formats import is_percentage, scale_of
from services.ingestion.parse.rows import FileRefusedError

_WORKBOOK = "xl/workbook.xml"
_TRUE = ("1", "true", "on")
# Formats 9 and 10 need no declaration: 0% and 0.00%.
_BUILT_IN_PERCENTAGES = (9, 10)


@dataclass(frozen=True)
class Book:
    """What the workbook says of itself. `parts`: the name of the part of each sheet, in order; empty when unknown."""

    parts: list[str]
    epoch_1904: bool
    computed_on_load: bool
    percentage_styles: frozenset[int]
    scaled_styles: dict[int, str]


def read_book(archive: Archive) -> Book:
    """Raises FileRefusedError."""
    book = _parsed(archive, _WORKBOOK)
    targets = _targets(archive)
    parts = [targets.get(_of(sheet, "id"), "") for sheet in _each(book, "sheet")]
    formats = _cell_formats(archive)
    return Book(
        parts,
        any(_of(e, "date1904") in _TRUE for e in _each(book, "workbookPr")),
        any(_of(e, "fullCalcOnLoad") in _TRUE for e in _each(book, "calcPr")),
        frozenset(style for style, (percentage, _) in formats.items() if percentage),
        {style: scale for style, (_, scale) in formats.items() if scale},
    )


def _parsed(archive: Archive, name: str) -> Element:
    try:
        root: Element = fromstring(archive.read(name), forbid_dtd=True)
    except DefusedXmlException as error:
        raise FileRefusedError("entities_in_workbook") from error
    except (ParseError, ValueError, LookupError) as error:
        raise FileRefusedError("unreadable_workbook") from error
    return root


def _targets(archive: Archive) -> dict[str, str]:
    """Part by relationship id, from the root of the archive."""
    if not archive.has("xl/_rels/workbook.xml.rels"):
        raise FileRefusedError("unreadable_workbook")
    found = {}
    for element in _each(_parsed(archive, "xl/_rels/workbook.xml.rels"), "Relationship"):
        target = _of(element, "Target").replace("\\", "/")
        found[_of(element, "Id")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
    return found


def _cell_formats(archive: Archive) -> dict[int, tuple[bool, str]]:
    """Of each style of cells that matters: whether it shows percentages, and the scale that it writes behind."""
    if not archive.has("xl/styles.xml"):
        return {}
    styles = _parsed(archive, "xl/styles.xml")
    codes = {_of(e, "numFmtId"): _of(e, "formatCode") for e in _each(styles, "numFmt")}
    formats = {number: (is_percentage(code), scale_of(code)) for number, code in codes.items()}
    formats |= {str(number): (True, "") for number in _BUILT_IN_PERCENTAGES if str(number) not in formats}
    cells = next(_each(styles, "cellXfs"), None)
    if cells is None:
        return {}
    known = ((n, formats.get(_of(style, "numFmtId"))) for n, style in enumerate(_each(cells, "xf")))
    return {n: found for n, found in known if found is not None}


def _each(parent: Element, name: str) -> Iterator[Element]:
    """Elements of this name in any namespace: the strict form of the format has others."""
    return (e for e in parent.iter() if isinstance(e.tag, str) and e.tag.rpartition("}")[2] == name)


def _of(element: Element, name: str) -> str:
    """An attribute in any namespace, or the empty text."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
