"""`vigie push`: send files as they are, wait out what passes, keep the receipt, say it in words."""

import argparse
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.runtime.errors import CommandError

if TYPE_CHECKING:
    from services.ingestion.client.sending import Target

_RECEIVED = {"accepted": 0, "duplicate": 0, "partial": 3, "rejected": 4}
_REFUSED = {400: 2, 404: 2, 405: 2, 401: 5, 403: 5, 413: 4, 415: 4, 422: 4}
_UNAVAILABLE = 6


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command.

    Exit codes, the highest of all files: 0 accepted, 2 wrong call, 3 accepted in part, 4 rejected, 5 not allowed,
    6 still unavailable after the last retry.
    """
    parser = subparsers.add_parser("push", help="send files to Vigie and keep their receipts")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--feed", required=True, metavar="NAME", help="as GET /v1/feeds lists it")
    parser.add_argument("--token-file", required=True, type=Path, metavar="PATH", help="the token, and nothing else")
    parser.add_argument("--territory", metavar="CODE", help="who reports; default: the token's only territory")
    parser.add_argument("--period", metavar="PERIOD", help="where the file has no column of periods")
    parser.add_argument("--mode", choices=("patch", "replace"), default="patch")
    parser.add_argument("--dry-run", action="store_true", help="only say what would become of the file")
    parser.add_argument("--nil-return", action="store_true", help="no file: nothing to report for this period")
    parser.add_argument("--simulated", action="store_true", help="mark every figure as simulated")
    parser.add_argument("--url", default=None, metavar="URL", help="default: VIGIE_INGESTION_URL")
    parser.add_argument("--receipt-dir", type=Path, metavar="DIR", help="default: beside each file")
    parser.add_argument("--lang", choices=("fr", "en"), default="fr")
    parser.add_argument("--patience", type=float, default=300.0, metavar="SECONDS", help="retry for at most this long")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Send each file in turn; raises CommandError for a call that cannot be carried out."""
    from services.ingestion.client.sending import Parcel, Target, UnavailableError, deliver

    _check(options)
    query = {
        "territory": options.territory,
        "period": options.period,
        "mode": options.mode,
        "dry_run": options.dry_run or None,
        "nil_return": options.nil_return or None,
        "simulated": options.simulated or None,
    }
    target = Target(
        (options.url or _usual_url()).rstrip("/"),
        options.feed,
        _token(options.token_file),
        {name: str(value).lower() if value is True else value for name, value in query.items() if value is not None},
        options.lang,
        options.patience,
    )
    _warn_of_plain_http(target.url)
    worst = 0
    parcels = [Parcel(file.name, file) for file in options.files] or [Parcel("", None)]
    for parcel in parcels:
        try:
            answer = deliver(parcel, target, _say)
        except UnavailableError as error:
            _say(f"{parcel.name or options.feed}: {error}")
            return _UNAVAILABLE
        worst = max(worst, _told(parcel.file, answer.status, answer.body, options, target))
        if answer.status == 401:
            break  # the same token would be refused for every other file
    return worst


def _told(file: Path | None, status: int, body: dict[str, Any], options: argparse.Namespace, target: "Target") -> int:
    """Print an answer, keep it if it is a receipt, and give its exit code."""
    from services.ingestion.client.receipts import keep, receipt_path
    from services.ingestion.client.telling import lines, problem_line

    name = file.name if file else target.feed
    if "status" not in body or status not in {200, 202, 422} or "submission_seq" not in body:
        _say(problem_line(name, status, body))
        return _REFUSED.get(status, _UNAVAILABLE)
    path = receipt_path(file, options.receipt_dir, target.feed, options.period)
    keep(path, body)
    print("\n".join(lines(name, body, path, english=options.lang == "en")))
    if body["status"] == "duplicate" and body.get("rejected"):
        return _RECEIVED["partial"]  # known already, and what it left to correct still is
    return _RECEIVED.get(str(body["status"]), 4)


def _usual_url() -> str:
    """VIGIE_INGESTION_URL, or its default."""
    from shared.runtime.settings import settings

    return settings().ingestion_url


def _check(options: argparse.Namespace) -> None:
    if options.nil_return and (options.files or not options.period):
        msg = "--nil-return goes with --period and without a file"
        raise CommandError(msg)
    if not options.files and not options.nil_return:
        msg = "name at least one file, or say --nil-return with --period"
        raise CommandError(msg)
    absent = [file for file in options.files if not file.is_file()]
    if absent:
        msg = f"{absent[0]} is not a file"
        raise CommandError(msg)
    if options.receipt_dir and not options.receipt_dir.is_dir():
        msg = f"{options.receipt_dir} is not a folder; create it, or leave --receipt-dir out"
        raise CommandError(msg)


def _token(path: Path) -> str:
    """The secret, which never stands on a command line; warns when others may read its file."""
    try:
        secret = path.read_text(encoding="utf-8").strip()
        mode = stat.S_IMODE(path.stat().st_mode)
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path}: cannot be read as a token: {error}"
        raise CommandError(msg) from error
    if not secret or len(secret.split()) != 1 or not secret.isascii():
        msg = f"{path}: should hold the token and nothing else"
        raise CommandError(msg)
    if mode & 0o077:
        _say(f"{path} can be read by others (mode {mode:o}): chmod 600 {path}")
    return secret


def _warn_of_plain_http(url: str) -> None:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in {"http", "https"} or not host:
        msg = f"{url!r} is no address; write one such as https://vigie.example"
        raise CommandError(msg)
    if parts.scheme == "http" and host not in {"127.0.0.1", "localhost", "::1"}:
        _say(f"{url} is not encrypted: token and figures can be read on the way")


def _say(text: str) -> None:
    print(f"vigie: {text}", file=sys.stderr)
