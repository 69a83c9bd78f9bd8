"""What differs from what the wizard would make of the very answers that are deployed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from wizard.answers.model import Answers
from wizard.changes.rows import Change, Row, rows
from wizard.deployed.asking import Asking, Gap
from wizard.deployed.differs import Drift
from wizard.flow import Flow
from wizard.plan.sections.config import RECORD
from wizard.readings.differing import REVIVED
from wizard.readings.survey import survey
from wizard.runs.live import NOT_ASKED
from wizard.status.data import Differs

MISSING = "not there"
SILENT = frozenset({Change.KEEP, Change.DO, Change.REFUSE})


def drift(
    asking: Asking, flow: Flow, answers: Answers, account: str, recorded: Iterable[Drift]
) -> dict[str, Any]:
    """What somebody changed since it was chosen, and what the plan would put right: `drift`.

    `theirs` is what others put beside ours. What the plan could not look at becomes a gap. Raises
    AwsError and WizardError where there can be no plan.
    """
    plan = flow.plan(answers, account)
    findings = survey(plan, flow.snapshot(answers.profile, answers.region))
    found = rows(plan, findings, answers.profile)
    asking.gaps += _refused(found)
    return {
        "drift": (*changed(recorded), *(each for row in found for each in _of_row(row))),
        "theirs": tuple(f"{row.title}: {each}" for row in found for each in row.theirs),
    }


def changed(recorded: Iterable[Drift]) -> tuple[Differs, ...]:
    """What somebody changed since it was chosen."""
    return tuple(Differs(each.what, each.chosen, each.now, field=each.key) for each in recorded)


def _of_row(row: Row) -> Iterator[Differs]:
    if row.change in SILENT:
        return
    if row.change is Change.MAKE:
        yield Differs(row.title, "there", MISSING, "makes it")
    elif row.change is Change.REMAKE:
        again = "removes it and makes it again"
        yield Differs(row.title, "removed and made again", "broken", again)
    elif row.change is Change.REMOVE:
        fields = (f"{row.step}.{each.field}" for each in row.differs if each.field)
        yield Differs(row.title, "taken away", "there", field=next(fields, ""))
    else:
        for each in row.differs:
            if each.what == RECORD:
                continue  # the answers that differ tell the same
            if each.what == REVIVED:
                yield Differs(row.title, "there", each.have, "brings it back")
                continue
            name = f"{row.title}: {each.what}" + (f": {each.path}" if each.path else "")
            field = f"{row.step}.{each.field}" if each.field else ""
            yield Differs(name, each.want, each.have, field=field)


def _refused(found: Iterable[Row]) -> list[Gap]:
    return [
        Gap(f"Whether “{row.title}” is as wanted", row.problem.why or row.problem.what)
        for row in found
        if row.change is Change.REFUSE and row.problem and NOT_ASKED not in row.problem.why
    ]
