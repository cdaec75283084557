"""Bytes -> sheets, whatever the format. The libraries of a format are imported when a file of it arrives."""

from services.ingestion.parse.csv_rows import parse_csv
from services.ingestion.parse.json_rows import parse_json
from services.ingestion.parse.rows import DEFAULT_LIMITS, FileRefusedError, Limits, Sheet
from services.ingestion.parse.sniff import FileKind, kind_of


def read_sheets(content: bytes, media_type: str, file_name: str, limits: Limits = DEFAULT_LIMITS) -> list[Sheet]:
    """The sheets of a CSV, JSON, NDJSON, XLSX, XLS or ODS file; raises FileRefusedError.

    Meant for a process with a memory limit: an archive is bounded by what it declares, and it may lie.
    """
    kind = kind_of(content, media_type, file_name)
    if kind is FileKind.csv:
        return parse_csv(content, limits)
    if kind is FileKind.json:
        return parse_json(content, limits)
    sheets = _workbook(kind, content, limits)
    if not any(sheet.rows for sheet in sheets):
        raise FileRefusedError("empty_file")
    return sheets


def _workbook(kind: FileKind, content: bytes, limits: Limits) -> list[Sheet]:
    if kind is FileKind.ole:
        from services.ingestion.parse.xls import parse_xls

        return parse_xls(content, limits)
    from services.ingestion.parse.archive import Archive
    from services.ingestion.parse.ods import parse_ods
    from services.ingestion.parse.xlsx import parse_xlsx

    with Archive(content) as archive:
        return parse_ods(archive, limits) if archive.is_ods() else parse_xlsx(archive, limits)
