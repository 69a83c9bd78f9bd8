"""Where an agent can run: a folder for each host; `host` says what each must know."""

DEFAULT = "apprunner"
"""The host of the walkthrough."""
