"""CSV for people and programs: one header, decimal points, and nothing that a spreadsheet would run."""

import csv
import io

from services.dashboard.export import to_csv
from services.dashboard.items import ObservationItem, RollupItem
from tests.unit.dashboard import samples


def test_numbers_lists_and_absences_have_one_form() -> None:
    text = to_csv(RollupItem, [samples.rollup(31.5, "REG-76", absent=["DEPT-09", "DEPT-48"], reported=12)])
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["value"], row["absent"], row["low"], row["simulated"], row["reported"]) == (
        "31.5", "DEPT-09;DEPT-48", "", "false", "12",
    )  # fmt: skip
    assert text.splitlines()[0].startswith("indicator,territory,level,period,")


def test_no_row_is_still_a_header() -> None:
    assert to_csv(RollupItem, []).count("\r\n") == 1


def test_text_from_a_file_does_not_become_a_formula() -> None:
    text = to_csv(ObservationItem, [samples.observation("DEPT-31", 1, 1, 2, column="=HYPERLINK(1)", qualifier="=")])
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["column"], row["qualifier"]) == ("'=HYPERLINK(1)", "=")
