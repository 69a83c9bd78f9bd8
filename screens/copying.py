"""Copying a text, and saying what has become of it: no more than is known."""

from __future__ import annotations

from typing import Any

from textual.app import App

from screens.background import in_background
from wizard.base.errors import WizardError
from wizard.local.clipboard import put

SECONDS = 4
"""How long that is said."""
SAVES = "s saves it"
"""What helps where a text can also be saved into a file."""


def copy(app: App[Any], text: str, what: str, otherwise: str = "") -> None:
    """Copy it; `what` it is in words, `otherwise` what helps where no clipboard can be reached.

    The terminal is told, too. It never answers, so that by itself is only called sent.
    """
    app.copy_to_clipboard(text)

    def told(place: str | WizardError) -> None:
        words = f"{what} is in {place}."
        if not place or isinstance(place, WizardError):
            words = "; ".join(
                filter(None, (f"{what}: sent to the terminal's clipboard", otherwise))
            )
        app.notify(words, timeout=SECONDS, markup=False)

    in_background(app, lambda: put(text), told)
