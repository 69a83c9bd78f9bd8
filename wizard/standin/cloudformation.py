"""CloudFormation's registry of resource types, as far as permissions go."""

from typing import Any

from wizard.standin.call import AwsError, Call
from wizard.standin.world import Operation


class CloudFormation:
    """ListTypes and DescribeType."""

    complete = False

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {"ListTypes": self._list, "DescribeType": self._describe}

    def advance(self) -> None:
        """Nothing happens by itself here."""

    def _list(self, _: Call) -> dict[str, Any]:
        return {"TypeSummaries": []}

    def _describe(self, _: Call) -> dict[str, Any]:
        raise AwsError("TypeNotFoundException", "not found", 404)
