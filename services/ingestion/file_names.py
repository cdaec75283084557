"""PURE the name of a file as it may be shown and stored: one short line, never a path."""

import re

_LONGEST = 200
# Control characters, halves of a pair, and marks that turn the reading direction, as in `liste\u202excod.exe`.
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}$")


def line(text: str) -> str:
    """One line of at most 200 characters."""
    return _INVISIBLE.sub("", text)[:_LONGEST]


def base_name(name: str) -> str:
    """The last part of a path of any system, its ending kept where it has to be cut; empty for `.` and `..`."""
    last = _INVISIBLE.sub("", re.split(r"[/\\]", name)[-1]).strip()
    if last in {".", ".."}:
        return ""
    found = _SUFFIX.search(last)
    suffix = found[0] if found else ""
    return last[: _LONGEST - len(suffix)] + suffix if len(last) > _LONGEST else last
