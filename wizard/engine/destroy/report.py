"""Everything a person must see before they agree: what goes, what stays, what is left alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from wizard.answers.model import Answers, Source
from wizard.answers.questions import Detected
from wizard.answers.resolving import collect
from wizard.base.errors import AwsError
from wizard.base.names import Names
from wizard.catalogue.aws import explain
from wizard.engine.destroy.discover import extent
from wizard.engine.destroy.managed import Managed, managed
from wizard.engine.destroy.plan import Fate, Remains, remains
from wizard.plan.extent import Choices, Extent
from wizard.plan.inputs import Surroundings
from wizard.plan.model import Plan, Section
from wizard.plan.removal import removal
from wizard.plan.world import Tools

WHOLE = {"database": "new", "protect": "yes", "scope": "power-user", "client_config": "yes"}
"""Answers whose plan has a step for whatever a deployment may have."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A deployment as the account has it, and what is to become of it."""

    plan: Plan
    account: str
    choices: Choices
    extent: Extent
    remains: Remains
    managed: Managed | None

    @property
    def nothing_left(self) -> bool:
        """Whether there is nothing to remove."""
        return not self.remains.of(Fate.GOES)

    @property
    def snapshot(self) -> str:
        """The name of the final snapshot that will be made; empty where none will."""
        cluster = self.remains.seen["cluster"]
        (call,) = cluster.step.unmake
        name = call.params.get("FinalDBSnapshotIdentifier", "")
        ordered = cluster.thing.get("Status") == "deleting"  # by an earlier run, with its own name
        return str(name) if cluster.fate is Fate.GOES and not ordered else ""


def leaving(tools: Tools, answers: Answers, account: str, choices: Choices) -> Leaving:
    """Look what is there of the deployment `answers` names. Only read calls are made.

    Of the answers only name, region and profile count. Raises WizardError where AWS cannot be
    asked.
    """
    try:
        there = extent(tools, answers.name, account, answers.host)
        choices = replace(
            choices, snapshot=_free_name(answers.name, {each.name for each in there.snapshots})
        )
        plan = removal(_whole(answers), Surroundings(account=account), there, choices)
        found = remains(plan, choices, tools, _elsewhere(plan, there))
    except AwsError as error:
        raise explain(error, f"Looking what is there of {answers.name}") from None
    return Leaving(plan, account, choices, there, found, managed(found, tools))


def _whole(answers: Answers) -> Answers:
    named = {"name": answers.name, "region": answers.region, "profile": answers.profile}
    return collect({Source.DEPLOYED: {**WHOLE, **named}}, Detected()).answers()


def _elsewhere(plan: Plan, there: Extent) -> dict[str, str]:
    """Why the roles stay, by step: IAM knows no regions, and another region's agent needs them."""
    if there.serves in {"", plan.region}:
        return {}
    why = f"it serves the deployment of that name in {there.serves}; roles are the same everywhere"
    return {step.id: why for step in plan.steps if step.section is Section.ROLES}


def _free_name(deployment: str, taken: set[str]) -> str:
    """A name for the final snapshot that says when; another where two come within a second."""
    stem = f"{Names(deployment).cluster}-final-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    names = (f"{stem}-{number}" if number else stem for number in range(len(taken) + 1))
    return next(name for name in names if name not in taken)
