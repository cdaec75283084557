"""`vigie push` against a real server, over a line that fails: one receipt whatever happens, and a code that says it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.ingestion.client import sending
from shared.runtime.cli import main
from tests.conftest import World
from tests.integration.ingestion.office import Office, ase
from tests.integration.ingestion.served import serving
from tests.integration.ingestion.unreliable import line


@pytest.fixture(scope="module")
def port(office: Office, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(world, tmp_path_factory.mktemp("served"), VIGIE_MAX_UPLOAD_BYTES="5000000") as port:
        yield port


@dataclass(frozen=True)
class Pushed:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Desk:
    """Somebody's folder with a token in it, and the command."""

    folder: Path
    port: int
    capsys: pytest.CaptureFixture[str]

    def file(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path

    async def push(self, *arguments: str | Path, port: int | None = None, feed: str = "ase-exits") -> Pushed:
        self.capsys.readouterr()
        call = ["push", "--feed", feed, "--url", f"http://127.0.0.1:{port or self.port}"]
        if "--token-file" not in arguments:
            call += ["--token-file", str(self.folder / "token")]
        code = await asyncio.to_thread(main, [*call, *map(str, arguments)])
        said = self.capsys.readouterr()
        return Pushed(code, said.out, said.err)


@pytest.fixture
def desk(office: Office, port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    token = tmp_path / "token"
    token.write_text(office.tokens["DEPT-31"] + "\n")
    token.chmod(0o600)
    return Desk(tmp_path, port, capsys)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pauses, a tenth as long."""
    monkeypatch.setattr(sending, "_FIRST_PAUSE", 0.05)


Receipts = Callable[[str], Awaitable[int]]


@pytest.fixture
def receipts(office: Office) -> Receipts:
    async def count(period: str) -> int:
        query = "SELECT count(*) FROM ingestion.receipt WHERE period = $1 AND stage <> 'refused'"
        return int(await office.connection.fetchval(query, period))

    return count


async def test_an_accepted_file_is_told_and_its_receipt_kept(desk: Desk, receipts: Receipts):
    file = desk.file("remontée.csv", ase("31;412;130;113;136;112;103"))
    pushed = await desk.push(file, "--period", "2020")
    assert (pushed.code, pushed.err) == (0, "")
    kept = json.loads((desk.folder / "remontée.csv.recu.json").read_text(encoding="utf-8"))
    assert (kept["status"], kept["file_name"], kept["reporter"]) == ("accepted", "remontée.csv", "DEPT-31")
    assert f"remontée.csv : accepté (rapport {kept['id']})" in pushed.out
    assert "6 enregistrés" in pushed.out
    again = await desk.push(file, "--period", "2020")
    assert (again.code, "déjà reçu" in again.out) == (0, True)
    assert await receipts("2020") == 1
    assert sorted(path.name for path in desk.folder.iterdir()) == ["remontée.csv", "remontée.csv.recu.json", "token"]


async def test_partial_and_rejected_say_where(desk: Desk):
    partial = desk.file("partiel.csv", ase("31;412;130;un;136;112;103"))
    pushed = await desk.push(partial, "--period", "2019")
    assert pushed.code == 3, pushed
    assert "cellule D2, colonne « Travailleur social choisi » : " in pushed.out
    rejected = desk.file("rejet.csv", ase("31;un;;;;;"))
    pushed = await desk.push(rejected, "--period", "2019", "--lang", "en")
    assert pushed.code == 4
    assert "rejet.csv: rejected (receipt " in pushed.out
    again = await desk.push(partial, "--period", "2019")
    assert (again.code, "déjà reçu" in again.out) == (3, True)  # known, and still to be corrected
    both = await desk.push(partial, rejected, "--period", "2014", "--dry-run")
    assert (both.code, both.out.count("rien n'est enregistré")) == (4, 2)


async def test_a_folder_for_receipts_and_a_nil_return(desk: Desk, receipts: Receipts):
    folder = desk.folder / "recus"
    folder.mkdir()
    pushed = await desk.push("--nil-return", "--period", "2015", "--receipt-dir", folder)
    assert pushed.code == 0, pushed
    kept = json.loads((folder / "neant-ase-exits-2015.recu.json").read_text(encoding="utf-8"))
    assert (kept["nil_return"], kept["accepted"]) == (True, 0)
    assert await receipts("2015") == 1


@pytest.mark.parametrize(
    ("faults", "period"),
    [
        (("cut",), "2010"),
        (("lost",), "2011"),
        (("503", "503"), "2012"),
        (("429", "cut", "lost", "408"), "2013"),
    ],
)
async def test_whatever_the_line_does_there_is_one_receipt(
    desk: Desk, receipts: Receipts, faults: tuple[str, ...], period: str
):
    # Empty lines make it long enough to be cut in its middle.
    file = desk.file("31.csv", ase("31;412;130;113;136;112;103") + ";;;;;;\n" * 20_000)
    with line(desk.port, *faults) as between:
        pushed = await desk.push(file, "--period", period, port=between.port)
    assert pushed.code == 0, pushed
    assert between.connections == len(faults) + 1
    assert pushed.err.count("Nouvel essai") == len(faults)
    assert await receipts(period) == 1


async def test_patience_ends(desk: Desk, receipts: Receipts):
    file = desk.file("31.csv", ase("31;412;130;113;136;112;103"))
    with line(desk.port, *["503"] * 50) as between:
        pushed = await desk.push(file, "--period", "2009", "--patience", "0.3", port=between.port)
        assert pushed.code == 6
        assert 1 < between.connections <= 50
    nobody = await desk.push(file, "--period", "2009", "--patience", "0.2", port=9)
    assert (nobody.code, "pas de réponse" in nobody.err) == (6, True)
    assert await receipts("2009") == 0
    assert not list(desk.folder.glob("*.recu.json"))


async def repeated(desk: Desk, content: str, period: str) -> int:
    """How many times a file that is refused is sent: the oracle of the next two tests."""
    file = desk.file("refus.csv", content)
    with line(desk.port) as between:
        await desk.push(file, "--period", period, "--patience", "1", port=between.port)
        return between.connections


async def test_a_refusal_is_never_sent_again(desk: Desk):
    assert await repeated(desk, ase("31;un;;;;;"), "2008") == 1  # 422
    assert await repeated(desk, "%PDF-1.7", "2008") == 1  # 415
    assert await repeated(desk, ase("31;1;1;1;1;1;1"), "32/2008") == 1  # 400


async def test_a_client_that_sends_a_refused_file_again_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """The planted defect: 422 among the answers that say "again"."""
    monkeypatch.setattr(sending, "RETRIED", sending.RETRIED | {422})
    assert await repeated(desk, ase("31;un;;;;;"), "2008") > 1


async def test_who_may_not_and_what_is_wrong(desk: Desk, office: Office):
    file = desk.file("31.csv", ase("31;412;130;113;136;112;103"))
    assert (await desk.push(file, "--period", "2020", "--territory", "DEPT-09")).code == 5
    assert (await desk.push(file, "--period", "2020", feed="no/such?feed")).code == 2
    assert (await desk.push(file, "--period", "32/2020")).code == 2
    (desk.folder / "token").write_text("vigie_no-such-token")
    pushed = await desk.push(file, file, "--period", "2020")
    assert (pushed.code, pushed.err.count("401")) == (5, 1)
    assert (await desk.push(desk.folder / "absent.csv")).code == 2
    assert (await desk.push()).code == 2
    assert (await desk.push("--nil-return")).code == 2
    assert (await desk.push(file, "--token-file", desk.folder / "none")).code == 2
    assert not list(desk.folder.glob("*.recu.json"))


@pytest.mark.parametrize("size", [5_000_001, 40_000_000])
async def test_a_file_over_the_limit_is_said_so_at_once(desk: Desk, size: int):
    file = desk.folder / "long.csv"
    with file.open("wb") as stream:
        stream.truncate(size)
    pushed = await desk.push(file, "--period", "2020", "--patience", "0")
    assert (pushed.code, "413" in pushed.err) == (4, True), pushed


async def test_a_token_that_others_may_read(desk: Desk, office: Office):
    (desk.folder / "token").chmod(0o644)
    file = desk.file("31.csv", ase("31;412;130;113;136;112;103"))
    pushed = await desk.push(file, "--period", "2020", "--dry-run")
    assert (pushed.code, "chmod 600" in pushed.err) == (0, True)
    assert office.tokens["DEPT-31"] not in pushed.err + pushed.out


def test_the_client_loads_nothing_of_the_service() -> None:
    """Somebody who only sends need not wait for a web framework, a database driver or Kafka's client."""
    asked = (
        "import sys; from shared.runtime.cli import main\n"
        "import services.ingestion.client.sending, services.ingestion.client.cli\n"
        "try: main(['push', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'fastapi', 'starlette', 'asyncpg', 'aiokafka', 'faststream', 'openpyxl', 'structlog'}))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
