"""A file as it arrived."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Upload:
    """Bytes with what was said about them."""

    content: bytes
    media_type: str
    file_name: str
