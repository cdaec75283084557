"""The secrets of a data folder."""

import stat
from pathlib import Path

from deploy.stack.kept_secret import kept_secret
from services.ingestion.receipts.seal import Keyring


def test_a_secret_is_drawn_once_per_folder_and_shown_to_its_owner_only(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "receipts.key", tmp_path / "other.key"
    first = kept_secret(here, 48)
    assert kept_secret(here, 48) == first
    assert kept_secret(elsewhere, 48) != first
    assert stat.S_IMODE(here.stat().st_mode) == 0o600
    assert len(first) == 48
    assert len(Keyring.of(first).keys) == 1
