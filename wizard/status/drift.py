"""What differs from what the wizard would make of the very answers that are deployed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from wizard.answers.model import Answers
from wizard.changes.rows import rows
from wizard.deployed.asking import Asking, Gap
from wizard.deployed.differs import Drift
from wizard.engine.diff import RESTORED, Action, PlannedChange
from wizard.flow import Flow
from wizard.plan.sections.config import RECORD
from wizard.readings.survey import survey
from wizard.runs.live import NOT_ASKED
from wizard.status.data import Differs

MISSING = "not there"
SILENT = frozenset({Action.KEEP, Action.RUN, Action.REFUSE})


def drift(
    asking: Asking, flow: Flow, answers: Answers, account: str, recorded: Iterable[Drift]
) -> dict[str, Any]:
    """What somebody changed since it was chosen, and what the plan would put right: `drift`.

    `theirs` is what others put beside ours. What the plan could not look at becomes a gap. Raises
    AwsError and WizardError where there can be no plan.
    """
    plan = flow.plan(answers, account)
    found = rows(plan, survey(plan, flow.tools(answers)), answers.profile)
    asking.gaps += _refused(found)
    return {
        "drift": (*changed(recorded), *(each for row in found for each in _of_row(row))),
        "theirs": tuple(f"{row.title}: {each}" for row in found for each in row.theirs),
    }


def changed(recorded: Iterable[Drift]) -> tuple[Differs, ...]:
    """What somebody changed since it was chosen."""
    return tuple(Differs(each.what, each.chosen, each.now, field=each.key) for each in recorded)


def _of_row(row: PlannedChange) -> Iterator[Differs]:
    if row.action in SILENT:
        return
    if row.action is Action.CREATE:
        yield Differs(row.title, "there", MISSING, "makes it")
    elif row.action is Action.REPLACE:
        again = "removes it and makes it again"
        yield Differs(row.title, "removed and made again", "broken", again)
    elif row.action is Action.DELETE:
        fields = (f"{row.step.id}.{each.field}" for each in row.differences if each.field)
        yield Differs(row.title, "taken away", "there", field=next(fields, ""))
    else:
        for each in row.differences:
            if each.what == RECORD:
                continue  # the answers that differ tell the same
            if each.what == RESTORED:
                yield Differs(row.title, "there", each.have, "brings it back")
                continue
            name = f"{row.title}: {each.name}"
            field = f"{row.step.id}.{each.field}" if each.field else ""
            yield Differs(name, each.want, each.have, field=field)


def _refused(found: Iterable[PlannedChange]) -> list[Gap]:
    return [
        Gap(f"Whether “{row.title}” is as wanted", row.problem.why or row.problem.what)
        for row in found
        if row.action is Action.REFUSE and row.problem and NOT_ASKED not in row.problem.why
    ]
