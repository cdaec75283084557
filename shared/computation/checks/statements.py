"""One figure stated several times: by sources that contradict each other, or twice by the same document."""

import re
from collections import defaultdict
from decimal import Decimal

from shared.computation.checks.evidence import Evidence
from shared.computation.checks.outcome import Finding, said
from shared.computation.figure import Figure
from shared.contracts.message import plain
from shared.domain.check import Check, CheckState
from shared.domain.indicator import Sources
from shared.domain.observation import Basis
from shared.domain.territory import Level

_LINE = re.compile(r"(:| l\.) ?\d+$")
# Over these a total may be stated by whoever publishes it; that of a department with its metropole is another figure.
_WHOLE = frozenset({Level.region, Level.country})


def conflicting_sources(check: Check, subject: str, evidence: Evidence) -> Finding | None:
    """Sources of one figure that state different values, all of them listed; None where there are not two of them.

    What Vigie computed is not a source, nor are sources that are parts of a whole rivals. expected and computed are the
    smallest and the largest value stated.
    """
    if evidence.catalogue.definition(subject, evidence.period).sources is Sources.parts:
        return None
    whole = evidence.catalogue.territories[evidence.territory].level in _WHOLE
    rivals: dict[Basis | None, list[Figure]] = defaultdict(list)
    for f in evidence.figures(subject):
        if f.basis is not Basis.computed and f.value is not None:
            rivals[None if whole else f.basis].append(f)
    groups = [found for found in rivals.values() if len({f.source for f in found}) > 1]
    if not groups:
        return None
    found = max(groups, key=lambda group: (_spread(group), group[0].basis))
    values = [f.value for f in found if f.value is not None]
    state = CheckState.fails if _spread(found) > Decimal(check.tolerance) else CheckState.holds
    return Finding(state, min(values), max(values), {"stated": [said(f) for f in found]}, (subject,))


def repeated_line(check: Check, subject: str, evidence: Evidence) -> Finding | None:
    """One document that states the same figure of a territory more than once; None where it states only one.

    expected is one line, computed the number of those that repeat each other.
    """
    documents: dict[str, list[Figure]] = defaultdict(list)
    for f in evidence.figures(subject):
        if f.basis is not Basis.computed and f.value is not None and abs(f.value) >= Decimal(check.minimum):
            documents[_LINE.sub("", f.source)].append(f)
    several = [found for found in documents.values() if len(found) > 1]
    if not several:
        return None
    same = max((_most_repeated(found) for found in several), key=len)
    if len(same) < 2:
        return Finding(CheckState.holds, Decimal(1), Decimal(1), {}, (subject,))
    detail = {"repeated": plain(same[0].value or Decimal(0)), "stated": [said(f) for f in same]}
    return Finding(CheckState.fails, Decimal(1), Decimal(len(same)), detail, (subject,))


def _spread(figures: list[Figure]) -> Decimal:
    values = [f.value for f in figures if f.value is not None]
    return max(values) - min(values)


def _most_repeated(figures: list[Figure]) -> list[Figure]:
    by_value: dict[Decimal | None, list[Figure]] = defaultdict(list)
    for f in figures:
        by_value[f.value].append(f)
    return max(by_value.values(), key=len)
