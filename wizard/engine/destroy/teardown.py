"""What is there of a deployment that is to be removed, looked at before anything is. Blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wizard import journal
from wizard.answers.file import load
from wizard.answers.model import Answers
from wizard.base.errors import AwsError, ExitCode, WizardError
from wizard.engine import destroy
from wizard.engine.account.read_answers import deployed
from wizard.engine.destroy import DeleteAction, Leaving, only
from wizard.engine.diff import Action, PlannedChange
from wizard.engine.flow import Flow
from wizard.engine.preflight.check import CheckContext, CheckState, distinct, here
from wizard.engine.preflight.permissions import allowed, removal_needs
from wizard.engine.resolve_answers import demand_account
from wizard.engine.resume import back_command
from wizard.plan.inputs import Choices, Data, Snapshot


def leaving(flow: Flow, answers: Answers, choices: Choices) -> Leaving:
    """What is there of the deployment called `answers.name`, and what would become of it.

    Changes nothing. Raises WizardError where AWS cannot be asked.
    """
    identity = flow.sign_in(answers.profile, answers.region)
    demand_account(answers.account, identity.account)
    found = destroy.leaving(flow.world(answers), answers, identity.account, choices)
    return replace(
        found, deployed=_as_deployed(flow, answers, found), doubts=_doubts(flow, answers, found)
    )


def _as_deployed(flow: Flow, answers: Answers, found: Leaving) -> Mapping[str, str]:
    """The answers that are deployed, where a snapshot can bring their data back.

    Of what a removal that was cut off has taken away already, as that one found it.
    """
    if not found.snapshot and not found.extent.snapshots:
        return {}
    call = flow.snapshot(answers.profile, answers.region).call
    host = found.plan.host
    now = deployed(call, answers.region, answers.name, host).answers
    return {"host": host, **_as_found_before(found, answers), **now}


def _as_found_before(found: Leaving, answers: Answers) -> Mapping[str, str]:
    place = found.account, answers.region, answers.name
    for run in journal.unfinished():
        if (run.place, run.verb) == (place, "destroy") and run.answers:
            return load(str(run.answers)).texts
    return {}


def _doubts(flow: Flow, answers: Answers, found: Leaving) -> tuple[WizardError, ...]:
    """What the person signed in seems not to be allowed of what the removal will order."""
    going = found.remains.of(DeleteAction.GOES)
    if not going:
        return ()
    orders = {
        seen.step.id: (*(each.call for each in seen.first), *seen.step.delete) for seen in going
    }
    outputs = {seen.step.id: {"arn": seen.name} for seen in going if seen.name.startswith("arn:")}
    there = {
        seen.step.id: PlannedChange(seen.step, Action.DELETE, outputs=outputs.get(seen.step.id, {}))
        for seen in going
    }
    context = CheckContext(
        found.plan, answers, flow.snapshot(answers.profile, answers.region), here(answers)
    )
    try:
        said = allowed(context, lambda: removal_needs(found.plan, orders, there), "the removal")
    except (AwsError, WizardError):
        return ()  # nobody can be asked; the removal itself tells
    return said.troubles if said.state is CheckState.WARNING else ()


def unfinished(flow: Flow, answers: Answers, choices: Choices, *, data: bool) -> Leaving:
    """What would be removed of an unfinished set-up: what its runs made, and nothing else.

    Unless `data` says that the person chose what becomes of them, a database that no agent ever
    used goes without a snapshot. Raises WizardError where no such run is known on this machine.
    """
    found = leaving(flow, answers, choices)
    ordered = journal.orders(found.account, answers.region, answers.name)
    if not ordered:
        raise WizardError(
            f"There is no unfinished setup of {answers.name} in {answers.region} on this machine.",
            (
                "The wizard finds it in this machine's journal of runs; the last run may have "
                "succeeded."
            ),
            "`formae-wizard destroy` without --only-unfinished shows everything that exists.",
            ExitCode.NOT_READY,
        )
    if found.plan.others:
        raise WizardError(
            f"The unfinished run moves {answers.name} from one host to another.",
            "Removing only what it created would take the agent's parts on both hosts for one.",
            f"Resume it with `formae-wizard apply --resume`, or move the agent back: "
            f"`{back_command(answers, found.plan.host)}`.",
            ExitCode.NOT_READY,
        )
    if not data and found.remains.seen["service"].action is DeleteAction.GONE:
        found = leaving(flow, answers, replace(choices, data=Data.DELETE))
    return only(found, ordered)


def held(leaving: Leaving) -> WizardError | None:
    """What AWS would refuse the removal for, as one problem; None where nothing is known."""
    found = distinct(each for seen in leaving.remains.seen.values() for each in seen.obstacles)
    if not found:
        return None
    return WizardError(
        "Nothing was removed, because AWS would refuse to remove some of the resources.",
        " ".join(each.what for each in found),
        " ".join(dict.fromkeys(each.fix for each in found)),
        ExitCode.NOT_READY,
        entry=found[0].entry,
    )


def protected(leaving: Leaving) -> bool:
    """Whether something goes only with the person's consent."""
    return any(seen.needs_consent for seen in leaving.remains.seen.values())


def protection(leaving: Leaving) -> str:
    """What has it, as a sentence without its full stop: "The cluster has deletion protection"."""
    seen = (each.step.id for each in leaving.remains.seen.values() if each.needs_consent)
    things = [each.rpartition("-")[2] for each in seen]
    return (
        f"The {' and the '.join(things)} {'have' if len(things) > 1 else 'has'} deletion protection"
    )


def snapshots(flow: Flow, answers: Answers) -> tuple[Snapshot, ...]:
    """What is kept of the deployment's own database; nothing where AWS does not say."""
    try:
        return destroy.snapshots(flow.world(answers), answers.name)
    except (AwsError, WizardError):
        return ()
