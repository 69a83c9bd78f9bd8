"""Signing in to AWS in the middle of a run: AWS's own command has the terminal meanwhile."""

from __future__ import annotations

from typing import Any

from textual.app import App

from screens.aside import aside
from wizard.ui.common.signing_in import login, sign_in


def renewed(app: App[Any], profile: str) -> None:
    """Sign the profile in anew; what goes wrong is shown, and the run waits on."""
    command = login(profile)
    if not command:
        app.notify("This profile has no command to sign in with; see the step's note.")
    elif problem := sign_in(command, aside(app)):
        app.notify(str(problem), severity="error", markup=False)
