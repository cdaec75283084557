"""The command line: tokens, publishing again, dead letters."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest

from shared.contracts.message import Message
from shared.contracts.observation import ObservationReported
from shared.contracts.topics import DEAD_LETTERS, OBSERVATIONS
from shared.runtime.broker import wire_name
from shared.runtime.cli import main
from shared.runtime.settings import settings
from tests.integration.ingestion.office import Office, ase
from tests.support.wire import eventually, listening

Vigie = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def vigie(capsys: pytest.CaptureFixture[str]) -> Vigie:
    """The command in this process (a new one takes a second to start): its exit code and what it printed."""

    async def run(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        code = await asyncio.to_thread(main, list(arguments))
        said = capsys.readouterr()
        return code, said.out + "".join(line for line in said.err.splitlines(True) if line.startswith("vigie: "))

    return run


async def test_a_token_lives_and_dies(office: Office, vigie: Vigie):
    code, said = await vigie("tokens", "create", "--role", "department", "--territory", "DEPT-46", "--label", "Lot")
    assert code == 0, said
    token_id, secret = said.split()[:2]
    assert await office.connection.fetchval("SELECT count(*) FROM platform.token WHERE hash = $1", secret) == 0
    assert (await office.send("ase-exits", ase("46;1;1;1;1;1;1"), secret, period="2020")).status_code == 202
    _, listed = await vigie("tokens", "list")
    assert token_id in listed
    assert secret not in listed
    assert (await vigie("tokens", "revoke", token_id))[0] == 0
    assert (await vigie("tokens", "revoke", token_id))[0] == 1
    assert (await office.send("ase-exits", ase("46;1;1;1;1;1;1"), secret, period="2020")).status_code == 401
    for territory in ("46", "DEPT-96"):
        code, said = await vigie("tokens", "create", "--role", "department", "--territory", territory, "--label", "x")
        assert (code, territory in said) == (2, True)


async def test_republish_sends_the_same_messages_in_order(office: Office, vigie: Vigie):
    receipt_id = (await office.send("ase-exits", ase("31;5;4;3;2;1;0"), period="2020")).json()["id"]

    def heard() -> list[ObservationReported]:
        return [o for o in office.observations if o.receipt_id == receipt_id]

    # At least once: the republishing loop may have sent the receipt beside the request that stored it.
    await eventually(lambda: len({o.event_id for o in heard()}) == 6)
    first, before = {o.event_id: o for o in heard()}, len(heard())
    code, said = await vigie("republish", "--since", "2021-03-25")
    assert (code, said.startswith("republished ")) == (0, True), said
    await eventually(lambda: len(heard()) >= before + 6)
    assert all(first[o.event_id] == o for o in heard())
    code, said = await vigie("republish", "--since", "2031-01-01")
    assert (code, said.strip()) == (0, "republished 0 submissions, 0 observations and entries")


async def test_dead_letters_are_listed_and_replayed(office: Office, vigie: Vigie):
    place = (wire_name(OBSERVATIONS), 0, 12)
    await office.connection.execute(
        'INSERT INTO platform.dead_letter (id, topic, partition, "offset", key, value, reason, consumer, recorded_at)'
        " VALUES ('d1', $1, $2, $3, $4, $5, 'value: not a number', 'aggregator', now())",
        *place,
        b"ax",
        json.dumps({"secret": "content"}).encode(),
    )
    code, said = await vigie("dead-letters", "list")
    assert (code, "d1" in said, "value: not a number" in said, "content" in said) == (0, True, True, False)
    assert (await vigie("dead-letters", "replay"))[0] == 2
    assert (await vigie("dead-letters", "replay", "d2"))[0] == 2
    async with listening(OBSERVATIONS, Message) as heard:
        await eventually(lambda: heard)
        before = len(heard)
        assert await vigie("dead-letters", "replay", "--all") == (0, "replayed 1 dead letters\n")
        await eventually(lambda: len(heard) == before + 1)
    assert await vigie("dead-letters", "replay", "--all") == (0, "replayed 0 dead letters\n")
    assert (await vigie("dead-letters", "list", "--pending"))[1] == ""
    assert DEAD_LETTERS.message is None


async def test_an_unreachable_database_is_said_in_one_line(office: Office, vigie: Vigie, monkeypatch):
    monkeypatch.setenv("VIGIE_DATABASE_URL", "postgresql://vigie@127.0.0.1:9/vigie")
    settings.cache_clear()
    try:
        for command in (["republish", "--since", "2021-03-25"], ["tokens", "list"], ["dead-letters", "list"]):
            code, said = await vigie(*command)
            assert (code, said.count("\n")) == (2, 1), said
    finally:
        monkeypatch.undo()
        settings.cache_clear()
