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
        return {"DeletePolicy": self._delete_policy, **self._simulator.operations}

    def advance(self) -> None:
        """Nothing happens by itself here."""

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
