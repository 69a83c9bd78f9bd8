"""What the demo says otherwise: nothing it hands out passes for its own, nothing in it costs."""

from __future__ import annotations

import re
from dataclasses import replace

from wizard.base.errors import WizardError

COMMAND = re.compile(r"formae-wizard(?= [a-z])")
OUTSIDE = "# Outside the demo: this uses the AWS account that your shell is signed in to."
HERE = "Everything here belongs to the demo and is gone when you leave. It costs nothing."
"""Said above what a run made."""
LEAVING = "The demo's account is gone when you leave; your own AWS account was never touched."
"""Said to who leaves."""


def within(problem: WizardError) -> WizardError:
    """The problem, with the commands that its texts name as commands of the demo."""
    texts = (problem.what, problem.why, problem.fix)
    what, why, fix = (COMMAND.sub("formae-wizard --demo", text) for text in texts)
    return replace(problem, what=what, why=why, fix=fix)


def handed_out(text: str, *, demo: bool) -> str:
    """A command or script for a shell; of the demo's it says on what it would work."""
    if not demo:
        return text
    if text.startswith("#!"):
        first, _, rest = text.partition("\n")
        return f"{first}\n{OUTSIDE}\n{rest}"
    return f"{OUTSIDE}\n{text}"
