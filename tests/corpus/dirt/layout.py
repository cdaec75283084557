"""A clean table made dirty, cell by cell and then as a file, with the truth that must come back from it."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from hypothesis import strategies as st

from tests.corpus.dirt import spelling
from tests.corpus.dirt.clean import (
    COUNT_INDICATORS,
    FEEDS,
    NUMBERS,
    REGION,
    Clean,
    CleanRow,
    Said,
    Territory,
    clean_tables,
    titles,
)
from tests.corpus.dirt.packing import packed
from tests.corpus.dirt.parts import BodyRow, Column, Dirty
from tests.corpus.dirt.settling import settle
from tests.corpus.dirt.sheet import laid_out
from tests.corpus.writers.grid import Value

KINDS = {"calpae-amounts": "amount", "observations": "number"}
_FORMS = ("csv", "csv", "csv", "xlsx", "xlsx", "ods", "xls", "json", "ndjson")
_REGION = Territory(REGION, "Occitanie")


@st.composite
def dirty_files(draw: st.DrawFn) -> Dirty:
    """A generated table after random dirt."""
    feed, form = draw(st.sampled_from(FEEDS)), draw(st.sampled_from(_FORMS))
    by = ["column", "parameter"]
    by += ["sheet"] if form in spelling.SHEETS else []
    by += ["across"] * 2 if feed in ("calpae-amounts", "observations") and form not in ("json", "ndjson") else []
    period_by = draw(st.sampled_from(by))
    clean = draw(clean_tables(feed, 1 if period_by in ("parameter", "sheet") else 3))
    if period_by == "across" and feed == "observations":
        clean = Clean(feed, [row for row in clean.rows if row.indicator in COUNT_INDICATORS])
        if not clean.rows:
            period_by, clean = "column", draw(clean_tables(feed, 1))
    dirty = Dirty(feed, form, clean.rows[0].period if period_by == "parameter" else None)
    dirty.dirt |= {form, f"period by {period_by}"}
    place_by = draw(st.sampled_from(["territory", "name", "both"]))
    columns = draw(_columns(clean, period_by, place_by, dirty))
    dirty.titles = [" ".join(str(column.title).split()) for column in columns]
    body = draw(_body(clean, columns, place_by, dirty))
    grid, places = draw(laid_out(columns, body, dirty))
    if period_by == "sheet":
        grid = replace(grid, name=clean.rows[0].period)
    shift, dirty.content = draw(packed(grid, form, dirty.dirt))
    settle(columns, body, [place + shift for place in places], dirty)
    return dirty


@st.composite
def _columns(draw: st.DrawFn, clean: Clean, period_by: str, place_by: str, dirty: Dirty) -> list[Column]:
    def title(key: str) -> str:
        name = draw(st.sampled_from(titles(clean.feed, key)))
        ways = [name, name, name.upper(), f" {name} ", f"{name}*", name.replace(" ", "\u00a0")]
        written = draw(st.sampled_from([*ways, spelling.bare_of_accents(name)] if "%" not in name else ways))
        dirty.dirt |= {"title spelling"} if written != titles(clean.feed, key)[0] else set()
        return written

    keys = {"both": ["territory", "name"]}.get(place_by, [place_by])
    keys += ["indicator"] if clean.feed == "observations" else []
    keys += ["period"] if period_by == "column" else []
    columns = [Column(key, title(key)) for key in keys]
    if period_by == "across":
        for period in sorted({row.period for row in clean.rows}):
            written: list[tuple[Value, str]] = [(period, "final"), (f"{period} (p)", "provisional")]
            written += [(f"{period}*", "provisional")]
            written += [(f"Montant {period}", "final")] if clean.feed == "calpae-amounts" else []
            written += [(int(period), "final")] if dirty.form in spelling.SHEETS else []
            shown, status = draw(st.sampled_from(written))
            columns.append(Column("value" if clean.feed == "observations" else "amount", shown, period, status))
    else:
        numbers = [k for k in NUMBERS[clean.feed] if any(row.numbers.get(k) is not None for row in clean.rows)]
        missing = [k for k in NUMBERS[clean.feed][:1] if k not in numbers]
        columns += [Column(key, title(key)) for key in missing + numbers]
    for extra in draw(st.lists(st.sampled_from(["Visa du service", "Nb de pages"]), max_size=2, unique=True)):
        dirty.dirt.add("extra column")
        columns.append(Column("", extra))
    if draw(st.booleans()):
        dirty.dirt.add("column order")
        columns = draw(st.permutations(columns))
    return columns


@st.composite
def _body(draw: st.DrawFn, clean: Clean, columns: list[Column], place_by: str, dirty: Dirty) -> list[BodyRow]:
    groups: dict[tuple[str, ...], list[CleanRow]] = {}
    across = any(column.period for column in columns)
    for row in clean.rows:
        key = (row.territory.code, row.indicator, "" if across else row.period)
        groups.setdefault(key, []).append(row)
    body = [BodyRow(rows, [draw(_cell(rows, c, place_by, dirty)) for c in columns]) for rows in groups.values()]
    if dirty.form in spelling.SHEETS and place_by != "both" and draw(st.booleans()):
        _merge_territories(columns, body, dirty)
    if draw(st.integers(0, 3)) == 0:
        dirty.dirt.add("duplicate")
        chosen = draw(st.sampled_from(body))
        if not any(cell.merged for cell in chosen.cells):
            body.append(replace(chosen, cells=list(chosen.cells), twin=True))
            if draw(st.booleans()):
                _contradict(columns, chosen, body[-1], dirty)
    if dirty.form not in ("json", "ndjson") and clean.feed != "observations" and draw(st.integers(0, 2)) == 0:
        total = draw(_total(clean, columns, body, place_by, dirty))
        body += [total] if total else []
    return body


def _contradict(columns: list[Column], row: BodyRow, twin: BodyRow, dirty: Dirty) -> None:
    """Let a row and its twin state two different amounts."""
    here = [i for i, column in enumerate(columns) if column.key == "amount"]
    readable = len(here) == 1 and row.cells[here[0]].number is not None
    if readable and not any(cell.refused for cell in row.cells):
        dirty.dirt.add("contradiction")
        row.rival = twin.rival = True
        number = (row.cells[here[0]].number or Decimal(0)) + 1
        twin.cells[here[0]] = Said(spelling.plain(number), number)


def _merge_territories(columns: list[Column], body: list[BodyRow], dirty: Dirty) -> None:
    """Write a territory once, over the rows that follow each other about it."""
    here = next(i for i, column in enumerate(columns) if column.key in ("territory", "name"))
    for above, row in pairwise(body):
        same = above.of[0].territory == row.of[0].territory
        if same and not above.cells[here].refused:
            dirty.dirt.add("merged territory")
            row.cells[here] = Said(None, merged=True)


@st.composite
def _cell(draw: st.DrawFn, rows: list[CleanRow], column: Column, place_by: str, dirty: Dirty) -> Said:
    row = rows[0]
    match column.key:
        case "territory":
            by = "both" if place_by == "both" else "territory"
            return draw(spelling.places(row.territory, by, dirty.form, dirty.dirt))
        case "name":
            if place_by == "both":
                return Said(row.territory.name)
            return draw(spelling.places(row.territory, "name", dirty.form, dirty.dirt))
        case "indicator":
            return Said(row.indicator)
        case "period":
            return draw(spelling.years(row.period, dirty.form, dirty.dirt, days=dirty.feed != "observations"))
        case "":
            return Said(draw(st.sampled_from([None, "vu", 12])))
        case "cer_signed_share":
            return draw(spelling.shares(row.numbers[column.key], dirty.form, dirty.dirt))
    here = next((r for r in rows if column.period in ("", r.period)), None)
    number = here.numbers.get(column.key) if here else None
    kind = KINDS.get(dirty.feed, "count")
    return draw(spelling.numbers(number, kind, dirty.form, dirty.dirt, blank=column.key != "value"))


@st.composite
def _total(
    draw: st.DrawFn, clean: Clean, columns: list[Column], body: list[BodyRow], place_by: str, dirty: Dirty
) -> BodyRow | None:
    """A row of totals, right or with one euro or one person too many somewhere."""
    periods = {row.period for row in clean.rows}
    if len(periods) > 1 and not any(column.period for column in columns):
        return None
    dirty.dirt.add("total row")
    label = draw(st.sampled_from(["TOTAL", "Total", "Ensemble", "Total général"]))
    cells = []
    for i, column in enumerate(columns):
        if column.key == ("name" if place_by == "name" else "territory"):
            cells.append(Said(label, noted=True))
        elif column.key == "period":
            cells.append(Said(next(iter(periods))))
        elif column.key in NUMBERS[clean.feed] and column.key != "cer_signed_share":
            said = [row.cells[i].number for row in body if not row.twin]
            wrong = draw(st.sampled_from([0, 0, 1]))
            dirty.dirt |= {"wrong total"} if wrong else set()
            total = sum((n for n in said if n is not None), Decimal(wrong))
            cells.append(Said(spelling.plain(total), total, about="!" if wrong else "="))
        else:
            cells.append(Said(None))
    across = [CleanRow(_REGION, column.period, {}) for column in columns if column.period]
    return BodyRow(across or [CleanRow(_REGION, next(iter(periods)), {})], cells, total=True)
