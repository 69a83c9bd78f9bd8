"""Where an agent can run: a folder for each host, and in `host` what each of them has to know."""

DEFAULT = "apprunner"
"""The host of the walkthrough."""
