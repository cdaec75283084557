"""A feed's template as a workbook: the table to fill in, a page that says how, and the lists behind its cells."""

import io
from collections.abc import Mapping

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from services.ingestion.feeds.model import ColumnKind, Feed
from services.ingestion.feeds.own_parts import GUIDE_SHEET, LISTS_SHEET
from services.ingestion.templates.cells import rule, style, style_header, write
from services.ingestion.templates.guide import guide
from services.ingestion.templates.layout import Layout, Slot, lay_out
from services.ingestion.templates.reminders import Sides
from shared.domain.catalogue import Catalogue
from shared.domain.observation import Cell

TABLE_SHEET = "Remontée"


def template(feed: Feed, catalogue: Catalogue, reporter: str, period: str, known: Mapping[Cell, Sides]) -> bytes:
    """An .xlsx to be filled in by `reporter` for `period`; `known` are the figures of the period before, by cell."""
    layout = lay_out(feed, catalogue, reporter, period, known)
    book = Workbook()
    table = book.active
    assert isinstance(table, Worksheet)
    table.title = TABLE_SHEET
    page, lists = book.create_sheet(GUIDE_SHEET), book.create_sheet(LISTS_SHEET)
    _write_table(table, layout, feed, _write_lists(lists, layout.slots))
    _write_guide(page, guide(feed, catalogue, layout, reporter, period))
    lists.sheet_state = "hidden"
    for sheet in (table, page, lists):
        sheet.protection.sheet = True  # without a password: against slips, not against people
        sheet.protection.formatColumns = sheet.protection.formatRows = False
    book.properties.creator = "Vigie"
    book.properties.title = feed.title
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write_table(sheet: Worksheet, layout: Layout, feed: Feed, lists: dict[str, str]) -> None:
    last = 1 + len(layout.rows) + layout.free_rows
    for position, slot in enumerate(layout.slots):
        letter = get_column_letter(position + 1)
        head = _cell(sheet, 1, position + 1)
        write(head, slot.header)
        style_header(head, is_reminder=slot.column is None)
        for number in range(2, last + 1):
            cell = _cell(sheet, number, position + 1)
            row = layout.rows[number - 2] if number - 2 < len(layout.rows) else None
            if row is not None and position in row.values:
                write(cell, row.values[position])
            is_locked = slot.column is None or (row is not None and position in row.locked)
            style(cell, slot, feed.register_name, locked=is_locked)
        validation = rule(slot, f"{letter}2", lists)
        if validation is not None:
            validation.add(f"{letter}2:{letter}{last}")
            sheet.add_data_validation(validation)
        sheet.column_dimensions[letter].width = _width(slot)
    sheet.row_dimensions[1].height = 62
    closed = next((i for i, slot in enumerate(layout.slots) if not _is_place(slot)), 0)
    sheet.freeze_panes = f"{get_column_letter(closed + 1)}2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _cell(sheet: Worksheet, row: int, column: int) -> BookCell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, BookCell)  # nothing is merged here
    return cell


def _is_place(slot: Slot) -> bool:
    return slot.key in ("territory", "name", "period", "id")


def _width(slot: Slot) -> float:
    if slot.key in ("title", "note", "name", "indicator"):
        return 32
    if slot.column is not None and slot.column.kind is ColumnKind.amount:
        return 18
    return 16


def _write_lists(sheet: Worksheet, slots: list[Slot]) -> dict[str, str]:
    """Write the choices, one column for each key; returns where they stand, as a data validation writes it."""
    places: dict[str, str] = {}
    for slot in slots:
        if not slot.choices:
            continue
        letter = get_column_letter(len(places) + 1)
        write(sheet[f"{letter}1"], slot.header)
        for number, choice in enumerate(slot.choices, start=2):
            write(sheet[f"{letter}{number}"], choice)
        places[slot.key] = f"'{LISTS_SHEET}'!${letter}$2:${letter}${len(slot.choices) + 1}"
    return places


def _write_guide(sheet: Worksheet, rows: list[list[str]]) -> None:
    for number, texts in enumerate(rows, start=1):
        for position, text in enumerate(texts, start=1):
            cell = _cell(sheet, number, position)
            write(cell, text)
            cell.alignment = Alignment(wrap_text=len(texts) > 1, vertical="top")
        if number == 1:
            sheet.cell(1, 1).font = Font(bold=True, size=14)
        elif texts in (["Comment faire"], ["Les colonnes"]) or texts[:1] == ["Titre"]:
            for position in range(1, len(texts) + 1):
                sheet.cell(number, position).font = Font(bold=True)
    for letter, width in zip("ABCD", (44, 34, 16, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.sheet_view.showGridLines = False
