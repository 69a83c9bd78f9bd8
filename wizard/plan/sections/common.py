"""What several sections need: tags, likely ARNs, and the look for secrets."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.answers import Answers
from wizard.names import TAG_KEY, TAG_VALUE, Names
from wizard.plan.model import Call, Look, Refusal
from wizard.surroundings import Surroundings
from wizard.values import Value


@dataclass(frozen=True, slots=True)
class Site:
    """What every section is made from."""

    answers: Answers
    names: Names
    surroundings: Surroundings

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
