"""The colours, theme by theme. Nothing else knows a colour; tests measure the contrast of all.

Which theme it is: the one asked for, otherwise the one that fits the terminal.
"""

from __future__ import annotations

import os
from typing import TypedDict

from textual.theme import Theme

LEGIBLE = {"text-disabled": "auto 62%"}
"""Textual's own is too pale to be read; what cannot be picked still says why."""


class Colours(TypedDict):
    """A theme's colours by their meaning."""

    primary: str
    secondary: str
    accent: str
    foreground: str
    background: str
    surface: str
    panel: str
    success: str
    warning: str
    error: str


def _theme(name: str, colours: Colours, dim: str, edge: str, bar: str) -> Theme:
    """A theme from its named colours, its muted text, its quiet borders and its scrollbars."""
    trough = colours["surface"]
    return Theme(
        name=name,
        **colours,
        dark=name.endswith("dark"),
        variables={
            **LEGIBLE,
            "foreground-muted": dim,
            "footer-key-foreground": colours["primary"],
            "block-cursor-foreground": colours["background"],
            "block-cursor-background": colours["primary"],
            "border-blurred": edge,
            "input-selection-background": edge,
            "scrollbar": bar,
            "scrollbar-hover": bar,
            "scrollbar-active": colours["primary"],
            "scrollbar-background": trough,
            "scrollbar-background-hover": trough,
            "scrollbar-background-active": trough,
        },
    )


DARK = _theme(
    "formae-dark",
    {
        "primary": "#FF8533",
        "secondary": "#81D1DB",
        "accent": "#81D1DB",
        "foreground": "#E4E6E8",
        "background": "#101416",
        "surface": "#181D20",
        "panel": "#20272B",
        "success": "#8CCF9A",
        "warning": "#E8C36A",
        "error": "#F2777A",
    },
    dim="#9AA3A8",
    edge="#3A454B",
    bar="#4A565C",
)
LIGHT = _theme(
    "formae-light",
    {
        "primary": "#A84300",
        "secondary": "#1B6472",
        "accent": "#1B6472",
        "foreground": "#1D2326",
        "background": "#FBFBFA",
        "surface": "#F3F4F3",
        "panel": "#E7EAEA",
        "success": "#1E7B3A",
        "warning": "#7A5600",
        "error": "#B3261E",
    },
    dim="#4B5459",
    edge="#BCC4C7",
    bar="#AEB8BC",
)
"""The brand's own orange and teal are too pale for text on white; these are their darker shades."""

SAFE_DARK = _theme(
    "formae-safe-dark",
    {
        "primary": "#7CC0F5",
        "secondary": "#A9CCE3",
        "accent": "#A9CCE3",
        "foreground": "#E6E8EA",
        "background": "#101418",
        "surface": "#181D22",
        "panel": "#20272E",
        "success": "#56B4E9",
        "warning": "#F0E442",
        "error": "#FF9A3D",
    },
    dim="#9AA4AD",
    edge="#3A4550",
    bar="#4A5662",
)
SAFE_LIGHT = _theme(
    "formae-safe-light",
    {
        "primary": "#00589C",
        "secondary": "#2B5C7E",
        "accent": "#2B5C7E",
        "foreground": "#1C2226",
        "background": "#FBFBFA",
        "surface": "#F3F4F4",
        "panel": "#E6EAED",
        "success": "#005FA8",
        "warning": "#6B5D00",
        "error": "#A84600",
    },
    dim="#4A545B",
    edge="#BCC4CA",
    bar="#AEB8C0",
)
"""What is well is blue, what is wrong is orange: the pair that every kind of eye tells apart."""

TERMINAL = Theme(
    name="formae-terminal",
    ansi=True,
    primary="ansi_magenta",
    secondary="ansi_default",
    accent="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    success="ansi_default",
    warning="ansi_magenta",
    error="ansi_red",
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "text-muted": "ansi_default",
        "text-disabled": "ansi_default",
        "foreground-muted": "ansi_default",
        "border": "ansi_magenta",
        "border-blurred": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-text-style": "reverse bold",
        "footer-key-foreground": "ansi_magenta",
        "input-selection-background": "ansi_magenta",
        "input-selection-foreground": "ansi_default",
        "scrollbar": "ansi_magenta",
        "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default",
        "scrollbar-background-active": "ansi_default",
    },
)
"""The terminal's own text and background, and of its sixteen colours the two that can be read on
light and on dark ones alike: red and magenta. What the cursor is on is reversed."""

THEMES = {
    "dark": DARK,
    "light": LIGHT,
    "safe-dark": SAFE_DARK,
    "safe-light": SAFE_LIGHT,
    "terminal": TERMINAL,
}
"""By the name that FORMAE_WIZARD_THEME takes."""
WORDS = {
    "dark": "formae's colors on a dark background",
    "light": "formae's colors on a light background",
    "safe-dark": "dark, color-blind safe: blue = good, orange = bad",
    "safe-light": "light, color-blind safe: blue = good, orange = bad",
    "terminal": "the 16 colors of your terminal",
}


VARIABLE = "FORMAE_WIZARD_THEME"
LIGHTEST_DARK = 6
"""In COLORFGBG, the terminal's background is one of 16 colours; up to 6, and 8, they are dark."""


def worn() -> tuple[Theme, str]:
    """The theme that was asked for, or fits the terminal; and what is wrong with what was asked."""
    asked = os.environ.get(VARIABLE, "").strip()
    if asked in THEMES:
        return THEMES[asked], ""
    wrong = f"{VARIABLE}={asked} is not one of: {', '.join(THEMES)}." if asked else ""
    return THEMES[fitting()], wrong


def fitting() -> str:
    """The theme for this terminal, where it tells its background; otherwise the dark one."""
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    if background.isdecimal() and int(background) > LIGHTEST_DARK and int(background) != 8:
        return "light"
    return "dark"
