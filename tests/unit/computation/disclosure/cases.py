"""Catalogues, generated figures and the attack on their pages, for the tests of small cells."""

from hypothesis import strategies as st

from shared.computation.disclosure.companions import Reason
from shared.computation.figure import Figure
from shared.domain.catalogue import Catalogue
from shared.domain.check import Check, CheckKind
from shared.domain.indicator import Indicator, Method, MetropolePolicy
from shared.domain.territory import Level, Territory, TerritoryTree
from tests.support.public_page import Attacker, Page, Place, figure, marks_of, page

WEST, EAST = ["DEPT-09", "DEPT-31", "DEPT-48", "DEPT-66"], ["DEPT-02", "DEPT-59"]
QUARTERS = [f"2020-Q{q}" for q in (1, 2, 3, 4)]
TREE = TerritoryTree(
    [
        Territory(code="NAT-FR", name="France", level=Level.country),
        *(Territory(code=r, name=r, level=Level.region, parent="NAT-FR") for r in ("REG-76", "REG-32")),
        *(Territory(code=d, name=d, level=Level.department, parent="REG-76") for d in WEST),
        *(Territory(code=d, name=d, level=Level.department, parent="REG-32") for d in EAST),
        Territory(code="EPCI-243100518", name="Toulouse", level=Level.metropole, parent="DEPT-31"),
    ]
)


def indicator(code: str, **more: object) -> Indicator:
    fields = {
        "code": code, "label": code, "axis": 1, "measure": code, "kind": "count", "unit": "jeunes",
        "method": Method.sum, "small_cell": 5,
    }  # fmt: skip
    return Indicator(**(fields | more))  # type: ignore[arg-type]


def catalogue(*indicators: Indicator, checks: tuple[Check, ...] = ()) -> Catalogue:
    return Catalogue("d", TREE, {i.code: i for i in indicators}, checks=list(checks))


YOUNG = indicator("ase.young")
HOUSED = indicator(
    "ase.housed", kind="ratio", unit="%", method=Method.ratio, denominator_indicator="ase.young"
)  # fmt: skip
ASE = catalogue(YOUNG, HOUSED)
PARTS = catalogue(
    indicator("all"), indicator("girls"), indicator("boys"),
    checks=(Check(code="c", kind=CheckKind.sums_to, label="c", whole="all", parts=["girls", "boys"]),),
)  # fmt: skip
OVER_TIME = catalogue(indicator("x", over_time=Method.sum, metropoles=MetropolePolicy.added))
NUMBERS = st.one_of(st.integers(0, 8), st.integers(0, 60))


def attack(
    known: Catalogue, instants: list[list[Figure]], periods: list[str], marks: dict[Place, Reason] | None = None
):
    """All that an attacker reads of all pages; the marks are those of the last instant, as the database has them."""
    versions = [f for batch in instants for f in batch]
    held = marks_of(known, versions, periods) if marks is None else marks
    attacker, pages, so_far = Attacker(known), list[Page](), list[Figure]()
    for number, batch in enumerate(instants):
        so_far = [*so_far, *batch]
        pages.append(page(known, so_far, held, periods, past=number < len(instants) - 1))
        attacker.read(pages[-1])
    secrets = {
        (number, *name): form for number, p in enumerate(pages) for name, form in attacker.secrets(p, held).items()
    }
    return attacker, secrets, held


def holds(known: Catalogue, instants: list[list[Figure]], periods: list[str]) -> None:
    """No withheld figure of the last page is told, nor a small one of an earlier page.

    A figure of the past that is not small is withheld for the differences that it would make. Every page of its past
    is, so that told alone it harms nobody; where it would tell something of the last page the first clause says so.
    """
    attacker, secrets, _ = attack(known, instants, periods)
    last = len(instants) - 1
    limits = {code: i.small_cell for code, i in known.indicators.items()}
    told = attacker.solved(secrets)
    assert {key: n for key, n in told.items() if key[0] == last or 0 < n < limits[key[1][0]]} == {}


@st.composite
def rates(draw: st.DrawFn, seq: int = 1) -> list[Figure]:
    figures = []
    for d in draw(st.lists(st.sampled_from(WEST + EAST), unique=True, min_size=1)):
        whole = draw(NUMBERS)
        part = draw(st.integers(0, whole))
        figures.append(figure("ase.young", d, seq=seq, value=whole))
        if draw(st.booleans()) or part:
            figures.append(figure("ase.housed", d, seq=seq, numerator=part, denominator=whole))
    return figures


@st.composite
def detailed(draw: st.DrawFn, seq: int = 1) -> list[Figure]:
    figures = []
    for d in draw(st.lists(st.sampled_from(WEST + EAST), unique=True, min_size=1)):
        girls, boys = draw(NUMBERS), draw(NUMBERS)
        figures += [
            figure(c, d, seq=seq, value=v) for c, v in (("girls", girls), ("boys", boys), ("all", girls + boys))
        ]
    return figures


@st.composite
def quarterly(draw: st.DrawFn, seq: int = 1) -> list[Figure]:
    places = draw(st.lists(st.sampled_from([*WEST, *EAST, "EPCI-243100518"]), unique=True, min_size=1))
    return [
        figure("x", t, period=q, seq=seq, value=draw(NUMBERS))
        for t in places
        for q in (QUARTERS if draw(st.booleans()) else QUARTERS[:3])
    ]
