"""The fixtures of hosts on ECS."""

from tests.hosts.ecs import most

__all__ = ["most"]
