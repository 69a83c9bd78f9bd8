"""A saved plan as an order: its answers and edits, and nothing that contradicts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from wizard.answers.collect import Texts
from wizard.answers.model import Source
from wizard.engine.plan_file import HERE, SavedPlan, load
from wizard.failures.errors import ExitCode, WizardError
from wizard.flow import Flow
from wizard.headless.order import Order
from wizard.headless.settle import settle_offline
from wizard.questions import question

GIVEN = (Source.FILE, Source.FLAG)
"""Sources that the person named for this very run. The environment does not count beside a plan."""
OWN_PASSWORD = "Give it again: --api-password-file FILE or FORMAE_WIZARD_API_PASSWORD."  # noqa: S105


def replayed(order: Order, path: Path, flow: Flow) -> tuple[Order, SavedPlan]:
    """The order that does what the plan says, whoever is signed in here.

    Raises WizardError for a plan that cannot be used, for another account, and for flags, files
    and passwords that contradict it, all at once.
    """
    plan = load(path)
    told = [*_contradictions(order, plan), *_password(order, plan)]
    if told:
        raise WizardError(
            f"The saved plan {path} and this command contradict each other: {' '.join(told)}",
            "A saved plan is done as it was reviewed.",
            "Leave out what contradicts it, or make a new plan.",
            ExitCode.USAGE,
        )
    here = {
        source: Texts({key: texts[key] for key in HERE if key in texts}, {})
        for source, texts in order.draft.items()
    }
    places = {key: f"{path}: {key}" for key in plan.answers}
    own = replace(
        order,
        draft={**here, Source.FILE: Texts(plan.answers, places, reason="saved plan")},
        edits=plan.edits,
        accepted=plan.accepted,
    )
    _demand_account(own, plan, path, flow)
    return own, plan


def _contradictions(order: Order, plan: SavedPlan) -> Iterator[str]:
    for source in GIVEN:
        for key, text in order.draft.get(source, {}).items():
            if key not in HERE and not _same(key, text, plan.answers[key]):
                yield f"{question(key).flag} is “{plan.answers[key]}” there, not “{text}”."
    others = sorted(set(order.accepted) - set(plan.accepted))
    if others:
        yield f"It does not leave as it is what --accept names ({', '.join(others)})."
    for name in order.edits:
        if order.edits[name] != plan.edits.get(name):
            yield f"The edited document {name} is another one there."


def _same(key: str, text: str, planned: str) -> bool:
    try:
        return bool(question(key).parse(text) == question(key).parse(planned))
    except ValueError:
        return False


def _password(order: Order, plan: SavedPlan) -> Iterator[str]:
    given = "api" in order.passwords
    if plan.own_password and not given:
        yield f"It was made with an API password of your own. {OWN_PASSWORD}"
    if given and not plan.own_password:
        yield "It was made without an API password of your own."


def _demand_account(order: Order, plan: SavedPlan, path: Path, flow: Flow) -> None:
    answers = settle_offline(order.draft)
    account = flow.sign_in(answers.profile, answers.region).account
    if account != plan.account:
        raise WizardError(
            f"The saved plan {path} is for account {plan.account}, and you are signed in to "
            f"{account}.",
            "A plan says nothing about another account.",
            "Sign in to the plan's account (--profile), or make a new plan.",
            ExitCode.USAGE,
        )
