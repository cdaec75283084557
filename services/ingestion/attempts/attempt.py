"""PURE one try to send something, as far as it is known when it ends; never a cell, a secret or a file name."""

from dataclasses import dataclass

_REFUSALS = {
    400: "bad_request",
    401: "unknown_token",
    403: "not_allowed",
    404: "unknown_feed",
    408: "too_slow",
    413: "too_large",
    415: "unsupported",
    429: "over_limit",
    503: "unavailable",
}
OUTCOMES = ("accepted", "partial", "rejected", "duplicate", "interrupted", "failed", *_REFUSALS.values())


@dataclass
class Attempt:
    """Whoever learns more about the request writes it here. An unknown feed leaves `feed` empty."""

    feed: str = ""
    token_id: str | None = None
    reporter: str = ""
    period: str = ""
    dry_run: bool = False
    size_bytes: int = 0
    sha256: str = ""
    receipt_id: str | None = None
    outcome: str = ""

    def ended(self, code: int) -> str:
        """The word for what became of it: the receipt's status, else what the HTTP code stands for."""
        return self.outcome or _REFUSALS.get(code, "failed")
