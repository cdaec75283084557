"""A region as it stands one evening of the campaign: who reported, who is silent, what cannot be right."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import asyncpg

PARIS_NOW = "2021-04-02T09:05:00+02:00"
RECEIVED = datetime(2021, 3, 30, 8, 12, tzinfo=UTC)
DUE = datetime(2021, 3, 31, 21, 59, 59, tzinfo=UTC)
DEPARTMENTS = {
    "09": "Ariège", "11": "Aude", "12": "Aveyron", "30": "Gard", "31": "Haute-Garonne", "32": "Gers", "34": "Hérault",
    "46": "Lot", "48": "Lozère", "65": "Hautes-Pyrénées", "66": "Pyrénées-Orientales", "81": "Tarn",
    "82": "Tarn-et-Garonne",
}  # fmt: skip
METROPOLES = {
    "EPCI-243100518": ("Toulouse Métropole", "DEPT-31"),
    "EPCI-243400017": ("Montpellier Méditerranée Métropole", "DEPT-34"),
}
FRAMEWORK, HOUSING = "ax2.ase_exit.in_framework", "ax2.ase_exit.stable_housing"
MAJORITY, ORIENTED = "ax2.ase_exit.reaching_majority", "ax5.brsa.oriented_1_month"
AMOUNT = "ax0.bud.contracted_state_share"
# In the framework, of those reaching majority: 945 of 3 030 over twelve departments, Lozère silent.
COUNTS = {
    "09": (22, 80), "11": (60, 210), "12": (40, 100), "30": (130, 480), "31": (250, 790), "32": (18, 60),
    "34": (190, 620), "46": (20, 70), "65": (45, 120), "66": (90, 300), "81": (45, 120), "82": (35, 80),
}  # fmt: skip
TARGET = Decimal(35)


async def put(connection: asyncpg.Connection, table: str, **columns: Any) -> None:
    """Insert one row by column names."""
    places = ", ".join(f"${i}" for i in range(1, len(columns) + 1))
    await connection.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", *columns.values())


async def seed(connection: asyncpg.Connection) -> None:
    """Fill a migrated, empty database."""
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
    await seed_territories(connection)
    await seed_indicators(connection)
    await seed_rules(connection)
    await seed_figures(connection)
    await seed_reports(connection)
    await seed_alerts(connection)


async def seed_territories(connection: asyncpg.Connection) -> None:
    rows = [("NAT-FR", "France", "country", None), ("REG-76", "Occitanie", "region", "NAT-FR")]
    rows += [(f"DEPT-{code}", name, "department", "REG-76") for code, name in DEPARTMENTS.items()]
    rows += [(code, name, "metropole", parent) for code, (name, parent) in METROPOLES.items()]
    rows += [("REG-01", "Guadeloupe", "region", "NAT-FR"), ("DEPT-971", "Guadeloupe", "department", "REG-01")]
    for position, (code, name, level, parent) in enumerate(rows):
        await put(
            connection,
            "catalogue.territory",
            code=code,
            position=position,
            name=name,
            level=level,
            parent=parent,
            zone="Europe/Paris",
            holidays="metropole",
        )


async def seed_indicators(connection: asyncpg.Connection) -> None:
    ase, rsa = "Lutter contre les sorties sèches de l'ASE", "Orienter plus vite et renforcer l'offre d'insertion"
    framework, majority = "Jeunes pris en charge dans le référentiel", "Jeunes de l'ASE ayant atteint la majorité"
    housing, oriented = "Jeunes ayant un logement stable", "BRSA orientés en un mois ou moins"
    rows = [
        (AMOUNT, "Montants contractualisés, part État", 0, "Budget de la stratégie", "amount", "EUR", "", ""),
        (MAJORITY, majority, 2, ase, "count", "jeunes", "", ""),
        (FRAMEWORK, framework, 2, ase, "ratio", "%", framework, majority),
        (HOUSING, housing, 2, ase, "ratio", "%", housing, majority),
        (ORIENTED, oriented, 5, rsa, "ratio", "%", oriented, "Nouveaux BRSA"),
    ]
    for position, (code, label, axis, measure, kind, unit, above, below) in enumerate(rows):
        await put(
            connection,
            "catalogue.indicator",
            code=code,
            position=position,
            definition_version=1,
            label=label,
            axis=axis,
            measure=measure,
            kind=kind,
            unit=unit,
            direction="up" if kind == "ratio" else "none",
            frequency="annual",
            method="ratio" if kind == "ratio" else "sum",
            metropoles="added" if kind == "amount" else "not_asked",
            numerator_label=above,
            denominator_label=below,
            reporter="Conseils départementaux",
            source="Bilan 2021",
            over_time="none",
            sources="rival",
            small_cell=0,
        )


async def seed_rules(connection: asyncpg.Connection) -> None:
    """The campaign, the targets, the rules and whom they tell."""
    asked = [FRAMEWORK, HOUSING, MAJORITY, ORIENTED]
    await put(
        connection,
        "catalogue.collection",
        code="calpae-2020",
        label="Indicateurs CALPAE 2020",
        feeds=["ase-exits", "rsa-delays"],
        period="2020",
        due_on=date(2021, 3, 31),
        source_text="",
        indicators=asked,
    )
    for code in DEPARTMENTS:
        await put(
            connection,
            "catalogue.collection_member",
            collection="calpae-2020",
            territory=f"DEPT-{code}",
            expectation="expected",
            source_text="",
        )
    # What tells the services that there is a catalogue to read.
    await put(connection, "catalogue.version", digest="seeded", loaded_at=RECEIVED)
    for code, label in {"ase-exits": "Sorties de l'ASE", "rsa-delays": "Délais RSA"}.items():
        await put(connection, "catalogue.feed", code=code, label=label)
    targets = [(FRAMEWORK, f"DEPT-{code}", "agreed") for code in DEPARTMENTS]
    for indicator, territory, commitment in [
        *targets,
        (FRAMEWORK, "REG-76", "agreed"),
        (ORIENTED, "REG-76", "proposal"),
    ]:
        await put(
            connection,
            "catalogue.target",
            indicator=indicator,
            territory=territory,
            period="2020",
            due=date(2020, 12, 31),
            value=TARGET,
            comparator=">=",
            commitment=commitment,
            simulated=True,
            source="démonstration",
            version=1,
        )
    rules = {
        "target_missed": ("Cible non atteinte", "warning"),
        "report_overdue": ("Remontée en retard", "critical"),
        "off_trajectory": ("En retard sur la trajectoire", "warning"),
        "coverage_low": ("Complétude insuffisante", "info"),
    }
    for code, (label, severity) in rules.items():
        await put(
            connection,
            "catalogue.rule",
            code=code,
            kind=code,
            version=1,
            label=label,
            severity=severity,
            enabled=True,
            parameters={},
        )
    await put(
        connection,
        "catalogue.recipient",
        code="commissaire-76",
        role="commissioner",
        label="Commissaire, Occitanie",
        email="secret@occitanie.example",
        territories=["REG-76"],
        rules=[],
    )
    check = {
        "code": "ase_housing",
        "label": "Logement stable : pas plus que de jeunes du référentiel",
        "kind": "part_of",
        "whole": FRAMEWORK,
        "parts": [HOUSING],
        "operand": "numerator",
    }
    await put(connection, "catalogue.coherence_check", code="ase_housing", definition=check)


async def seed_figures(connection: asyncpg.Connection) -> None:
    """Receipts, versions, rollups and one failing check."""
    for seq, (code, (above, below)) in enumerate(COUNTS.items(), 1):
        await put_receipt(connection, f"rcp-{code}", seq, f"DEPT-{code}", f"ase_{code}_2020.xlsx")
        await put_version(connection, FRAMEWORK, f"DEPT-{code}", seq, f"rcp-{code}", above, below, row_number=seq + 1)
        await put_rollup(connection, FRAMEWORK, f"DEPT-{code}", 100 * above / below, above, below)
        await put_rollup(connection, HOUSING, f"DEPT-{code}", 100 * (above + 1) / below, above + 1, below)
    await put_receipt(connection, "rcp-bilan", 99, "REG-76", "bilan_2021.csv")
    stated: dict[str, Any] = {"value": Decimal("31.2"), "basis": "declared", "source": "bilan-2021:l1163"}
    await put_version(connection, FRAMEWORK, "REG-76", 99, "rcp-bilan", 945, 3030, **stated)
    twelve: dict[str, Any] = {"reported": 12, "expected": 13, "absent": ["DEPT-48"]}
    spread: dict[str, Any] = {"minimum": Decimal("27.1"), "median": Decimal("31.6"), "maximum": Decimal("43.8")}
    await put_rollup(connection, FRAMEWORK, "REG-76", 94500 / 3030, 945, 3030, **twelve, **spread)
    await put_rollup(connection, HOUSING, "REG-76", 98900 / 3030, 989, 3030, **twelve)
    await put_rollup(connection, MAJORITY, "REG-76", 3030, **twelve)
    nine: dict[str, Any] = {"reported": 9, "expected": 13, "absent": ["DEPT-09", "DEPT-48", "DEPT-65", "DEPT-82"]}
    await put_rollup(connection, ORIENTED, "REG-76", 27.055, 17551, 64873, **nine)
    paid: dict[str, Any] = {"simulated": False, "reported": 15, "expected": 15}
    await put_rollup(connection, AMOUNT, "REG-76", 17940581, period="2021", **paid)
    await put_rollup(connection, AMOUNT, "REG-76", 15000000, period="2019", basis="declared", expected=None, reported=0)
    await put(
        connection,
        "aggregator.check_result",
        code="ase_housing",
        subject="",
        territory="DEPT-46",
        period="2020",
        kind="part_of",
        state="fails",
        indicators=[FRAMEWORK, HOUSING],
        expected=Decimal(20),
        computed=Decimal(21),
        difference=Decimal(1),
        detail={"excess": {HOUSING: "1"}},
        inputs="abc",
        simulated=True,
        evaluated_at=RECEIVED,
    )


async def put_receipt(connection: asyncpg.Connection, code: str, seq: int, reporter: str, file_name: str) -> None:
    await put(
        connection,
        "ingestion.receipt",
        id=code,
        submission_seq=seq,
        feed="ase-exits",
        reporter=reporter,
        period="2020",
        territories=[reporter],
        file_name=file_name,
        media_type="text/csv",
        sha256=code,
        size_bytes=100,
        received_at=RECEIVED,
        stage="published",
        status="accepted",
        accepted=2,
        unchanged=0,
        rejected=0,
        nil_return=False,
        simulated=True,
        repairs=[],
        errors=[],
        messages=[],
    )


async def put_version(
    connection: asyncpg.Connection,
    indicator: str,
    territory: str,
    seq: int,
    receipt: str,
    above: int,
    below: int,
    **others: Any,
) -> None:
    row: dict[str, Any] = {
        "indicator": indicator,
        "period": "2020",
        "territory": territory,
        "source": "ase-exits",
        "basis": "reported",
        "submission_seq": seq,
        "event_id": uuid5(NAMESPACE_URL, f"{indicator}{territory}{seq}"),
        "receipt_id": receipt,
        "sheet": "Feuil1",
        "row_number": 2,
        "column_name": "accompagnés",
        "feed": "ase-exits",
        "definition_version": 1,
        "value": round(Decimal(100 * above) / below, 1),
        "numerator": Decimal(above),
        "denominator": Decimal(below),
        "status": "final",
        "qualifier": "=",
        "simulated": True,
        "received_at": RECEIVED,
        "written_at": RECEIVED,
    }
    await put(connection, "aggregator.observation_version", **row | others)


async def put_rollup(
    connection: asyncpg.Connection,
    indicator: str,
    territory: str,
    value: float,
    above: int | None = None,
    below: int | None = None,
    **others: Any,
) -> None:
    row: dict[str, Any] = {
        "indicator": indicator,
        "period": "2020",
        "territory": territory,
        "level": {"REG": "region", "DEPT": "department"}[territory.split("-", maxsplit=1)[0]],
        "definition_version": 1,
        "method": "sum" if above is None else "ratio",
        "value": round(Decimal(value), 6),
        "numerator": None if above is None else Decimal(above),
        "denominator": None if below is None else Decimal(below),
        "reported": 1,
        "expected": 1,
        "absent": [],
        "unpaired": [],
        "incomplete": [],
        "from_periods": [],
        "status": "final",
        "basis": "computed",
        "simulated": True,
        "version": f"v-{territory}",
        "written_at": RECEIVED,
    }
    row |= others
    row["coverage"] = None if row["expected"] is None else round(Decimal(row["reported"]) / row["expected"], 6)
    await put(connection, "aggregator.rollup", **row)


async def seed_reports(connection: asyncpg.Connection) -> None:
    """Lozère sent nothing, three sent no RSA file, Pyrénées-Orientales was a day late."""
    for code in DEPARTMENTS:
        for feed in ("ase-exits", "rsa-delays"):
            sent = code in COUNTS and (feed == "ase-exits" or code not in {"09", "65", "82"})
            late = code == "66"
            at = datetime(2021, 4, 1, 14, 0, tzinfo=UTC) if late else RECEIVED
            await put(
                connection,
                "alerting.expected_report",
                collection="calpae-2020",
                territory=f"DEPT-{code}",
                feed=feed,
                period="2020",
                due_at=DUE,
                state=("late" if late else "received") if sent else "overdue",
                received_at=at if sent else None,
                receipt_id=f"rcp-{code}" if sent else None,
                source_text="",
            )


async def seed_alerts(connection: asyncpg.Connection) -> None:
    """Three open alerts, one withdrawn, two mails."""
    missed = {"value": "30", "target": "35", "comparator": ">=", "gap": "-5", "unit": "%"}
    warning: dict[str, Any] = {"rule": "target_missed", "severity": "warning", "indicator": FRAMEWORK, "inputs": missed}
    taken: dict[str, Any] = {"owner": "J. Roux", "ack_reason": "recrutement", "commitment_date": date(2021, 5, 15)}
    silent: dict[str, Any] = {"rule": "report_overdue", "severity": "critical", "collection": "calpae-2020"}
    await put_alert(connection, "alr-66", "DEPT-66", **warning)
    await put_alert(connection, "alr-48", "DEPT-48", **silent, inputs={"due_at": DUE.isoformat()})
    await put_alert(connection, "alr-34", "DEPT-34", state="acknowledged", **warning, **taken)
    await put_alert(connection, "alr-12", "DEPT-12", state="withdrawn", **warning)
    subject = "Cible non atteinte : Pyrénées-Orientales"
    for alert, status, title, sent in (("alr-66", "sent", subject, RECEIVED), ("alr-48", "pending", None, None)):
        await put(
            connection,
            "alerting.notification",
            id=f"n-{alert}",
            alert_id=alert,
            seq=1,
            kind="opened",
            recipient="commissaire-76",
            channel="email",
            address="secret@occitanie.example",
            status=status,
            subject=title,
            simulated=True,
            created_at=RECEIVED,
            enqueued_at=RECEIVED,
            sent_at=sent,
            next_attempt_at=RECEIVED,
        )


async def put_alert(connection: asyncpg.Connection, code: str, territory: str, **others: Any) -> None:
    row: dict[str, Any] = {
        "id": code,
        "alert_key": code,
        "episode": 1,
        "kind": others["rule"],
        "rule_version": 1,
        "territory": territory,
        "period": "2020",
        "state": "firing",
        "seq": 1,
        "simulated": True,
        "opened_at": RECEIVED,
        "changed_at": RECEIVED,
    } | others
    await put(connection, "alerting.alert", **row)
    reason = "report_not_received" if row["rule"] == "report_overdue" else "target_not_met"
    await put(
        connection,
        "alerting.transition",
        alert_id=code,
        seq=1,
        to_state=row["state"],
        reason=reason,
        rule_version=1,
        inputs=row["inputs"],
        actor="system",
        decided_at=RECEIVED,
    )
