"""Who sends what, and when: the campaign as data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from deploy.demo.simulated import ASE, CORRECTION, FIRST, NAMES, RSA, stem

COMMISSIONER = "REG-76"
ON_TIME = ("09", "11", "12", "30", "31", "32", "34", "66", "82")
SILENT = "48"
"""It has no file in the input folder. Whoever has none stays silent: take another one away, or give this one."""
LATE = ("46", "65", "81")
CORRECTS_A_DOUBT, REVISES = "12", "82"


@dataclass(frozen=True)
class Send:
    """One file sent by one territory's token. `stem`: its name without extension, which says how it is read."""

    feed: str
    sender: str
    stem: str
    period: str | None = None
    simulated: bool = True


@dataclass(frozen=True)
class Moment:
    """An instant of the platform's clock, and the files sent at it. `story` is told to whoever watches."""

    at: datetime
    title: str
    story: str
    sends: tuple[Send, ...] = ()


def _reports(codes: Iterable[str], first: Iterable[str] = ()) -> Iterator[Send]:
    """The two reports of each department; `first`: whose ASE file is one that will be replaced."""
    for code in codes:
        yield Send(ASE.feed, f"DEPT-{code}", stem(ASE, code, FIRST if code in first else ""), "2020")
        yield Send(RSA.feed, f"DEPT-{code}", stem(RSA, code), "2020")


def _again(code: str) -> Send:
    return Send(ASE.feed, f"DEPT-{code}", stem(ASE, code), "2020")


CAMPAIGN = (
    Moment(
        datetime.fromisoformat("2021-03-25T09:00:00+01:00"),
        "Les chiffres publiés pour 2019 à 2021 (données réelles)",
        "La région dépose ce que ses documents publient, le tableau CALPAE tel qu'il est imprimé compris.",
        (
            Send("calpae-amounts", COMMISSIONER, "calpae-montants-2021", "2021", simulated=False),
            Send("observations", COMMISSIONER, "observations-occitanie", simulated=False),
            Send("social-benefits", COMMISSIONER, "prestations-sociales", simulated=False),
        ),
    ),
    Moment(
        datetime.fromisoformat("2021-03-25T14:00:00+01:00"),
        "La campagne 2020 commence (données simulées)",
        "Neuf départements déposent à temps. L'Aveyron annonce plus de jeunes logés que de jeunes devenus majeurs.",
        tuple(_reports((*ON_TIME, SILENT), first=(CORRECTS_A_DOUBT, REVISES))),
    ),
    Moment(
        datetime.fromisoformat("2021-04-01T09:00:00+02:00"),
        "L'échéance du 31 mars est passée",
        "Quatre départements n'ont rien envoyé : le silence se voit, la complétude baisse.",
    ),
    Moment(
        datetime.fromisoformat("2021-04-08T09:00:00+02:00"),
        "Trois départements répondent en retard",
        "Le Lot, les Hautes-Pyrénées et le Tarn déposent. Il ne manque plus que la Lozère.",
        tuple(_reports(LATE)),
    ),
    Moment(
        datetime.fromisoformat("2021-04-15T09:00:00+02:00"),
        "L'Aveyron corrige",
        "Le nombre impossible, accepté et signalé comme douteux, était une faute de frappe : le doute est levé.",
        (_again(CORRECTS_A_DOUBT),),
    ),
    Moment(
        datetime.fromisoformat("2021-05-03T09:00:00+02:00"),
        "Le Tarn-et-Garonne révise",
        "Son premier envoi était partiel : avec le second, sa cible est atteinte et son alerte est annulée.",
        (_again(REVISES),),
    ),
)

LOOKED_BACK_AT = (date(2021, 3, 31), CAMPAIGN[-1].at.date())
"""Days of which the demonstration asks what was known: the end of the due date, and the last one."""

LAST_WORD = Send(ASE.feed, "DEPT-34", stem(ASE, "34", prefix=CORRECTION), "2020")
"""What the visitor sends: the corrected workbook of a department that misses its target."""


def senders() -> list[str]:
    """Every territory that needs a token."""
    return sorted({send.sender for moment in CAMPAIGN for send in moment.sends} | {LAST_WORD.sender})


def name_of(code: str) -> str:
    """A territory of the campaign as people call it."""
    return {"NAT-FR": "France", COMMISSIONER: "Occitanie"}.get(code) or NAMES.get(code.partition("-")[2], code)
