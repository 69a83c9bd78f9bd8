"""A removal before it runs: what is chosen, and what stands in its way."""

from __future__ import annotations

from wizard.engine.destroy import DeleteAction, Leaving
from wizard.engine.destroy.teardown import held, protected
from wizard.plan.extent import Choices


def chooses_data(leaving: Leaving, choices: Choices) -> bool:
    """Whether there is a database of the deployment's own to choose about."""
    cluster = leaving.remains.seen["cluster"].fate
    return cluster is DeleteAction.GOES or (
        cluster is DeleteAction.STAYS and choices.data != Choices().data
    )


def in_the_way(leaving: Leaving, typed: str, *, agreed: bool) -> str:
    """Why it cannot be removed yet, as a sentence; empty where it can."""
    if leaving.nothing_left:
        return f"Nothing exists of {leaving.plan.name}."
    if held(leaving):
        return "Something is in the way: do what is said with it above, then look again."
    if protected(leaving) and not agreed:
        return (
            "The cluster has deletion protection: agree to remove the protection, or keep the "
            "database."
        )
    if typed != leaving.plan.name:
        return (
            f"Type the deployment's name, {leaving.plan.name}, to confirm."
            if not typed
            else (f"You typed “{typed}”, not “{leaving.plan.name}”.")
        )
    return ""
