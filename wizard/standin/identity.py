"""IAM over moto's: the policy simulator, and what AWS refuses to delete."""

from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.simulator import Simulator
from wizard.standin.world import Operation, World


class Identity:
    """The operations that differ from moto's."""

    complete = False

    def __init__(self, world: World) -> None:
        self._world = world
        self._simulator = Simulator(world)

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "CreateServiceLinkedRole": self._create_linked,
            "DeletePolicy": self._delete_policy,
            **self._simulator.operations,
        }

    def advance(self) -> None:
        """Nothing happens by itself here."""

    def _create_linked(self, call: Call) -> dict[str, Any]:
        """moto gives some of them other names than AWS."""
        service, roles = call.params["AWSServiceName"], self._world.roles
        if arn := roles.linked(service):
            name = arn.rpartition("/")[2]
            raise AwsError(
                "InvalidInput",
                f"Service role name {name} has been taken in this account, please try a different "
                "suffix.",
            )
        roles.make_linked(service)
        role = roles.find(roles.linked(service))
        return {
            "Role": {
                "Path": role.path,
                "RoleName": role.name,
                "RoleId": role.id,
                "Arn": role.arn,
                "CreateDate": role.create_date,
                "AssumeRolePolicyDocument": role.assume_role_policy_document,
            }
        }

    def _delete_policy(self, call: Call) -> dict[str, Any]:
        """moto deletes a policy that is in use."""
        policies = self._world.moto.backend("iam", "").managed_policies
        policy = policies.get(call.params["PolicyArn"])
        if policy and policy.attachment_count:
            raise AwsError("DeleteConflict", "Cannot delete a policy attached to entities.", 409)
        if policy and len(policy.versions) > 1:
            raise AwsError(
                "DeleteConflict",
                "This policy has more than one version. Before you delete a policy, you must "
                "delete the policy's versions. The default version is deleted with the policy.",
                409,
            )
        return self._world.moto.ask(call)
