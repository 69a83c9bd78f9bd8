"""The fixtures of hosts that are not offered yet."""

from tests.hosts.ecs import most, offered

__all__ = ["most", "offered"]
