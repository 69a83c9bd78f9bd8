"""What several sections need: tags, likely ARNs, and the look for secrets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from wizard.answers.model import Answers
from wizard.base.names import TAG_KEY, TAG_VALUE, Names
from wizard.base.offer import Offer, offer
from wizard.base.values import Found, Value
from wizard.plan.charges import Charge, Item, fixed
from wizard.plan.inputs import Surroundings
from wizard.plan.model import Call, Farewell, Look, Refusal, Retry, Revival

RECOVERY_DAYS = 7
"""How long a deleted secret can be brought back; AWS's shortest."""
SECRET_GOES = Farewell(gone="DeletedDate != null", status="DeletedDate && 'deleted'")
"""A secret in its recovery window is shown until its last day."""


@dataclass(frozen=True, slots=True)
class Site:
    """What every section is made from."""

    answers: Answers
    names: Names
    surroundings: Surroundings

    @property
    def offer(self) -> Offer:
        """Facts about where the agent will run."""
        return offer(self.answers.host)

    def tags(self, name: str) -> list[Value]:
        """The tags of a resource: ours, its name, the person's."""
        pairs = [(TAG_KEY, TAG_VALUE), ("Name", name), *self.answers.tags]
        return [{"Key": key, "Value": value} for key, value in pairs]

    def likely_arn(self, service: str, resource: str) -> str:
        """What an ARN will look like; `iam` has no region."""
        region = "" if service == "iam" else self.answers.region
        account = self.surroundings.account or "<account-id>"
        return f"arn:aws:{service}:{region}:{account}:{resource}"


def owned(path: str) -> str:
    """JMESPath: the tag list at `path` has the wizard's tag."""
    return f"length(not_null({path}, `[]`)[?Key=='{TAG_KEY}' && Value=='{TAG_VALUE}']) > `0`"


def secret_look(secret: Value) -> Look:
    """Finds a secret, its tags and whether it is about to be deleted."""
    return Look(
        call=Call(
            service="secretsmanager", operation="DescribeSecret", params={"SecretId": secret}
        ),
        pick="@",
        absent=frozenset({"ResourceNotFoundException"}),
    )


def deleted_secret(name: str, region: str) -> Refusal:
    """A secret in its recovery window holds its name and cannot be read or written."""
    return Refusal(
        "DeletedDate != null",
        f"The secret {name} is scheduled for deletion and holds its name until then.",
        f"Bring it back with `aws secretsmanager restore-secret --secret-id {name} --region "
        f"{region}`, or choose another name for the deployment (--name).",
    )


def secret_back(site: Site, name: str, then: str, *more: Call) -> Revival:
    """A secret of ours in its recovery window is brought back; `more` calls put its text anew."""
    foreign = deleted_secret(name, site.answers.region)
    return Revival(
        when=foreign.path,
        state="scheduled for deletion",
        then=then,
        calls=(
            Call(
                service="secretsmanager",
                operation="RestoreSecret",
                params={"SecretId": Found("ARN")},
            ),
            *more,
        ),
        foreign=replace(
            foreign,
            what=f"{foreign.what} It does not carry the tag {TAG_KEY}={TAG_VALUE}, so the wizard "
            "does not bring it back.",
            fix=f"{foreign.fix} Or let the wizard take it over (--adopt yes): it is brought back "
            "and gets the tag.",
        ),
        effect="A secret keeps its name until its last day; so it is brought back, not made anew.",
    )


def secret_charge(title: str, holds: str, *, first: bool = False) -> Charge:
    """What a secret costs; all secrets are one line of the bill, which tells what each `holds`."""
    each = fixed("Secrets", Item.SECRET, Decimal(1), holds)
    return replace(each, words=title, first=first)


SECRET_FREED = Retry(
    pattern="^InvalidRequestException: .*scheduled for deletion",
    say="AWS is still removing an earlier secret of that name for good",
    every=5,
    limit=300,
    of="CreateSecret",
)
"""A secret that was deleted without recovery holds its name for a moment more."""


def delete_secret() -> tuple[Call, ...]:
    """Away with the secret found, so that it can still be brought back for some days."""
    return (
        Call(
            service="secretsmanager",
            operation="DeleteSecret",
            params={"SecretId": Found("ARN"), "RecoveryWindowInDays": RECOVERY_DAYS},
        ),
    )
