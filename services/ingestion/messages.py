"""PURE figures + receipt -> the messages that travel, and the form in which they are kept to be sent again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.ingestion.validate.figures import Figure
from shared.contracts.observation import ObservationReported, event_id
from shared.contracts.submission import Answer, SubmissionAccepted
from shared.domain.observation import Basis
from shared.domain.period import Period


@dataclass(frozen=True)
class Messages:
    """Everything that one receipt publishes."""

    observations: list[ObservationReported]
    submission: SubmissionAccepted

    def kept(self) -> dict[str, Any]:
        """JSON for the receipt's row."""
        return {
            "observations": [o.model_dump(mode="json") for o in self.observations],
            "submission": self.submission.model_dump(mode="json"),
        }

    @staticmethod
    def read(kept: dict[str, Any]) -> "Messages":
        """The same messages again, with the same ids."""
        return Messages(
            [ObservationReported.model_validate(o) for o in kept["observations"]],
            SubmissionAccepted.model_validate(kept["submission"]),
        )


def observation(
    figure: Figure, *, receipt_id: str, seq: int, feed: str, simulated: bool, received_at: datetime
) -> ObservationReported:
    """One figure as a message."""
    return ObservationReported(
        event_id=event_id(receipt_id, figure.cell),
        receipt_id=receipt_id,
        submission_seq=seq,
        sheet=figure.sheet,
        row=figure.row,
        column=figure.column,
        feed=feed,
        source=figure.source,
        basis=figure.basis,
        indicator=figure.indicator,
        definition_version=figure.definition_version,
        territory=figure.territory,
        period=figure.period,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        status=figure.status,
        qualifier=figure.qualifier,
        simulated=simulated,
        received_at=received_at,
    )


def reported_territories(figures: Sequence[Figure]) -> list[str]:
    """Those that the figures are about in their own name; a total over others settles nobody's duty."""
    return sorted({f.territory for f in figures if f.basis is Basis.reported})


def answers(figures: Sequence[Figure]) -> list[Answer]:
    """The territories and periods that they settle, each once, in order."""
    pairs = sorted({(f.territory, f.period) for f in figures if f.basis is Basis.reported})
    return [Answer(territory=territory, period=period) for territory, period in pairs]


def span(figures: Sequence[Figure]) -> str:
    """The period of a file that says it row by row: theirs, or the range from the first to the last; empty for none."""
    codes = {f.period for f in figures}
    if len(codes) <= 1:
        return next(iter(codes), "")
    periods = [Period.parse(code) for code in codes]
    first, last = min(p.start for p in periods), max(p.end for p in periods)
    if first.year == last.year:
        return f"{first.year}"
    return f"{first.year}/{last.year}"
