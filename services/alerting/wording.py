"""PURE. What a mail says, in French: once for its text and its HTML."""

from dataclasses import dataclass

from services.alerting.alert import Alert, Inputs
from services.alerting.phrases import ADVICE, CONDITION, EVENT, NOTHING_TO_DO, REASON
from services.alerting.transition import Commitment, Kind, Transition
from shared.domain import french
from shared.domain.catalogue import Catalogue
from shared.domain.rule import RuleKind


@dataclass(frozen=True)
class Wording:
    """The parts of a mail. `facts` are (label, value) pairs in reading order."""

    headline: str
    lead: str
    facts: list[tuple[str, str]]
    reason: str
    advice: str


def word(alert: Alert, transition: Transition, kind: Kind, catalogue: Catalogue) -> Wording:
    """Say what happened, with what it rests on."""
    about = about_of(alert, catalogue)
    place = territory_name(alert.subject.territory, catalogue)
    condition = CONDITION[alert.subject.kind]
    return Wording(
        headline=f"{EVENT[kind]} : {condition}, {place}, {about} ({alert.subject.period})",
        lead=_lead(kind, condition, place, about, alert),
        facts=[
            *_figures(alert, transition.inputs, catalogue),
            *_commitment(transition.commitment),
            ("Période", alert.subject.period),
            *([] if kind is Kind.opened else [("Alerte ouverte le", french.day(alert.opened_at))]),
            ("Décision du", french.day(alert.changed_at)),
        ],
        reason=REASON.get(transition.reason, transition.reason),
        advice=ADVICE[alert.subject.kind] if kind in {Kind.opened, Kind.reopened} else NOTHING_TO_DO,
    )


def about_of(alert: Alert, catalogue: Catalogue) -> str:
    """The label of the indicator or of the collection; its code when the catalogue has forgotten it."""
    if alert.subject.indicator is not None:
        indicator = catalogue.indicators.get(alert.subject.indicator)
        return indicator.label if indicator else alert.subject.indicator
    labels = {c.code: c.label for c in catalogue.collections}
    code = alert.subject.collection or ""
    return labels.get(code, code)


def territory_name(code: str, catalogue: Catalogue) -> str:
    """The name of a territory; its code when the catalogue has forgotten it."""
    territory = catalogue.territories.get(code)
    return territory.name if territory else code


def _lead(kind: Kind, condition: str, place: str, about: str, alert: Alert) -> str:
    opened = french.day(alert.opened_at)
    match kind:
        case Kind.opened:
            return f"{place} : {condition} pour « {about} »."
        case Kind.acknowledged:
            return f"L'alerte du {opened} sur « {about} » ({place}, {condition}) est prise en charge."
        case Kind.reopened:
            return f"L'alerte du {opened} sur « {about} » ({place}, {condition}) est de nouveau active."
        case Kind.resolved:
            return f"L'alerte du {opened} sur « {about} » ({place}, {condition}) est levée."
        case Kind.withdrawn:
            return f"L'alerte du {opened} sur « {about} » ({place}, {condition}) est annulée."


def _figures(alert: Alert, inputs: Inputs, catalogue: Catalogue) -> list[tuple[str, str]]:
    if alert.subject.kind is RuleKind.report_overdue:
        feeds = inputs.get("missing_feeds") or []
        missing = [f"« {catalogue.feed_label(code)} »" for code in feeds]
        return [
            ("Échéance", french.day(inputs.get("due_at"))),
            *([("N'est pas arrivé", french.listing(missing))] if missing else []),
            *([("Reçue le", french.day(inputs["received_at"]))] if inputs.get("received_at") and not feeds else []),
        ]
    absent = [territory_name(code, catalogue) for code in inputs.get("absent") or []]
    coverage = [
        *([("Complétude", _coverage(inputs))] if _has_coverage(inputs) else []),
        *([("Absents", french.listing(absent))] if absent else []),
    ]
    if alert.subject.kind is RuleKind.coverage_low:
        labels = [catalogue.indicators[c].label for c in inputs.get("indicators") or [] if c in catalogue.indicators]
        return [
            ("Échéance", french.day(inputs.get("due_at"))),
            *coverage,
            *([("Seuil", french.percent(inputs["threshold"]))] if inputs.get("threshold") else []),
            *([("Indicateurs concernés", french.listing(labels))] if labels else []),
        ]
    return [*_value_and_target(alert, inputs), *coverage]


def _value_and_target(alert: Alert, inputs: Inputs) -> list[tuple[str, str]]:
    unit = inputs.get("unit", "")
    facts = [("Valeur", _value(inputs, unit))]
    if inputs.get("target") is not None:
        side = "au moins" if inputs.get("comparator") == ">=" else "au plus"
        due = f", au {french.day(inputs['target_due'])}" if inputs.get("target_due") else ""
        facts.append(("Cible", f"{side} {french.quantity(inputs['target'], unit)}{due}"))
    if alert.subject.kind is RuleKind.off_trajectory and inputs.get("expected") is not None:
        facts.append(("Attendu en fin de période", french.quantity(inputs["expected"], unit)))
    if inputs.get("gap") is not None:
        facts.append(("Écart", _gap(alert, inputs, unit)))
    return facts


def _value(inputs: Inputs, unit: str) -> str:
    if inputs.get("value") is None:
        return "inconnue"
    value = french.quantity(inputs["value"], unit)
    if inputs.get("numerator") is None or inputs.get("denominator") is None:
        return value
    return f"{value} ({french.number(inputs['numerator'])} sur {french.number(inputs['denominator'])})"


def _gap(alert: Alert, inputs: Inputs, unit: str) -> str:
    """How far, on which side of what, and how many persons that is."""
    if inputs["gap"] == "0":
        return "aucun"
    behind = str(inputs["gap"]).startswith("-")
    above = behind != (inputs.get("comparator") == ">=")
    mark = "l'attendu" if alert.subject.kind is RuleKind.off_trajectory else "la cible"
    side = f"au-dessus de {mark}" if above else f"sous {mark}"
    persons = inputs.get("gap_persons")
    counted = f", soit {french.number(persons)} personne{'s' if persons > 1 else ''}" if behind and persons else ""
    return f"{french.gap(inputs['gap'], unit)} {side}{counted}"


def _has_coverage(inputs: Inputs) -> bool:
    """A reporter's own figure is complete by definition: there is nothing to say of it."""
    return inputs.get("coverage") is not None and inputs.get("expected_reports") != 1


def _coverage(inputs: Inputs) -> str:
    return f"{inputs.get('reported')} sur {inputs.get('expected_reports')} ({french.percent(inputs['coverage'])})"


def _commitment(commitment: Commitment | None) -> list[tuple[str, str]]:
    if commitment is None:
        return []
    return [
        ("Responsable", commitment.owner or "inconnu"),
        *([("Motif", commitment.reason)] if commitment.reason else []),
        ("Engagement au", french.day(commitment.until)),
    ]
