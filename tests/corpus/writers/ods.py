"""Grids -> ODS, as LibreOffice writes it: equal neighbours repeated, the empty rest of the sheet repeated too."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from tests.corpus.writers.grid import Fault, Formula, Grid, Percent, Value, box

_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in [("office", "office"), ("table", "table"), ("text", "text"), ("style", "style")]
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_WIDTH, _HEIGHT = 1024, 1048576


def as_ods(grids: Sequence[Grid]) -> bytes:
    """A spreadsheet of LibreOffice."""
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table">'
        f'<style:table-properties table:display="{shown}"/></style:style>'
        for name, shown in [("ta1", "true"), ("ta2", "false")]
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES} office:version="1.2">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        + "".join(_table(grid) for grid in grids)
        + "</office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", _TYPE, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
    return target.getvalue()


def _table(grid: Grid) -> str:
    spans, covered = {}, set()
    for top, left, bottom, right in map(box, grid.merges):
        spans[top, left] = (
            f' table:number-columns-spanned="{right - left + 1}" table:number-rows-spanned="{bottom - top + 1}"'
        )
        covered |= {(y, x) for y in range(top, bottom + 1) for x in range(left, right + 1)} - {(top, left)}
    rows = []
    for y, row in enumerate(grid.rows):
        cells = [
            ("<table:covered-table-cell%s/>" if (y, x) in covered else _cell(value, spans.get((y, x), "")))
            for x, value in enumerate(row)
        ]
        written = "".join(_repeated(cell, len(list(same))) for cell, same in groupby(cells))
        rest = f'<table:table-cell table:number-columns-repeated="{_WIDTH - len(row)}"/>'
        rows.append(f"<table:table-row%s>{written}{rest}</table:table-row>")
    body = "".join(_repeated(row, len(list(same)), "rows") for row, same in groupby(rows))
    end = (
        f'<table:table-row table:number-rows-repeated="{_HEIGHT - len(grid.rows)}">'
        f'<table:table-cell table:number-columns-repeated="{_WIDTH}"/></table:table-row>'
    )
    style = "ta2" if grid.hidden else "ta1"
    return f'<table:table table:name={quoteattr(grid.name)} table:style-name="{style}">{body}{end}</table:table>'


def _repeated(element: str, times: int, what: str = "columns") -> str:
    return element.replace("%s", f' table:number-{what}-repeated="{times}"' if times > 1 else "", 1)


def _cell(value: Value, span: str = "") -> str:
    """A cell with %s where its repetition goes; a literal % is written as an entity."""
    kind, shown = _typed(value)
    if not kind:
        return f"<table:table-cell%s{span}/>"
    text = f"<text:p>{escape(shown, {'%': '&#37;'})}</text:p>" if shown else ""
    return f"<table:table-cell%s{span}{kind}>{text}</table:table-cell>"


def _typed(value: Value) -> tuple[str, str]:
    match value:
        case None:
            return "", ""
        case Formula(text, cached):
            formula = f" table:formula={quoteattr('of:' + text)}"
            if cached is None:
                return formula, ""
            return f'{formula} office:value-type="float" office:value="{cached}"', str(cached)
        case Fault(text):
            return ' table:formula="of:=[.#REF!]" office:value-type="string" office:string-value=""', text
        case Percent(fraction):
            shown = f"{fraction * 100:.1f}".replace(".", ",") + " %"
            return f' office:value-type="percentage" office:value="{fraction}"', shown
        case bool():
            return f' office:value-type="boolean" office:boolean-value="{str(value).lower()}"', str(value)
        case date():
            return f' office:value-type="date" office:date-value="{value.isoformat()}"', value.strftime("%m/%y")
        case int() | float():
            return f' office:value-type="float" office:value="{value}"', str(value).replace(".", ",")
        case _:
            return ' office:value-type="string"', value
