"""Managed policies: the account's own and AWS's, as lines; several may be chosen or pasted."""

from __future__ import annotations

from wizard.account.existing import AWS_POLICIES
from wizard.failures.errors import WizardError
from wizard.guided.looks import POLICIES
from wizard.plain.account import look_around
from wizard.plain.offers import Offer
from wizard.plain.questions import ask
from wizard.plain.talk import Talk
from wizard.questions import question


def ask_policies(talk: Talk) -> None:
    """Which managed policies the agent gets."""
    look_around(talk)
    session = talk.session
    found = session.seen(POLICIES)
    own = [] if isinstance(found, WizardError) else found or []
    if isinstance(found, WizardError):
        talk.terminal.problem(found)
    offers = [
        Offer(each.arn, f"{each.name}, {each.about}", each.unfit) for each in (*own, *AWS_POLICIES)
    ]
    lead = f"Policies. {len(own)} of your account's own, then AWS's for jobs. An ARN can be pasted."
    ask(talk, question("policy_arns"), offers, lead)
