"""A small catalogue without a fault, to be spoilt one place at a time."""

from pathlib import Path

import pytest

FILES = {
    "territories.csv": """\
code,name,level,parent,zone,holidays
NAT-FR,France,country,,Europe/Paris,metropole
REG-76,Occitanie,region,NAT-FR,Europe/Paris,metropole
DEPT-31,Haute-Garonne,department,REG-76,Europe/Paris,metropole
DEPT-32,Gers,department,REG-76,Europe/Paris,metropole
EPCI-243100518,Toulouse Métropole,metropole,DEPT-31,Europe/Paris,metropole
""",
    "indicators.csv": """\
code,definition_version,label,axis,measure,kind,unit,direction,frequency,method,metropoles,numerator_label,\
denominator_label,denominator_indicator,reporter,source
ax1.young,1,Jeunes,1,Jeunesse,count,jeunes,none,annual,sum,not_asked,,,,Départements,"Bilan, l. 1"
ax1.housed,1,Jeunes logés,1,Jeunesse,ratio,%,up,annual,ratio,not_asked,Logés,Jeunes,ax1.young,Départements,
ax1.amount,1,Montant,1,Budget,amount,EUR,none,annual,none,added,,,,Départements,
""",
    "targets.csv": """\
indicator,territory,period,due,value,comparator,baseline,baseline_date,commitment,simulated,source,version
ax1.housed,REG-76,2021,2021-12-31,40,>=,31.2,2020-12-31,agreed,false,,1
ax1.housed,REG-76,2021,2021-12-31,45,>=,31.2,2020-12-31,agreed,false,,2
ax1.housed,DEPT-31,,,10,<=,,,proposal,false,norme,1
""",
    "collections.yaml": """\
feeds:
  - {code: youth, label: Jeunes}
  - {code: money, label: Montants}
collections:
  - code: youth-2020
    label: Jeunes 2020
    period: 2020
    feeds: [youth]
    due_on: 2021-03-31
    indicators:
      - ax1.young
      - ax1.housed
    members:
      - DEPT-32
      - {territory: DEPT-31, due_on: 2021-06-30, source_text: instruction}
  - code: money-2020
    label: Montants 2020
    period: 2020
    feeds: [money]
    due_on: 2021-03-31
    indicators: [ax1.amount]
    members: [DEPT-31]
""",
    "rules.yaml": """\
rules:
  - code: target_missed
    kind: target_missed
    version: 1
    label: Cible non atteinte
    severity: warning
    parameters: {tolerance: 0}
  - code: coverage_low
    kind: coverage_low
    version: 2
    label: Complétude insuffisante
    severity: info
    enabled: no
    parameters:
      fire_below: 0.80
      clear_at: 0.85
      levels: [region]
  - code: off_trajectory
    kind: off_trajectory
    version: 1
    label: En retard
    severity: warning
    parameters: {fire_below: 0.90, clear_at: 0.95, confirmations: 2}
""",
    "recipients.yaml": """\
recipients:
  - code: commissioner
    role: commissioner
    label: Commissaire
    email: commissaire@vigie.example
    territories: [REG-76]
    rules: [target_missed]
""",
    "checks.yaml": """\
checks:
  - code: housed_within_young
    kind: part_of
    group: youth
    label: Logés parmi les jeunes
    whole: ax1.young
    whole_operand: value
    parts: [ax1.housed]
    operand: numerator
  - code: housed_percentage
    kind: ratio_of
    group: youth
    label: Le pourcentage suit ses effectifs
    whole: ax1.housed
    denominator_indicator: ax1.young
    decimals: 1
    tolerance: 0.1
    levels: [region]
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of catalogue files without a fault."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path
