"""What a rule may answer. `Unknown` is neither fine nor wrong, and changes no state."""

from dataclasses import dataclass, field

from services.alerting.alert import Inputs


@dataclass(frozen=True)
class Breach:
    """The condition holds. `confirmed`: for as many periods in a row as the rule asks."""

    reason: str
    inputs: Inputs = field(default_factory=dict)
    confirmed: bool = True


@dataclass(frozen=True)
class Clear:
    """The condition does not hold, and that is known."""

    reason: str
    inputs: Inputs = field(default_factory=dict)
    confirmed: bool = True


@dataclass(frozen=True)
class Unknown:
    """Nobody can tell: a figure is missing, not final, or too incomplete."""

    reason: str
    inputs: Inputs = field(default_factory=dict)


Verdict = Breach | Clear | Unknown
