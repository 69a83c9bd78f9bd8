"""Where an agent can run: a folder for each host; `host` says what each must know."""

DEFAULT = "apprunner"
"""The host of the walkthrough."""
SAID = {"ecs_express": "ecs"}
"""Folders whose host is called otherwise than they are; the others' key has hyphens."""
UNOFFERED: frozenset[str] = frozenset()
"""Folders of hosts that nobody can choose yet, and that are looked for nowhere."""
