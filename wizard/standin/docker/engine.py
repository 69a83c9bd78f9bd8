"""The Docker engine's HTTP API (being written)."""

from wizard.standin.world import World


class Engine:
    """Placeholder."""

    address = ""

    def __init__(self, world: World) -> None:
        self._world = world

    def reset(self) -> None:
        """Nothing yet."""

    def close(self) -> None:
        """Nothing yet."""
