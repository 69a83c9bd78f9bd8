"""Going on with a run that did not come to its end: which one, its answers, and what it left.

No question is asked twice: the answers are those the run was started with. What exists is asked of
AWS, as in every run. The command that goes on from here names the same answers, without a secret.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from wizard import journal
from wizard.answers.file import load
from wizard.answers.model import Answers, Source
from wizard.answers.parsing import written
from wizard.answers.questions import QUESTIONS, Detected, Question
from wizard.answers.resolving import Collected, Texts, collect, said, with_file
from wizard.base.errors import ExitCode, WizardError
from wizard.base.events import StepState
from wizard.costs import Prices, money
from wizard.engine.apply import Outcome, Residue, StepResult
from wizard.engine.destroy.plan import Cost
from wizard.engine.explain import watch
from wizard.journal import PastRun
from wizard.journal.past import headline, unheard, whose
from wizard.plan.inputs import Choices, Data
from wizard.plan.model import PROOFS, LookOnly, Plan, Step, TakeAway

Draft = Mapping[Source, Mapping[str, str]]

PLACE = ("name", "region")

API_PASSWORD = "api-secret"  # noqa: S105 - a step

COMMAND = "formae-wizard apply --resume"

WORDS = {"apply": "run", "destroy": "removal"}


@dataclass(frozen=True, slots=True)
class Resumable:
    """A run to go on with, and the answers it was started with."""

    run: PastRun
    answers: Texts

    @property
    def needs_password(self) -> bool:
        """Whether a password of the person's own has to be given once more: none is ever kept."""
        return self.run.own_password and API_PASSWORD not in self.run.taken

    def draft(self, draft: Mapping[Source, dict[str, str]]) -> dict[Source, dict[str, str]]:
        """The draft with the run's answers; what is given now wins over them."""
        return with_file(draft, self.answers)


def left(draft: Draft, verb: str = "") -> PastRun | None:
    """The last run that did not come to its end; where the draft names a deployment, of that."""
    wanted = said(draft)
    for run in journal.unfinished():
        named = all(wanted.get(key, "").strip() in {"", getattr(run, key)} for key in PLACE)
        if named and verb in {"", run.verb}:
            return run
    return None


def resumable(run: PastRun | None) -> Resumable | None:
    """The run with its answers, where they are still there and can be used."""
    if run is None or run.answers is None or run.verb != "apply":
        return None
    loaded = load(str(run.answers))
    if loaded.complaints or not loaded.texts:
        return None
    return Resumable(run, loaded.answers(f"your answers of {run.began.astimezone():%Y-%m-%d}"))


def removing(draft: Draft) -> tuple[PastRun, tuple[str, ...]]:
    """The removal that `destroy --resume` means, and the flags it was agreed to with.

    Raises WizardError where there is none to go on with.
    """
    run = _left(draft, "destroy")
    words = _flags(run)
    if words is None:
        raise unknown(run)
    return run, words


def removable(run: PastRun | None) -> Choices | None:
    """What was chosen for a removal that can be shown again and gone on with; None for no such.

    One of what a set-up made so far belongs to that set-up, and is none.
    """
    words = _flags(run) if run and run.verb == "destroy" else None
    if words is None or "--only-unfinished" in words or "--database-data" not in words[:-1]:
        return None
    data = words[words.index("--database-data") + 1]
    if data not in set(Data):
        return None
    return Choices(data=Data(data), purge_secrets="--purge-secrets" in words)


def _flags(run: PastRun) -> tuple[str, ...] | None:
    """What follows `formae-wizard destroy` in the command that goes on; None for another one."""
    try:
        words = tuple(shlex.split(run.again))
    except ValueError:  # anybody may have written into a journal
        return None
    return words[2:] if words[:2] == ("formae-wizard", "destroy") else None


def unknown(run: PastRun) -> WizardError:
    """That nobody knows any more what was chosen for a removal."""
    return WizardError(
        f"{headline(run)} Its choices were not saved.",
        whose(run),
        f"Choose again: formae-wizard destroy --name {run.name} --region {run.region}",
        ExitCode.USAGE,
    )


def _left(draft: Draft, verb: str) -> PastRun:
    """The last run of that verb. Raises WizardError where each has come to its end."""
    run, word = left(draft, verb), WORDS[verb]
    if run is None:
        raise WizardError(
            f"There is no interrupted {word} to resume.",
            f"On this machine, every {word} of the deployments you named has finished.",
            "Leave out --resume: the wizard still finds what exists in the account.",
            ExitCode.USAGE,
        )
    return run


def demanded(draft: Draft, passwords: Collection[str]) -> Resumable:
    """The run that `--resume` means, where `passwords` of those names are given.

    Raises WizardError where there is none to go on with.
    """
    run = _left(draft, "apply")
    found = resumable(run)
    if found is None:
        raise WizardError(
            f"{headline(run)} Its answers no longer exist.",
            whose(run),
            f"Answer again: formae-wizard apply --name {run.name} --region {run.region}",
            ExitCode.USAGE,
        )
    if found.needs_password and "api" not in passwords:
        raise WizardError(
            "The interrupted run was started with your own API password.",
            "The wizard never saves a password.",
            "Enter it again: --api-password-file FILE or FORMAE_WIZARD_API_PASSWORD.",
            ExitCode.USAGE,
        )
    return found


def hint(run: PastRun) -> WizardError:
    """What to know of a run that was left unfinished, as a warning."""
    command = run.again or COMMAND
    why = " ".join(filter(None, (whose(run), unheard(run))))
    return WizardError(headline(run), why, f"Resume with its answers: {command}" if command else "")


FOUND_AGAIN = frozenset({Source.DEFAULT, Source.DEPLOYED})
"""Answers that nobody has to give for a later run to have them."""


def resume_command(answers: Answers, *, own_password: bool = False, edits: str = "") -> str:
    """`formae-wizard apply` with every answer that the next run would not find, quoted for a shell.

    With `own_password` the place is named where the API's password is to be given again; `edits` is
    the folder of the documents that were edited by hand.
    """
    words = ["formae-wizard", "apply", "--yes", *_given(answers)]
    words += _said("--edits", edits) if edits else []
    command = shlex.join(words)
    return f"{command} --api-password-file FILE" if own_password else command


def plan_command(answers: Answers) -> str:
    """`formae-wizard plan` with the answers that somebody gave, quoted for a shell."""
    return shlex.join(["formae-wizard", "plan", *_given(answers)])


def beyond_demo(answers: Answers) -> str:
    """What a person has of the demo, as a sentence that ends in a command which changes nothing."""
    return (
        "This was the demo: it created nothing in your account. To see what the wizard would "
        f"create there, without changing anything: {plan_command(answers)}"
    )


def _given(answers: Answers) -> list[str]:
    return [
        word
        for question in QUESTIONS
        if _told(question, answers)
        for word in _said(question.flag, written(answers.values[question.key]))
    ]


def destroy_command(answers: Answers, flags: tuple[str, ...]) -> str:
    """`formae-wizard destroy` of the same deployment, with these flags of its own."""
    return shlex.join(["formae-wizard", "destroy", "--yes", *_which(answers), *flags])


def undo_command(answers: Answers) -> str:
    """The command that takes back what the set-up made so far; a person is asked first."""
    return shlex.join(["formae-wizard", "destroy", "--only-unfinished", *_which(answers)])


def restore_command(answers: Answers, snapshot: str, deployed: Mapping[str, str]) -> str:
    """The command that sets a deployment up again as it was, from a snapshot of its database.

    `deployed` are the answers that it had, as text by the question's key. A person is asked first.
    """
    place = {"name": answers.name, "region": answers.region, "profile": answers.profile}
    whole = collect({Source.DEPLOYED: {**deployed, **place}}, Detected())
    words = ["formae-wizard", "apply", *_which(answers)]
    for question in QUESTIONS:
        if question.key not in {*place, "snapshot"} and _differs(question, whole):
            words += _said(question.flag, written(whole.values[question.key]))
    return shlex.join([*words, *_said("--snapshot", snapshot)])


def _differs(question: Question, whole: Collected) -> bool:
    """Whether a new deployment would get another answer, unless this one was given."""
    usual = question.parse(question.default(whole.values, Detected())[0])
    mine = whole.given[question.key]
    asked = mine.source is not Source.DEFAULT and question.when(whole.values)
    return asked and not question.local and mine.value != usual


def back_command(answers: Answers, host: str) -> str:
    """The command that moves the agent back to the host with that key; a person is asked first."""
    return shlex.join(["formae-wizard", "apply", *_which(answers), "--host", host])


def rotate_command(answers: Answers, flags: tuple[str, ...]) -> str:
    """`formae-wizard rotate` of the same deployment, with these flags of its own."""
    return shlex.join(["formae-wizard", "rotate", "--yes", *_which(answers), *flags])


def _which(answers: Answers) -> list[str]:
    place = ["--name", answers.name, "--region", answers.region]
    return place + (_said("--profile", answers.profile) if answers.profile else [])


def _said(flag: str, text: str) -> list[str]:
    """Flag and text as words; a text that begins like a flag is tied to its own."""
    return [f"{flag}={text}"] if text.startswith("-") else [flag, text]


def _told(question: Question, answers: Answers) -> bool:
    if not question.when(answers.values):
        return False
    given = answers.given.get(question.key)
    return question.always or (given is not None and given.source not in FOUND_AGAIN)


GOOD = frozenset({StepState.DONE, StepState.KEPT, StepState.CHANGED})


@dataclass(frozen=True, slots=True)
class Going:
    """Something AWS goes on with after the wizard has stopped waiting for it."""

    step: str
    title: str
    status: str
    """AWS's last word; may be empty."""
    ask: str
    """The `aws` command that asks how far it is."""

    @property
    def words(self) -> str:
        """For one line: title and status."""
        return f"{self.title} ({self.status})" if self.status else self.title


def existing(outcome: Outcome, plan: Plan) -> list[str]:
    """Titles of what is there now, finished or not, in the plan's order."""
    return [
        step.title
        for step in _made(plan)
        if (result := outcome.results.get(step.id))
        and (result.state in GOOD or result.left is not Residue.NOTHING)
    ]


def still_going(outcome: Outcome, plan: Plan, profile: str = "") -> list[Going]:
    """What AWS goes on with: things it was waited for when the waiting ended."""
    known = {step_id: result.outputs for step_id, result in outcome.results.items()}
    return [
        Going(step.id, step.title, result.status, watch(step, plan, known, profile))
        for step in plan.steps
        if (result := outcome.results.get(step.id)) and result.left is Residue.GOING
    ]


def would_go_on(plan: Plan, states: Mapping[str, StepState]) -> list[str]:
    """Titles of what AWS would go on with if the run were stopped now."""
    return [
        step.title
        for step in _made(plan)
        if step.wait and states.get(step.id) is StepState.WAITING_ON_AWS
    ]


def _made(plan: Plan) -> list[Step]:
    return [step for step in plan.steps if not isinstance(step.make, (*PROOFS, TakeAway))]


DAYS = Decimal(30)


def idle_cost(outcome: Outcome, plan: Plan, prices: Prices) -> list[Cost]:
    """What each of the plan's things that are there costs in an idle month."""
    there = [step for step in plan.steps if _there(step, outcome.results.get(step.id))]
    ids = {step.id for step in there}
    found = (
        Cost(charge.words, charge.idle * prices.per(charge.item))
        for step in there
        for charge in step.charges
        if charge.words and (not charge.beside or charge.beside in ids)
    )
    return [cost for cost in found if cost.amount]


def words(found: list[Cost]) -> str:
    """For one line; empty where nothing costs anything."""
    if not found:
        return ""
    month = sum((cost.amount for cost in found), Decimal(0))
    what = ", ".join(cost.what for cost in found)
    return f"about {money(month / DAYS)} a day, {money(month)} a month ({what})"


def _there(step: Step, result: StepResult | None) -> bool:
    if result is None or isinstance(step.make, LookOnly | TakeAway):
        return False  # it is the person's own, and costs what it did
    if step.id == "service" and result.state is StepState.FAILED:
        return result.left is Residue.GOING  # one that failed is not charged for
    return result.state in GOOD or result.left is not Residue.NOTHING
