"""What differs from what the wizard would make of the very answers that are deployed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from wizard.answers.model import Answers
from wizard.aws.live import NOT_ASKED
from wizard.base.errors import WizardError
from wizard.engine.account.asking import Asking, Unreadable
from wizard.engine.changes import rows
from wizard.engine.diff import RESTORED, Action, PlannedChange
from wizard.engine.drift import Drift
from wizard.engine.edits_import import read_edits
from wizard.engine.flow import Flow
from wizard.engine.refresh import survey
from wizard.journal import End
from wizard.journal.past import runs
from wizard.plan.model import Plan
from wizard.plan.resources.config import RECORD

MISSING = "not there"
SILENT = frozenset({Action.KEEP, Action.RUN, Action.REFUSE})


def drift(
    asking: Asking, flow: Flow, answers: Answers, account: str, recorded: Iterable[Drift]
) -> dict[str, Any]:
    """What somebody changed since it was chosen, and what the plan would put right: `drift`.

    `theirs` is what others put beside ours. `edited` names the documents that are as they were
    edited for the last run on this machine: no drift. What the plan could not look at becomes a
    gap. Raises AwsError and WizardError where there can be no plan.
    """
    plan = _plan(flow, answers, account)
    findings = survey(plan, flow.snapshot(answers.profile, answers.region))
    found = rows(plan, findings, answers.profile)
    asking.gaps += _refused(found)
    drifted = [each for row in found for each in _of_row(row)]
    changed = any(each.document for row in found for each in row.differences)
    return {
        "drift": (*recorded, *drifted),
        "edited": () if changed else tuple(each.title for each in plan.documents if each.edited),
        "theirs": tuple(f"{row.title}: {each}" for row in found for each in row.theirs),
    }


def _plan(flow: Flow, answers: Answers, account: str) -> Plan:
    """The plan, with the documents as they were edited for the last run on this machine."""
    place = (account, answers.region, answers.name)
    past = (run for run in runs() if run.verb == "apply" and run.place == place)
    last = next((run for run in past if run.end is End.WELL), None)
    if last and last.edits:
        with contextlib.suppress(WizardError):  # they do not fit any more, or are gone
            return flow.plan(answers, account, read_edits(last.edits))
    return flow.plan(answers, account)


def _of_row(row: PlannedChange) -> Iterator[Drift]:
    if row.action in SILENT:
        return
    step, title = row.step.id, row.title
    if row.action is Action.CREATE:
        yield Drift(step, "", "there", MISSING, title, then="creates it")
    elif row.action is Action.REPLACE:
        again = "replaces it"
        yield Drift(step, "", "removed and made again", "broken", title, then=again)
    elif row.action is Action.DELETE:
        field = next((each.field for each in row.differences if each.field), "")
        yield Drift(step, field, "removed", "there", title)
    else:
        for each in row.differences:
            if each.what == RECORD:
                continue  # the answers that differ tell the same
            if each.what == RESTORED:
                yield Drift(step, "", "there", each.have, title, then="restores it")
                continue
            what = f"{title}: {each.what if each.follows else each.name}"
            yield Drift(step, each.field, each.chosen, each.now, what, follows=each.follows)


def _refused(found: Iterable[PlannedChange]) -> list[Unreadable]:
    return [
        Unreadable(f"“{row.title}”", row.problem.why or row.problem.what)
        for row in found
        if row.action is Action.REFUSE and row.problem and NOT_ASKED not in row.problem.why
    ]
