"""`vigie receipts verify`: does the seal of a kept receipt hold, without a server."""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

from services.ingestion.receipts.seal import Keyring
from services.ingestion.receipts.verification import Finding, verify
from shared.runtime.errors import CommandError
from shared.runtime.settings import settings


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command; exit codes: 0 the seal holds, 1 it proves nothing, 2 a file or the keys are missing."""
    receipts = subparsers.add_parser("receipts", help="is this receipt ours")
    actions = receipts.add_subparsers(title="actions", required=True, metavar="ACTION")
    verification = actions.add_parser("verify", help="verify a kept receipt with VIGIE_RECEIPT_KEYS, offline")
    verification.add_argument("receipt", type=Path, metavar="FILE.json", help="the receipt as it was given")
    verification.add_argument("--file", type=Path, metavar="THE_FILE", help="the file that it should be about")
    verification.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print what the seal says, on one line; French, as receipts are."""
    try:
        keyring = Keyring.of(settings().receipt_keys.get_secret_value())
    except ValueError as error:
        raise CommandError(str(error)) from error
    if not keyring.keys:
        msg = "VIGIE_RECEIPT_KEYS is empty: give the keys that seal receipts, newest first"
        raise CommandError(msg)
    file_sha256 = hashlib.sha256(_read(options.file)).hexdigest() if options.file else None
    verified = verify(_receipt(options.receipt), file_sha256, keyring)
    print(f"{verified.finding.value}: {verified.sentence(english=False)}")
    return 0 if verified.finding is Finding.valid else 1


def _receipt(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_read(path))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        msg = f"{path} does not hold the JSON of a receipt"
        raise CommandError(msg)
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror}"
        raise CommandError(msg) from error
