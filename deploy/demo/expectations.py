"""What the demonstration must show, worked out from the very files that were sent; each miss is one sentence."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from deploy.demo.amounts import read_amounts
from deploy.demo.doubts import doubts
from deploy.demo.foreseen import Foresight, Told, Watch
from deploy.demo.harvest import FIGURES, REGION, YEAR, Item
from deploy.demo.implied import ASE_PARTS, Figure, Known, together
from deploy.demo.simulated import ASE, RSA

OPEN = {"pending", "firing", "acknowledged", "recovering"}
PLACES = Decimal("0.0001")


def misses(shown: dict[str, Any], known: Known, foresight: Foresight) -> list[str]:
    """Everything that the final document lacks or says otherwise."""
    return [
        *_figures(shown["figures"], known, foresight),
        *_checks(shown["checks"], known),
        *_alerts([alert | {"rule": rule} for rule, found in shown["alerts"].items() for alert in found], foresight),
        *_mails(shown, foresight.told),
        *_reports(shown["reports"], known, foresight),
    ]


def misremembered(shown: dict[str, Any], known_by: Callable[[str], Known], foresight: Foresight) -> Iterator[str]:
    """What the platform says it knew on some days, against the files that it had by then; and now, against itself."""
    for day, figures in shown["known_at"].items():
        yield from (f"as of {day}, {miss}" for miss in _figures(figures, known_by(day), foresight))
    if shown["as_of_now"]["differing"]:
        yield f"as of now, figures are not those that are stored: {shown['as_of_now']}"


def open_alerts_differ(alerts: Iterable[Item], foresight: Foresight, when: str) -> Iterator[str]:
    """Compare the alerts open at a moment with those that the rules ask for."""
    is_open = {watch_of(alert) for alert in alerts if alert["state"] in OPEN}
    yield from (f"{when}: no alert {_words(watch)}" for watch in sorted(foresight.open - is_open))
    yield from (f"{when}: alert {_words(watch)} should not be open" for watch in sorted(is_open - foresight.open))


def doubts_differ(checks: Iterable[Item], known: Known, when: str) -> Iterator[str]:
    """What departments sent that cannot be right is flagged, and nothing else of theirs is."""
    flagged = {(c["code"], c["territory"]) for c in checks if c["territory"].startswith("DEPT-")}
    wanted = doubts(known)
    yield from (f"{when}: {code} should flag {territory}" for code, territory in sorted(wanted - flagged))
    yield from (f"{when}: {code} flags {territory} wrongly" for code, territory in sorted(flagged - wanted))


def watch_of(alert: Item) -> Watch:
    return Watch(alert["rule"], alert["territory"], alert["indicator"] or alert["collection"], alert["period"])


def _figures(shown: dict[str, Item], known: Known, foresight: Foresight) -> Iterator[str]:
    amounts = read_amounts(known.documents["calpae-amounts"])
    yield from _same("calpae_amounts_2021", shown, Figure(amounts.own), amounts.partners)
    of_departments = known.by_department()
    camps = [f for (code, _, period), f in of_departments.items() if (code, period) == FIGURES["camps_2021"][::2]]
    yield from _same("camps_2021", shown, together(camps) if camps else None, len(camps))
    entries = of_departments.get(FIGURES["garantie_jeunes_31_2021"])
    yield from _same("garantie_jeunes_31_2021", shown, entries, 1)
    regional = known.regional()
    members = {m for c in foresight.collections if ASE.feed in c["feeds"] for m in c["members"]}
    for key, (indicator, territory, period) in FIGURES.items():
        if (territory, period) == (REGION, YEAR):
            answered = known.answered(ASE.feed if indicator in ASE_PARTS else RSA.feed)
            yield from _same(key, shown, regional.get(indicator), len(answered), sorted(members - set(answered)))


def _same(
    key: str, shown: dict[str, Item], wanted: Figure | None, reported: int, absent: Sequence[str] = ()
) -> Iterator[str]:
    figure = shown.get(key)
    if figure is None or wanted is None:
        if (figure is None) != (wanted is None):
            yield f"figures.{key} is {figure}, the files sent make it {wanted}"
        return
    for side in ("value", "numerator", "denominator"):
        is_, should = figure[side], getattr(wanted, side)
        if (is_ is None) != (should is None) or (should is not None and abs(Decimal(str(is_)) - should) > PLACES):
            yield f"figures.{key}.{side} is {is_}, the files sent make it {should}"
    known = {"reported": reported, "absent": list(absent), "basis": "computed"}
    if figure["expected"] is not None:  # a campaign says who is expected
        known["expected"] = reported + len(absent)
    yield from (
        f"figures.{key}.{name} is {figure[name]}, expected {v}" for name, v in known.items() if figure[name] != v
    )


def _checks(shown: Sequence[Item], known: Known) -> Iterator[str]:
    amounts = read_amounts(known.documents["calpae-amounts"])
    if amounts.declared != amounts.own:
        difference = amounts.own - amounts.declared
        yield from _flagged(shown, "contracted_state_share_declared", expected=amounts.declared, difference=difference)
    stated, whole = known.declared("ax5.brsa.oriented_1_month"), known.declared("ax5.brsa.new_beneficiaries")
    if stated and whole and stated.numerator and _whole(100 * stated.numerator / whole.value) != stated.value:
        yield from _flagged(shown, "rsa_oriented_1_month_percentage", expected=stated.value)
        implied = _whole(100 * stated.numerator / stated.value)
        details = [
            c["detail"] for c in shown if c["code"] == "rsa_oriented_1_month_percentage" and c["territory"] == REGION
        ]
        if not any(Decimal(str(d.get("implied_denominator"))) == implied for d in details):
            yield f"the published {stated.value} % should show its implied denominator {implied}: {details}"
    housing, framework = (known.regional().get(f"ax2.ase_exit.{name}") for name in ("stable_housing", "in_framework"))
    if housing and framework and (housing.numerator or 0) > (framework.numerator or 0):
        yield from _flagged(shown, "ase_stable_housing_within_framework", expected=framework.numerator or Decimal(0))
    yield from doubts_differ(shown, known, "at the end")


def _flagged(shown: Sequence[Item], code: str, **sides: Decimal) -> Iterator[str]:
    found = next((c for c in shown if (c["code"], c["territory"]) == (code, REGION)), None)
    if found is None:
        yield f"check {code} should fail for {REGION}"
        return
    for side, wanted in sides.items():
        if Decimal(str(found[side])) != wanted:
            yield f"check {code}: {side} is {found[side]}, expected {wanted}"


def _alerts(alerts: Sequence[Item], foresight: Foresight) -> Iterator[str]:
    yield from open_alerts_differ(alerts, foresight, "at the end")
    yield from (f"alert {_words(w)} was raised {n} times" for w, n in Counter(map(watch_of, alerts)).items() if n > 1)


def _mails(shown: dict[str, Any], told: Sequence[Told]) -> Iterator[str]:
    """Each change is told once, to somebody, and says that it is simulated where its alert is."""
    by_id = {a["id"]: a | {"rule": rule} for rule, found in shown["alerts"].items() for a in found}
    sent: Counter[Told] = Counter()
    for mail in shown["mails"]:
        about = [by_id[alert] for alert in mail["alert_ids"] if alert in by_id]
        if not about:
            yield f"mail {mail['id']} ({mail['subject']}) is about no alert"
        for alert in about:
            sent[Told(watch_of(alert), mail["kind"])] += 1
            if mail["simulated"] != alert["simulated"]:
                yield f"mail {mail['id']} says simulated={mail['simulated']}, its alert {alert['simulated']}"
    wanted = Counter(told)
    for each in sorted({*sent, *wanted}):
        if sent[each] != wanted[each]:
            yield f"{sent[each]} mail(s) say '{each.kind}' of {_words(each.watch)}, expected {wanted[each]}"


def _reports(shown: Sequence[Item], known: Known, foresight: Foresight) -> Iterator[str]:
    for collection in foresight.collections:
        for report in (r for r in shown if r["collection"] == collection["code"] and r["feed"] in {ASE.feed, RSA.feed}):
            silent = report["territory"] not in known.answered(report["feed"])
            if silent != (report["state"] == "overdue"):
                yield f"report {report['territory']} {report['feed']} is {report['state']}, silent: {silent}"


def _whole(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1), ROUND_HALF_UP)


def _words(watch: Watch) -> str:
    return f"{watch.rule} {watch.territory} {watch.subject} {watch.period}"
