"""How one cell gets dirty: each spelling knows what it does to what the cell means."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from tests.corpus.dirt.clean import ALL_NAMES, Said, Territory
from tests.corpus.writers.grid import Fault, Formula, Percent, Value

TYPED = frozenset({"xlsx", "ods", "xls", "json", "ndjson"})
SHEETS = frozenset({"xlsx", "ods", "xls"})
MISSING = ("nd", "ns", "nc", "nr", "/", "-", "N.D.", "n/a", "sans objet", "–", "secret")
_MARKS = {"*": "provisional", " (p)": "provisional", " (e)": "estimated", "¹": "final", " *": "provisional"}
_SPACES = (" ", "\u00a0", "\u202f", "\u2009")
Names = set[str]


def plain(number: Decimal, sign: str = ",") -> str:
    """The digits of a number, nothing else."""
    return format(number.normalize(), "f").replace(".", sign)


def grouped(number: Decimal, space: str) -> str:
    """Thousands apart."""
    whole, _, rest = plain(number).partition(",")
    digits = ("-" if number < 0 else "") + f"{abs(int(whole)):,}".replace(",", space)  # int("-0") has no sign
    return f"{digits},{rest}" if rest else digits


@st.composite
def numbers(draw: st.DrawFn, number: Decimal | None, kind: str, form: str, dirt: Names, *, blank: bool) -> Said:
    """A number of a column of counts, amounts or numbers. `blank`: the cell may be emptied."""
    if number is None:
        return Said(None)
    said = draw(_spelt(number, kind, form, dirt))
    fate = draw(st.integers(0, 19))
    if fate == 0:
        dirt.add("missing code")
        return Said(draw(st.sampled_from(MISSING)), noted=True)
    if fate == 1 and blank:
        dirt.add("blank")
        return Said(None)
    if fate == 2:
        dirt.add("refused number")
        return Said(draw(_unreadable(kind, form)), refused=True)
    if fate in (3, 4) and isinstance(said.shown, str):
        dirt.add("footnote mark")
        mark = draw(st.sampled_from(sorted(_MARKS)))
        return replace(said, shown=said.shown.rstrip() + mark, status=_MARKS[mark], noted=True)
    return said


@st.composite
def _spelt(draw: st.DrawFn, number: Decimal, kind: str, form: str, dirt: Names) -> Said:
    ways: list[Callable[[], Said]] = [
        lambda: Said(plain(number), number),
        lambda: Said(grouped(number, draw(st.sampled_from(_SPACES))), number),
        lambda: Said(f" {plain(number)} ", number),
        lambda: Said(plain(number) + (",00" if number == number.to_integral_value() else ""), number),
    ]
    if form in TYPED:
        typed: Value = int(number) if number == number.to_integral_value() else float(number)
        ways += [lambda: Said(typed, number)] * 4
    if form in ("xlsx", "ods"):
        ways.append(lambda: Said(Formula("=1+1", float(number)), number))
    if abs(number) >= 1_000_000:
        ways.append(lambda: Said(f"{number:,}", number, noted=True))
    if number < 0:
        ways.append(lambda: Said(f"({grouped(-number, ' ')})", number, noted=True))
        ways.append(lambda: Said("\u2212" + plain(-number), number))
    if kind == "amount":
        ways.append(
            lambda: Said(grouped(number, " ") + draw(st.sampled_from(["€", " €", " euros"])), number, noted=True)
        )
        if number > 0 and number % 1000 == 0:
            ways.append(lambda: Said(plain(number / 1000) + " k€", number, noted=True, about="~"))
    said = draw(st.sampled_from(ways))()
    if said.shown != plain(number) and not isinstance(said.shown, int | float):
        dirt.add("number spelling")
    return said


@st.composite
def _unreadable(draw: st.DrawFn, kind: str, form: str) -> Value:
    """What has two readings or none."""
    two = f"{draw(st.integers(1, 999))},{draw(st.integers(0, 999)):03d}"
    ways: list[Value] = [two, two, "plus de 5 000", "environ 12", "voir note", "#REF!"]
    if kind == "count":
        ways += ["12,5", "-3", "12 %"]
    if form in ("xlsx", "ods"):
        ways += [Fault("#REF!"), Fault("#DIV/0!"), Formula("=SUM(A1:A9)"), Formula("=A1*2")]
    if form == "xls":
        ways.append(Fault("#DIV/0!"))
    return draw(st.sampled_from(ways))


@st.composite
def shares(draw: st.DrawFn, share: Decimal | None, form: str, dirt: Names) -> Said:
    """A percentage: with its sign, without, or as the fraction that a spreadsheet stores."""
    if share is None:
        return Said(None)
    dirt.add("percentage spelling")
    fraction = share / 100
    ways = [
        Said(plain(share) + draw(st.sampled_from(["%", " %", "\u00a0%"])), share),
        Said(plain(share), share, bare=0 < share <= 1),
        Said(plain(share, "."), share, bare=0 < share <= 1),
        Said(plain(fraction), share, bare=share > 0, noted=share > 0),
    ]
    if form in SHEETS:
        ways.append(Said(Percent(float(fraction)), share))
    return draw(st.sampled_from(ways))


def bare_of_accents(text: str) -> str:
    """Capitals without accents or hyphens."""
    letters = unicodedata.normalize("NFD", text)
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("-", " ").upper()


def _distance(one: str, other: str) -> int:
    """Letters to insert, delete or replace."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def _far_from_others(wrong: str, name: str) -> bool:
    """Nobody could take it for another territory."""
    written = bare_of_accents(wrong)
    return all(_distance(written, bare_of_accents(other)) > 4 for other in ALL_NAMES if other != name)


@st.composite
def places(draw: st.DrawFn, territory: Territory, column: str, form: str, dirt: Names) -> Said:
    """A territory in a column of codes or of names; `both`: in one of codes beside one of names."""
    name, number = territory.name, territory.number
    if column == "both":
        return draw(st.sampled_from([Said(number), Said(territory.code)]))
    certain = [Said(name, noted=True)] if column == "name" else [Said(number), Said(number), Said(territory.code)]
    ways = [
        Said(bare_of_accents(name), noted=True),
        Said(name.replace("-", " "), noted=True),
        Said(name.replace("-", "\u2011"), noted=True),
    ]
    if not number.startswith("2"):
        ways += [Said(f"{number} - {name}"), Said(f"{name} ({number})"), Said(f"{int(number)}.0", noted=True)]
        if form in TYPED and number.startswith("0"):
            ways.append(Said(int(number), noted=True))
    position = draw(st.integers(1, len(name) - 2))
    once = name[:position] + name[position + 1 :]
    if name[position].isalpha() and len(once) >= 6 and _far_from_others(once, name):
        ways += [Said(once, noted=True)] * 2
        twice = name[:position] + "zk" + name[position + 1 :]
        ways.append(Said(twice, refused=True))
    said = draw(st.sampled_from(certain * 3 + ways))
    if said not in certain:
        dirt.add("refused territory" if said.refused else "territory spelling")
    return said


@st.composite
def years(draw: st.DrawFn, year: str, form: str, dirt: Names, *, days: bool) -> Said:
    """A year in a cell. `days`: its last day says it too, as the feed has years only."""
    certain = [Said(year)] * 4
    ways = [
        Said(f"{year} (p)", status="provisional", noted=True),
        Said(f"{year}*", status="provisional", noted=True),
        Said(f"{year}-{int(year) + 1}", refused=True),
        Said(f"31/06/{year}", refused=True),
    ]
    last = date(int(year), 12, 31)
    if days:
        ways += [Said(f"31/12/{year}", noted=True), Said(last.isoformat(), noted=True)]
    if form in SHEETS:
        ways.append(Said(int(year)))
    if form in SHEETS and days:
        ways += [Said(last, noted=True), Said((last - date(1899, 12, 30)).days, noted=True)]
    said = draw(st.sampled_from(certain + ways))
    if said not in certain:
        dirt.add("period spelling")
    return said
