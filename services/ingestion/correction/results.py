"""Give formulas back the results that openpyxl drops, so that an untouched workbook reads as before.

openpyxl keeps a formula or its result, never both; without results a file sent back without having been opened in a
spreadsheet would be refused at each formula.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

from defusedxml.ElementTree import fromstring, iterparse

_FORMULA = re.compile(
    rb'<c r="(?P<ref>[A-Z]+[0-9]+)"(?P<style>(?: s="[0-9]+")?)(?: t="[a-z]+")?>'
    rb"(?P<f><f(?:\s[^>]*)?/>|<f(?:\s[^>]*)?>[^<]*</f>)<v\s*(?:/>|></v>)</c>"
)
_KINDS = frozenset({"n", "str", "b", "e"})


class Result(NamedTuple):
    """What a formula last gave: `kind` is the cell's attribute t, `text` its element v."""

    kind: str
    text: str


def results(content: bytes, titles: Sequence[str]) -> dict[str, dict[str, Result]]:
    """The stored results of the formulas of these sheets of an XLSX: title -> reference -> result."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = dict(_parts(archive))
        found = {title: dict(_read(archive, parts[title])) for title in titles if title in parts}
    return {title: of_sheet for title, of_sheet in found.items() if of_sheet}


def with_results(content: bytes, found: Mapping[int, Mapping[str, Result]]) -> bytes:
    """A workbook as openpyxl wrote it, with results put back: rank of the worksheet, from 1 -> reference -> result."""
    if not found:
        return content
    names = {f"xl/worksheets/sheet{rank}.xml": of_sheet for rank, of_sheet in found.items()}
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for entry in archive.infolist():
            part = archive.read(entry)
            of_sheet = names.get(entry.filename)
            written.writestr(entry.filename, part if of_sheet is None else _filled(part, of_sheet))
    return buffer.getvalue()


def _filled(xml: bytes, of_sheet: Mapping[str, Result]) -> bytes:
    def fill(cell: re.Match[bytes]) -> bytes:
        result = of_sheet.get(cell["ref"].decode())
        if result is None:
            return cell[0]
        value = escape(result.text).encode("utf-8")
        return b'<c r="%b"%b t="%b">%b<v>%b</v></c>' % (
            cell["ref"],
            cell["style"],
            result.kind.encode(),
            cell["f"],
            value,
        )

    return _FORMULA.sub(fill, xml)


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each worksheet's title with the name of its part."""
    targets = {
        _attribute(e, "Id"): _attribute(e, "Target") for e in fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for element in fromstring(archive.read("xl/workbook.xml")).iter():
        if _local(element.tag) != "sheet":
            continue
        target = targets.get(_attribute(element, "id"), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.namelist():
            yield _attribute(element, "name"), part


def _read(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, Result]]:
    xml = archive.read(part)
    if b"<f" not in xml and b":f" not in xml:
        return
    for _, element in iterparse(io.BytesIO(xml)):
        name = _local(element.tag)
        if name == "row":
            element.clear()
        if name != "c":
            continue
        inside = {_local(child.tag): child for child in element}
        text = inside["v"].text if "v" in inside else None
        kind = _attribute(element, "t") or "n"
        if "f" in inside and text and kind in _KINDS:
            yield _attribute(element, "r"), Result(kind, text)
        element.clear()


def _attribute(element: object, name: str) -> str:
    """An attribute whatever its namespace: r:id differs between the two forms of the format."""
    attributes: Mapping[str, str] = getattr(element, "attrib", {})
    return next((value for key, value in attributes.items() if _local(key) == name), "")


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]
