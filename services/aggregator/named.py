"""The territories whose figures a batch is about."""

from collections import defaultdict
from collections.abc import Iterable

import structlog

from shared.computation.figure import Key
from shared.domain.catalogue import Catalogue

log = structlog.get_logger()
# Territories whose figures moved, by (indicator, period).
Named = dict[Key, set[str]]


def named_by(catalogue: Catalogue, figures: Iterable[tuple[str, str, str]]) -> Named:
    """Territories of (indicator, period, territory) figures, with all above them, by (indicator, period).

    What the catalogue does not know is kept as a version and shows up once the catalogue does.
    """
    named: Named = defaultdict(set)
    for indicator, period, territory in figures:
        if indicator not in catalogue.indicators or territory not in catalogue.territories:
            log.warning("observation_outside_catalogue", indicator=indicator, territory=territory)
            continue
        named[indicator, period].update((territory, *catalogue.territories.ancestors(territory)))
    return dict(named)
