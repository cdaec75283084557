"""What the feeds for youth, housing, credits, activity guarantee and PILOTE make of files as people have them."""

from decimal import Decimal
from pathlib import Path

import pytest

from services.ingestion.feeds.loader import load_feeds
from services.ingestion.parse.read import read_sheets
from services.ingestion.parse.rows import Broken, Cell, Row, Sheet
from services.ingestion.validate.validation import validate
from tests.unit.ingestion.filling import fill, made, sent_back
from tests.unit.ingestion.judge import FEEDS, catalogue, errors, judge, repairs

PILOTE = "identifiant_indic;zone_id;date_valeur;type_valeur;valeur\n"


def figures(feed: str, text: str, reporter: str = "REG-76") -> dict[tuple[str, str, str], Decimal | None]:
    outcome = judge(feed, text, reporter)
    assert errors(outcome) == []
    return {(f.indicator, f.territory, f.period): f.value for f in outcome.figures}


def test_youth_with_the_words_of_missions_locales():
    read = figures(
        "youth",
        "Dpt;Année;Entrées PACEA;GJ;Mineurs inscrits;Mineurs en règle;Apprentis\n31;2021;9 800;4 958;1000;620;8 120\n",
    )
    assert read["ax2.pacea.entries", "DEPT-31", "2021"] == 9800
    assert read["ax2.garantie_jeunes.entries", "DEPT-31", "2021"] == 4958
    assert read["ax2.obligation_formation.compliance_rate", "DEPT-31", "2021"] == 62
    assert read["ax2.unjeune.apprenticeships", "DEPT-31", "2021"] == 8120


def test_housing_tells_new_places_from_the_stock():
    read = figures(
        "housing",
        "Département;Année;Attributions SDF;dont sortants d'hébergement;dont ménages sans abri;"
        "Places de pension de famille ouvertes;Parc de pensions de famille;IML;PLAI-A\n"
        "46;2021;120;80;40;21;106;35;12\n",
    )
    assert read["ax6.pensions_famille.places", "DEPT-46", "2021"] == 21
    assert read["ax6.pensions_famille.stock", "DEPT-46", "2021"] == 106
    assert read["ax6.attributions.homeless_total", "DEPT-46", "2021"] == 120
    assert read["ax6.plai.adapted_financed", "DEPT-46", "2021"] == 12


def test_credits_are_the_same_figures_in_both_shapes():
    across = figures(
        "credits-by-line",
        "Ligne de crédits;2019;2020;2021\n"
        "Contractualisation avec les départements;14 586 436;14 970 596;16 440 580\n"
        "dont FAPI;5 691 621;0;0\n",
    )
    down = figures(
        "credits",
        "Année;Contractualisation départements;FAPI\n2019;14 586 436;5 691 621\n2020;14 970 596;0\n2021;16 440 580;0\n",
    )
    assert across == down
    assert across["ax0.bud.contract_departments", "REG-76", "2021"] == 16440580


def test_a_line_of_credits_that_nobody_knows_is_refused_with_the_file_to_complete():
    outcome = judge("credits-by-line", "Ligne;Année;Montant\nFonds divers;2021;12\n")
    assert errors(outcome) == [(2, "Ligne", "value_not_mapped")]
    assert outcome.errors[0].params == {"value": "Fonds divers", "file": "credits-lines.csv"}


def test_activity_guarantee_and_global_support_on_one_line():
    read = figures(
        "activity-guarantee",
        "Département;Année;Garantie d'activité;Reprises d'activité;AG entrées;dont BRSA\n11;2020;738;400;387;223\n",
    )
    assert read["ax5.accompagnement_global.brsa_share", "DEPT-11", "2020"] == Decimal("57.6227")
    assert read["ax5.garantie_activite.return_rate", "DEPT-11", "2020"] == Decimal("54.2005")
    assert read["ax5.accompagnement_global.brsa_entries", "DEPT-11", "2020"] == 223


def test_pilote_takes_reached_values_in_our_codes():
    outcome = judge(
        "pilote",
        PILOTE + "ax2.pacea.entries;R76;2021-12-31;va;51595\n"
        "ax2.pacea.entries;D31;31/12/2021;VA;1200\n"
        "ax3.benefits.rsa;r76;30/06/2021;va;200000\n"
        "ax2.pacea.entries;D31;2018-12-31;vi;1000\n"
        "ax2.pacea.entries;D31;2022-12-31;vc;1300\n"
        "ax2.pacea.entries;D34;2022-12-31;vc;1400\n",
    )
    assert errors(outcome) == []
    assert [(f.indicator, f.territory, f.period, f.value) for f in outcome.figures] == [
        ("ax2.pacea.entries", "REG-76", "2021", 51595),
        ("ax2.pacea.entries", "DEPT-31", "2021", 1200),
        ("ax3.benefits.rsa", "REG-76", "2021-06", 200000),
    ]
    aside = [(n.row, n.raw, n.params["count"]) for n in outcome.repairs if n.code == "kind_left_aside"]
    assert aside == [(5, "vi", 1), (6, "vc", 2)]
    assert repairs(outcome) == {"kind_left_aside", "period_format"}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("IND-999;D34;2021-12-31;va;13", (2, "identifiant_indic", "value_not_mapped", "IND-999")),
        ("ax2.pacea.entries;D99;2021-12-31;va;13", (2, "zone_id", "value_not_mapped", "D99")),
        # Half a year says nothing of the year.
        ("ax2.pacea.entries;D34;2021-06-30;va;13", (2, "date_valeur", "period_kind", "2021-06-30")),
        ("ax2.pacea.entries;D34;2021-12-31;;13", (2, "type_valeur", "cell_missing", "")),
        # Shown as the file has it, though it was read as DEPT-59.
        ("ax2.pacea.entries;D59;2021-12-31;va;13", (2, "zone_id", "outside_scope", "D59")),
    ],
)
def test_what_pilote_says_that_cannot_be_placed_is_refused_at_its_cell(row: str, expected: tuple[object, ...]):
    outcome = judge("pilote", PILOTE + row + "\n")
    assert [(n.row, n.column, n.code, n.raw) for n in outcome.errors] == [expected]
    assert outcome.figures == []


def test_a_note_under_the_table_of_pilote_is_no_error():
    outcome = judge("pilote", PILOTE + "ax2.pacea.entries;D31;2021-12-31;va;1200\nSource : PILOTE;;;;\n")
    assert errors(outcome) == []
    assert repairs(outcome) == {"period_format", "line_ignored"}


def test_an_indicator_may_be_named_by_a_label_that_only_it_has():
    outcome = judge("observations", "indicator;territory;period;value\nEntrées en PACEA;REG-76;2021;51595\n")
    assert [f.indicator for f in outcome.figures] == ["ax2.pacea.entries"]
    assert repairs(outcome) == {"indicator_by_label"}
    several = judge("observations", "indicator;territory;period;value\nProjets retenus;REG-76;2021;52\n")
    assert errors(several) == [(2, "indicator", "unknown_indicator")]


def test_a_percentage_between_0_and_1_in_a_long_file_is_told_by_its_counts_or_refused():
    header = "indicator;territory;period;value;numerator;denominator\n"
    bare = judge("observations", header + "ax2.ase_exit.in_framework;DEPT-31;2020;0,312;;\n")
    assert errors(bare) == [(2, "value", "ambiguous_percentage")]
    counted = judge("observations", header + "ax2.ase_exit.in_framework;DEPT-31;2020;0,312;312;1000\n")
    assert [f.value for f in counted.figures] == [Decimal("31.2")]
    assert "fraction_to_percent" in repairs(counted)
    # Euros for a euro are no percentage.
    assert figures("observations", header + "ax0.bud.leverage;REG-76;2021;0,8;;\n") == {
        ("ax0.bud.leverage", "REG-76", "2021"): Decimal("0.8")
    }


def test_an_error_of_the_spreadsheet_is_no_unknown_code():
    cells: list[list[Cell]] = [
        ["identifiant_indic", "zone_id", "date_valeur", "type_valeur", "valeur"],
        [Broken("formula_error", "#REF!"), "D31", "2021-12-31", "va", 12.0],
    ]
    sheet = Sheet("A", [Row(number, row) for number, row in enumerate(cells, start=1)])
    outcome = validate([sheet], FEEDS["pilote"], catalogue(), "REG-76", None)
    assert errors(outcome) == [(2, "identifiant_indic", "formula_error")]


def test_a_feed_of_ones_own_reads_files_without_a_line_of_code(tmp_path: Path):
    (tmp_path / "mentoring.yaml").write_text(
        "name: mentoring\ntitle: Mentorat\nshape: wide\nsenders: [department]\nlevels: [department]\n"
        "basis: {department: reported}\nperiod_kinds: [year]\ncolumns:\n  territory: {headers: [Département]}\n"
        "  period: {headers: [Année]}\n  mentees: {headers: [Filleuls, Jeunes parrainés], kind: count}\n"
        "measures: [{indicator: ax2.mentorat.mentees, value: mentees}]\n",
        encoding="utf-8",
    )
    own = load_feeds(tmp_path)["mentoring"]
    sheets = read_sheets("Département;Année;jeunes PARRAINES\n31;2021;1 250\n".encode(), "text/csv", "a.csv")
    outcome = validate(sheets, own, catalogue(), "DEPT-31", None)
    assert [(f.indicator, f.territory, f.period, f.value, f.source) for f in outcome.figures] == [
        ("ax2.mentorat.mentees", "DEPT-31", "2021", 1250, "mentoring")
    ]
    filled = fill(made(own, "DEPT-31", "2021"), own)
    back = sent_back(filled, own, "DEPT-31")
    assert (len(back.figures), back.repairs, back.errors) == (1, [], [])
