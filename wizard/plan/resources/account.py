"""Who is signed in: the account number that ARNs are made of."""

from wizard.plan.model import Call, Look, LookOnly, Output, Refusal, Section, Step
from wizard.plan.resources.common import Site


def account(site: Site) -> Step:
    """The identity every other call is made with."""
    known = site.surroundings.account
    another = Refusal(
        f"Account != '{known}'",
        f"You are signed in to another AWS account than {known}, for which this was planned.",
        f"Sign in to {known}, or plan anew.",
    )
    return Step(
        id="account",
        section=Section.ACCOUNT,
        title="Your AWS account",
        why="Says which account everything is made in; ARNs contain its number.",
        make=LookOnly("AWS did not say who is signed in."),
        see=(
            Look(
                call=Call(service="sts", operation="GetCallerIdentity", params={}),
                pick="@",
            ),
        ),
        refusals=(another,) if known else (),
        outputs={"id": Output("Account", known or "<account-id>")},
        usual=(0, 1),
    )
