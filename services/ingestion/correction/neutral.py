"""Text in a cell that stays text: what a file makes us repeat must not run when somebody opens the answer."""

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell

# What Excel, LibreOffice or an import of CSV take for the beginning of a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
LONGEST = 32_000

AnyCell = Cell | MergedCell


def printable(text: str) -> str:
    """The text without the characters that a workbook cannot hold, and no longer than a cell."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]


def write_text(cell: AnyCell, text: str) -> None:
    """Write text as text, whatever it begins with: `quotePrefix` is the apostrophe that one would type before it."""
    assert isinstance(cell, Cell)  # nothing is merged before it is written
    bare = printable(text)
    cell.value = bare
    cell.data_type = "s"  # openpyxl took `=…` for a formula and `#REF!` for an error
    if bare.startswith(DANGEROUS):
        cell.quotePrefix = True
