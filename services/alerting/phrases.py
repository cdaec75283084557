"""PURE. French phrases by rule, by event and by reason."""

from services.alerting.transition import Kind
from shared.domain.rule import RuleKind

CONDITION = {
    RuleKind.target_missed: "cible non atteinte",
    RuleKind.off_trajectory: "en retard sur la trajectoire",
    RuleKind.report_overdue: "remontée en retard",
    RuleKind.coverage_low: "complétude insuffisante",
}
EVENT = {
    Kind.opened: "Alerte",
    Kind.acknowledged: "Alerte prise en charge",
    Kind.reopened: "Engagement échu",
    Kind.resolved: "Alerte levée",
    Kind.withdrawn: "Alerte annulée",
}
REASON = {
    "target_not_met": "La valeur définitive n'atteint pas la cible convenue pour la période.",
    "behind_trajectory": "La valeur est en deçà de ce que la trajectoire vers la cible prévoit à la fin de la période.",
    "report_not_received": "L'échéance est passée et la remontée n'est pas arrivée.",
    "too_few_reports": "L'échéance est passée et trop peu de territoires ont répondu pour se fier aux agrégats.",
    "acknowledged": "Un responsable s'est engagé sur une date.",
    "commitment_passed": "La date d'engagement est passée et la situation n'a pas changé.",
    "figure_corrected": "La valeur a été corrigée : cette alerte n'avait pas lieu d'être.",
    "target_changed": "La cible a été modifiée ou retirée.",
    "rule_changed": "La règle d'alerte a été modifiée ou retirée.",
    "deadline_changed": "L'échéance a été reportée.",
    "duty_waived": "Le territoire est dispensé de cette remontée.",
    "collection_changed": "La campagne ne demande plus cette remontée.",
    "received_in_time": "La remontée avait été reçue avant l'échéance : cette alerte n'avait pas lieu d'être.",
    "report_received": "La remontée est arrivée.",
    "enough_reports": "Assez de territoires ont répondu.",
    "later_period_on_trajectory": "La valeur d'une période plus récente est revenue sur la trajectoire.",
}
ADVICE = {
    RuleKind.target_missed: (
        "Prendre l'attache du territoire, puis prendre l'alerte en charge avec une date d'engagement. "
        "Si la valeur est fausse, une correction déposée par le territoire annulera l'alerte."
    ),
    RuleKind.off_trajectory: "Voir avec le territoire si la cible reste atteignable, puis prendre l'alerte en charge.",
    RuleKind.report_overdue: "Relancer le territoire, ou enregistrer une dispense ou un report s'il a été accordé.",
    RuleKind.coverage_low: "Ne pas diffuser les agrégats sans leur complétude ; relancer les territoires absents.",
}
NOTHING_TO_DO = "Rien : ce message est envoyé pour information."
