"""Judge a file as ingestion would, without ingestion."""

from functools import cache
from pathlib import Path

from services.ingestion.feeds.loader import load_feeds
from services.ingestion.parse.csv_rows import parse_csv
from services.ingestion.validate.validation import Outcome, validate
from shared.catalogue.files import read_catalogue
from shared.domain.catalogue import Catalogue

ROOT = Path(__file__).resolve().parents[3]
FEEDS = load_feeds()


@cache
def catalogue() -> Catalogue:
    return read_catalogue(ROOT / "deploy/catalogue")


def judge(feed: str, text: str | bytes, reporter: str = "REG-76", period: str | None = None) -> Outcome:
    content = text.encode() if isinstance(text, str) else text
    return validate(parse_csv(content), FEEDS[feed], catalogue(), reporter, period)


def errors(outcome: Outcome) -> list[tuple[int | None, str, str]]:
    return [(n.row, n.column, n.code) for n in outcome.errors]


def repairs(outcome: Outcome) -> set[str]:
    return {n.code for n in outcome.repairs}
