"""The business exposition: what the snapshot has, zeros where silence would mislead, nothing else."""

import re
from datetime import UTC, datetime
from decimal import Decimal

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.registry import Collector

from services.dashboard.business import Outbox, RuleInfo, Snapshot, Value, families, latest
from shared.domain.territory import level_of
from tests.unit.dashboard import samples

TERRITORIES = [
    samples.territory("NAT-FR"), samples.territory("REG-76", "Occitanie", "NAT-FR"),
    samples.territory("DEPT-31", "Haute-Garonne", "REG-76"), samples.territory("DEPT-48", "Lozère", "REG-76"),
    samples.territory("EPCI-243100518", "Toulouse Métropole", "DEPT-31"),
]  # fmt: skip


def exposed(snapshot: Snapshot) -> list[str]:
    class Once(Collector):
        def collect(self):  # type: ignore[no-untyped-def]
            return families(snapshot)

    registry = CollectorRegistry()
    registry.register(Once())
    return generate_latest(registry).decode().splitlines()


def value(where: str, number: float | None, period: str = "2020", **fields: object) -> Value:
    level = level_of(where).value
    exact = None if number is None else Decimal(str(number))
    row = {"indicator": samples.RATE, "coverage": None, "simulated": False} | fields
    return Value(territory=where, level=level, period=period, value=exact, **row)  # type: ignore[arg-type]


def test_every_name_has_the_prefix_a_sentence_and_a_base_unit() -> None:
    lines = exposed(Snapshot(version="1.2.3"))
    names = [line.split()[2] for line in lines if line.startswith("# HELP")]
    assert len(names) == len(set(names)) >= 12
    assert all(re.fullmatch(r"vigie_[a-z_]+", name) for name in names)
    assert all(re.search(r"\.$", line) for line in lines if line.startswith("# HELP"))
    assert 'vigie_build_info{version="1.2.3"} 1.0' in lines


def test_attainment_is_oriented_and_takes_the_latest_period() -> None:
    snapshot = Snapshot(
        territories=TERRITORIES,
        values=[value("DEPT-31", 20, "2019"), value("DEPT-31", 42), value("DEPT-48", None), value("REG-76", 30)],
        targets=[samples.target(35), samples.target(35, "DEPT-48"), samples.target(35, "REG-76")],
    )
    ratios = [line for line in exposed(snapshot) if line.startswith("vigie_indicator_attainment_ratio{")]
    assert ratios == [f'vigie_indicator_attainment_ratio{{department="DEPT-31",indicator="{samples.RATE}"}} 1.2']


def test_a_target_that_is_only_proposed_is_not_measured() -> None:
    snapshot = Snapshot(
        territories=TERRITORIES, values=[value("DEPT-31", 42)], targets=[samples.target(35, commitment="proposal")]
    )
    assert not any(line.startswith("vigie_indicator_attainment_ratio{") for line in exposed(snapshot))


def test_no_open_alert_is_a_zero_and_an_open_one_is_counted_in_its_region() -> None:
    rules = [RuleInfo("target_missed", "warning"), RuleInfo("report_overdue", "critical")]
    alerts = [samples.alert("DEPT-31"), samples.alert("EPCI-243100518"), samples.alert("DEPT-48", state="acknowledged")]
    lines = exposed(Snapshot(territories=TERRITORIES, rules=rules, alerts=alerts))
    open_alerts = 'vigie_alerts_open{region="REG-76",rule="%s",severity="%s",state="%s"} %s'
    assert open_alerts % ("target_missed", "warning", "firing", "2.0") in lines
    assert open_alerts % ("target_missed", "warning", "acknowledged", "1.0") in lines
    assert open_alerts % ("report_overdue", "critical", "firing", "0.0") in lines
    assert 'vigie_department_alerts_open{department="DEPT-48",rule="report_overdue"} 0.0' in lines
    oldest = 'vigie_alert_oldest_unacknowledged_timestamp_seconds{region="REG-76",severity="%s"} %s'
    assert oldest % ("critical", "0.0") in lines
    assert any(line.startswith(oldest % ("warning", "")) and not line.endswith(" 0.0") for line in lines)


def test_a_missing_report_is_due_and_not_received_and_a_waived_one_is_not_owed() -> None:
    reports = [
        samples.report("DEPT-48", "overdue"), samples.report("DEPT-31", "waived"),
        samples.report("DEPT-31", "received", "rsa-delays", received_at=samples.AT),
    ]  # fmt: skip
    lines = exposed(Snapshot(territories=TERRITORIES, reports=reports))
    got = [line for line in lines if line.startswith("vigie_report_received_timestamp_seconds{")]
    assert got[0] == 'vigie_report_received_timestamp_seconds{department="DEPT-48",report="calpae-2020/ase-exits"} 0.0'
    assert len(got) == 2


def test_the_outbox_counts_every_status_and_dates_what_waits() -> None:
    rows = [Outbox("email", "pending", 3, datetime(2021, 4, 1, tzinfo=UTC)), Outbox("email", "sent", 9, samples.AT)]
    lines = exposed(Snapshot(outbox=rows))
    assert 'vigie_notification_outbox_messages{channel="email",status="pending"} 3.0' in lines
    assert 'vigie_notification_outbox_messages{channel="kafka",status="dead"} 0.0' in lines
    assert 'vigie_notification_outbox_oldest_pending_timestamp_seconds{channel="email"} 1.6172352e+09' in lines
    assert 'vigie_notification_outbox_oldest_pending_timestamp_seconds{channel="kafka"} 0.0' in lines


def test_what_leaves_the_snapshot_leaves_the_exposition() -> None:
    before = Snapshot(territories=TERRITORIES, values=[value("REG-76", 30, coverage=Decimal("0.9"))])
    assert any(line.startswith("vigie_coverage_ratio{") for line in exposed(before))
    assert not any(line.startswith("vigie_coverage_ratio{") for line in exposed(Snapshot(territories=TERRITORIES)))


def test_the_latest_period_is_the_one_that_ends_last() -> None:
    found = latest([value("DEPT-31", 1, "2020-12"), value("DEPT-31", 2, "2021-Q3"), value("DEPT-31", 3, "2019/2021")])
    assert [v.period for v in found] == ["2019/2021"]
