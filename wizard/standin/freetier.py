"""The account's plan: what GetAccountPlanState says of it, and what RDS refuses on a Free plan."""

from datetime import UTC, datetime, timedelta
from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.world import Operation, World

REGION = "us-east-1"
RESTRICTED = "FreeTierRestrictionError"
UPGRADE = "To remove all limitations, upgrade your account plan."
EXPRESS_ONLY = (
    "To use Aurora clusters with free plan accounts you need to set WithExpressConfiguration. "
    f"{UPGRADE}"
)
BACKUPS = (
    "The specified backup retention period exceeds the maximum available to free tier customers. "
    f"{UPGRADE}"
)
MOST_DAYS = 1
"""Days that a backup is kept on a Free plan."""


def free_plan(left: float = 87.0, *, ended: bool = False) -> dict[str, Any]:
    """What AWS says of a Free plan that began five weeks ago, or has just ended.

    `left` is dollars of credits.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    return {
        "accountPlanType": "FREE",
        "accountPlanStatus": "EXPIRED" if ended else "ACTIVE",
        "accountPlanRemainingCredits": {"amount": left, "unit": "USD"},
        "accountPlanExpirationDate": now if ended else now + timedelta(days=147),
    }


def check_cluster(world: World, params: dict[str, Any]) -> None:
    """Raise what RDS refuses of a new or changed cluster to an account on the Free plan."""
    if (world.account_plan or {}).get("accountPlanType") != "FREE":
        return
    if params.get("Engine") and not params.get("WithExpressConfiguration"):
        raise AwsError(RESTRICTED, EXPRESS_ONLY)
    if (params.get("BackupRetentionPeriod") or 0) > MOST_DAYS:
        raise AwsError(RESTRICTED, BACKUPS)


class FreeTier:
    """GetAccountPlanState."""

    complete = True

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {"GetAccountPlanState": self._state}

    def advance(self) -> None:
        """A plan ends only where somebody says so."""

    def _state(self, call: Call) -> dict[str, Any]:
        if call.region != REGION:
            raise AwsError("InvalidSignatureException", f"Credential should be scoped to {REGION}")
        plan = self._world.account_plan
        if plan is None:
            raise AwsError("ResourceNotFoundException", "Account plan not found", 404)
        return {"accountId": self._world.account, **plan}
