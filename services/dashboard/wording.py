"""The French of the screens: one sentence or label per code. Pure data."""

STATES = {
    "in_doubt": "En doute",
    "behind": "Sous la cible",
    "late": "En retard",
    "unknown": "Inconnu",
    "good": "Cible atteinte",
    "unjudged": "Non évalué",
}
REASONS = {
    "check_fails": "un contrôle de cohérence échoue",
    "target_missed": "le chiffre n'atteint pas la cible",
    "target_met": "le chiffre atteint la cible",
    "report_overdue": "remontée attendue, échéance passée",
    "no_figure": "aucun chiffre reçu",
    "suppressed": "secret statistique",
    "nil_return": "néant déclaré",
    "waived": "dispensé de remontée",
    "no_target": "aucune cible fixée",
    "target_not_agreed": "cible non contractuelle (proposition ou estimation)",
    "declared_only": "chiffre seulement déclaré, rien n'a été remonté",
    "incomplete": "complétude insuffisante pour conclure",
    "coverage_unknown": "complétude inconnue",
}
# Beside every figure that is withheld.
WITHHELD = (
    "Secret statistique : ce chiffre concerne trop peu de personnes, ou permettrait de retrouver un chiffre qui en "
    "concerne trop peu. Il est connu de ceux qui en ont besoin."
)
REPORTS = {
    "expected": "Attendue",
    "received": "Reçue",
    "late": "Reçue en retard",
    "overdue": "En retard",
    "nil": "Néant",
    "waived": "Dispensé",
}
ALERT_STATES = {
    "pending": "À confirmer",
    "firing": "Ouverte",
    "acknowledged": "Prise en charge",
    "recovering": "En voie de résolution",
    "resolved": "Résolue",
    "withdrawn": "Retirée",
    "superseded": "Remplacée",
}
RULES = {
    "target_missed": "Cible non atteinte",
    "off_trajectory": "En retard sur la trajectoire",
    "report_overdue": "Remontée en retard",
    "coverage_low": "Complétude insuffisante",
}
SEVERITIES = {"critical": "Critique", "warning": "Importante", "info": "Information"}
STATUSES = {"final": "définitif", "provisional": "provisoire", "estimated": "estimé", "withdrawn": "retiré"}
BASES = {"reported": "remonté", "declared": "déclaré", "computed": "calculé par Vigie"}
CHECK_STATES = {"holds": "Cohérent", "fails": "Incohérent", "unknown": "Non vérifiable"}
CHECK_KINDS = {
    "declared_vs_computed": "chiffre déclaré et calcul de Vigie",
    "part_of": "partie et tout",
    "sums_to": "somme des parties",
    "ratio_of": "pourcentage et effectifs",
    "compares": "deux chiffres comparés",
    "conflicting_sources": "sources qui se contredisent",
    "repeated_line": "ligne imprimée deux fois",
    "child_with_parent": "territoire répété avec celui qui le contient",
    "unchanged_copy": "chiffres recopiés",
    "jump": "ordre de grandeur",
}
RELATIONS = {"<=": "au plus", "<": "moins de", ">=": "au moins", ">": "plus de"}
COMMITMENTS = {"agreed": "cible contractuelle", "proposal": "proposition", "estimate": "estimation"}
LEVELS = {"country": "pays", "region": "région", "department": "département", "metropole": "métropole"}
NOTIFICATIONS = {"pending": "en attente", "sending": "en cours d'envoi", "sent": "envoyé", "dead": "abandonné"}
LEFT_OUT = {
    "absent": "Rien reçu",
    "unpaired": "Numérateur ou dénominateur manquant : un taux sans ses effectifs n'est pas additionné",
    "incomplete": "Période incomplète : une partie des trimestres ou des mois manque",
    "declared": "Chiffre déclaré : comparé au calcul, jamais additionné",
    "withdrawn": "Chiffre retiré par son auteur",
    "conflicting": "Source rivale du même territoire, qui dit autre chose : une seule parle, la plus récente",
    "superseded": "Autre source du même territoire, qui dit la même chose",
    "inside": "Déjà compris dans le département",
    "not_asked": "Non demandé à ce niveau pour cet indicateur",
    "own_total": "Chiffre propre à ce niveau : des territoires ont remonté les leurs",
    "no_method": "Indicateur montré sans agrégation",
    "whole_stated": "Partie d'une période dont le chiffre entier est donné",
    "other_parts": "Partie de la période que d'autres parties couvrent déjà",
    "not_last": "Stock : seule la dernière partie de la période compte",
}
# How the figure of one contributor was made.
MADE = {
    "stated": "tel que remonté",
    "parts": "plusieurs sources additionnées",
    "over_time": "à partir de plusieurs périodes",
}
# Whose denominator stands in for that of somebody missing.
ORIGINS = {
    "own": "son propre dénominateur, donné sans numérateur",
    "same_period": "un autre indicateur, même période",
    "period_before": "son dénominateur de la période précédente",
    "none": "aucun dénominateur connu : pas d'encadrement",
}
# What to do about an error page; the exact cause stands below it, in English, as the API says it.
EXPLAINED = {
    401: "Le jeton présenté n'est pas connu ou a été révoqué. Sans jeton, les chiffres publics restent lisibles.",
    400: "Un paramètre de l'adresse manque ou n'a pas la forme attendue. Repartez d'une page et suivez ses liens.",
    404: "L'adresse ne mène à rien : l'indicateur, le territoire ou l'alerte n'existe pas ou n'existe plus.",
    503: "Réessayez dans quelques secondes : rien n'est perdu.",
}
METHODS = {
    "ratio": "Somme des numérateurs sur somme des dénominateurs ; jamais une moyenne de pourcentages.",
    "mean": "Total sur effectif, jamais une moyenne de moyennes.",
    "sum": "Somme des territoires.",
    "last": "Stock : somme des territoires, dernière valeur dans le temps.",
    "max": "La plus grande valeur.",
    "none": "Montré tel que remonté, sans agrégation.",
}
# Why an alert changed state.
DECISIONS = {
    "target_not_met": "La valeur définitive n'atteint pas la cible convenue.",
    "behind_trajectory": "La valeur est en deçà de la trajectoire vers la cible.",
    "report_not_received": "L'échéance est passée et la remontée n'est pas arrivée.",
    "too_few_reports": "L'échéance est passée et trop peu de territoires ont répondu.",
    "acknowledged": "Un responsable s'est engagé sur une date.",
    "commitment_passed": "La date d'engagement est passée, la situation n'a pas changé.",
    "figure_corrected": "La valeur a été corrigée : l'alerte n'avait pas lieu d'être.",
    "target_changed": "La cible a été modifiée ou retirée.",
    "rule_changed": "La règle d'alerte a été modifiée ou retirée.",
    "deadline_changed": "L'échéance a été reportée.",
    "duty_waived": "Le territoire est dispensé de cette remontée.",
    "collection_changed": "La campagne ne demande plus cette remontée.",
    "received_in_time": "La remontée avait été reçue avant l'échéance.",
    "report_received": "La remontée est arrivée.",
    "enough_reports": "Assez de territoires ont répondu.",
    "later_period_on_trajectory": "Une période plus récente est revenue sur la trajectoire.",
}
