"""CloudWatch Logs over moto's: the order of events, and groups that are protected, as on AWS."""

from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.world import Operation, World


class LogGroups:
    """The operations that differ from moto's."""

    complete = False

    def __init__(self, world: World) -> None:
        self._world = world
        self._protected: set[tuple[str, str]] = set()

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {
            "FilterLogEvents": self._filter,
            "PutLogGroupDeletionProtection": self._protect,
            "DescribeLogGroups": self._describe,
            "DeleteLogGroup": self._delete,
        }

    def advance(self) -> None:
        """Nothing happens by itself here."""

    def _filter(self, call: Call) -> dict[str, Any]:
        return self._world.moto.ask(call, {**call.params, "interleaved": True})

    def _protect(self, call: Call) -> dict[str, Any]:
        key = (call.region, call.params["logGroupIdentifier"])
        on = call.params["deletionProtectionEnabled"]
        self._protected.add(key) if on else self._protected.discard(key)
        return {}

    def _describe(self, call: Call) -> dict[str, Any]:
        answer = self._world.moto.ask(call)
        for group in answer["logGroups"]:
            if (call.region, group["logGroupName"]) in self._protected:
                group["deletionProtectionEnabled"] = True
        return answer

    def _delete(self, call: Call) -> dict[str, Any]:
        if (call.region, call.params["logGroupName"]) in self._protected:
            raise AwsError(
                "ValidationException",
                "The log group cannot be deleted because deletion protection is enabled.",
            )
        return self._world.moto.ask(call)
