"""Column titles of files about persons, in French and a few other languages, and those that only sound like them."""

import re

from services.ingestion.words import plain

_LONGEST = 80
# A title that counts, adds up or names an organisation is about no person: `Nombre d'allocataires`.
_AGGREGATE = re.compile(
    r"\b(?:nombre|nombres|nb|nbre|nbr|effectifs?|part|parts|taux|total|totaux|montants?|pourcentage|"
    r"moyenne|moyen|mediane?|proportion|cout|budget|dont|sans|non renseigne\w*|manquant\w*|statut|type|"
    r"number of|numbers|count|share|rate)\b|%"
)
_ORGANISATION = re.compile(
    r"\b(?:structures?|organismes?|porteurs?|associations?|departements?|regions?|communes?|services?|partenaires?|"
    r"actions?|projets?|dispositifs?|mesures?|indicateurs?|territoires?|metropoles?|etablissements?|collectivites?|epci|"
    r"ccas|caf|siret|siren|fichiers?|feuilles?|documents?|axes?|appels?|acteurs?|financeurs?|operateurs?)\b"
)
_PERSON = (
    r"(?:beneficiaires?|jeunes?|allocataires?|usagers?|usageres?|demandeurs?|demandeuses?|titulaires?|mineurs?|enfants?|"
    r"parents?|personnes?|assures?|adherents?|apprenants?|stagiaires?|salaries?|locataires?|conjoints?|peres?|meres?|"
    r"interesse\w?|candidats?|individus?|eleves?|referents?|contacts?|brsa|tuteurs?|patients?)"
)
_LINK = r"(?:de l |d |du |de la |de |des |l )?"
_NUMBER = r"(?:n|no|num|numero|nr|matricule|identifiant|id|code|reference|ref)"
_NAME = r"(?:noms?|prenoms?)"
_PERSONAL = re.compile(
    r"^(?:"
    # The social security number.
    rf"(?:{_NUMBER} )?{_LINK}(?:nir|nirpp|nss|insee nir|nir cle|cle nir)(?: .*)?|"
    rf"{_NUMBER} {_LINK}(?:securite sociale|secu|secu sociale|ss|immatriculation sociale)(?: .*)?|"
    r"social security (?:number|no)|ssn|national insurance number|"
    # Names.
    rf"{_NAME}(?: et| ou)? {_NAME}(?: .*)?|prenoms?(?: .*)?|prenom s|.* prenoms?|{_NAME} {_LINK}{_PERSON}|"
    r"noms? (?:de famille|de naissance|d usage|usuel|patronymique|marital|de jeune fille|d epouse|complet|"
    r"et adresse)(?: .*)?|nom naissance|nom usage|patronyme|identite(?: (?:du|de l|de la) .*)?|civilite|"
    r"(?:first|last|given|family|full|middle|maiden) ?names?|surname|forename|vorname|nachname|familienname|apellidos?|"
    r"cognome|achternaam|voornaam|"
    # Births.
    r"(?:date|jour|lieu|commune|ville|pays|departement) (?:de |d )?(?:naissance|naiss)(?: .*)?|date naiss\w*|"
    r"d(?:at)?e? de naiss\w*|ddn|dnais|ne le|nee le|ne e le|ne e s le|naissance|"
    r"(?:birth ?date|date of birth|dob|birthday|birth ?place|place of birth)(?: .*)?|geburtsdatum|geburtsort|"
    r"fecha de nacimiento|data di nascita|"
    # Files of persons.
    rf"{_NUMBER} {_LINK}(?:dossier )?{_LINK}{_PERSON}(?: .*)?|{_NUMBER} {_LINK}(?:dossier )?(?:caf|msa|cnaf)(?: .*)?|"
    rf"{_NUMBER} {_LINK}(?:pole emploi|france travail|ine|agdref|etranger|titre de sejour|passeport|carte vitale|cni)|"
    rf"matricule(?: (?:caf|cnaf|msa))?|numallocataire|num alloc|n alloc|no alloc|numero alloc|idallocataire|"
    # Addresses of persons.
    rf"adresse (?:personnelle|du domicile|postale {_LINK}{_PERSON}|{_LINK}{_PERSON})"
    r")$"
)
_OF_A_PERSON_ANYWAY = re.compile(
    r"naiss|allocataire|beneficiaire|\bnir\b|secu|^(?:n|no|num|numero|matricule)\b.*\bcaf\b|prenom"
)
_FILE_OF_A_PERSON = re.compile(rf"^(?:{_PERSON}|identifiants?|dossiers?|{_NUMBER} {_LINK}dossiers?)$")
_FILE_OF_THE_CAF = re.compile(rf"^(?:dossiers?|identifiants?) {_LINK}(?:caf|cnaf|msa|allocataires?)$")
_A_PERSON = re.compile(
    rf"^{_PERSON}(?: (?:majeure?s?|mineure?s?|confiee?s?|accueillie?s?|accompagnee?s?|suivie?s?|concernee?s?))?$"
)
_PLACE = re.compile(
    r"\b(?:codes?|dep|dept|dpt|departements?|territoires?|territory|regions?|insee|collectivites?|zones?|zone id)\b"
)
_CAMEL = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
_KINDS = (
    ("birth", re.compile(r"naiss|birth|\bdob\b|ddn|dnais|^nee? |^ne |geburt|nacimiento|nascita")),
    ("beneficiary", re.compile(r"alloc|\bcaf\b|\bmsa\b|\bcnaf\b|dossier|matricule")),
    ("social_security", re.compile(r"\bnir|\bnss\b|secu|\bss\b|ssn|insee|immatriculation|insurance")),
)
_AMOUNT = re.compile(
    r"\b(?:montants?|credits?|budgets?|couts?|depenses?|euros?|total|subventions?|valeurs?|recettes?|siret|siren|amounts?|"
    r"value|populations?|nombre|effectifs?|dotations?|enveloppes?|financements?|versements?|participations?|aides?|"
    r"soldes?|produits?|charges?|engagements?|engages?|paiements?|payes?|prix|ae|cp)\b|€"
)


def is_personal(text: str) -> bool:
    """Say whether a title is that of a column about persons, whatever stands below it."""
    if not 2 < len(text) <= _LONGEST:
        return False
    words = plain(text)
    if _CAMEL.search(text) and not _PERSONAL.match(words):
        words = plain(_CAMEL.sub(" ", text))  # `dateNaissance`
    if not words or _AGGREGATE.search(words) or "%" in text or not _PERSONAL.match(words):
        return False
    return not _ORGANISATION.search(words) or _is_number_or_birth(words)


def _is_number_or_birth(words: str) -> bool:
    """`Numéro allocataire CAF` and `Commune de naissance` name an organisation or a place, and are a person's."""
    return bool(_OF_A_PERSON_ANYWAY.search(words))


def is_file_of_a_person(text: str) -> bool:
    """Say whether a title may head the numbers of persons' files: `Allocataire`, `Identifiant`, `N° de dossier`."""
    return len(text) <= _LONGEST and bool(_FILE_OF_A_PERSON.match(plain(text)))


def is_file_of_the_caf(text: str) -> bool:
    """Say whether a title heads numbers of files of the CAF, also those written without their letter."""
    return len(text) <= _LONGEST and bool(_FILE_OF_THE_CAF.match(plain(text)))


def is_a_person(text: str) -> bool:
    """Say whether a title is just the word for a person, which may head names: `Bénéficiaire`, `Jeune majeur`."""
    return len(text) <= _LONGEST and bool(_A_PERSON.match(plain(text)))


def is_of_places(text: str) -> bool:
    """Say whether a title is that of codes or territories, beside which `Nom` is the label of a row."""
    return len(text) <= _LONGEST and bool(_PLACE.search(plain(text)))


def kind_of_title(text: str) -> str:
    """What a personal title is about: birth, beneficiary, social_security or names."""
    words = plain(text)
    return next((kind for kind, pattern in _KINDS if pattern.search(words)), "names")


def is_of_amounts(text: str) -> bool:
    """Say whether a title is that of large numbers which are no person's: amounts, counts, SIRET."""
    return bool(_AMOUNT.search(plain(text))) or "€" in text
