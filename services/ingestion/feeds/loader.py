"""Read the declared feeds. A fault names the file and stops the service at start: it is our fault, not a user's."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from services.ingestion.feeds.model import Feed

FOLDER = Path(__file__).parent


def read_feed(path: Path) -> Feed:
    """Read one declaration; raises ValueError naming the file and each fault."""
    try:
        return Feed.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        msg = f"{path}: {error}"
        raise ValueError(msg) from error


@cache
def load_feeds(folder: Path = FOLDER) -> dict[str, Feed]:
    """Every feed by name, in the order of their names."""
    feeds = [read_feed(path) for path in sorted(folder.glob("*.yaml"))]
    return {feed.name: feed for feed in feeds}
