"""What can be asked of the command, one module for each verb; the order is that of the help."""

from wizard.cli.commands import (
    answers,
    apply,
    completion,
    destroy,
    doctor,
    explain,
    export,
    plan,
    rotate,
    status,
    support,
)
from wizard.cli.request import Command

__all__ = ["COMMANDS"]

COMMANDS: tuple[Command, ...] = (
    plan.COMMAND,
    apply.COMMAND,
    export.COMMAND,
    destroy.COMMAND,
    status.COMMAND,
    rotate.COMMAND,
    doctor.COMMAND,
    explain.COMMAND,
    support.COMMAND,
    answers.COMMAND,
    completion.COMMAND,
)
