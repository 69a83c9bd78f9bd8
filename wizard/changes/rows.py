"""What would happen with each step of a plan, as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from wizard.failures.errors import WizardError
from wizard.plan.model import PROOFS, Plan, Section, Step
from wizard.readings.differing import Difference
from wizard.readings.explain import command, equivalent
from wizard.readings.survey import Finding, Verdict


class Change(StrEnum):
    """What would happen; the values are those of `--json`."""

    MAKE = "make"
    CHANGE = "change"
    REMAKE = "remake"
    REMOVE = "remove"
    KEEP = "keep"
    DO = "do"
    REFUSE = "refuse"

    @property
    def sign(self) -> str:
        """For the beginning of a line."""
        return SIGNS[self]

    @property
    def changes(self) -> bool:
        """Whether anything would be another afterwards."""
        return self in {Change.MAKE, Change.CHANGE, Change.REMAKE, Change.REMOVE}


SIGNS = {
    Change.MAKE: "+",
    Change.CHANGE: "~",
    Change.REMAKE: "↻",
    Change.REMOVE: "−",
    Change.KEEP: "=",
    Change.DO: "▸",
    Change.REFUSE: "✗",
}
BY_VERDICT = {
    Verdict.MAKE: Change.MAKE,
    Verdict.KEEP: Change.KEEP,
    Verdict.MEND: Change.CHANGE,
    Verdict.REMOVE: Change.REMOVE,
    Verdict.REMAKE: Change.REMAKE,
    Verdict.DO: Change.DO,
    Verdict.REFUSE: Change.REFUSE,
}
REMADE = "Removed and made again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One step, or one thing that it takes away."""

    step: str
    section: Section
    title: str
    change: Change
    why: str
    effect: str = ""
    cost: str = ""
    """What it changes in the bill, as a sentence; empty where that is nothing."""
    differs: tuple[Difference, ...] = ()
    problem: WizardError | None = None
    theirs: tuple[str, ...] = ()
    """What others put beside ours, and the run keeps."""
    commands: tuple[str, ...] = ()
    """What a person would type to do it."""


def rows(plan: Plan, findings: Mapping[str, Finding], profile: str = "") -> tuple[Row, ...]:
    """Every row, in the plan's order. A step that takes things away has a row for each of them."""
    found = {step_id: finding.outputs for step_id, finding in findings.items()}
    return tuple(
        replace(row, commands=_commands(row, plan, found, profile))
        for step in plan.steps
        for row in _of_step(step, findings[step.id])
    )


def _of_step(step: Step, finding: Finding) -> Iterator[Row]:
    stays = tuple(each for each in finding.differences if not each.takes_away)
    goes = [each for each in finding.differences if each.takes_away]
    change = _change(step, finding)
    if change is Change.CHANGE and not stays:
        change = Change.KEEP
    effects = dict.fromkeys(each.effect for each in stays)
    row = Row(
        step=step.id,
        section=step.section,
        title=step.title,
        change=change,
        why=step.why,
        effect=REMADE if change is Change.REMAKE else " ".join(filter(None, effects)),
        differs=stays,
        problem=finding.problem,
        theirs=finding.theirs,
    )
    yield row
    for each in goes:
        name = each.have.rpartition("/")[2] if each.have.startswith("arn:") else each.have
        title = f"{step.title}: {name}"
        why = f"{each.what[:1].upper()}{each.what[1:]}."
        gone = replace(row, title=title, change=Change.REMOVE, why=why, effect=each.effect)
        gone = replace(gone, theirs=())
        yield replace(gone, differs=(each,))


def _change(step: Step, finding: Finding) -> Change:
    if finding.verdict is Verdict.DO and not isinstance(step.make, PROOFS):
        return Change.MAKE
    return BY_VERDICT[finding.verdict]


def _commands(
    row: Row, plan: Plan, found: Mapping[str, Mapping[str, object]], profile: str
) -> tuple[str, ...]:
    step = plan.step(row.step)
    if row.change in {Change.KEEP, Change.REFUSE}:
        return ()
    mends = [each.mend for each in row.differs if each.mend]
    if not mends:
        return (equivalent(step, plan, found, profile),)
    told = (command(mend, plan, found, profile, step) for mend in mends)
    return tuple(dict.fromkeys(told))
