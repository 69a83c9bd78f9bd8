"""A text in the person's own editor, which has the terminal meanwhile.

Signing in to AWS in the middle of a run: AWS's own command has the terminal meanwhile.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from textual.app import App, SuspendNotSupported

from wizard.ui.common import editor
from wizard.ui.common.who import login, mfa, sign_in


def edit(app: App[Any], name: str, text: str) -> str:
    """The text as the person leaves it. Raises WizardError where the editor fails."""
    return editor.edit(name, text, aside(app))


@contextlib.contextmanager
def aside(app: App[Any]) -> Iterator[None]:
    """The terminal belongs to another program meanwhile, where it can be handed over."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(SuspendNotSupported):
            stack.enter_context(app.suspend())
        yield


def renewed(app: App[Any], profile: str) -> None:
    """Sign the profile in anew; what goes wrong is shown, and the run waits on."""
    command = login(profile)
    if not command and not mfa(profile):
        app.notify("This profile has no sign-in command; see the step's note.")
    elif command and (problem := sign_in(command, aside(app))):
        app.notify(str(problem), severity="error", markup=False)
