"""CheckEvaluated: what a coherence check found, once a submission that touches it has gone through."""

from shared.contracts.message import Instant, Message, Number
from shared.domain.check import CheckKind, CheckState


class CheckEvaluated(Message):
    """One outcome. `expected` and `computed` are the two sides compared, in the unit of the figure.

    `subject`: the indicator that a check of whatever indicators found it in, empty for a check of named ones.

    `previous` is the state before, None the first time; `inputs` names what was compared, so that a repeated message is
    recognised. A check flags figures as in doubt; it changes none.
    """

    check: str
    subject: str = ""
    kind: CheckKind
    territory: str
    period: str
    indicators: list[str]
    state: CheckState
    previous: CheckState | None = None
    expected: Number | None = None
    computed: Number | None = None
    difference: Number | None = None
    simulated: bool = False
    inputs: str
    evaluated_at: Instant
