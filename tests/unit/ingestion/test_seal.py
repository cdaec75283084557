"""The seal of a receipt: it holds for what was sealed, and for nothing else."""

import json
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingestion.receipts.accepted import accepted_digest
from services.ingestion.receipts.seal import Facts, FactsError, Keyring, Verdict
from services.ingestion.receipts.verification import Finding, verify
from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.figures import Figure
from shared.domain.observation import Basis, Status
from shared.domain.register import Milestone

NEW, OLD = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
KEYRING = Keyring.of(NEW)
FACTS = Facts(
    id="rec-000017-0badcafe",
    submission_seq=17,
    feed="ase-exits",
    reporter="DEPT-31",
    period="2020",
    mode="patch",
    collection="ase-2020",
    territories=["DEPT-31"],
    file_name="Sorties ASE 2020.csv",
    sha256="0badcafe" * 8,
    size_bytes=1_234,
    received_at=datetime(2021, 3, 25, 8, 0, 0, 123456, tzinfo=UTC),
    status="partial",
    accepted=12,
    unchanged=3,
    rejected=1,
    withdrawn=2,
    nil_return=False,
    simulated=False,
    accepted_sha256="ab" * 32,
)
NAMES = [field.name for field in fields(Facts)]


def as_json(facts: Facts = FACTS, **more: Any) -> dict[str, Any]:
    """A receipt as somebody keeps it: what it attests, and much that it does not."""
    values = {**asdict(facts), "received_at": facts.received_at.isoformat(), "seal": KEYRING.seal(facts)}
    kept: dict[str, Any] = json.loads(json.dumps({**values, "stage": "published", "errors": [], **more}))
    return kept


def altered(name: str) -> Any:
    value = getattr(FACTS, name)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, list):
        return [*value, "DEPT-09"]
    return value + " "


def fields_not_covered(text: Callable[[Facts], bytes], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Which fields may be changed under a seal made of this text without anybody noticing."""
    monkeypatch.setattr(Facts, "text", text)
    seal = KEYRING.seal(FACTS)
    return {n for n in NAMES if KEYRING.verify(replace(FACTS, **{n: altered(n)}), seal) is not Verdict.altered}


def test_altering_any_one_field_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(NAMES) == 20
    assert fields_not_covered(Facts.text, monkeypatch) == set()


@pytest.mark.parametrize("forgotten", NAMES)
def test_a_seal_that_leaves_a_field_out_would_be_caught(forgotten: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted defect: the test above names the very field that the text forgets."""
    whole = Facts.text

    def forgetful(facts: Facts) -> bytes:
        return whole(replace(facts, **{forgotten: getattr(FACTS, forgotten)}))

    assert fields_not_covered(forgetful, monkeypatch) == {forgotten}


@pytest.mark.parametrize("name", NAMES)
def test_altering_a_field_of_the_kept_json_is_caught(name: str) -> None:
    value = altered(name)
    given_back = as_json(**{name: value.isoformat() if isinstance(value, datetime) else value})
    verified = verify(given_back, None, KEYRING)
    assert verified.finding is Finding.altered
    assert verified.facts is not None
    assert list(verified.facts.differences(FACTS)) == [name]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [None, [], {"a": 1}, 1.5, "é", True, float("nan")], ids=str)
def test_a_field_of_another_kind_is_never_taken_for_it(name: str, value: Any) -> None:
    assert verify(as_json(**{name: value}), None, KEYRING).finding is Finding.altered


@pytest.mark.parametrize("name", [name for name in NAMES if isinstance(getattr(FACTS, name), str | list)])
def test_half_a_character_is_no_text_of_a_receipt(name: str) -> None:
    """Answering with it would break the answer, and nothing that Vigie gave holds one."""
    value = ["\ud800"] if name == "territories" else "\ud800"
    verified = verify(as_json(**{name: value}), None, KEYRING)
    assert (verified.finding, verified.facts, verified.faulty) == (Finding.altered, None, name)


def test_what_holds_says_what_it_does_not_cover() -> None:
    verified = verify(as_json(), None, KEYRING)
    assert verified.finding is Finding.valid
    assert "ne couvre pas les remarques" in verified.sentence(english=False)
    assert "does not cover the remarks" in verified.sentence(english=True)


def test_no_collection_is_another_fact_than_one() -> None:
    without = replace(FACTS, collection=None)
    assert KEYRING.verify(Facts.of(as_json(collection=None)), KEYRING.seal(without)) is Verdict.valid
    assert KEYRING.verify(Facts.of(as_json(collection=None)), KEYRING.seal(FACTS)) is Verdict.altered


def test_the_same_facts_have_one_seal_however_they_are_written() -> None:
    seal = KEYRING.seal(FACTS)
    paris = FACTS.received_at.astimezone(timezone(timedelta(hours=1)))
    assert KEYRING.verify(Facts.of(as_json()), seal) is Verdict.valid
    assert KEYRING.verify(Facts.of(asdict(FACTS)), seal) is Verdict.valid
    assert KEYRING.verify(Facts.of(as_json(received_at=paris.isoformat())), seal) is Verdict.valid
    assert KEYRING.verify(Facts.of(as_json(received_at="2021-03-25T08:00:00.123456Z")), seal) is Verdict.valid
    # A repeated file is answered with its receipt, under another word.
    assert KEYRING.verify(Facts.of(as_json(status="duplicate")), seal) is Verdict.valid


def test_what_is_not_attested_may_follow_the_reader() -> None:
    assert verify(as_json(stage="received", errors=[{"message": "other language"}]), None, KEYRING).finding == "valid"


def test_the_file_has_to_be_the_one() -> None:
    assert verify(as_json(), FACTS.sha256.upper(), KEYRING).finding is Finding.valid
    assert verify(as_json(), "00" * 32, KEYRING).finding is Finding.other_file


def test_keys_rotate() -> None:
    sealed_before = Keyring.of(OLD).seal(FACTS)
    both = Keyring.of(f"{NEW}, {OLD}")
    assert both.seal(FACTS) == KEYRING.seal(FACTS) != sealed_before
    assert both.verify(FACTS, sealed_before) is Verdict.valid
    assert KEYRING.verify(FACTS, sealed_before) is Verdict.unknown_key
    assert Keyring.of(OLD).verify(FACTS, KEYRING.seal(FACTS)) is Verdict.unknown_key


def test_without_keys_nothing_is_sealed() -> None:
    assert Keyring.of("").seal(FACTS) is None
    assert Keyring.of(" , ").verify(FACTS, KEYRING.seal(FACTS)) is Verdict.unknown_key
    assert KEYRING.verify(FACTS, None) is Verdict.unsealed
    assert verify({}, None, KEYRING).finding is Finding.unsealed


def test_a_key_that_could_be_guessed_is_refused_and_not_repeated() -> None:
    with pytest.raises(ValueError, match="VIGIE_RECEIPT_KEYS") as refused:
        Keyring.of(f"{NEW},short-secret")
    assert "short-secret" not in str(refused.value)
    assert NEW not in repr(KEYRING)


@pytest.mark.parametrize("change", ["v2", "", "key", "upper", "cut", "more", "é", "newline"])
def test_a_seal_of_another_form_is_not_ours(change: str) -> None:
    seal = KEYRING.seal(FACTS)
    assert seal is not None
    forms = {
        "v2": seal.replace("v1", "v2"), "": "x", "key": seal.split(".")[2], "upper": seal.upper(), "cut": seal[:-1],
        "more": seal + "0", "é": seal[:-1] + "é", "newline": seal + "\n",
    }  # fmt: skip
    assert KEYRING.verify(FACTS, forms[change]) is Verdict.altered


@given(st.text(), st.text())
def test_no_text_passes_for_two_fields(file_name: str, period: str) -> None:
    """Nothing that a field may hold makes it look like its neighbour."""
    one, other = replace(FACTS, file_name=file_name, period=period), replace(FACTS, file_name=period, period=file_name)
    assert (one.text() == other.text()) == (file_name == period)


@pytest.mark.parametrize("value", ["", "2021-03-25", "2021-03-25T09:00:00", "0001-01-01T00:00:00+14:00", 12])
def test_an_instant_has_its_offset(value: Any) -> None:
    with pytest.raises(FactsError, match="received_at"):
        Facts.of(as_json(received_at=value))


def figure(rank: int, **more: Any) -> Figure:
    values: dict[str, Any] = {
        "indicator": "ASE-1", "definition_version": 1, "territory": f"DEPT-{rank:02}", "period": "2020",
        "source": "ase-exits", "basis": Basis.reported, "value": Decimal(rank), "numerator": None, "denominator": None,
        "ratio": False, "status": Status.final, "qualifier": "=", "sheet": "", "row": rank, "column": "Jeunes",
    }  # fmt: skip
    return Figure(**{**values, **more})


ENTRY = ReadEntry(
    Milestone(id="m-1", territory="DEPT-31", period="2020", title="Signature", due="2020-12-31"),  # type: ignore[arg-type]
    "milestones", Status.final, "", 2, "id",
)  # fmt: skip


def test_the_digest_of_what_was_accepted_knows_no_order_and_no_place() -> None:
    figures = [figure(rank) for rank in range(1, 60)]
    mixed = [replace(f, row=f.row + 7, sheet="Feuil2", column="Autre titre") for f in figures]
    Random(4).shuffle(mixed)
    assert accepted_digest(figures, [ENTRY]) == accepted_digest(iter(mixed), iter([ENTRY]))


def test_the_digest_reads_numbers_not_spellings() -> None:
    same = [Decimal(12), Decimal("12.00"), Decimal("1.2E+1")]
    assert len({accepted_digest([figure(1, value=v)], []) for v in same}) == 1
    assert accepted_digest([figure(1, value=Decimal("-0"))], []) == accepted_digest([figure(1, value=Decimal(0))], [])
    assert accepted_digest([figure(1, value=Decimal(0))], []) != accepted_digest([figure(1, value=None)], [])
    assert accepted_digest([figure(1, value=Decimal(10))], []) != accepted_digest([figure(1, value=Decimal(1))], [])


@pytest.mark.parametrize(
    "change",
    [
        {"indicator": "ASE-2"}, {"definition_version": 2}, {"territory": "DEPT-32"}, {"period": "2021"},
        {"source": "other"}, {"basis": Basis.declared}, {"value": Decimal(2)}, {"numerator": Decimal(1)},
        {"denominator": Decimal(1)}, {"status": Status.withdrawn}, {"qualifier": "~"},
    ],
    ids=str,
)  # fmt: skip
def test_the_digest_sees_each_part_of_a_figure(change: dict[str, Any]) -> None:
    assert accepted_digest([figure(1)], []) != accepted_digest([figure(1, **change)], [])


def test_the_digest_counts_and_sees_entries() -> None:
    twice, once = accepted_digest([figure(1)] * 2, []), accepted_digest([figure(1)], [])
    assert len({twice, once, accepted_digest([], []), accepted_digest([figure(1)], [ENTRY])}) == 4
    renamed = replace(ENTRY, entry=ENTRY.entry.model_copy(update={"title": "Autre"}))
    assert accepted_digest([], [ENTRY]) != accepted_digest([], [renamed])
