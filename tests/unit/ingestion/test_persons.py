"""Files about persons are refused whole; files that only sound like it are not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingestion.parse.rows import FileRefusedError, Row, Sheet
from services.ingestion.repair.territories import Gazetteer
from services.ingestion.validate import persons
from services.ingestion.validate.persons import refuse_persons
from services.ingestion.wording import sentence
from tests.unit.ingestion.judge import FEEDS, catalogue

KINDS = ("numéro de sécurité sociale", "noms de personnes", "naissance", "numéro d'allocataire ou de dossier")
GAZETTEER = Gazetteer(catalogue().territories, FEEDS["calpae-amounts"])
PERSONAL = """NIR|N° NIR|NIR (13 chiffres)|Numéro de sécurité sociale|N° Sécu|N° SS|NSS|Prénom|Prénom(s)|Nom et prénom
NOM Prénom|Nom, prénom|Nom de famille|Nom de naissance|Nom d'usage|Nom du bénéficiaire|Nom de l’usager
Date de naissance|Date de naissance du jeune|DDN|Né(e) le|Lieu de naissance|Commune de naissance
N° allocataire|Numéro allocataire CAF|N° d'allocataire (CAF)|Matricule|Matricule CAF|N° CAF
Identifiant bénéficiaire|N° dossier CAF|First name|LastName|Surname|Date of birth|Social security number
Geburtsdatum|Civilité|Adresse du bénéficiaire|Patronyme|Prénom du bénéficiaire""".replace("\n", "|").split("|")
AGGREGATE = """Nombre d'allocataires|Nom du département|Nom|Nom de la structure|Nom du porteur|Nom du projet
Nom de la région|Date de naissance non renseignée (nombre)|SIRET|N° SIRET|Allocataires|Bénéficiaires du RSA
Part des allocataires|Naissances|% d'allocataires|Montant par allocataire|Identifiant|Code|N°|N° de projet
Date de lancement|Nombre de naissances|Contact|Allocataires CAF|Nombre de prénoms|Nom de l'appel à projets
Année de naissance|Sexe|Âge|Organisme|Bénéficiaire|Courriel|Téléphone|Nb NIR manquants|Numéro de convention
Code du département|Pays|Nom du territoire""".replace("\n", "|").split("|")


def refused(*rows, hidden=False):
    sheet = Sheet("Feuil1", [Row(n, list(cells)) for n, cells in enumerate(rows, start=1)], hidden=hidden)
    try:
        refuse_persons([sheet], GAZETTEER)
    except FileRefusedError as error:
        assert error.code == "person_level_columns"
        assert re.fullmatch(r"Feuil1![A-Z]+[0-9]+", error.params["cell"])
        assert error.params["kind"] in KINDS, "nothing of the content is said"
        return True
    return False


@pytest.mark.parametrize("title", PERSONAL)
def test_titles_of_persons(title):
    assert refused([title, "Montant"], ["x", 1])


@pytest.mark.parametrize("title", AGGREGATE)
def test_titles_that_only_sound_like_it(title):
    assert not refused([title, "Montant"], ["Ariège", 1], ["Aude", 2])


@pytest.mark.parametrize(
    "cell",
    [
        "2 03 03 31 555 123 45",
        "dossier 2 03 03 31 555 123 45",
        "2 03 03 2A 555 123",
        "1.85.05.78.006.084",
        "1 85 05 78 006 084 91",
        "185057800608491",
        "1850578006084",
        1850578006084,
        1850578006084.0,
        185057800608491,
    ],
)
def test_social_security_numbers_anywhere(cell):
    assert refused(["Département", "Jeunes"], ["31", 412], [cell, None])
    assert refused(["x"], [None, None, cell], hidden=True)


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("Montant", 1850578006084),
        ("Crédits (€)", "1850578006084"),
        ("Valeur", 1850578006084.0),
        ("x", "1 850 578 006 084"),
        ("SIRET", "18505780060849"),
        ("x", "18505780060849"),
        ("SIREN", "200027183"),
        ("x", "05 61 00 00 00"),
        ("Note", "montants 1 778 034, 2 474 617 et 554 116"),
        ("Note", "du 2021-03-31 au 2021-12-31"),
        ("Allocataires", 68450),
        ("x", float("inf")),
        ("x", float("nan")),
        ("x", 10**400),
        ("Courriel de la structure", "contact@example.org"),
    ],
)
def test_numbers_that_are_no_persons(title, cell):
    assert not refused([title], [cell])


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("Allocataire", "1234567A"),
        ("N° de dossier", "7654321 K"),
        ("Nom", "Durandal"),
        ("Dossier CAF", "7654321"),
        ("Dossier CAF", 7654321),
        ("Bénéficiaire", "VASSEUR Odile"),
        ("Jeune", "Odile Vasseur"),
        ("Usager", "de LESTRADE Anne-Lise"),
        ("Jeune majeur", "Odile VASSEUR"),
        ("Commentaire", "jeune née le 3 mars 2003"),
        ("Commentaire", "Né le 03/03/2003 à Auch"),
        ("NomPrenom", "x"),
        ("dateNaissance", "x"),
    ],
)
def test_columns_told_by_what_stands_below(title, cell):
    assert refused([title, "n"], [cell, 1])


@pytest.mark.parametrize(
    "rows",
    [
        [["Code", "Nom", "n"], ["31", "MDS Nord", 1], ["31", "MDS Sud", 2]],
        [["Code", "Nom", "n"], ["31", "dont filles", 1]],
        [["Code", "Nom", "n"], ["31", "Sous-total", 1], ["31", "CD 31", 1]],
        [["Département", "Dotation"], ["31", "1850331000000"]],
        [["Département", "Téléphone", "Courriel"], ["31", "05 61 00 00 00", "contact@example.org"]],
        [["Bénéficiaire", "n"], ["Val d'Oise", 1], ["Mission Locale", 2]],
        [["Note"], ["association créée le 12/03/2020"]],
    ],
)
def test_honest_files(rows):
    assert not refused(*rows)


def test_names_beside_a_code_are_still_names():
    assert refused(["Code", "Nom", "n"], ["31", "VASSEUR Odile", 1], ["31", "Odile Lestrade", 2])


def test_the_refusal_says_where_and_what():
    sheet = Sheet("Feuil1", [Row(1, ["Code", "n"]), Row(2, ["31", "née le 3 mars 2003"])])
    with pytest.raises(FileRefusedError) as found:
        refuse_persons([sheet], GAZETTEER)
    assert found.value.params["cell"] == "Feuil1!B2"
    said = [sentence(found.value.code, found.value.params, english=english) for english in (False, True)]
    assert "naissance, cellule Feuil1!B2" in said[0]
    assert "birth, cell Feuil1!B2" in said[1]
    assert "2003" not in "".join(said)


def keyed_numbers_are_found(sex, year, month, rest):
    body = f"{sex}{year:02d}{month:02d}31{rest:06d}"
    text = body + f"{97 - int(body) % 97:02d}"
    assert refused(["Montant"], [text])
    assert refused(["Montant"], [int(text)])
    assert not refused(["Montant"], [int(text) + 1]), "another key"


keyed = given(st.sampled_from([1, 2]), st.integers(0, 99), st.integers(1, 12), st.integers(0, 999_998))
test_keyed_numbers_are_found = keyed(keyed_numbers_are_found)


def test_the_property_catches_a_planted_defect(monkeypatch):
    """Numbers are looked at as texts only."""
    monkeypatch.setattr(persons, "_SMALLEST", 10**20)
    with pytest.raises(AssertionError):
        keyed(keyed_numbers_are_found)()
