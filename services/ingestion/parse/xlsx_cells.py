"""What the XML of a sheet says and its values do not: errors, formulas that nobody computed, percentages, extent.

The workbook library shows an error cell as blank and a formula without a result as zero or as nothing. The bytes are
searched, not made into a tree: a sheet of 180 000 cells takes some tens of milliseconds. Any prefix, order of
attributes and kind of quotes is understood, and cells that do not say where they are.

Each search takes a time in proportion to the bytes, whatever they are: no tag reaches beyond the next `<`, and
what was read once is not given back (`*+`).
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

from services.ingestion.parse.rows import Broken, FileRefusedError, column_letters
from services.ingestion.parse.xlsx_hidden import Hidden, hidden_in

Place = tuple[int, int]

_LONGEST_FORMULA = 100
_PREFIXED = re.compile(rb":(?:c|f|row)[\s/>]")
_FIRST_CELL = re.compile(rb"<c[\s>][^<>]*")
_REFERENCE = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
_ASIDE = re.compile(rb"<!--|<!\[CDATA\[")
_STYLE = re.compile(rb"\ss\s*+=\s*+[\"'](\d{1,9})[\"']")
# Cells of the formulas that fill ranges and have no result, each counted as often as it is covered.
_MOST_COVERED = 1_000_000
_ANY_PREFIX = rb"(?:[^\s<>/:!?]+:)?"


@dataclass(frozen=True, slots=True)
class Marks:
    """Cells by (row from 1, column from 0)."""

    broken: dict[Place, Broken] = field(default_factory=dict)
    percentages: list[Place] = field(default_factory=list)
    scales: dict[Place, str] = field(default_factory=dict)
    hidden: Hidden = field(default_factory=Hidden)


class SheetXml:
    """The XML of one worksheet, in UTF-8."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml = _without_asides(xml)
        self._prefix = _ANY_PREFIX if _PREFIXED.search(xml) else b""
        self._counted: dict[int, Place] | None = None

    def marks(
        self, percentage_styles: frozenset[int], scaled_styles: Mapping[int, str], *, computed_on_load: bool
    ) -> Marks:
        """Everything to be said of its cells.

        `computed_on_load`: the workbook asks to be computed when it is opened, so that a zero under a formula is what
        some writers put there in place of a result.
        """
        return Marks(
            {**self._formulas(computed_on_load=computed_on_load), **self._errors()},
            [place for place, _ in self._styled(percentage_styles)],
            {place: scaled_styles[style] for place, style in self._styled(scaled_styles)},
            hidden_in(self._xml),
        )

    def last_row(self) -> int:
        """The number of its last row, as rows say it or by counting them."""
        numbers = map(int, self._all(rb"<Prow\s(?:[^<>]*?\s)?r\s*+=\s*+[\"'](\d{1,9})[\"']").findall(self._xml))
        return max(numbers, default=0) or len(self._all(rb"<Prow[\s/>]").findall(self._xml))

    def filled_beyond(self, row: int, column: int) -> Place | None:
        """A cell that holds something below this row or right of this column (from 0), if there is one."""
        letters, digits = len(column_letters(column + 1)), len(str(row + 1))
        # Only references long enough to lie beyond are looked at one by one.
        far = rb"[A-Z]{%d,3}\d+|[A-Z]+\d{%d,}" % (letters, digits)
        # A writer that begins its first cell in the plain way begins all of them so: a fixed text is found much faster.
        first = _FIRST_CELL.search(self._xml)
        plain = not self._prefix and first is not None and first[0].startswith(b'<c r="')
        start = rb'<c r="(%s)"' if plain else rb"<Pc\s(?=(?:[^<>]*?\s)?r\s*+=\s*+[\"'](%s)[\"'])"
        for found in self._all(start % far + rb"[^<>]*+(?<!/)>(?!\s*+</)").finditer(self._xml):
            place = _place(found[1])
            if place is not None and (place[0] > row or place[1] > column):
                return place
        return None

    def _all(self, pattern: bytes) -> re.Pattern[bytes]:
        """A pattern in which P stands for the prefix of every element of this sheet."""
        return re.compile(pattern.replace(b"<P", b"<" + self._prefix).replace(b"</P", b"</" + self._prefix))

    def _errors(self) -> dict[Place, Broken]:
        if b'"e"' not in self._xml and b"'e'" not in self._xml:
            return {}
        cells = self._all(
            rb"<Pc\s(?=(?:[^<>]*?\s)?t\s*+=\s*+[\"']e[\"'])([^<>]*+)>\s*+"
            rb"(?:<Pf(?=[\s/>])[^<>]*+>(?:(?<=/>)|[^<]*+</Pf\s*+>)\s*+)?<Pv(?:\s[^<>]*+)?>\s*+([^<]++)<"
        )
        return {
            place: Broken("formula_error", _text(found[2]))
            for found in cells.finditer(self._xml)
            if not found[1].endswith(b"/") and (place := self._where(found, found[1])) is not None
        }

    def _formulas(self, *, computed_on_load: bool) -> dict[Place, Broken]:
        if b"<f" not in self._xml and b":f" not in self._xml:
            return {}
        cells = self._all(
            rb"<Pc(?=[\s>])([^<>]*+)>\s*+<Pf(?=[\s/>])([^<>]*+)>(?:(?<=/>)|([^<]*+)</Pf\s*+>)\s*+"
            rb"(?:(<Pv(?=[\s/>])[^<>]*+)>(?:(?<=/>)|([^<]*+)<))?"
        )
        broken: dict[Place, Broken] = {}
        covered = 0
        for found in cells.finditer(self._xml):
            attributes, of_formula, formula, opened, value = found.groups()
            result = (value or b"").strip()
            # An empty text is a result too, when the cell says that it is text and shows it.
            if opened is not None and not result and _attribute(attributes, b"t") == b"str":
                continue
            if result and not (computed_on_load and _is_zero(result) and _attribute(attributes, b"t") in (None, b"n")):
                continue
            if (place := self._where(found, attributes)) is None:
                continue
            shown = Broken("formula_without_value", _formula_text(formula))
            for other in _covered(of_formula):
                broken[other] = shown
                covered += 1
            if covered > _MOST_COVERED:
                raise FileRefusedError("workbook_too_large")
            broken[place] = shown
        return broken

    def _styled(self, styles: Collection[int]) -> Iterator[tuple[Place, int]]:
        # Few styles of a workbook are used in a sheet; a pattern of thousands of them would be tried at each cell.
        if not styles:
            return
        used = {n for n in set(_STYLE.findall(self._xml)) if int(n) in styles}
        if not used:
            return
        cells = self._all(rb"<Pc\s(?=(?:[^<>]*?\s)?s\s*+=\s*+[\"'](\d{1,9})[\"'])([^<>]*+)(?<!/)>")
        for found in cells.finditer(self._xml):
            if found[1] in used and (place := self._where(found, found[2])) is not None:
                yield place, int(found[1])

    def _where(self, cell: re.Match[bytes], attributes: bytes) -> Place | None:
        reference = _attribute(attributes, b"r")
        if reference is not None:
            return _place(reference)
        if self._counted is None:
            self._counted = self._count()
        return self._counted.get(cell.start())

    def _count(self) -> dict[int, Place]:
        """Where each cell is, by its place in the bytes: one that says nothing follows the one before it."""
        places: dict[int, Place] = {}
        row, column = 0, -1
        for found in self._all(rb"<P(row|c)(?=[\s/>])([^<>]*+)>").finditer(self._xml):
            reference = _attribute(found[2], b"r")
            if found[1] == b"row":
                row, column = int(reference) if reference and reference.isdigit() else row + 1, -1
                continue
            place = _place(reference) if reference else None
            column = place[1] if place else column + 1
            places[found.start()] = place or (row, column)
        return places


def _without_asides(xml: bytes) -> bytes:
    """Without comments; of a literal text only its being there matters here, and it may look like a cell."""
    kept: list[bytes] = []
    position = 0
    while found := _ASIDE.search(xml, position):
        kept.append(xml[position : found.start()])
        literal = found[0] != b"<!--"
        end = xml.find(b"]]>" if literal else b"-->", found.end())
        if end < 0:
            # Never closed: no XML, as the library will find too.
            return b"".join(kept)
        kept.append(b"_" if literal and end > found.end() else b"")
        position = end + 3
    return b"".join([*kept, xml[position:]]) if kept else xml


def column_index(letters: bytes) -> int:
    """A column as a number from 0: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _place(reference: bytes) -> Place | None:
    found = _REFERENCE.fullmatch(reference)
    return (int(found[2]), column_index(found[1])) if found else None


def _attribute(attributes: bytes, name: bytes) -> bytes | None:
    found = re.search(rb"(?:^|\s)" + name + rb"\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)')", attributes)
    return None if found is None else found[1] if found[1] is not None else found[2]


def _covered(of_formula: bytes) -> Iterator[Place]:
    """The other cells of a formula that fills a range: without a result of the first they have none either."""
    if _attribute(of_formula, b"t") not in (b"array", b"dataTable"):
        return
    ends = [_place(end) for end in (_attribute(of_formula, b"ref") or b"").split(b":")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return
    top, left, bottom, right = *ends[0], *ends[1]
    # A range of whole columns fills no table of ours; its first cell is refused all the same.
    if (bottom - top + 1) * (right - left + 1) <= 10_000:
        yield from ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _is_zero(number: bytes) -> bool:
    try:
        return float(number) == 0
    except ValueError:
        return False


def _formula_text(formula: bytes | None) -> str:
    """A formula as Excel shows it; one shared with the cell above is written there only."""
    text = _text(formula or b"")
    return "=" + (text[:_LONGEST_FORMULA] if text else "…")


def _text(xml: bytes) -> str:
    return unescape(xml.decode("utf-8", "replace")).strip()
