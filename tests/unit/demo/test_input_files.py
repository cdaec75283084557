"""The committed files: they add up to what was published, they say what is simulated, and their generator made them."""

from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from deploy.demo import generate
from deploy.demo.amounts import read_amounts
from deploy.demo.implied import ASE_PARTS, RSA_PARTS
from deploy.demo.inputs import InputError, find, number, rows
from deploy.demo.simulated import ASE_2020, ASE_CORRECTION, NOTICE, RSA_2020
from deploy.demo.timeline import CAMPAIGN, LAST_WORD
from tests.unit.demo.conftest import INPUT, Played

PUBLISHED = {
    "ax2.ase_exit.reaching_majority": 3030,
    "ax2.ase_exit.in_framework": 945,
    "ax2.ase_exit.chose_worker": 827,
    "ax2.ase_exit.stable_housing": 989,
    "ax2.ase_exit.financial_resources": 817,
    "ax2.ase_exit.studying_or_working": 749,
    "ax5.brsa.new_beneficiaries": 64873,
    "ax5.brsa.oriented_1_month": 17551,
    "ax5.brsa.first_meeting_set": 7964,
    "ax5.brsa.first_meeting_2_weeks": 2246,
    "ax5.brsa.cer_signed": 12750,
    "ax5.brsa.cer_2_months": 6713,
}


@pytest.mark.parametrize("indicator", [*ASE_PARTS, *RSA_PARTS])
def test_departments_add_up_to_the_published_region(played: Played, indicator: str) -> None:
    figure = played.known.regional()[indicator]
    assert (figure.value if figure.numerator is None else figure.numerator) == PUBLISHED[indicator]


def test_the_printed_table_means_17940581_not_19718615(played: Played) -> None:
    amounts = read_amounts(played.known.documents["calpae-amounts"])
    assert (amounts.own, amounts.naive, amounts.declared, amounts.partners) == (17940581, 19718615, 17940580, 16)


def test_the_documents_of_the_region_state_what_was_published(played: Played) -> None:
    oriented = played.known.declared("ax5.brsa.oriented_1_month")
    assert oriented is not None
    assert (oriented.value, oriented.numerator, oriented.denominator) == (58, 17551, None)
    figures = played.known.by_department()
    camps = {territory: f.value for (code, territory, _), f in figures.items() if code == "ax6.bidonvilles.sites"}
    assert camps == {"DEPT-31": 68, "DEPT-34": 14, "DEPT-30": 1, "DEPT-66": 5}
    assert figures["ax2.garantie_jeunes.entries", "DEPT-31", "2021"].value == 4958


def test_every_simulated_file_says_so_and_is_sent_as_such() -> None:
    sends = [*(send for moment in CAMPAIGN for send in moment.sends), LAST_WORD]
    for send in sends:
        file = find(INPUT, send.stem)
        if file is None:
            assert send.sender == "DEPT-48"
            continue
        if file.suffix == ".xlsx":
            title = str(CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()[0][0])
        else:
            title = file.read_bytes().decode("cp1252", "replace").splitlines()[0]
        assert title.startswith(NOTICE) == send.simulated


def test_every_file_belongs_to_the_campaign() -> None:
    stems = {send.stem for moment in CAMPAIGN for send in moment.sends} | {LAST_WORD.stem}
    assert {file.stem for file in INPUT.iterdir()} <= stems


def test_files_hold_what_their_generator_writes(tmp_path: Path) -> None:
    generate.main(tmp_path)
    for made in tmp_path.iterdir():
        committed = INPUT / made.name
        assert rows(committed) == rows(made), made.name
    assert len(list(tmp_path.iterdir())) == len(ASE_2020) + len(RSA_2020) + 2 + len(ASE_CORRECTION)


@pytest.mark.parametrize(
    ("text", "value"), [("17 940 580", 17940580), ("0*", 0), ("58,5", Decimal("58.5")), ("", None), ("nd", None)]
)
def test_numbers_are_read_as_people_write_them(text: str, value: int | Decimal | None) -> None:
    assert number(text) == value


def test_a_file_in_two_formats_is_refused(tmp_path: Path) -> None:
    for extension in ("csv", "xlsx"):
        (tmp_path / f"a.{extension}").touch()
    with pytest.raises(InputError, match="two formats"):
        find(tmp_path, "a")
