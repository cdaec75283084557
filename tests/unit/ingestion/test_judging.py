"""A judgement made in another process is the one made here, and others are answered meanwhile."""

import asyncio
import contextlib
import re
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingestion.judgement import children as waiting
from services.ingestion.judgement import judging, outcome_lines
from services.ingestion.judgement.children import Children
from services.ingestion.judgement.job import Job, judge_here, seconds_for
from services.ingestion.judgement.judging import children, judge
from services.ingestion.judgement.outcome_lines import OutcomeReader, refusal_line
from services.ingestion.notes import Note, Severity
from services.ingestion.parse.rows import FileRefusedError, Limits
from services.ingestion.parse.sniff import FileKind
from services.ingestion.problems import Problem
from services.ingestion.upload import Upload
from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.figures import Figure
from services.ingestion.validate.validation import Outcome
from shared.domain.observation import Basis, Status
from shared.runtime.settings import Settings
from tests.unit.ingestion.judge import FEEDS, catalogue

TEXT = st.text(max_size=8)
NUMBER = st.none() | st.decimals(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | st.integers() | TEXT
FIGURES = st.builds(
    Figure, TEXT, st.integers(1, 9), TEXT, TEXT, TEXT, st.sampled_from(Basis), NUMBER, NUMBER, NUMBER, st.booleans(),
    st.sampled_from(Status), TEXT, TEXT, st.integers(0, 2_000_000), TEXT,
)  # fmt: skip
NOTES = st.builds(
    Note, TEXT, st.sampled_from(Severity), TEXT, st.none() | st.integers(0, 10**6), TEXT, st.none() | TEXT,
    st.dictionaries(TEXT, PLAIN, max_size=3), st.none() | st.integers(0, 999),
)  # fmt: skip
OUTCOMES = st.builds(
    Outcome, st.lists(FIGURES, max_size=4), st.lists(NOTES, max_size=4), st.lists(NOTES, max_size=4),
    st.integers(0, 9), st.integers(0, 9),
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
async def _no_process_is_left():
    yield
    await children.close()


def back(outcome: Outcome) -> Outcome | None:
    reader = OutcomeReader()
    for line in outcome_lines.outcome_lines(outcome):
        assert line.endswith(b"\n")
        assert line.count(b"\n") == 1
        reader.take(line)
    return reader.outcome


def exact(outcome: Outcome | None) -> str:
    """Decimal("1.0") equals Decimal("1"): texts tell them apart. The hash of a row serves the judgement only."""
    return re.sub(r"rest=-?\d+", "rest=None", repr(outcome))


@settings(max_examples=200)
@given(OUTCOMES)
def test_an_outcome_comes_back_as_it_went(outcome):
    assert exact(back(outcome)) == exact(outcome)


def test_the_property_catches_a_planted_defect(monkeypatch):
    """Numbers that travel as floats."""
    monkeypatch.setattr(outcome_lines, "_text", lambda n: None if n is None else str(float(n)))
    figure = Figure(
        "i", 1, "t", "p", "s", Basis.reported, Decimal("1.10"), None, None, False, Status.final, "", "", 1, ""
    )
    with pytest.raises(AssertionError):
        test_an_outcome_comes_back_as_it_went.hypothesis.inner_test(Outcome([figure], [], []))


@given(
    st.builds(FileRefusedError, TEXT, st.dictionaries(TEXT, PLAIN, max_size=3), TEXT, st.none() | st.integers(), TEXT)
)
def test_a_refusal_comes_back_as_it_went(refused):
    with pytest.raises(FileRefusedError) as back_again:
        OutcomeReader().take(refusal_line(refused))
    assert vars(back_again.value) == vars(refused)


def rows(count: int) -> bytes:
    territories = [t.code for t in catalogue().territories.all() if t.code.startswith("DEPT-")]
    indicators = sorted(i.code for i in catalogue().indicators.values() if i.kind == "count")
    lines = [f"{indicators[n // 9000]};{territories[n // 100 % 90]};{1920 + n % 100};{n}" for n in range(count)]
    return ("Indicateur;Territoire;Période;Valeur\n" + "\n".join(lines) + "\n").encode()


async def judged(content: bytes) -> Outcome:
    return await judge(Upload(content, "text/csv", "a.csv"), FEEDS["observations"], catalogue(), "NAT-FR", None)


async def test_here_in_a_thread_and_in_a_child_say_the_same(monkeypatch):
    content = rows(30)
    outcomes = []
    monkeypatch.setattr(judging, "_TINY_LINES", 100)
    for tiny, small in ((10**6, 10**6), (0, 10**6), (0, 0)):
        monkeypatch.setattr(judging, "_TINY", tiny)
        monkeypatch.setattr(judging, "_SMALL", small)
        outcomes.append(await judged(content))
    assert len(outcomes[0].figures) == 30
    assert exact(outcomes[0]) == exact(outcomes[1]) == exact(outcomes[2])


async def test_entries_come_back_from_a_child(monkeypatch):
    content = (
        "Identifiant;Appel;Organisme;Projet;Thème;Montant;Échelle;Territoire;Lieu;Année\n"
        "G01;occ-gt;ADIE;Mobilité;insertion;37 000,50 €;régional;REG-76;;2021\n"
    ).encode()
    upload = Upload(content, "", "a.csv")
    here = await judge(upload, FEEDS["projects"], catalogue(), "REG-76", None)
    monkeypatch.setattr(judging, "_SMALL", 0)
    there = await judge(upload, FEEDS["projects"], catalogue(), "REG-76", None)
    assert len(here.entries) == 1
    assert exact(here) == exact(there)
    assert isinstance(there.entries[0], ReadEntry)


async def test_others_are_answered_meanwhile():
    """While 20 000 figures are judged and come back, the loop is never away for long."""
    gaps: list[float] = []

    async def tick() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            gaps.append(time.perf_counter() - began)

    content = rows(20_000)
    ticking = asyncio.create_task(tick())
    outcome = await judged(content)
    ticking.cancel()
    assert len(outcome.figures) == 20_000
    # Generous for a busy machine: the judgement itself takes seconds, and would be one gap.
    assert sorted(gaps)[int(len(gaps) * 0.99)] < 0.05


@pytest.mark.parametrize(
    ("limit", "code"), [({"parse_seconds": 1}, "too_slow"), ({"parse_memory_bytes": 10**8}, "too_many_rows")]
)
async def test_a_file_that_its_process_does_not_survive(monkeypatch, limit, code):
    """Too slow, or too large for the memory that its process may take: said, and the next file is read."""
    content = rows(150_000)
    await children.close()
    limited = Settings(**limit)
    with monkeypatch.context() as patch:
        patch.setattr("services.ingestion.judgement.judging.settings", lambda: limited)
        patch.setattr("services.ingestion.judgement.children.settings", lambda: limited)
        with pytest.raises(FileRefusedError) as refused:
            await judged(content)
        await children.close()
    assert refused.value.code == code
    assert len((await judged(rows(3000))).figures) == 3000


def headers_again(count: int) -> bytes:
    return "".join(f"Code;Jeunes devenus majeurs {2000 + n % 20};Note {n}\n31;5;\n" for n in range(count)).encode()


@pytest.mark.parametrize("content", [headers_again(20), headers_again(60), b";" * 299 + b"\n", rows(1_000)])
def test_what_is_judged_in_a_thread_takes_little(content):
    limits = Limits()
    assert judging._is_small(FileKind.csv, content)
    began = time.process_time()
    with contextlib.suppress(FileRefusedError):
        judge_here(content, Job("", "a.csv", limits, FEEDS["ase-exits"], "NAT-FR", None), catalogue())
    assert time.process_time() - began < 0.3


@pytest.mark.parametrize("content", [headers_again(61), b";" * 300, b"a" * 200_001, b"x\n" * 61])
def test_what_may_take_longer_is_not_judged_in_a_thread(content):
    assert not judging._is_small(FileKind.csv, content)


def test_seconds_follow_the_size_of_the_file():
    assert [seconds_for(size, 60) for size in (0, 1, 1_000_000, 3_000_001, 10**9)] == [10, 13, 13, 22, 60]
    assert seconds_for(10**6, 5) == 5


async def test_a_small_file_that_computes_without_end_is_ended_early(monkeypatch):
    """A process of many seconds, a file for which few are enough: told by its own clock, not by ours."""
    await children.close()
    monkeypatch.setattr("services.ingestion.judgement.children._MODULE", "tests.unit.ingestion.endless_child")
    began = time.monotonic()
    with pytest.raises(FileRefusedError) as refused:
        await judged(b"Indicateur;Valeur\n" + b"1;2\n" * 3000)
    await children.close()
    assert (refused.value.code, refused.value.params) == ("too_slow", {"seconds": 13})
    assert time.monotonic() - began < 55


async def test_a_file_beyond_those_that_may_wait_is_sent_away(monkeypatch):
    monkeypatch.setattr(waiting, "MOST_WAITING", 1)
    own = Children(at_once=1)
    content = asyncio.Event()

    async def hold() -> None:
        async with own.one():
            await content.wait()

    first, second = asyncio.create_task(hold()), asyncio.create_task(hold())
    await asyncio.sleep(0.05)
    with pytest.raises(Problem) as busy:
        async with own.one():
            pass
    assert busy.value.status == 503
    content.set()
    await asyncio.gather(first, second)
    # Nobody waits any more: there is room again.
    async with own.one():
        pass
    await own.close()


async def test_a_file_that_waits_for_too_long_is_sent_away(monkeypatch):
    monkeypatch.setattr(waiting, "WAIT_SECONDS", 0.05)
    own = Children(at_once=1)
    async with own.one():
        with pytest.raises(Problem) as busy:
            async with own.one():
                pass
    assert busy.value.status == 503
    async with own.one():
        pass
    await own.close()
