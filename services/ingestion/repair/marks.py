"""Footnote marks behind a figure or a period: `35 070*`, `2020 (p)`, `12¹`."""

import re

from shared.domain.observation import Status

_MARK = re.compile(r"(?<=[^\s(])\s*(\*+|[¹²³⁴⁵⁶⁷⁸⁹]+|\((?:p|e|d|sd|r|[0-9])\))$", re.IGNORECASE)
_STATUS = {"(p)": Status.provisional, "(sd)": Status.provisional, "(e)": Status.estimated}
_LAST = frozenset("*¹²³⁴⁵⁶⁷⁸⁹)")


def without_mark(text: str) -> tuple[str, bool, Status | None]:
    """The text without its mark, whether there was one, and what it says: `*` and (p) provisional, (e) estimated."""
    if text[-1:] not in _LAST:
        return text, False, None
    mark = _MARK.search(text)
    if mark is None:
        return text, False, None
    sign = mark[1].lower()
    return text[: mark.start()].strip(), True, _STATUS.get(sign, Status.provisional if "*" in sign else None)
