"""The command line: `main` reads it and runs a command; each verb is one file of `commands`."""

from wizard.cli.main import main

__all__ = ["main"]
