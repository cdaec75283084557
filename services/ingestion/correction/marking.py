"""Colour the cells that remarks are about and say at each, in a comment, what is wrong or what was read."""

import re
from collections.abc import Sequence

from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.workbook import Workbook

from services.ingestion.correction.findings import Remark
from services.ingestion.correction.neutral import printable

AUTHOR = "Vigie"
RED, BLUE = "FFF8B4B4", "FFB4D5F8"
# Between what the sender had written in a comment and what we add.
_OURS = "--- Vigie ---\n"
_LONGEST = 3_000
_WIDTH, _LINE_HEIGHT, _LETTERS_A_LINE = 340, 18, 48


def fill(*, wrong: bool) -> PatternFill:
    """Red for what is to be corrected, blue for what was repaired."""
    return PatternFill("solid", fgColor=RED if wrong else BLUE)


def mark(cell: Cell, remarks: Sequence[Remark]) -> None:
    """Colour a cell and comment it. Its value stays as the sender wrote it."""
    cell.fill = fill(wrong=any(r.wrong for r in remarks))
    text = printable("\n\n".join(_said(r) for r in remarks))[:_LONGEST]
    before, author = (cell.comment.text, cell.comment.author) if cell.comment else ("", AUTHOR)
    whole = f"{before.rstrip()}\n\n{_OURS}{text}" if before else f"{_OURS}{text}"
    lines = sum(1 + len(line) // _LETTERS_A_LINE for line in whole.splitlines())
    cell.comment = Comment(whole, author or AUTHOR, height=_LINE_HEIGHT * (lines + 1), width=_WIDTH)


def _said(remark: Remark) -> str:
    lines = [f"{remark.word} : {remark.message}"]
    if remark.offered:
        lines.append(f"{'Valeur proposée' if remark.wrong else 'Valeur lue'} : {remark.offered}")
    return "\n".join(lines)


def unmark(book: Workbook) -> None:
    """Take our earlier marks off a corrected workbook that was sent again; the colour before them is not known."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows(max_row=sheet.max_row, max_col=min(sheet.max_column, 1_000)):
            for cell in row:
                if isinstance(cell, Cell) and cell.comment and _OURS in cell.comment.text:
                    _clean(cell, cell.comment)


def _clean(cell: Cell, comment: Comment) -> None:
    theirs = re.split(re.escape(_OURS), comment.text)[0].rstrip()
    cell.comment = Comment(theirs, comment.author or "", comment.height, comment.width) if theirs else None
    if cell.fill.fgColor.rgb in (RED, BLUE):
        cell.fill = PatternFill()
