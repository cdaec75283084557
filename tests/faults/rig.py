"""The real platform under fire: sends files, kills a service at a named point, brings it back, waits for quiet."""

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import asyncpg
import httpx

from deploy.stack.options import BrokerKind, StackOptions
from deploy.stack.stack import Stack
from services.aggregator.store import rollup_of
from shared.catalogue import store as catalogue_store
from shared.catalogue.files import read_catalogue
from shared.domain.catalogue import Catalogue
from shared.runtime.auth import Role, create_token
from shared.runtime.clock import FileClock
from shared.runtime.settings import settings
from tests.faults.oracle import FRAMEWORK, MAJORITY, PERIOD, File, Oracle

ROOT = Path(__file__).resolve().parents[2]
QUIET_SECONDS = 60.0


class Sendable(Protocol):
    """A file of some campaign."""

    @property
    def name(self) -> str: ...
    @property
    def content(self) -> bytes: ...


@dataclass
class Rig:
    """One running platform, its database, a client with the region's token, and the oracle beside it."""

    stack: Stack
    database: asyncpg.Connection
    client: httpx.AsyncClient
    oracle: Oracle
    fault_file: Path
    recoveries: list[float]
    kills: Counter[str]

    @staticmethod
    async def start(folder: Path, factories: Mapping[str, str] | None = None) -> "Rig":
        """Start everything, load the catalogue with a target for each department, make a token."""
        clock, fault_file, targets = folder / "clock", folder / "fault", folder / "targets.csv"
        clock.write_text("2021-03-25T09:00:00+01:00")
        catalogue = read_catalogue(ROOT / "deploy/catalogue")
        targets.write_text(_targets(catalogue))
        kind: BrokerKind = "apache" if os.environ.get("VIGIE_TEST_BROKER") == "apache" else "embedded"
        stack = Stack(
            StackOptions(
                data=folder / "stack",
                ports="free",
                broker=kind,
                services=False,
                clock=f"file:{clock}",
                extra_env={
                    "VIGIE_FAULT_FILE": str(fault_file),
                    "VIGIE_REPUBLISH_SECONDS": "2",
                    "VIGIE_SUBMISSIONS_PER_MINUTE": "1000000",
                    "VIGIE_DELIVERY_LEASE_SECONDS": "4",
                },
                service_factories=factories or {},
            )
        )
        await asyncio.to_thread(stack.start)
        os.environ.update(stack.environment)
        settings.cache_clear()
        database = await asyncpg.connect(stack.environment["VIGIE_DATABASE_URL"])
        await database.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        catalogue = read_catalogue(ROOT / "deploy/catalogue", extra_targets=[targets])
        await catalogue_store.load(database, catalogue, FileClock(clock))
        _, secret = await create_token(
            database, FileClock(clock), label="region", role=Role.commissioner, territories=["REG-76"], feeds=[]
        )
        for name in ("ingestion", "aggregator", "alerting"):
            await asyncio.to_thread(stack.start_service, name)
        headers = {"Authorization": f"Bearer {secret}"}
        client = httpx.AsyncClient(base_url=stack.urls["ingestion"], headers=headers, timeout=30)
        return Rig(stack, database, client, Oracle(catalogue), fault_file, [], Counter())

    async def stop(self) -> None:
        """Leave nothing running."""
        await self.client.aclose()
        await self.database.close()
        await asyncio.to_thread(self.stack.stop)

    async def submit(self, file: Sendable) -> int:
        """Send a file as a stubborn client does, until it has an answer; returns its submission number."""
        deadline = time.monotonic() + QUIET_SECONDS
        while time.monotonic() < deadline:
            try:
                answer = await self.client.post(
                    "/v1/feeds/ase-exits/submissions",
                    params={"period": PERIOD, "filename": file.name},
                    content=file.content,
                    headers={"Content-Type": "text/csv"},
                )
            except httpx.TransportError:
                await self._revive("ingestion")
                continue
            if answer.status_code in {200, 202}:
                return int(answer.json()["submission_seq"])
            assert answer.status_code == 503, answer.text
            await asyncio.sleep(0.2)
        msg = f"{file.name} got no answer"
        raise AssertionError(msg)

    async def under_fire(self, file: File, point: str) -> None:
        """One file during which a service dies at a point; returns when everything that follows has happened."""
        service = point.split(".", 1)[0]
        self.fault_file.write_text(point)
        seq = await self.submit(file)
        self.oracle.accept(seq, file)
        started = time.monotonic()
        if service != "ingestion" and await self._died(service):
            await self._revive(service)
        await self.quiet()
        self.recoveries.append(time.monotonic() - started)
        self.kills[point] += not self.fault_file.exists()
        self.fault_file.unlink(missing_ok=True)

    async def _died(self, service: str) -> bool:
        """Wait for the service to die; False when the file gave it no occasion to pass the point."""
        child = self.stack.children[service]
        for _ in range(200):
            if not child.running:
                return True
            if not self.fault_file.exists():
                await asyncio.sleep(0.05)
            elif await self._is_quiet():
                return False
            await asyncio.sleep(0.05)
        return not child.running

    async def _revive(self, service: str) -> None:
        for _ in range(100):
            if not self.stack.children[service].running:
                await asyncio.to_thread(self.stack.restart, service)
                return
            await asyncio.sleep(0.05)

    async def quiet(self) -> None:
        """Wait until every receipt is published, stored and judged and every mail is out."""
        deadline = time.monotonic() + QUIET_SECONDS
        while not await self._is_quiet():
            if time.monotonic() > deadline:
                raise AssertionError(f"not quiet after {QUIET_SECONDS} s: {dict(await self._backlog())}")
            await asyncio.sleep(0.1)

    async def _is_quiet(self) -> bool:
        return all(count == 0 for count in (await self._backlog()).values())

    async def _backlog(self) -> asyncpg.Record:
        return await self.database.fetchrow(
            """SELECT (SELECT count(*) FROM ingestion.receipt WHERE stage = 'received') AS unpublished,
                      (SELECT count(*) FROM ingestion.receipt r
                       WHERE stage = 'published' AND accepted <> COALESCE(
                             (SELECT stored FROM entitled.receipt_progress p WHERE p.receipt_id = r.id), 0))
                      AS unstored,
                      (SELECT count(*) FROM aggregator.pending_check) AS unchecked,
                      (SELECT count(*) FROM alerting.pending_judgement) AS unjudged,
                      (SELECT count(*) FROM entitled.rollup r LEFT JOIN alerting.judged_rollup j
                              USING (indicator, period, territory)
                       WHERE r.version IS DISTINCT FROM j.version) AS never_judged,
                      (SELECT count(*) FROM alerting.notification WHERE status IN ('pending', 'sending')) AS unsent"""
        )

    async def mails(self) -> list[dict[str, str]]:
        """Every mail in the sink."""
        async with httpx.AsyncClient(base_url=self.stack.urls["mailbox"], timeout=30) as mailbox:
            messages: list[dict[str, str]] = (await mailbox.get("/messages")).json()
            return messages

    async def verify(self, sent: list[File]) -> None:
        """Compare the platform with the oracle; raises AssertionError naming the first difference."""
        receipts = await self.database.fetch("SELECT sha256, count(*) FROM entitled.receipt GROUP BY sha256")
        assert len(receipts) == len(sent), f"{len(sent)} files sent, {len(receipts)} kept"
        assert all(row["count"] == 1 for row in receipts), "a file was taken twice"
        versions = await self.database.fetchval("SELECT count(*) FROM entitled.observation_version")
        assert versions == 2 * len(sent), f"{2 * len(sent)} versions expected, {versions} stored"
        for indicator in (MAJORITY, FRAMEWORK):
            await self._verify_rollups(indicator)
        await self._verify_checks()
        ids = [mail["message_id"] for mail in await self.mails()]
        assert len(set(ids)) == self.oracle.mails, f"{self.oracle.mails} mails due, {len(set(ids))} received"
        assert len(ids) == len(set(ids)), "a mail was received twice"

    async def _verify_rollups(self, indicator: str) -> None:
        expected = self.oracle.rollups(indicator)
        rows = await self.database.fetch("SELECT * FROM entitled.rollup WHERE indicator = $1", indicator)
        assert {r["territory"] for r in rows} == set(expected)
        for row in rows:
            stored, oracle = rollup_of(row), expected[row["territory"]]
            assert stored.encode() == oracle.encode(), f"{indicator} {row['territory']}: {stored} is not {oracle}"

    async def _verify_checks(self) -> None:
        """Evaluating every check again changes no outcome: no kill left a figure whose checks were forgotten."""
        outcomes = (
            "SELECT code, subject, territory, period, state, inputs FROM aggregator.check_result ORDER BY 1, 2, 3, 4"
        )
        kept = await self.database.fetch(outcomes)
        assert kept, "no check was ever evaluated"
        await self.database.execute(
            """INSERT INTO aggregator.pending_check (receipt_id, indicator, period, territory, noticed_at)
               SELECT DISTINCT 'again', indicator, period, territory, '2000-01-01'::timestamptz
               FROM aggregator.observation_version"""
        )
        await self.quiet()
        assert await self.database.fetch(outcomes) == kept


def _targets(catalogue: Catalogue) -> str:
    columns = (
        "indicator,territory,period,due,value,comparator,baseline,baseline_date,commitment,simulated,source,version"
    )
    lines = [
        f"{FRAMEWORK},{territory},{PERIOD},2020-12-31,50,>=,,,agreed,true,faults,1"
        for territory in catalogue.territories.children("REG-76")
    ]
    return "\n".join([columns, *lines, ""])
