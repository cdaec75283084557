"""What the public reads of an alert about few people: that it is there, not the figures that it rests on."""

from collections.abc import Collection
from typing import Any

from shared.domain.territory import TerritoryTree
from shared.runtime.auth import Identity

Place = tuple[str, str, str]
"""indicator, period, territory"""


def discreet(
    item: dict[str, Any], marked: Collection[Place], reader: Identity | None, tree: TerritoryTree
) -> dict[str, Any]:
    """An alert as `reader` may see it: figures of `marked` places only within the territories of an entitled token.

    What somebody wrote when taking charge may quote the figure, and so may the subject of a mail.
    """
    if (item["indicator"], item["period"], item["territory"]) not in marked:
        return item
    if reader is not None and any(tree.covers(scope, item["territory"]) for scope in reader.entitled_to()):
        return item
    bare: dict[str, Any] = {**item, "inputs": {}, "ack_reason": None}
    if "transitions" in item:
        bare["transitions"] = [{**t, "inputs": {}} for t in item["transitions"]]
        bare["notifications"] = [{**n, "subject": None} for n in item["notifications"]]
    return bare
