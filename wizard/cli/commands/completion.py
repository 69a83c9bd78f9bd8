"""`formae-wizard completion SHELL`: what makes the Tab key work."""

from __future__ import annotations

import argparse

from wizard.base.errors import ExitCode
from wizard.cli.request import Command, Request
from wizard.local.process import data_out

SHELLS = ("bash", "zsh", "fish")
EPILOG = """\
To load it in every new shell, add one line to the shell's startup file:

  bash  ~/.bashrc                    eval "$(formae-wizard completion bash)"
  zsh   ~/.zshrc, after compinit     eval "$(formae-wizard completion zsh)"
  fish  ~/.config/fish/config.fish   formae-wizard completion fish | source
"""


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="Your shell.")


def _run(request: Request) -> ExitCode:
    from argcomplete.shell_integration import shellcode

    data_out().write(shellcode(["formae-wizard"], shell=request.arguments.shell) + "\n")
    return ExitCode.OK


COMMAND = Command(
    name="completion",
    help="print a completion script for bash, zsh or fish",
    description="Print a script for your shell, so that Tab completes verbs, options and their "
    "values, including your AWS profiles.",
    epilog=EPILOG,
    add=_add,
    run=_run,
    answers=False,
)
