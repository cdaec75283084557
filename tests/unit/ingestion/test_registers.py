"""What a file of calls, projects, actions or milestones becomes: entries, repairs and errors at their places."""

from datetime import date
from decimal import Decimal

import pytest

from services.ingestion.notes import Severity
from services.ingestion.parse.rows import FileRefusedError
from services.ingestion.validate.entry import ReadEntry
from services.ingestion.validate.known_entries import (
    KnownEntry,
    count_unchanged_entries,
    keep_what_is_not_the_senders,
    note_unknown_calls,
)
from services.ingestion.wording import listed
from shared.domain.observation import Status
from shared.domain.register import Action, Milestone, MilestoneState, Project, ProjectCall, Scale
from tests.unit.ingestion.judge import FEEDS, catalogue, errors, judge, repairs

PROJECTS = "Identifiant;Appel;Organisme;Projet;Thème;Montant;Échelle;Territoire;Lieu;Année\n"
CALLS = (
    "Identifiant;Intitulé;Type;Échelle;Territoire;Année;Date de lancement;Dotation;Dossiers déposés;Projets retenus\n"
)
ACTIONS = "Numéro;Type;Intitulé;Coût;Reconduite de 2020;Siren;Année\n"
MILESTONES = "Identifiant;Jalon;Échéance;Atteint le;État;Territoire;Année\n"


def project(text: str) -> Project:
    (read,) = judge("projects", PROJECTS + text).entries
    assert isinstance(read.entry, Project)
    return read.entry


def test_a_row_gives_one_entry_with_its_place() -> None:
    outcome = judge("projects", PROJECTS + "G01;occ-gt;ADIE;Mobilité;insertion;37 000,50 €;régional;REG-76;;2021\n")
    (read,) = outcome.entries
    assert read.entry == Project(
        id="G01", call="occ-gt", organisation="ADIE", title="Mobilité", theme="insertion", amount=Decimal("37000.50"),
        scale=Scale.regional, territory="REG-76", period="2021",
    )  # fmt: skip
    assert (read.row, read.source, read.status, outcome.errors) == (2, "projects", Status.final, [])
    assert repairs(outcome) >= {"unit_removed"}


def test_codes_of_places_are_typed_and_the_repair_is_listed() -> None:
    text = PROJECTS + "".join(f"P{i};c;;t;;;local;{code};;2021\n" for i, code in enumerate(["FR", "9", "243400017"]))
    outcome = judge("projects", text, "NAT-FR")
    assert [e.territory for e in outcome.entries] == ["NAT-FR", "DEPT-09", "EPCI-243400017"]
    assert {e.entry.scale for e in outcome.entries} == {Scale.departmental}  # type: ignore[union-attr]
    assert {"territory_code", "scale_local"} <= repairs(outcome)


def test_an_amount_that_is_not_given_stays_unknown() -> None:
    assert project("G01;c;;t;;;;31;;2021\n").amount is None
    assert project("G01;c;;t;;nd;;31;;2021\n").amount is None


def test_a_scale_that_is_not_said_is_that_of_the_territory() -> None:
    assert (project("G01;c;;t;;;;31;;2021\n").scale, project("G01;c;;t;;;;REG-76;;2021\n").scale) == (
        Scale.departmental,
        Scale.regional,
    )


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (";c;;t;;;;31;;2021", (2, "Identifiant", "cell_missing")),
        ("G 01;c;;t;;;;31;;2021", (2, "Identifiant", "entry_id_shape")),
        ("G01;;;t;;;;31;;2021", (2, "Appel", "cell_missing")),
        ("G01;c;;;;;;31;;2021", (2, "Projet", "cell_missing")),
        ("G01;c;;t;;deux;;31;;2021", (2, "Montant", "not_a_number")),
        ("G01;c;;t;;-5;;31;;2021", (2, "Montant", "negative_amount")),
        ("G01;c;;t;;6,34 M€;;31;;2021", (2, "Montant", "rounded_entry")),
        ("G01;c;;t;;;mondial;31;;2021", (2, "Échelle", "unknown_word")),
        ("G01;c;;t;;;;999;;2021", (2, "Territoire", "unknown_territory")),
        ("G01;c;;t;;;;200000172;;2021", (2, "Territoire", "unknown_territory")),
        ("G01;c;;t;;;;;;2021", (2, "Territoire", "territory_missing")),
        ("G01;c;;t;;;;59;;2021", (2, "Territoire", "outside_scope")),
        ("G01;c;;t;;;;31;;bientôt", (2, "Année", "unknown_period")),
    ],
)
def test_a_faulty_cell_refuses_its_row_and_says_why(row: str, place: tuple[int, str, str]) -> None:
    outcome = judge("projects", f"{PROJECTS}{row}\nG99;c;;t;;;;31;;2021\n")
    assert errors(outcome) == [place]
    assert [e.entry.id for e in outcome.entries] == ["G99"], "the next row goes through"
    (said,) = listed(outcome.errors)
    assert said["message"] and "{" not in said["message"]


def test_a_call_with_its_dates_as_precise_as_they_are() -> None:
    outcome = judge("project-calls", CALLS + "occ;Appel;AAP;national;FR;2021;30/06/2021;6,34;82;52\n", "NAT-FR")
    (read,) = outcome.entries
    assert isinstance(read.entry, ProjectCall)
    assert (read.entry.launched, read.entry.budget, read.entry.submitted) == ("2021-06-30", Decimal("6.34"), 82)
    assert "period_format" in repairs(outcome)
    refused = judge("project-calls", CALLS + "occ;Appel;AAP;;31;2021;bientôt;;8,5;-1\n")
    assert errors(refused) == [
        (2, "Date de lancement", "not_a_date"),
        (2, "Dossiers déposés", "not_whole"),
        (2, "Projets retenus", "negative_count"),
    ]


def test_the_lines_of_a_convention_are_numbered_inside_it() -> None:
    rows = "1;axe;Jeunes;;;242100410;2021\n1.1;;Stages;20 000;non;242100410;2021\n"
    rows += "TOTAL;total déclaré;Total;712000;;242100410;2021\n"
    outcome = judge("convention-actions", ACTIONS + rows, "EPCI-242100410")
    assert [(e.entry.id, e.entry.kind.value, e.entry.cost, e.entry.continued) for e in outcome.entries] == [  # type: ignore[union-attr]
        ("EPCI-242100410 2021 1", "axis", None, None),
        ("EPCI-242100410 2021 1.1", "action", 20000, False),
        ("EPCI-242100410 2021 TOTAL", "declared_total", 712000, None),
    ]


def test_a_milestone_with_a_date_is_reached() -> None:
    rows = "J1;Lancement;2021-06-30;2021-06-15;;31;2021\nJ2;Bilan;31/12/2021;;;31;2021\nJ3;Suite;2021-13-01;;;31;2021\n"
    outcome = judge("milestones", MILESTONES + rows)
    first, second = (e.entry for e in outcome.entries)
    assert isinstance(first, Milestone) and isinstance(second, Milestone)
    assert (first.due, first.reached_on, first.state) == (date(2021, 6, 30), date(2021, 6, 15), MilestoneState.reached)
    assert (second.due, second.state) == (date(2021, 12, 31), MilestoneState.planned)
    assert errors(outcome) == [(4, "Échéance", "not_a_date")]


def test_repeats_are_kept_once_and_contradictions_are_both_refused() -> None:
    same = "G01;c;;t;;5;;31;;2021\n"
    outcome = judge("projects", PROJECTS + same + same + "G02;c;;t;;5;;31;;2021\nG02;c;;t;;6;;31;;2021\n")
    assert [e.entry.id for e in outcome.entries] == ["G01"]
    assert "repeated_entry" in repairs(outcome)
    assert errors(outcome) == [(4, "Identifiant", "conflicting_entries"), (5, "Identifiant", "conflicting_entries")]


def test_columns_about_persons_refuse_the_file() -> None:
    with pytest.raises(FileRefusedError) as refused:
        judge("projects", "id;call_id;title;territory;year;Date de naissance\nG1;c;t;31;2021;1990-01-01\n")
    assert refused.value.code == "person_level_columns"


def test_a_file_without_a_needed_column_is_refused_whole() -> None:
    with pytest.raises(FileRefusedError) as refused:
        judge("projects", "Identifiant;Projet;Territoire;Année\nG1;t;31;2021\n")
    assert (refused.value.code, refused.value.params) == ("column_missing", {"expected": "Appel"})


def test_an_identifier_of_somebody_else_is_not_taken_over() -> None:
    outcome = judge("convention-actions", "id;code;title;territory;year\nX;1;t;31;2021\n", "DEPT-31")
    theirs = Action(id="X", territory="DEPT-09", period="2021", code="1", kind="action", title="t")
    known = {"X": KnownEntry(theirs, Status.final, simulated=False)}
    tree = catalogue().territories
    kept = keep_what_is_not_the_senders(outcome, known, tree, "DEPT-31", simulated=False)
    assert (kept.entries, errors(kept)) == ([], [(2, "id", "entry_of_another")])
    assert keep_what_is_not_the_senders(outcome, known, tree, "REG-76", simulated=False).entries == outcome.entries
    real = keep_what_is_not_the_senders(outcome, known, tree, "REG-76", simulated=True)
    assert [n.code for n in real.errors] == ["simulated_entry_over_real"]
    assert all(n.severity is Severity.error and n.raw == "X" for n in real.errors)


def test_what_says_the_same_again_is_counted_as_unchanged_and_unknown_calls_are_said() -> None:
    outcome = judge("projects", PROJECTS + "G01;c;;t;;5;;31;;2021\nG02;c;;t;;6;;31;;2021\n")
    first: ReadEntry = outcome.entries[0]
    assert count_unchanged_entries(outcome, {"G01": KnownEntry(first.entry, Status.final, simulated=False)}) == 1
    assert "call_not_known" in repairs(note_unknown_calls(outcome, set()))
    assert "call_not_known" not in repairs(note_unknown_calls(outcome, {"c"}))


def test_every_field_of_an_entry_has_its_column() -> None:
    """What the contract carries can be sent; `name` of a call is the column title, `name` being that of a territory."""
    models = {"project-calls": ProjectCall, "projects": Project, "convention-actions": Action, "milestones": Milestone}
    for feed, model in models.items():
        assert set(model.model_fields) - {"register_name", "name"} <= set(FEEDS[feed].columns)
