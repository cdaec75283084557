"""What a file is, by its content first: names and media types lie more often than first bytes."""

from enum import StrEnum

from services.ingestion.parse.rows import FileRefusedError
from services.ingestion.parse.text import utf_16_of


class FileKind(StrEnum):
    """What we can read. `archive` is a zip: XLSX or ODS, which it has to prove; `ole` is an XLS, or a locked XLSX."""

    csv = "csv"
    json = "json"
    archive = "archive"
    ole = "ole"


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFUSED = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf", "7Z"),
    (b"Rar!", "RAR"),
    (b"{\\rtf", "RTF"),
    (b"PK\x05\x06", "ZIP"),
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_JSON_NAMES = (".json", ".ndjson", ".jsonl")


def kind_of(content: bytes, media_type: str = "", file_name: str = "") -> FileKind:
    """Say how to read these bytes; raises FileRefusedError (empty_file, unsupported_file)."""
    start = content[:4096]
    if (not start.strip(b" \t\r\n\x00") and not content.strip(b" \t\r\n\x00")) or content in _BOMS:
        raise FileRefusedError("empty_file")
    if start.startswith(b"PK\x03\x04"):
        return FileKind.archive
    if start.startswith(_OLE):
        return FileKind.ole
    for magic, name in _REFUSED:
        if start.startswith(magic):
            raise FileRefusedError("unsupported_file", {"kind": name})
    unicode_16 = start.startswith((b"\xff\xfe", b"\xfe\xff")) or utf_16_of(start) is not None
    if b"\x00" in content and not unicode_16:
        raise FileRefusedError("unsupported_file", {"kind": "binaire"})
    text = start.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg")):
        raise FileRefusedError("unsupported_file", {"kind": "HTML ou XML"})
    said_json = "json" in media_type.lower() or file_name.lower().endswith(_JSON_NAMES)
    if text.startswith((b"{", b"[")) or said_json:
        return FileKind.json
    return FileKind.csv
