"""The simulated figures of the 2020 campaign, by department: invented, but they add up to what the region published.

Lozère (48) has none: it is the department that never answers.
"""

import unicodedata
from dataclasses import dataclass

NOTICE = "DONNÉES SIMULÉES pour la démonstration de Vigie : aucune valeur réelle de ce département"

NAMES = {
    "09": "Ariège", "11": "Aude", "12": "Aveyron", "30": "Gard", "31": "Haute-Garonne", "32": "Gers", "34": "Hérault",
    "46": "Lot", "48": "Lozère", "65": "Hautes-Pyrénées", "66": "Pyrénées-Orientales", "81": "Tarn",
    "82": "Tarn-et-Garonne",
}  # fmt: skip


@dataclass(frozen=True)
class Form:
    """A feed's file as departments fill it. `shares`: column of a percentage, made of two columns by position."""

    feed: str
    stem: str
    columns: tuple[str, ...]
    shares: tuple[tuple[str, int, int], ...] = ()


ASE = Form(
    "ase-exits",
    "ase",
    (
        "Jeunes devenus majeurs",
        "Pris en charge dans le référentiel",
        "Travailleur social choisi",
        "Logement stable",
        "Ressources financières",
        "Études ou emploi",
    ),
    (("% pris en charge dans le référentiel", 1, 0),),
)
RSA = Form(
    "rsa-delays",
    "rsa",
    (
        "Nouveaux bénéficiaires",
        "Orientés en un mois ou moins",
        "Premier rendez-vous fixé",
        "Premier rendez-vous en moins de 2 semaines",
        "CER signés",
        "CER signés dans les 2 mois",
    ),
    (("% orientés en un mois ou moins", 1, 0), ("% CER signés dans les 2 mois", 5, 4)),
)

FIRST, CORRECTION = "-premier-envoi", "correction-"


def stem(form: Form, code: str, suffix: str = "", prefix: str = "") -> str:
    """The name of a department's file, without extension: ase-2020-34-herault."""
    bare = unicodedata.normalize("NFKD", NAMES[code])
    slug = "".join(c for c in bare if not unicodedata.combining(c)).lower()
    return f"{prefix}{form.stem}-2020-{code}-{slug}{suffix}"


Figures = dict[str, tuple[int, ...]]

# Final figures. Their sums: 3 030, 945, 827, 989, 817, 749 (Bilan 2021 Occitanie, l. 1162 to 1167).
ASE_2020: Figures = {
    "09": (79, 41, 36, 38, 35, 32),
    "11": (193, 48, 42, 45, 41, 38),
    "12": (144, 62, 54, 58, 54, 49),
    "30": (385, 104, 91, 122, 90, 82),
    "31": (729, 235, 206, 262, 203, 187),
    "32": (98, 44, 38, 41, 38, 35),
    "34": (612, 152, 133, 176, 132, 121),
    "46": (90, 38, 33, 36, 33, 30),
    "65": (118, 33, 29, 31, 28, 26),
    "66": (247, 71, 62, 68, 61, 56),
    "81": (200, 73, 64, 70, 63, 58),
    "82": (135, 44, 39, 42, 39, 35),
}

# Sums: 64 873, 17 551, 7 964, 2 246, 12 750, 6 713 (Bilan 2021 Occitanie, l. 1802 to 1807).
RSA_2020: Figures = {
    "09": (1784, 869, 357, 121, 541, 325),
    "11": (4946, 1022, 544, 141, 863, 401),
    "12": (1718, 884, 378, 132, 566, 351),
    "30": (9652, 1862, 869, 209, 1443, 676),
    "31": (13968, 4309, 1816, 527, 3068, 1687),
    "32": (1426, 791, 342, 127, 497, 313),
    "34": (15304, 2789, 1301, 299, 2214, 1016),
    "46": (1447, 669, 304, 104, 451, 262),
    "65": (2313, 884, 393, 118, 603, 331),
    "66": (6883, 1764, 757, 197, 1236, 631),
    "81": (3129, 1092, 469, 138, 748, 412),
    "82": (2303, 616, 434, 133, 520, 308),
}

# What two departments sent first: a slip of one digit (158 young people in housing out of 144), and a partial count.
ASE_FIRST: Figures = {
    "12": (144, 62, 54, 158, 54, 49),
    "82": (135, 38, 33, 37, 33, 30),
}

# What a department sends when the visitor asks: its target is 30 %, it had 24,8 %, it now has 31,0 %.
ASE_CORRECTION: Figures = {"34": (612, 190, 158, 189, 161, 148)}
