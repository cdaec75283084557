"""`vigie receipts verify`, offline."""

import argparse
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from services.ingestion.receipts.cli import register
from shared.runtime.errors import CommandError
from shared.runtime.settings import settings
from tests.unit.ingestion.test_seal import FACTS, NEW, OLD, as_json

FILE = b"Code;Nombre\n31;12\n"


@pytest.fixture
def receipt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A receipt about FILE, kept beside it, and the key that sealed it."""
    set_keys(monkeypatch, NEW)
    kept = tmp_path / "recu.json"
    kept.write_text(json.dumps(as_json(replace(FACTS, sha256=hashlib.sha256(FILE).hexdigest()))))
    (tmp_path / "sent.csv").write_bytes(FILE)
    (tmp_path / "other.csv").write_bytes(FILE + b"\n")
    return kept


def set_keys(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    monkeypatch.setenv("VIGIE_RECEIPT_KEYS", keys)
    monkeypatch.setattr("services.ingestion.receipts.cli.settings", settings.__wrapped__)


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    options = parser.parse_args(["receipts", "verify", *map(str, arguments)])
    return int(options.run(options))


def test_a_receipt_that_holds_is_0(receipt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(receipt) == 0
    assert run(receipt, "--file", receipt.with_name("sent.csv")) == 0
    assert capsys.readouterr().out.startswith("valid: Vigie a donné ce rapport d'import")


def test_what_proves_nothing_is_1(
    receipt: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(receipt, "--file", receipt.with_name("other.csv")) == 1
    whole = json.loads(receipt.read_text())
    for change in ({"accepted": 13}, {"seal": None}, {"accepted": None}):
        receipt.write_text(json.dumps({**whole, **change}))
        assert run(receipt) == 1
    receipt.write_text(json.dumps(whole))
    set_keys(monkeypatch, OLD)
    assert run(receipt) == 1
    words = [line.split(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert words == ["other_file", "altered", "unsealed", "altered", "unknown_key"]


@pytest.mark.parametrize("content", ["", "[]", "{", "[" * 100_000, "1" * 5_000])
def test_what_is_no_receipt_is_named(receipt: Path, content: str) -> None:
    receipt.write_text(content)
    with pytest.raises(CommandError, match=r"recu\.json"):
        run(receipt)


def test_what_is_missing_is_named(receipt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.json cannot be read"):
        run(receipt.with_name("nowhere.json"))
    with pytest.raises(CommandError, match=r"nowhere\.csv cannot be read"):
        run(receipt, "--file", receipt.with_name("nowhere.csv"))
    set_keys(monkeypatch, "")
    with pytest.raises(CommandError, match="VIGIE_RECEIPT_KEYS is empty"):
        run(receipt)
    set_keys(monkeypatch, "short")
    with pytest.raises(CommandError, match="VIGIE_RECEIPT_KEYS"):
        run(receipt)
