"""Which theme it is: the one asked for, otherwise the one that fits the terminal."""

from __future__ import annotations

import os
from typing import Any

from textual.app import App

from screens.themes import THEMES

VARIABLE = "FORMAE_WIZARD_THEME"
LIGHTEST_DARK = 6
"""In COLORFGBG, the terminal's background is one of 16 colours; up to 6, and 8, they are dark."""


def dress(app: App[Any]) -> None:
    """Offer our themes, and no others, and put on the one that was asked for or fits."""
    for name in list(app.available_themes):
        app.unregister_theme(name)
    for theme in THEMES.values():
        app.register_theme(theme)
    asked = os.environ.get(VARIABLE, "").strip()
    if asked and asked not in THEMES:
        known = ", ".join(THEMES)
        app.notify(f"{VARIABLE}={asked} is none of: {known}.", severity="warning", markup=False)
    app.theme = THEMES[asked if asked in THEMES else fitting()].name


def fitting() -> str:
    """The theme for this terminal, where it tells its background; otherwise the dark one."""
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    if background.isdecimal() and int(background) > LIGHTEST_DARK and int(background) != 8:
        return "light"
    return "dark"
