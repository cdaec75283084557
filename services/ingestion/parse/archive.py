"""A workbook as a zip: what it declares is held against limits before anything is unpacked. Nothing touches a disk."""

import io
import re
import zipfile
import zlib
from typing import IO, Self

from services.ingestion.parse.rows import FileRefusedError

MOST_ENTRIES = 5_000
MOST_UNPACKED_BYTES = 300_000_000
# XML of a table packs 10 to 50 times. A bomb packs a thousand times, and is small until then.
MOST_RATIO = 200
_SMALL = 20_000_000
_HEAD = 4096
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)


class Archive:
    """A checked zip; each method raises FileRefusedError (unreadable_workbook, workbook_too_large and the like)."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _BROKEN as error:
            raise FileRefusedError("unreadable_workbook") from error
        entries = self._zip.infolist()
        self._names = {entry.filename.replace("\\", "/").lstrip("/").lower(): entry.filename for entry in entries}
        # Two parts of one name: this reader would see one of them and the workbook library the other.
        if len(self._names) < len(entries):
            raise FileRefusedError("unreadable_workbook")
        unpacked = sum(entry.file_size for entry in entries)
        packed = max(len(content), 1)
        if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED_BYTES:
            raise FileRefusedError("workbook_too_large")
        if unpacked > _SMALL and unpacked / packed > MOST_RATIO:
            raise FileRefusedError("workbook_too_large")
        if any(entry.flag_bits & 1 for entry in entries):
            raise FileRefusedError("protected_workbook")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def has(self, name: str) -> bool:
        """Say whether there is such a part; names are compared as Excel does, without case."""
        return name.lower() in self._names

    def is_ods(self) -> bool:
        """Say whether it is an OpenDocument spreadsheet."""
        return self.has("content.xml") and b"spreadsheet" in (self.read("mimetype") if self.has("mimetype") else b"")

    def has_macros(self) -> bool:
        """Say whether it holds macros, which are never read."""
        return any(name.endswith("vbaproject.bin") or name.startswith("basic/script") for name in self._names)

    def other_kind(self) -> str:
        """What it is when it is no workbook that we read."""
        known = {"word/document.xml": "DOCX", "ppt/presentation.xml": "PPTX", "xl/workbook.bin": "XLSB"}
        found = [kind for name, kind in known.items() if self.has(name)]
        return found[0] if found else "ODT, ODP ou ODG" if self.has("content.xml") else "ZIP"

    def read(self, name: str) -> bytes:
        """The bytes of a part."""
        try:
            return self._zip.read(self._names[name.lower()])
        except (*_BROKEN, KeyError) as error:
            raise FileRefusedError("unreadable_workbook") from error

    def open(self, name: str) -> IO[bytes]:
        """A part as a stream."""
        try:
            return self._zip.open(self._names[name.lower()])
        except (*_BROKEN, KeyError) as error:
            raise FileRefusedError("unreadable_workbook") from error

    def refuse_declarations(self) -> None:
        """Refuse a document type or an entity in any part: no program of office work writes one."""
        for name in self._names:
            if name.endswith((".xml", ".rels", ".vml")):
                with self.open(name) as part:
                    try:
                        head = part.read(_HEAD)
                    except _BROKEN as error:
                        raise FileRefusedError("unreadable_workbook") from error
                if _DECLARES.search(head.replace(b"\x00", b"")):
                    raise FileRefusedError("entities_in_workbook")
