"""The support bundle: gathered, shown, and saved only where that is wanted. Nothing is sent."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from wizard.answers.model import Answers
from wizard.failures.errors import ExitCode, WizardError
from wizard.flow import Flow
from wizard.headless.settle import Draft, settle_offline
from wizard.machine.files import write_private
from wizard.secret import Secret
from wizard.support.gathering import sections
from wizard.support.hiding import Hiding
from wizard.telling.console import clean

HEAD = (
    "What helps somebody else to help with formae-wizard. Account numbers, keys and passwords are "
    "hidden. Read it before you hand it on; nothing of it was sent anywhere."
)


def support(
    draft: Draft, passwords: dict[str, Secret], *, output: str, offline: bool, names: bool
) -> ExitCode:
    """Show it on standard output; save it into `output`, or after a yes. Raises WizardError."""
    path = Path(output).expanduser() if output else None
    if path and path.exists():
        raise WizardError(
            f"{path} is there already.",
            "",
            "Choose another name with --output, or remove it.",
            ExitCode.USAGE,
        )
    hiding = Hiding(names=not names)
    gathered = [HEAD, ""]
    for line in sections(Flow(passwords, remembers=True), _answers(draft), ask_aws=not offline):
        shown = hiding.hide(clean(line))
        gathered.append(shown)
    text = "\n".join(gathered)
    sys.stdout.write(text)
    sys.stdout.flush()
    path = path or _asked()
    if path is None:
        sys.stderr.write("Nothing was saved, and nothing was sent.\n")
        return ExitCode.OK
    write_private(path, text)
    told = f"Saved as {clean(str(path))}, for your eyes only. Nothing was sent."
    sys.stderr.write(f"{told}\n")
    return ExitCode.OK


def _answers(draft: Draft) -> Answers | WizardError:
    try:
        return settle_offline(draft)
    except WizardError as problem:
        return problem


def _asked() -> Path | None:
    """Where to save it, for who says yes."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    import questionary

    path = Path(f"formae-wizard-support-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.txt")
    wanted = questionary.confirm(f"Save what you see above as {path}?", default=False).ask()
    return path if wanted else None
