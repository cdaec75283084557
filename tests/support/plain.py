"""What figures must be, said a second time by the plainest means: fractions, loops, no code of the product's core.

Slow and simple on purpose. It knows one indicator `x`, whose absentees may be weighed by `w`.
"""

from dataclasses import dataclass, field
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from statistics import median

PARENT = {
    "REG-76": "NAT-FR", "REG-75": "NAT-FR", "DEPT-09": "REG-76", "DEPT-31": "REG-76", "DEPT-48": "REG-76",
    "DEPT-16": "REG-75", "EPCI-243100518": "DEPT-31",
}  # fmt: skip
TERRITORIES = ["NAT-FR", *PARENT]
PARTS = {
    "2019": [["2019-S1", "2019-S2"], ["2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4"]],
    "2020": [["2020-S1", "2020-S2"], ["2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4"]],
    "2020-S1": [["2020-Q1", "2020-Q2"]],
    "2020-S2": [["2020-Q3", "2020-Q4"]],
    "2019-S2": [["2019-Q3", "2019-Q4"]],
    "2019-S1": [["2019-Q1", "2019-Q2"]],
}
BEFORE = {"2020": "2019", "2020-S1": "2019-S2", "2020-S2": "2020-S1", "2019-S2": "2019-S1", "2021": "2020",
          "2020-Q2": "2020-Q1", "2020-Q3": "2020-Q2", "2020-Q4": "2020-Q3", "2020-Q1": "2019-Q4",
          "2019-Q4": "2019-Q3", "2019-Q3": "2019-Q2", "2019-Q2": "2019-Q1", "2021-Q1": "2020-Q4"}  # fmt: skip


@dataclass(frozen=True)
class Version:
    """One version of one cell, in whole numbers."""

    indicator: str
    territory: str
    period: str
    source: str
    basis: str
    seq: int
    value: int | None
    numerator: int | None
    denominator: int | None
    status: str


@dataclass(frozen=True)
class Rules:
    """How `x` adds up, and who owes it (None: nobody said). weighed: absentees are weighed by `w`."""

    method: str
    over_time: str
    metropoles: str
    asked: frozenset[str] | None
    weighed: bool


@dataclass
class Own:
    """What a territory says of itself. value, numerator and denominator are fractions."""

    value: Fraction | None
    numerator: Fraction | None
    denominator: Fraction | None
    status: str
    periods: set[str] = field(default_factory=set)


def places(number: Fraction | None) -> Decimal | None:
    """To six places, as the product states quotients."""
    if number is None:
        return None
    with localcontext(Context(prec=100)):
        return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(Decimal("0.000001"))


class Plain:
    """Every figure of a heap of versions."""

    def __init__(self, rules: Rules, versions: set[Version]) -> None:
        self.rules = rules
        self.current: dict[tuple[str, ...], Version] = {}
        for v in versions:
            cell = (v.indicator, v.territory, v.period, v.source, v.basis)
            if cell not in self.current or self.current[cell].seq < v.seq:
                self.current[cell] = v

    def spoken(self, indicator: str, territory: str, period: str, basis: str) -> Version | None:
        """Of the sources of a cell the newest that stands, else the newest."""
        found = [
            v for v in self.current.values()
            if (v.indicator, v.territory, v.period, v.basis) == (indicator, territory, period, basis)
        ]  # fmt: skip
        return max(found, key=lambda v: (v.status != "withdrawn", v.seq), default=None)

    def own(self, territory: str, period: str) -> Own | str | None:
        """One's own figure of `x`; "withdrawn" when taken back, "incomplete" when parts of the period lack."""
        stated = self.spoken("x", territory, period, "reported")
        if stated is not None and stated.status != "withdrawn":
            return _own(stated)
        some = False
        if self.rules.over_time != "none":
            for tiling in PARTS.get(period, []):
                spoken = [self.spoken("x", territory, part, "reported") for part in tiling]
                standing = [v if v is not None and v.status != "withdrawn" else None for v in spoken]
                some = some or any(standing)
            for tiling in PARTS.get(period, []):
                made = self._over_time(territory, tiling)
                if made is not None:
                    return made
        if some:
            return "incomplete"
        return "withdrawn" if stated is not None else None

    def _over_time(self, territory: str, tiling: list[str]) -> Own | None:
        wanted = tiling[-1:] if self.rules.over_time == "last" else tiling
        found = [self.spoken("x", territory, part, "reported") for part in wanted]
        if any(v is None or v.status == "withdrawn" for v in found):
            return None
        parts = [_own(v) for v in found if v is not None]
        status = worst([p.status for p in parts])
        match self.rules.over_time:
            case "last":
                last = parts[-1]
                return Own(last.value, last.numerator, last.denominator, status, set(wanted))
            case "ratio" | "mean":
                if any(p.numerator is None or p.denominator is None for p in parts):
                    return None
                above = sum((p.numerator for p in parts if p.numerator is not None), Fraction(0))
                below = sum((p.denominator for p in parts if p.denominator is not None), Fraction(0))
                if below == 0:
                    return None
                factor = 100 if self.rules.over_time == "ratio" else 1
                value = places(factor * above / below)
                return Own(None if value is None else Fraction(value), above, below, status, set(wanted))
            case _:
                values = [p.value for p in parts if p.value is not None]
                if len(values) < len(parts):
                    return None
                total = max(values) if self.rules.over_time == "max" else sum(values, Fraction(0))
                return Own(total, None, None, status, set(wanted))

    def under(self, territory: str) -> list[str]:
        """Who counts for a territory by the rules, itself included."""
        found = []
        for code in TERRITORIES:
            above = [code]
            while above[-1] in PARENT:
                above.append(PARENT[above[-1]])
            if territory not in above:
                continue
            strange = code.startswith("EPCI") and self.rules.metropoles != "added"
            if code == territory or not (self.rules.method == "none" or strange):
                found.append(code)
        return found

    def state(self, territory: str, period: str) -> dict[str, object] | None:
        """The figure of a territory as fields of a rollup; None where there is none to show."""
        own = {code: self.own(code, period) for code in self.under(territory)}
        standing = {c: o for c, o in own.items() if isinstance(o, Own)}
        for code in list(standing):
            if code[:3] in {"REG", "NAT"} and any(c != code and c in self.under(code) for c in standing):
                del standing[code]
        declared = self.spoken("x", territory, period, "declared")
        if declared is not None and declared.status == "withdrawn":
            declared = None
        if not self._shown(territory, period, declared):
            return None
        if not standing and declared is not None:
            return {"basis": "declared", "value": _fraction(declared.value), "used": {territory: _own(declared)}}
        parts = {c for c, o in own.items() if o == "incomplete"}
        parts -= {c for c in parts if c[:3] in {"REG", "NAT"} and any(s in self.under(c) for s in standing if s != c)}
        return self._computed(territory, period, standing, parts)

    def _shown(self, territory: str, period: str, declared: Version | None) -> bool:
        """Whether the period has anything at all, and the territory anything to do with it."""
        anything = any(
            isinstance(self.own(c, period), Own) or self.spoken("x", c, period, "reported") is not None
            or ((d := self.spoken("x", c, period, "declared")) is not None and d.status != "withdrawn")
            for c in TERRITORIES
        )  # fmt: skip
        if not anything:
            return False
        said = [o for c in self._family(territory) if (o := self.own(c, period)) is not None]
        return declared is not None or bool(said)

    def _family(self, territory: str) -> list[str]:
        """A territory and, where figures go up at all, everybody below, metropoles that count or not."""
        if self.rules.method == "none":
            return [territory]
        return [c for c in TERRITORIES if c == territory or territory in _above(c)]

    def _computed(
        self, territory: str, period: str, standing: dict[str, Own], incomplete: set[str]
    ) -> dict[str, object]:
        pairs = self.rules.method in {"ratio", "mean"}
        used = {
            c: o for c, o in standing.items()
            if (o.numerator is not None and o.denominator is not None if pairs else o.value is not None)
        }  # fmt: skip
        if self.rules.method == "none":
            used = dict(standing)
        unpaired = set(standing) - set(used)
        value = self.combine(used)
        shown = dict(used)
        if value is None and list(standing) == [territory]:
            value, shown = standing[territory].value, dict(standing)
        expected = None
        if self.rules.asked is not None:
            expected = {c for c in self.rules.asked if c in self.under(territory)} | set(used) | unpaired | incomplete
        own = [self.alone(o) for o in used.values()]
        values = [v for v in own if v is not None]
        return {
            "basis": "computed", "value": value, "used": shown, "reported": len(used), "unpaired": sorted(unpaired),
            "incomplete": sorted(incomplete), "expected": None if expected is None else len(expected),
            "absent": [] if expected is None else sorted(expected - set(used) - unpaired - incomplete),
            "status": worst([o.status for o in standing.values()]),
            "spread": (min(values), median(values), max(values)) if values else (None, None, None),
            "periods": sorted({p for o in standing.values() for p in o.periods}),
            **self._weights(period, used, unpaired, standing, expected),
        }  # fmt: skip

    def combine(self, used: dict[str, Own]) -> Fraction | None:
        """The figure that some territories make together, to six places where it is a quotient."""
        if not used:
            return None
        match self.rules.method:
            case "ratio" | "mean":
                above = sum((o.numerator for o in used.values() if o.numerator is not None), Fraction(0))
                below = sum((o.denominator for o in used.values() if o.denominator is not None), Fraction(0))
                quotient = places((100 if self.rules.method == "ratio" else 1) * above / below) if below else None
                return None if quotient is None else Fraction(quotient)
            case "max":
                return max(o.value for o in used.values() if o.value is not None)
            case "none":
                (only,) = used.values()
                return only.value
            case _:
                return sum((o.value for o in used.values() if o.value is not None), Fraction(0))

    def alone(self, own: Own) -> Fraction | None:
        """A territory's own figure in the unit of the indicator."""
        if self.rules.method in {"ratio", "mean"} and own.numerator is not None and own.denominator is not None:
            factor = 100 if self.rules.method == "ratio" else 1
            quotient = places(factor * own.numerator / own.denominator) if own.denominator else None
            return None if quotient is None else Fraction(quotient)
        return own.value

    def _weights(
        self, period: str, used: dict[str, Own], unpaired: set[str], standing: dict[str, Own], expected: set[str] | None
    ) -> dict[str, object]:
        if not expected:
            return {"coverage": None, "coverage_weight": None, "low": None, "high": None}
        coverage = places(Fraction(len(used), len(expected)))
        nothing = {"coverage": coverage, "coverage_weight": None, "low": None, "high": None}
        away = [self._reference(c, period, standing.get(c) if c in unpaired else None) for c in expected - set(used)]
        if self.rules.method in {"ratio", "mean"}:
            here: list[Fraction | None] = [o.denominator for o in used.values()]
        else:
            here = [self._weight(c, period) for c in used]
        if any(w is None for w in (*away, *here)):
            return nothing
        gone = sum((w for w in away if w is not None), Fraction(0))
        base = sum((w for w in here if w is not None), Fraction(0))
        share = None if base + gone == 0 else places(base / (base + gone))
        if self.rules.method != "ratio" or base + gone == 0:
            return {**nothing, "coverage_weight": share}
        above = sum((o.numerator for o in used.values() if o.numerator is not None), Fraction(0))
        return {
            "coverage": coverage, "coverage_weight": share,
            "low": places(100 * above / (base + gone)), "high": places(100 * (above + gone) / (base + gone)),
        }  # fmt: skip

    def _weight(self, territory: str, period: str) -> Fraction | None:
        if not self.rules.weighed:
            return None
        stated = self.spoken("w", territory, period, "reported")
        return None if stated is None or stated.status == "withdrawn" else _fraction(stated.value)

    def _reference(self, territory: str, period: str, unpaired: Own | None) -> Fraction | None:
        if unpaired is not None and unpaired.denominator is not None:
            return unpaired.denominator
        same = self._weight(territory, period)
        if same is not None:
            return same
        before = self.own(territory, BEFORE[period]) if period in BEFORE else None
        return before.denominator if isinstance(before, Own) else None

    def moved(self, territory: str, period: str) -> dict[str, object] | None:
        """How the figure moved since the period before."""
        now = self.state(territory, period)
        then = self.state(territory, BEFORE[period]) if period in BEFORE else None
        if now is None or then is None or then["value"] is None:
            return None
        if now["basis"] != then["basis"]:
            return {"comparable": False, "change": None, "common": [], "common_change": None}
        ours, theirs = now["used"], then["used"]
        assert isinstance(ours, dict)
        assert isinstance(theirs, dict)
        common = sorted(set(ours) & set(theirs))
        after, earlier = ({c: side[c] for c in common} for side in (ours, theirs))
        if len(common) == 1:
            a, b = self.alone(after[common[0]]), self.alone(earlier[common[0]])
        else:
            a, b = self.combine(after), self.combine(earlier)
        return {
            "comparable": True, "common": common,
            "change": None if now["value"] is None else now["value"] - then["value"],  # type: ignore[operator]
            "common_change": None if a is None or b is None else a - b,
        }  # fmt: skip


def _own(version: Version) -> Own:
    sides = (_fraction(n) for n in (version.value, version.numerator, version.denominator))
    return Own(*sides, version.status)


def _fraction(number: int | None) -> Fraction | None:
    return None if number is None else Fraction(number)


def _above(code: str) -> list[str]:
    found = []
    while code in PARENT:
        code = PARENT[code]
        found.append(code)
    return found


def worst(statuses: list[str]) -> str:
    """Provisional if any part is, else estimated if any is; withdrawn when nothing stands."""
    return next((s for s in ("provisional", "estimated", "final") if s in statuses), "withdrawn")
