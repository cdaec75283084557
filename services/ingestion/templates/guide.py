"""The page of a template that says how to fill it in."""

from services.ingestion.feeds.model import ColumnKind, Feed, Shape
from services.ingestion.templates.layout import Layout, Slot
from shared.domain.catalogue import Catalogue

_WHAT = {
    ColumnKind.count: "Un nombre entier",
    ColumnKind.amount: "Un montant en euros",
    ColumnKind.number: "Un nombre, dans l'unité de l'indicateur",
    ColumnKind.percentage: "Un pourcentage en points (31,2 pour 31,2 %)",
    ColumnKind.date: "Une date",
    ColumnKind.text: "Un texte",
}
_ROWS = {
    Shape.wide: "Les lignes de vos territoires sont prêtes : remplissez seulement les cellules jaunes.",
    Shape.long: "Écrivez un chiffre par ligne, dans les cellules jaunes. Les lignes laissées vides ne comptent pas.",
    Shape.register: "Écrivez une fiche par ligne, dans les cellules jaunes. Les lignes laissées vides ne comptent pas.",
}

_READY = frozenset({"territory", "name", "period"})


def guide(feed: Feed, catalogue: Catalogue, layout: Layout, reporter: str, period: str) -> list[list[str]]:
    """The page as rows of cells; the first row is its title."""
    reminders = any(slot.column is None for slot in layout.slots)
    rows = [
        [feed.title],
        [f"{catalogue.territories[reporter].name} ({reporter}), {period}"],
        [feed.description],
        [],
        ["Comment faire"],
        [_ROWS[feed.shape]],
        ["Une cellule vide n'efface rien : le chiffre déjà connu reste. Zéro s'écrit 0."],
        [
            "Un chiffre qui manque se dit : nd (pas disponible), ns (pas significatif), nc (secret statistique), "
            "so (sans objet). Ce n'est jamais zéro."
        ],
    ]
    if reminders:
        rows.append(
            ["Les colonnes grises « Rappel » montrent la période précédente. Elles ne sont pas lues au retour."]
        )
    rows += [
        ["Enregistrez et renvoyez ce classeur tel quel : cette page et les titres n'ont pas à être retirés."],
        [f"Où l'envoyer : page de dépôt, flux « {feed.name} », ou POST /v1/feeds/{feed.name}/submissions."],
        [],
        ["Les colonnes"],
        ["Titre", "Ce que l'on y met", "À remplir", "Ce que cela mesure"],
    ]
    ready = _READY if feed.shape is Shape.wide else frozenset()
    rows += [_about(s, feed, catalogue) for s in layout.slots if s.column is not None and s.key not in ready]
    return rows


def _about(slot: Slot, feed: Feed, catalogue: Catalogue) -> list[str]:
    column = slot.column
    assert column is not None
    what = "Un choix de la liste" if slot.choices else _WHAT[column.kind]
    labels: list[str] = []
    for measure in feed.measures:
        indicator = catalogue.indicators.get(measure.indicator)
        if indicator is None:
            continue
        if slot.key in (measure.value, measure.numerator):
            labels.append(f"{indicator.label} ({indicator.unit})")
        elif slot.key == measure.denominator:
            labels.append(f"Dénominateur de : {indicator.label}")
    return [slot.header, what, "oui" if column.required else "si vous l'avez", " ; ".join(labels)]
