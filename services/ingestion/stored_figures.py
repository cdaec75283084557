"""PURE a figure <-> its row in ingestion.figure."""

from typing import Any

from services.ingestion.validate.figures import Figure
from shared.domain.observation import Basis, Status

COLUMNS = (
    "submission_seq",
    "position",
    "indicator",
    "definition_version",
    "territory",
    "period",
    "source",
    "basis",
    "value",
    "numerator",
    "denominator",
    "status",
    "qualifier",
    "sheet",
    "row_number",
    "column_name",
)


def row_of(figure: Figure, submission_seq: int, position: int) -> tuple[Any, ...]:
    """A row in the order of COLUMNS."""
    return (
        submission_seq,
        position,
        figure.indicator,
        figure.definition_version,
        figure.territory,
        figure.period,
        figure.source,
        figure.basis.value,
        figure.value,
        figure.numerator,
        figure.denominator,
        figure.status.value,
        figure.qualifier,
        figure.sheet,
        figure.row,
        figure.column,
    )


def figure_of(row: Any) -> Figure:
    """The figure of a row read by the names of COLUMNS.

    `ratio` is what judging needed to know and publishing does not: a value of two counts.
    """
    return Figure(
        indicator=row["indicator"],
        definition_version=row["definition_version"],
        territory=row["territory"],
        period=row["period"],
        source=row["source"],
        basis=Basis(row["basis"]),
        value=row["value"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        ratio=row["denominator"] is not None,
        status=Status(row["status"]),
        qualifier=row["qualifier"],
        sheet=row["sheet"],
        row=row["row_number"],
        column=row["column_name"],
    )
