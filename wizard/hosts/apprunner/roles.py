"""Who may take on the roles, and the access role: App Runner pulls the image with it."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.documents.document import Document, DocumentKind, json_template
from wizard.documents.iam import trust_notes
from wizard.plan.hosting import AGENT_ROLE
from wizard.plan.model import Step
from wizard.plan.resources.common import Site
from wizard.plan.resources.policies import attached
from wizard.plan.resources.roles import role

ACCESS_ROLE = "access-role"
PULL_POLICY = "arn:aws:iam::aws:policy/service-role/AWSAppRunnerServicePolicyForECRAccess"


def trusts() -> dict[str, Document]:
    """Both trust policies, by the step of their role."""
    return {
        ACCESS_ROLE: Document(
            name="apprunner-trust.json",
            kind=DocumentKind.TRUST,
            title="Access role trust policy",
            why="Only App Runner's build service can assume the access role.",
            body=json_template("trust-access.json", {}),
            notes=trust_notes(
                "App Runner's build service, which pulls the image, and no one else."
            ),
        ),
        AGENT_ROLE: Document(
            name="apprunner-instance-trust.json",
            kind=DocumentKind.TRUST,
            title="Instance role trust policy",
            why="Only App Runner's running containers can assume the instance role.",
            body=json_template("trust-instance.json", {}),
            notes=trust_notes("The containers that App Runner runs for you, and no one else."),
        ),
    }


def access(site: Site, documents: Mapping[str, Document]) -> list[Step]:
    """The access role, and the policy with which it may read images."""
    return [
        role(
            site,
            step_id=ACCESS_ROLE,
            name=site.names.access_role,
            trust=documents[ACCESS_ROLE],
            title="Access role",
            why="App Runner assumes this role to pull the image from ECR, and for nothing else.",
        ),
        attached(
            step_id="access-role-policy",
            role=ACCESS_ROLE,
            policy=PULL_POLICY,
            pick=f"PolicyArn=='{PULL_POLICY}'",
            title="ECR read access attachment",
            why="AWS's own managed policy for reading images.",
        ),
    ]
