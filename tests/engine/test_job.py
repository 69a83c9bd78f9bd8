"""What every face relies on in a job: its end, its follow-up, and what AWS would go on with."""

from dataclasses import replace

import pytest

from tests.corpus import ACCOUNT
from tests.support.made import answers, plan
from wizard.base.errors import ExitCode, WizardError
from wizard.base.events import LayerMoved, Phases, StepState
from wizard.engine.apply import Outcome, StepResult
from wizard.engine.job import End, Job, Summary, Verb, end

GIVEN = {"region": "eu-west-1"}
PLAN = plan(GIVEN, ACCOUNT)
WELL = Outcome({"cluster": StepResult(StepState.DONE)}, False, 1.0)
BADLY = Outcome({"cluster": StepResult(StepState.FAILED, error=WizardError("No."))}, False, 1.0)
STOPPED = Outcome({"cluster": StepResult(StepState.SKIPPED)}, True, 1.0)


def job() -> Job:
    """A rotation whose follow-up ends well."""
    made = Job(
        verb=Verb.ROTATE,
        plan=PLAN,
        answers=answers(GIVEN),
        work=lambda _sink, _stop: BADLY,
        resume_command="formae-wizard rotate",
        summary=lambda _, followed_up: Summary(
            ("It is so.",), more=("More.",), data={"put_back": followed_up is not None}
        ),
    )
    due = replace(made, work=lambda _sink, _stop: WELL)
    return replace(made, follow_up=lambda _: due)


def ended(outcome: Outcome) -> tuple[End, list[Job]]:
    """The end, and the follow-ups that were done."""
    done: list[Job] = []

    def follow(due: Job) -> Outcome:
        done.append(due)
        return WELL

    return end(job(), outcome, follow), done


@pytest.mark.parametrize(
    ("outcome", "code", "followed_up"),
    [
        (WELL, ExitCode.OK, 0),
        (BADLY, ExitCode.FAILED, 1),
        (STOPPED, ExitCode.INTERRUPTED, 0),
    ],
)
def test_only_a_failure_is_followed_up(outcome: Outcome, code: ExitCode, followed_up: int) -> None:
    found, done = ended(outcome)
    assert found.code is code
    assert len(done) == followed_up
    assert found.summary.data == {"put_back": bool(followed_up)}
    assert found.followed_up is (WELL if followed_up else None)


def test_a_bad_end_says_how_to_go_on_and_a_good_one_does_not() -> None:
    assert ended(WELL)[0].lines == ["It is so.", "More."]
    on = "Resume: formae-wizard rotate"
    assert ended(STOPPED)[0].lines == ["It is so.", on, "More."]


def test_aws_goes_on_with_what_a_set_up_waits_for_and_with_all_that_a_removal_does() -> None:
    waiting = dict.fromkeys((step.id for step in PLAN.steps), StepState.WAITING_ON_AWS)
    assert job().going(waiting) == ["Aurora instance", "App Runner service"]
    removal = replace(job(), verb=Verb.DESTROY, removes=frozenset(waiting))
    assert removal.going(waiting) == [step.title for step in PLAN.steps]
    assert removal.going({"cluster": StepState.DONE}) == []


def test_a_phase_of_a_layer_is_new_once() -> None:
    phases = Phases()
    pushing = LayerMoved(step="image", layer="a", phase="pushing", done=1, total=9, at=0)
    assert phases.new(pushing)
    assert not phases.new(replace(pushing, done=2))
    assert phases.new(replace(pushing, phase="pushed"))
    assert phases.new(replace(pushing, layer="b"))
