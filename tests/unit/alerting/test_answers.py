"""What a submission answers, and what an alert about a duty still rests on."""

import pytest

from services.alerting.alert import Subject
from services.alerting.duty import answers_of, duties_of, spans
from services.alerting.following import no_longer_asked
from shared.contracts.submission import Answer, SubmissionAccepted
from shared.domain.rule import RuleKind
from tests.support.alerting import CATALOGUE, NOW, firing


def submission(**fields) -> SubmissionAccepted:
    return SubmissionAccepted(
        **{
            "receipt_id": "r",
            "submission_seq": 1,
            "feed": "ase-exits",
            "reporter": "DEPT-31",
            "period": "2019/2020",
            "observation_count": 1,
            "received_at": NOW,
            **fields,
        }
    )


def test_a_submission_answers_for_what_it_says_or_for_all_it_names() -> None:
    said = [Answer(territory="DEPT-31", period="2019"), Answer(territory="DEPT-31", period="2020")]
    told = answers_of(submission(answers=said, territories=["DEPT-31"]))
    assert told == {("DEPT-31", "2019"), ("DEPT-31", "2020")}
    older = answers_of(submission(period="2020", territories=["DEPT-31", "DEPT-32"]))
    assert older == {("DEPT-31", "2020"), ("DEPT-32", "2020")}
    assert answers_of(submission(period="2020", nil_return=True)) == {("DEPT-31", "2020")}


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("2020", "2020", True),
        ("2019/2020", "2020", True),
        ("2018/2019", "2020", False),
        ("2020-12", "2020", False),
        ("nothing", "2020", False),
    ],
)
def test_a_span_holds_the_periods_inside_it(outer: str, inner: str, expected: bool) -> None:
    assert spans(outer, inner) is expected


def test_an_alert_about_a_period_that_is_no_longer_collected_has_no_subject() -> None:
    asked = {(d.collection, d.territory, d.period) for d in duties_of(CATALOGUE)}

    def about(period: str) -> str | None:
        subject = Subject("report_overdue", RuleKind.report_overdue, "DEPT-32", period, collection="calpae-2020")
        return no_longer_asked(firing(RuleKind.report_overdue, subject=subject), CATALOGUE, asked)

    assert about("2020") is None
    assert about("2019") == "not_expected"
