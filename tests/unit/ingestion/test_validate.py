"""What a file becomes: figures, repairs and errors at their places."""

import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from services.ingestion import words
from services.ingestion.deposit import Judged
from services.ingestion.messages import answers, reported_territories, span
from services.ingestion.parse.rows import FileRefusedError
from services.ingestion.validate.known import (
    Known,
    count_unchanged,
    keep_what_blanks_would_erase,
    refuse_simulated_over_real,
)
from services.ingestion.validate.validation import Outcome
from services.ingestion.wording import codes, listed
from shared.domain.observation import Basis, Status
from tests.unit.ingestion.judge import FEEDS, errors, judge, repairs

PRINTED = Path(__file__).parent / "samples/calpae_2021_as_printed.csv"
ASE = "Département;Jeunes devenus majeurs;Référentiel;Logement stable\n"
CALPAE = "Département;Partenaire;Montant\n"
LONG = "indicateur;territoire;période;valeur;numérateur;dénominateur;statut;qualificatif\n"


def test_the_printed_table_gives_17_940_581():
    outcome = judge("calpae-amounts", PRINTED.read_bytes(), period="2021")
    reported = [f for f in outcome.figures if f.basis is Basis.reported]
    assert (len(reported), sum(f.value for f in reported)) == (16, 17940581)
    declared = {f.territory: f.value for f in outcome.figures if f.basis is Basis.declared}
    assert declared == {"REG-76": 17940580, "DEPT-66": 1778034}
    assert outcome.errors == []
    perpignan = next(f for f in reported if f.territory == "EPCI-200027183")
    assert (perpignan.value, perpignan.status) == (0, Status.provisional)
    assert {"footnote_mark", "group_line", "blank_line", "total_line"} <= repairs(outcome)
    # Adding every printed line would have counted the Pyrénées-Orientales twice and the total's own one less.
    printed_lines = [f.value for f in outcome.figures if f.territory != "REG-76"]
    assert sum(printed_lines) == 19718615
    assert len(reported_territories(outcome.figures)) == 16


def test_the_same_table_in_one_label_column():
    text = (
        "Collectivité;Montant\n66 Pyrénées-Orientales;1 778 034\nCD 66;1 778 034\nPerpignan Méditerranée Métropole;0*\n"
    )
    outcome = judge("calpae-amounts", text, period="2021")
    assert {(f.territory, f.basis.value, f.value) for f in outcome.figures} == {
        ("DEPT-66", "declared", Decimal(1778034)),
        ("DEPT-66", "reported", Decimal(1778034)),
        ("EPCI-200027183", "reported", Decimal(0)),
    }


def test_a_plain_row_without_a_council_row_is_the_departments_own():
    outcome = judge("calpae-amounts", CALPAE + "31;Haute-Garonne;10\n;Toulouse Métropole;4\n", period="2021")
    assert [(f.territory, f.basis) for f in outcome.figures] == [
        ("DEPT-31", Basis.reported),
        ("EPCI-243100518", Basis.reported),
    ]


def test_a_ratio_is_computed_from_its_counts_and_says_where_it_stood():
    outcome = judge("ase-exits", ASE + "31;412;130;136\n", period="2020")
    majority, framework, housing = outcome.figures
    assert (majority.value, majority.numerator, majority.denominator) == (412, None, None)
    assert (framework.value, framework.numerator, framework.denominator) == (Decimal("31.5534"), 130, 412)
    assert (housing.row, housing.column, housing.source) == (2, "Logement stable", "ase-exits")


def test_more_in_housing_than_reached_majority_is_accepted():
    """A check will flag it; ingestion refuses no figure for being implausible."""
    outcome = judge("ase-exits", ASE + "31;10;5;12\n", period="2020")
    assert (len(outcome.figures), outcome.errors) == (3, [])


def test_one_side_of_a_ratio_is_published_alone():
    outcome = judge("ase-exits", ASE + "31;412;;136\n09;;10;12\n", period="2020")
    pairs = {(f.territory, f.indicator.split(".")[-1]): (f.numerator, f.denominator, f.value) for f in outcome.figures}
    assert pairs["DEPT-31", "in_framework"] == (None, 412, None)
    assert pairs["DEPT-09", "in_framework"] == (10, None, None)
    assert "missing_blank" in repairs(outcome)


def test_a_column_that_is_not_there_says_nothing():
    outcome = judge("ase-exits", "Département;Jeunes devenus majeurs\n31;412\n", period="2020")
    assert [f.indicator for f in outcome.figures] == ["ax2.ase_exit.reaching_majority"]
    (said,) = [n for n in outcome.repairs if n.code == "columns_absent"]
    assert said.params["columns"].split(" ; ")[0] == "Pris en charge dans le référentiel"


def test_zero_over_zero_keeps_its_counts_and_has_no_percentage():
    (figure,) = (f for f in judge("ase-exits", ASE + "48;0;0;\n", period="2020").figures if f.numerator is not None)
    assert (figure.value, figure.numerator, figure.denominator) == (None, 0, 0)


def test_a_blank_never_erases_a_known_pair():
    outcome = judge("ase-exits", ASE + "31;412;;136\n", period="2020")
    half = next(f for f in outcome.figures if f.ratio and f.numerator is None)
    known = {half.cell: Known(Decimal(31), Decimal(130), Decimal(412))}
    kept = keep_what_blanks_would_erase(outcome, known)
    assert half not in kept.figures
    assert "blank_kept" in repairs(kept)
    assert half in keep_what_blanks_would_erase(outcome, {}).figures


def rsa(cells: str):
    """The figure of CER signed: new beneficiaries, CER signed, percentage."""
    outcome = judge("rsa-delays", "Code;Nouveaux BRSA;CER signés;% CER signés\n31;" + cells + "\n", period="2020")
    figures = [f for f in outcome.figures if f.indicator == "ax5.brsa.cer_signed"]
    return replace(outcome, figures=figures)


FULL = Known(Decimal("31.2"), Decimal(312), Decimal(1000))


@pytest.mark.parametrize(
    ("cells", "known", "sides"),
    [
        # A percentage alone would drop both counts; one that says the same confirms them.
        (";;58 %", FULL, None),
        (";;31,2 %", FULL, FULL.sides),
        # A count that differs cannot be put in a ratio with the other one of an earlier report.
        (";313;", FULL, None),
        ("1001;;", FULL, None),
        ("1000;;", FULL, FULL.sides),
        # What was not known completes what was.
        (";312;", Known(None, None, Decimal(1000)), (Decimal("31.2"), 312, 1000)),
        ("1000;;", Known(Decimal(58), None, None), (58, None, 1000)),
        (";;58 %", Known(None, Decimal(312), None), (58, 312, None)),
        # Nothing is lacking.
        ("1001;313;", FULL, (Decimal("31.2687"), 313, 1001)),
        ("0;0;", FULL, (None, 0, 0)),
        (";313;", Known(None, Decimal(312), None), (None, 313, None)),
        (";;58 %", replace(FULL, status=Status.withdrawn), (58, None, None)),
        # What is real is not completed with what was simulated.
        (";;58 %", replace(FULL, simulated=True), (58, None, None)),
    ],
)
def test_a_missing_side_never_erases_a_known_one(cells, known, sides):
    outcome = rsa(cells)
    (figure,) = outcome.figures
    kept = keep_what_blanks_would_erase(outcome, {figure.cell: known})
    assert [(f.value, f.numerator, f.denominator) for f in kept.figures] == ([] if sides is None else [sides])
    as_it_was = kept.figures == [figure]
    assert ("blank_kept" in repairs(kept)) is not as_it_was
    assert all(e["message"] for e in listed(kept.repairs))


def test_withdrawing_is_no_blank():
    outcome = judge("observations", LONG + "ax5.brsa.cer_signed;31;2019;;;;retiré;\n")
    (figure,) = outcome.figures
    assert keep_what_blanks_would_erase(outcome, {figure.cell: FULL}).figures == [figure]


def test_simulated_figures_do_not_replace_real_ones():
    outcome = judge("ase-exits", ASE + "31;412;130;136\n", period="2020")
    first, second, third = outcome.figures
    known = {first.cell: FULL, second.cell: replace(FULL, simulated=True)}
    kept = refuse_simulated_over_real(outcome, known)
    assert kept.figures == [second, third]
    assert errors(kept) == [(2, "Jeunes devenus majeurs", "simulated_over_real")]
    assert "DEPT-31" in listed(kept.errors)[0]["message"]


LONG_CELL = "*" * 30_000 + "x"


@pytest.mark.parametrize(
    ("feed", "text", "column"),
    [
        ("ase-exits", ASE + f"31;412;{LONG_CELL};136\n", "Référentiel"),
        ("ase-exits", ASE + f"{LONG_CELL};412;130;136\n", "Département"),
        ("ase-exits", f"Code;Libellé;Référentiel\n31;{LONG_CELL};1\n", "Libellé"),
        ("observations", LONG + f"ax0.ctx.population;31;{LONG_CELL};5;;;;\n", "période"),
        ("observations", LONG + f"ax0.ctx.population;31;2021;5;;;{LONG_CELL};\n", "statut"),
        ("observations", LONG + f"ax0.ctx.population;31;2021;5;;;;{LONG_CELL}\n", "qualificatif"),
        ("observations", LONG + f"{LONG_CELL};31;2021;5;;;;\n", "indicateur"),
        ("observations", f"indicateur;territoire;période;valeur;note\nx;31;2021;5;{LONG_CELL}\n", "note"),
    ],
)
def test_a_cell_too_long_is_refused_where_it_stands_and_at_once(feed, text, column):
    started = time.perf_counter()
    outcome = judge(feed, text, period="2020" if feed == "ase-exits" else None)
    assert time.perf_counter() - started < 1
    assert (2, column, "cell_too_long") in errors(outcome)
    entry = next(e for e in listed(outcome.errors) if e["code"] == "cell_too_long")
    assert len(entry["raw"]) == 60
    assert len(entry["message"]) < 300


def test_notes_and_sources_may_be_long_but_not_endless():
    header = "indicateur;territoire;période;valeur;note\nax0.ctx.population;31;2021;5;"
    assert len(judge("observations", header + "mot " * 400 + "\n").figures) == 1
    assert judge("observations", header + "mot " * 600 + "\n").figures == []


def test_names_too_long_are_not_remembered():
    before = words._plain_kept.cache_info().currsize
    assert words.plain("é" * 300) == "e" * 300
    assert words._plain_kept.cache_info().currsize == before


def test_a_list_of_long_cells_under_nom_is_judged_at_once():
    started = time.perf_counter()
    with pytest.raises(FileRefusedError):
        judge("ase-exits", "Nom;Référentiel\n" + f"ab{' ' * 30_000}x;1\n" * 9, period="2020")
    assert time.perf_counter() - started < 1


def test_a_ratio_out_of_range_is_an_error_at_its_row():
    row = "ax2.ase_exit.in_framework;31;2020;;999999999999999;0,0000000001;;\n"
    outcome = judge("observations", LONG + row)
    assert (outcome.figures, errors(outcome)) == ([], [(2, "numérateur", "number_out_of_range")])
    row = "ax2.ase_exit.in_framework;31;2020;;999999999999999;0,0001;;\n"
    assert errors(judge("observations", LONG + row)) == [(2, "numérateur", "number_out_of_range")]
    row = "ax2.ase_exit.in_framework;31;2020;;0,0000000001;999999999999999;;\n"
    assert judge("observations", LONG + row).figures[0].value == 0


def test_every_period_of_a_file_is_answered():
    text = "Département;Année;Jeunes devenus majeurs\n31;2020;1\n31;2019;2\n09;2020;3\nTOTAL;2020;4\n"
    figures = judge("ase-exits", text).figures
    pairs = [("DEPT-09", "2020"), ("DEPT-31", "2019"), ("DEPT-31", "2020")]
    assert [(a.territory, a.period) for a in answers([*figures, *figures])] == pairs
    assert Judged(Outcome(figures, [], []), None, span(figures)).collected == ""
    one = [f for f in figures if f.period == "2020"]
    assert Judged(Outcome(one, [], []), None, span(one)).collected == "2020"
    assert Judged(Outcome([], [], []), None, "2018").collected == "2018"


def test_unchanged_figures_are_counted():
    outcome = judge("ase-exits", ASE + "31;412;130;136\n", period="2020")
    first = outcome.figures[0]
    assert count_unchanged(outcome, {first.cell: Known(Decimal("412.0"), None, None)}) == 1


def test_a_stated_percentage_is_kept_even_against_its_counts():
    header = "Code;Nouveaux BRSA;Orientés ≤ 1 mois;% orientés\n"
    (figure,) = (f for f in judge("rsa-delays", header + "31;64873;17551;58 %\n", period="2020").figures if f.numerator)
    assert (figure.value, figure.numerator, figure.denominator) == (58, 17551, 64873)
    outcome = judge("rsa-delays", header + "31;1000;312;0,312\n", period="2020")
    assert next(f for f in outcome.figures if f.numerator).value == Decimal("31.200")
    assert "fraction_to_percent" in repairs(outcome)


def test_a_bare_fraction_without_counts_is_asked_about():
    outcome = judge("rsa-delays", "Code;Nouveaux BRSA;% CER signés\n31;;0,312\n", period="2020")
    assert errors(outcome) == [(2, "% CER signés", "ambiguous_percentage")]
    stated = judge("rsa-delays", "Code;Nouveaux BRSA;% CER signés\n31;;31,2 %\n", period="2020")
    assert [f.value for f in stated.figures] == [Decimal("31.2")]


def test_errors_stand_at_their_cell_and_leave_the_rest():
    outcome = judge("ase-exits", ASE + "31;412;abc;136\n999;1;1;1\n;1;1;1\n09;40;12;13\n", period="2020")
    assert errors(outcome) == [
        (2, "Référentiel", "not_a_number"),
        (3, "Département", "unknown_territory"),
        (4, "Département", "territory_missing"),
    ]
    assert {(f.territory, f.indicator.split(".")[-1]) for f in outcome.figures} >= {
        ("DEPT-31", "stable_housing"),
        ("DEPT-09", "in_framework"),
    }
    assert ("DEPT-31", "in_framework") not in {(f.territory, f.indicator.split(".")[-1]) for f in outcome.figures}


def test_rows_of_others_are_refused_and_counted():
    outcome = judge("ase-exits", ASE + "31;1;1;1\n09;1;1;1\n11;;;\n", "DEPT-31", "2020")
    assert errors(outcome) == [(3, "Département", "outside_scope")]
    assert (outcome.inside, outcome.outside) == (1, 1)


def test_a_department_may_leave_out_its_code():
    outcome = judge("ase-exits", "Jeunes devenus majeurs;Référentiel\n412;130\n", "DEPT-31", "2020")
    assert {f.territory for f in outcome.figures} == {"DEPT-31"}


def test_region_rows_are_declared_but_where_the_region_reports():
    assert judge("ase-exits", ASE + "REG-76;3030;945;989\n", period="2020").figures[0].basis is Basis.declared
    benefits = judge("social-benefits", "Région;Mois;RSA;Total\nOccitanie;déc-21;194 140;817145\n")
    assert {(f.territory, f.period, f.basis) for f in benefits.figures} == {("REG-76", "2021-12", Basis.reported)}


def test_titles_notes_and_repeated_headers_are_not_rows():
    text = "Remontée 2020;;;\n;;;\n" + ASE + "31;412;130;136\n" + ASE + "Source : DIPLP;;;\nTOTAL;3030;945;989\n"
    outcome = judge("ase-exits", text, period="2020")
    assert outcome.errors == []
    assert {(f.territory, f.basis.value) for f in outcome.figures} == {("DEPT-31", "reported"), ("REG-76", "declared")}


def test_repeated_lines():
    same = judge("ase-exits", ASE + "31;412;130;136\n31;412;130;136\n", period="2020")
    assert (len(same.figures), same.errors, "repeated_line" in repairs(same)) == (3, [], True)
    different = judge("ase-exits", ASE + "31;412;130;136\n31;412;131;136\n", period="2020")
    assert different.figures == [], "rows that differ in one figure are not the same rows"
    assert {(row, code) for row, _, code in errors(different)} == {(2, "conflicting_lines"), (3, "conflicting_lines")}


def test_a_shifted_row_is_not_read_askew():
    outcome = judge("ase-exits", ASE.replace(";", ",") + "31,412,130,5,136\n", period="2020")
    assert (outcome.figures, errors(outcome)) == ([], [(2, "", "too_many_cells")])


def test_periods_of_rows_and_of_the_submission():
    text = "Département;Année;Jeunes devenus majeurs\n31;2020;1\n31;2019;2\n"
    assert span(judge("ase-exits", text).figures) == "2019/2020"
    assert errors(judge("ase-exits", text, period="2020")) == [(3, "Année", "period_mismatch")]
    with pytest.raises(FileRefusedError) as refused:
        judge("ase-exits", ASE + "31;1;1;1\n")
    assert refused.value.code == "period_missing"


def test_long_rows():
    rows = [
        "ax0.ctx.population;FR;2021;67000000;;;final;~",
        "ax2.ase_exit.in_framework;REG-76;2020;;945;3030;;",
        "ax2.ase_exit.in_framework;31;2021;;;;missing;",
        "ax2.ase_exit.in_framework;31;2019;;;;retiré;",
        "ax2.ase_exit.in_framwork;31;2020;1;;;;",
        "ax0.ctx.population;31;2021;5;;;peut-être;",
    ]
    outcome = judge("observations", LONG + "\n".join(rows), "NAT-FR")
    first, second, third = outcome.figures
    assert (first.territory, first.qualifier, first.basis) == ("NAT-FR", "~", Basis.declared)
    assert second.value == Decimal("31.1881")
    assert (third.status, third.value, third.basis) == (Status.withdrawn, None, Basis.reported)
    assert [(row, code) for row, _, code in errors(outcome)] == [(6, "unknown_indicator"), (7, "unknown_status")]
    assert outcome.errors[0].params["proposal"] == "ax2.ase_exit.in_framework"


def test_the_source_is_document_and_line():
    text = "indicator,territory,period,value,seed_file,line\nax0.ctx.population,31,2021,5,004.txt,172\n"
    assert judge("observations", text, "NAT-FR").figures[0].source == "004.txt:172"
    text = "indicator,territory,period,value,source\nax0.ctx.population,31,2021,5,Insee 2021\n"
    assert judge("observations", text, "NAT-FR").figures[0].source == "Insee 2021"


@pytest.mark.parametrize(
    "text",
    [
        "NIR;Jeunes devenus majeurs\n1;2\n",
        "Département;Prénom;Jeunes devenus majeurs\n31;x;2\n",
        "Titre;;\nDate de naissance;Code;Référentiel\n",
        "Département;Jeunes devenus majeurs\n31;2 03 03 31 555 123 45\n",
        "Nom;Jeunes devenus majeurs\nDurandal;1\nPetitpas;1\n",
    ],
)
def test_files_about_persons_are_refused_whole(text):
    with pytest.raises(FileRefusedError) as refused:
        judge("ase-exits", text, period="2020")
    assert refused.value.code == "person_level_columns"
    assert set(refused.value.params) == {"cell", "kind", "kind_in_english"}, "nothing of the content is said"


def test_a_column_of_territory_names_is_not_about_persons():
    outcome = judge("calpae-amounts", "Code;Nom;Montant\n09;Ariège;1\n11;Aude;2\nTOTAL;;3\n", period="2021")
    assert len(outcome.figures) == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a;b\n1;2\n", "no_table"),
        ("Département;Référentiel;Pris en charge dans le référentiel\n31;1;1\n", "duplicate_column"),
    ],
)
def test_files_that_are_not_of_the_feed(text, code):
    with pytest.raises(FileRefusedError) as refused:
        judge("ase-exits", text, period="2020")
    assert refused.value.code == code
    assert code in codes()


HEADERS = st.sampled_from([c.title for f in FEEDS.values() for c in f.columns.values()])
CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["31", "09", "TOTAL", "CD 31", "Ariège", "12", "1,5", "nd", "0*", "2020", "31,2 %"]),
)


@st.composite
def tables(draw):
    """A feed with a file for it: its own header or any, rows that fit the header or do not."""
    feed = draw(st.sampled_from(sorted(FEEDS)))
    titles = [column.title for column in FEEDS[feed].columns.values()]
    header = draw(st.just(titles) | st.lists(HEADERS, min_size=1, max_size=6))
    places = st.sampled_from(["31", "09", "CD 31", "Ariège", "Occitanie", "TOTAL", ""])
    fitting = st.tuples(places, *[CELLS] * (len(header) - 1)).map(list)
    rows = draw(st.lists(fitting | st.lists(CELLS, max_size=7), max_size=6))
    return feed, header, rows


def no_text_breaks_the_judgement(table, period):
    """Anything gives figures and sentences, or a declared refusal; no cell comes twice."""
    feed, header, rows = table
    text = "\n".join(";".join(c.replace('"', "").replace("\n", " ") for c in row) for row in [header, *rows])
    try:
        outcome = judge(feed, text.encode("utf-8", "replace"), period=period)
    except FileRefusedError as refused:
        assert refused.code in codes()
        return
    assert all(e["message"] for e in listed([*outcome.errors, *outcome.repairs]))
    assert len({f.cell for f in outcome.figures}) == len(outcome.figures)


any_table = given(tables(), st.sampled_from(["2020", "2020-12", None]))
test_no_text_breaks_the_judgement = settings(max_examples=300, deadline=None)(any_table(no_text_breaks_the_judgement))
# One failure is enough: looking for the smallest takes minutes and tells nothing.
any_failure = settings(max_examples=5000, deadline=None, database=None, phases=[Phase.generate])(
    any_table(no_text_breaks_the_judgement)
)


def test_the_property_catches_a_planted_defect(monkeypatch):
    """A judgement that keeps a repeated line twice."""
    right = judge

    def wrong(feed, content, **more):
        outcome = right(feed, content, **more)
        return replace(outcome, figures=[*outcome.figures, *outcome.figures])

    monkeypatch.setitem(globals(), "judge", wrong)
    with pytest.raises(AssertionError):
        any_failure()


def test_a_code_and_a_name_of_two_territories_are_refused_at_the_cell():
    outcome = judge("ase-exits", "Département;Nom du département;Jeunes devenus majeurs\n31;Ariège;12\n", period="2020")
    assert [(e.row, e.code) for e in outcome.errors] == [(2, "territory_mismatch")]
