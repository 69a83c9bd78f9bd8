"""CloudWatch Logs over moto's: events of several streams come in the order of time, as on AWS."""

from typing import Any

from wizard.standin.call import Call
from wizard.standin.world import Operation, World


class LogGroups:
    """The one operation that differs from moto's."""

    complete = False

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def operations(self) -> dict[str, Operation]:
        """What is answered here."""
        return {"FilterLogEvents": self._filter}

    def advance(self) -> None:
        """Nothing happens by itself here."""

    def _filter(self, call: Call) -> dict[str, Any]:
        return self._world.moto.ask(call, {**call.params, "interleaved": True})
