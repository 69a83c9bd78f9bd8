"""Where an agent can run: a folder for each host; `host` says what each must know."""

DEFAULT = "apprunner"
"""The host of the walkthrough."""
UNOFFERED = frozenset({"ecs_gateway"})
"""Folders of hosts that nobody can choose yet, and that are looked for nowhere."""
