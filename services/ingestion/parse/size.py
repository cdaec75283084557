"""How much of a file has been read, held against its limits. A table is refused while it grows."""

from services.ingestion.parse.rows import FileRefusedError, Limits


class Size:
    """Counts sheets, rows, columns and cells; each method raises FileRefusedError with a code of TOO_LARGE."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._sheet = ""
        self._rows = 0
        self._cells = 0
        self._merges = 0

    def check_sheets(self, count: int) -> None:
        """Refuse a workbook of too many sheets before any of them is read."""
        if count > self.limits.sheets:
            raise FileRefusedError("too_many_sheets", {"most": self.limits.sheets})

    def begin(self, sheet: str) -> None:
        """Count the rows of another sheet; cells are counted over the whole file."""
        self._sheet, self._rows = sheet, 0

    def check_columns(self, count: int, row: int | None = None) -> None:
        """Refuse a row of too many cells."""
        if count > self.limits.columns:
            raise FileRefusedError("too_many_columns", {"most": self.limits.columns}, self._sheet, row)

    def add_merges(self, count: int = 1) -> None:
        """Count merged ranges, over the whole file: each is held against each header, total and figure."""
        self._merges += count
        if self._merges > self.limits.merges:
            raise FileRefusedError("too_many_merges", {"most": self.limits.merges}, self._sheet)

    def add_row(self, width: int, row: int) -> None:
        """Count one row of `width` cells; `row` is its number."""
        self._rows += 1
        self._cells += width
        if self._rows > self.limits.rows:
            raise FileRefusedError("too_many_rows", {"most": self.limits.rows}, self._sheet, row)
        if width > self.limits.columns:
            self.check_columns(width, row)
        if self._cells > self.limits.cells:
            raise FileRefusedError("too_many_cells_in_all", {"most": self.limits.cells}, self._sheet, row)
