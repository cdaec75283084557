"""What is declared is used, and what is used is declared: metrics, topics, tokens, probes."""

import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.dashboard.business import Snapshot, families
from shared.contracts import topics
from shared.contracts.topics import DEAD_LETTERS, TOPICS, Topic
from shared.runtime import metrics
from tests.consistency.repository import ROOT, code_of, files, text
from tests.contracts.openapi import SERVICES, build

METRICS = {name: value for name, value in vars(metrics).items() if name.isupper() and hasattr(value, "_documentation")}
TOPIC_NAMES = {value.name: name for name, value in vars(topics).items() if isinstance(value, Topic)}
CODE = "\n".join(
    text(path)
    for path in files()
    if path.parts[0] in ("services", "shared") and path.suffix == ".py" and path != Path("shared/runtime/metrics.py")
)


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_fed_and_explained(name: str) -> None:
    """Declared with a sentence, named somewhere in the code; a metric that nothing feeds is a false zero."""
    assert METRICS[name]._documentation.endswith(".")
    assert re.search(rf"\b{name}\b", CODE), f"nothing feeds {name}"


def test_metrics_are_declared_in_one_place() -> None:
    """All of them stand in shared/runtime/metrics.py, in the registry that /metrics shows."""
    assert isinstance(metrics.REGISTRY, CollectorRegistry)
    declared = re.compile(r"from prometheus_client import[^\n]*\b(Counter|Histogram|Summary)\b")
    assert not declared.search(CODE)


def test_metrics_named_in_rules_and_dashboards_exist() -> None:
    """An alert on a metric that does not exist never fires."""
    known = {sample.name for family in metrics.REGISTRY.collect() for sample in family.samples}
    known |= {f"{family.name}{end}" for family in metrics.REGISTRY.collect() for end in ("", "_total", "_created")}
    known |= {f"{family.name}_{end}" for family in metrics.REGISTRY.collect() for end in ("bucket", "sum", "count")}
    of_exporter = {family.name for family in families(Snapshot())}
    watched = [p for p in files() if p.parts[:2] in {("deploy", "prometheus"), ("deploy", "grafana")}]
    for path in watched:
        # Those of FastStream are vigie_broker_…; `vigie_reader` is the role of the database.
        named = {n for n in re.findall(r"\bvigie_[a-z_]+\b", text(path)) if not n.startswith("vigie_broker_")}
        assert named - known - of_exporter <= {"vigie_reader"}, path


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.name)
def test_every_topic_is_written_and_read_as_the_registry_says(topic: Topic) -> None:
    """The services that the registry names do name the topic, and no other does."""
    assert topic.description
    constant = TOPIC_NAMES[topic.name]
    # Dead letters are filed by the office of shared.runtime, for the consumers that have one.
    sign = r"\bDeadLetterOffice\b" if topic is DEAD_LETTERS else rf"\b{constant}\b"
    naming = {service for service in SERVICES if re.search(sign, code_of(Path("services") / service))}
    assert naming == {*topic.producers, *topic.consumers}


def test_topics_are_named_by_the_registry_only() -> None:
    """No code spells the name of a topic."""
    assert re.findall(r"[\"']vigie-[a-z-]+-v\d+[\"']", CODE.replace(text(Path("shared/contracts/topics.py")), "")) == []


def test_the_page_of_contracts_lists_the_topics() -> None:
    """docs/contracts.md has a line for each topic, with its key, its writers and its readers."""
    page = text(Path("docs/contracts.md"))
    for topic in TOPICS:
        (line,) = re.findall(rf"^\| `{topic.name}` \|.*$", page, flags=re.MULTILINE)
        assert topic.key in line
        assert topic is DEAD_LETTERS or all(service in line for service in (*topic.producers, *topic.consumers))


def client(app: FastAPI) -> httpx.AsyncClient:
    """Asks an application that has not been started: no database, no broker."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://vigie.test")


@pytest.mark.parametrize("service", SERVICES)
async def test_every_service_has_the_same_doors(service: str) -> None:
    """/livez, /readyz, /metrics and /openapi.json are there; readiness names what is missing instead of failing."""
    async with client(build(service)) as http:
        assert (await http.get("/livez")).status_code != 404
        ready = await http.get("/readyz")
        assert (ready.status_code, bool(ready.json()["missing"])) == (503, True)
        assert "vigie_dead_letters_total" in (await http.get("/metrics")).text
        assert (await http.get("/openapi.json")).json()["info"]["title"] == f"Vigie {service}"


@pytest.mark.parametrize("service", ["ingestion", "alerting"])
async def test_nothing_is_changed_without_a_token(service: str) -> None:
    """Each operation that writes answers 401 to whoever shows no token, before it looks at anything else."""
    app = build(service)
    writing = [
        (method, path)
        for path, operations in app.openapi()["paths"].items()
        for method in operations
        if method in {"post", "put", "patch", "delete"}
    ]
    assert writing
    async with client(app) as http:
        for method, path in writing:
            answer = await http.request(method, re.sub(r"\{[^}]+\}", "some", path))
            assert answer.status_code == 401, f"{method.upper()} {path} answered {answer.status_code}"
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("service", SERVICES)
async def test_the_documentation_needs_no_network(service: str) -> None:
    """No page of ours loads scripts from elsewhere: FastAPI's own documentation pages are off, or served from here."""
    async with client(build(service)) as http:
        for path in ("/docs", "/redoc"):
            assert not re.search(r"(src|href)=[\"'](https?:)?//", (await http.get(path)).text)


def test_the_launcher_and_compose_start_the_same_services() -> None:
    """The four names are the folders of services/."""
    assert {p.parts[1] for p in files() if p.parts[0] == "services" and len(p.parts) > 2} == set(SERVICES)
    assert (ROOT / "deploy" / "stack").is_dir()
