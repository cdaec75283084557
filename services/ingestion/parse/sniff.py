"""What a file is, by its content first: names and media types lie more often than first bytes."""

from enum import StrEnum

from services.ingestion.parse.rows import FileRefusedError


class FileKind(StrEnum):
    """What we can read. `archive` is a zip, which a workbook has to prove to be one."""

    csv = "csv"
    json = "json"
    archive = "archive"


_REFUSED = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf", "7Z"),
    (b"Rar!", "RAR"),
    (b"{\\rtf", "RTF"),
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(content: bytes, media_type: str = "", file_name: str = "") -> FileKind:
    """Say how to read these bytes; raises FileRefusedError (empty_file, unsupported_file)."""
    start = content[:4096]
    if not content.strip(b" \t\r\n\x00") or content in _BOMS:
        raise FileRefusedError("empty_file")
    if start.startswith(b"PK\x03\x04"):
        return FileKind.archive
    for magic, name in _REFUSED:
        if start.startswith(magic):
            raise FileRefusedError("old_workbook" if name == "XLS" else "unsupported_file", {"kind": name})
    unicode_16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in content and not unicode_16:
        raise FileRefusedError("unsupported_file", {"kind": "binaire"})
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg")):
        raise FileRefusedError("unsupported_file", {"kind": "HTML ou XML"})
    said_json = "json" in media_type.lower() or file_name.lower().endswith(".json")
    if text.startswith((b"{", b"[")) or (said_json and not unicode_16):
        return FileKind.json
    return FileKind.csv
