"""What the tests of alerting do to the platform, in the words of the field."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from shared.contracts.rollup import Rollup, RollupUpdated
from shared.contracts.submission import SubmissionAccepted
from shared.contracts.topics import ROLLUPS, SUBMISSIONS
from shared.domain.catalogue import Catalogue
from shared.domain.indicator import Method
from shared.domain.observation import Basis, Status
from shared.domain.target import Target
from shared.domain.territory import level_of
from tests.conftest import World
from tests.support.wire import eventually, send

HOUSING = "ax2.ase_exit.stable_housing"
COLLECTION, PERIOD = "calpae-2020", "2020"
WRITTEN = datetime(2021, 3, 25, 8, tzinfo=UTC)


class Bench:
    """One database, its topics and the mailbox."""

    def __init__(self, world: World, connection: asyncpg.Connection, mailbox: str) -> None:
        self.world = world
        self.connection = connection
        self.mailbox = mailbox
        self._seq = 0
        # The mailbox is shared by the whole run, and the same alert in another database has the same id.
        self._older = {m["id"] for m in httpx.get(f"{mailbox}/messages").json()}

    @staticmethod
    def with_targets(catalogue: Catalogue) -> Catalogue:
        """The real catalogue, with a target of 50 % for every department of the campaign."""
        members = next(c for c in catalogue.collections if c.code == COLLECTION).members
        targets = [
            Target(
                indicator=HOUSING,
                territory=m.territory,
                period=PERIOD,
                value=Decimal(50),
                due=date(2020, 12, 31),
                simulated=True,
            )
            for m in members
        ]
        return replace(catalogue, digest="test-1", targets=[*catalogue.targets, *targets])

    async def put(self, territory: str, numerator: int, denominator: int, **fields: Any) -> RollupUpdated:
        """Write a rollup as the aggregator would, with the version behind it; returns the message to send."""
        self._seq += 1
        receipt = fields.pop("receipt", f"rcp-{self.world.prefix}{self._seq}")
        indicator, period = fields.pop("indicator", HOUSING), fields.pop("period", PERIOD)
        rollup = Rollup(
            territory=territory,
            level=level_of(territory),
            method=Method.ratio,
            definition_version=1,
            value=Decimal(100) * numerator / denominator,
            numerator=Decimal(numerator),
            denominator=Decimal(denominator),
            reported=fields.pop("reported", 1),
            expected=fields.pop("expected", 1),
            coverage=fields.pop("coverage", Decimal(1)),
            status=fields.pop("status", Status.final),
            basis=Basis.computed,
            simulated=True,
            version=f"v{self._seq}",
        )
        r = rollup
        await self.connection.execute(
            """INSERT INTO aggregator.rollup (indicator, period, territory, level, method, definition_version, value,
               numerator, denominator, reported, expected, absent, unpaired, incomplete, from_periods,
               coverage, status, basis, simulated, version, written_at)
               VALUES ($1, $2, $3, $4, 'ratio', 1, $5, $6, $7, $8, $9, '{}', '{}', '{}', '{}', $10,
               $11, $12, TRUE, $13, $14)
               ON CONFLICT (indicator, period, territory) DO UPDATE SET value = excluded.value,
               numerator = excluded.numerator, denominator = excluded.denominator, reported = excluded.reported,
               expected = excluded.expected, coverage = excluded.coverage, status = excluded.status,
               version = excluded.version""",
            *(indicator, period, territory, r.level.value, r.value, r.numerator, r.denominator, r.reported, r.expected),
            *(r.coverage, r.status.value, r.basis.value, r.version, WRITTEN),
        )
        await self.connection.execute(
            """INSERT INTO aggregator.observation_version (indicator, period, territory, source, basis, submission_seq,
               event_id, receipt_id, sheet, column_name, feed, definition_version, status, qualifier, simulated,
               received_at, written_at)
               VALUES ($1, $2, $3, 'ase-exits', 'reported', $4, $5, $6, '', '', 'ase-exits', 1, 'final', '=', TRUE,
               $7, $7)""",
            *(indicator, period, territory, self._seq, uuid4(), receipt, WRITTEN),
        )
        return RollupUpdated(indicator=indicator, period=period, rollups=[rollup], receipts=[receipt])

    def accepted(self, receipt: str, territory: str, **fields: Any) -> SubmissionAccepted:
        """The message of an accepted file."""
        self._seq += 1
        return SubmissionAccepted(
            receipt_id=receipt,
            submission_seq=self._seq,
            feed=fields.pop("feed", "ase-exits"),
            reporter=territory,
            period=fields.pop("period", PERIOD),
            collection=fields.pop("collection", COLLECTION),
            territories=[territory],
            observation_count=fields.pop("observation_count", 1),
            simulated=fields.pop("simulated", True),
            received_at=fields.pop("received_at", WRITTEN),
            **fields,
        )

    async def report(self, territory: str, numerator: int, denominator: int, **fields: Any) -> RollupUpdated:
        """A whole submission: the figure, its rollup message and its submission message."""
        update = await self.put(territory, numerator, denominator, **fields)
        await send(SUBMISSIONS, (territory, self.accepted(update.receipts[0], territory).encode()))
        await send(ROLLUPS, (update.indicator, update.encode()))
        return update

    async def alerts(self, rule: str | None = None, territory: str | None = None) -> list[asyncpg.Record]:
        return await self.connection.fetch(
            """SELECT * FROM alerting.alert WHERE ($1::text IS NULL OR rule = $1)
               AND ($2::text IS NULL OR territory = $2) ORDER BY alert_key, episode""",
            *(rule, territory),
        )

    async def alert(self, rule: str, territory: str, state: str) -> asyncpg.Record:
        """Wait until the last episode of a territory is in a state."""

        async def there():
            found = await self.alerts(rule, territory)
            return found[-1] if found and found[-1]["state"] == state else None

        return await eventually(there)

    async def transitions(self, alert_id: str) -> list[tuple[str | None, str, str]]:
        rows = await self.connection.fetch(
            "SELECT from_state, to_state, reason FROM alerting.transition WHERE alert_id = $1 ORDER BY seq", alert_id
        )
        return [tuple(row) for row in rows]

    async def idle(self) -> None:
        """Wait until nothing is left to judge or to deliver."""

        async def nothing_left() -> bool:
            return await self.connection.fetchval(
                """SELECT NOT EXISTS (SELECT FROM alerting.pending_judgement)
                   AND NOT EXISTS (SELECT FROM alerting.notification WHERE status IN ('pending', 'sending'))"""
            )

        await eventually(nothing_left)

    async def mails(self, alert_id: str) -> list[dict[str, Any]]:
        """Mails about an alert, oldest first."""
        async with httpx.AsyncClient() as client:
            messages = (await client.get(f"{self.mailbox}/messages")).json()
        return [
            m
            for m in reversed(messages)
            if m["headers"].get("X-Vigie-Alert") == alert_id and m["id"] not in self._older
        ]

    async def refuse_mails(self, code: int, times: int) -> None:
        async with httpx.AsyncClient() as client:
            await client.post(f"{self.mailbox}/fail", params={"code": code, "times": times})
