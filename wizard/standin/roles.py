"""IAM roles as other services see them: age, trust, permissions, and credentials of their own."""

from datetime import UTC
from typing import Any
from uuid import uuid4

from wizard.standin import policies
from wizard.standin.bridge import ACCOUNT, Moto
from wizard.standin.call import AwsError, Call

LINKED = {
    "ecs.amazonaws.com": "AWSServiceRoleForECS",
    "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
    "ecs.application-autoscaling.amazonaws.com": (
        "AWSServiceRoleForApplicationAutoScaling_ECSService"
    ),
}
"""What the roles that AWS's services have for themselves are called."""


class Roles:
    """The account's roles, over moto's IAM."""

    def __init__(self, moto: Moto) -> None:
        self._moto = moto
        self._keys: dict[str, str] = {}

    def find(self, arn: str) -> Any:
        """moto's role, or None."""
        for role in self._moto.backend("iam", "").get_roles():
            if role.arn == arn:
                return role
        return None

    def created(self, arn: str) -> float | None:
        """When a role was made, or None where there is none."""
        role = self.find(arn)
        return role.create_date.replace(tzinfo=UTC).timestamp() if role else None

    def linked(self, service: str) -> str:
        """The ARN of a service's own role; empty where it is not there."""
        path = f"/aws-service-role/{service}/"
        roles = self._moto.backend("iam", "").get_roles()
        return next((str(role.arn) for role in roles if role.path == path), "")

    def make_linked(self, service: str) -> None:
        """Make a service's own role, where it is not there yet."""
        if not self.linked(service):
            self._moto.backend("iam", "").create_role(
                LINKED.get(service) or f"AWSServiceRoleFor{service.split('.')[0]}",
                policies.trust(service),
                f"/aws-service-role/{service}/",
                permissions_boundary=None,
                description="",
                tags=[],
                max_session_duration="3600",
                linked_service=service,
            )

    def trusts(self, arn: str, service: str) -> bool:
        """Whether the role exists and lets an AWS service assume it."""
        role = self.find(arn)
        return bool(role) and policies.trusts(role.assume_role_policy_document, service)

    def may(self, arn: str, action: str, resource: str) -> bool:
        """Whether the role's inline and attached policies allow something."""
        role = self.find(arn)
        if not role:
            return False
        return policies.allows(documents_of(role), action, resource)

    def issue_key(self, arn: str) -> str:
        """An access key id whose calls are made as this role."""
        key = "ASIA" + uuid4().hex[:16].upper()
        self._keys[key] = arn
        return key

    def of_key(self, key: str) -> str | None:
        """The role behind an access key id; None is the person, who may do everything."""
        return self._keys.get(key)

    def demand(self, key: str, action: str, resource: str) -> None:
        """Raise AccessDeniedException where the caller may not do this."""
        arn = self.of_key(key)
        if arn is None or self.may(arn, action, resource):
            return
        name = arn.rpartition("/")[2]
        who = f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/apprunner"
        raise AwsError(
            "AccessDeniedException",
            f"User: {who} is not authorized to perform: {action} on resource: {resource} "
            f"because no identity-based policy allows the {action} action",
            403 if action.startswith("rds-data") else 400,
        )

    def check(self, call: Call) -> None:
        """The permission check before a call made with a role's credentials."""
        if self.of_key(call.access_key) is None:
            return
        resource = call.params.get("resourceArn") or call.params.get("SecretId") or "*"
        self.demand(call.access_key, str(call), resource)

    def reset(self) -> None:
        """Forget all credentials."""
        self._keys.clear()


def documents_of(holder: Any) -> list[str]:
    """The inline and attached policies of moto's role, user or group."""
    attached = [_document(policy) for policy in holder.managed_policies.values()]
    return [*holder.policies.values(), *attached]


def _document(policy: Any) -> str:
    """The version of a managed policy that is in force."""
    current = policy.default_version_id
    return next(str(it.document) for it in policy.versions if it.version_id == current)
