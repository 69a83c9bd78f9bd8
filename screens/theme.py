"""formae's colours for dark and light terminals; everything else names them by meaning only."""

from __future__ import annotations

import os

from pygments.token import Token  # type: ignore[import-untyped]
from textual.highlight import HighlightTheme
from textual.theme import Theme

DARK = Theme(
    name="formae-dark",
    primary="#FF8533",
    secondary="#81D1DB",
    accent="#81D1DB",
    foreground="#E4E6E8",
    background="#101416",
    surface="#181D20",
    panel="#20272B",
    success="#8CCF9A",
    warning="#E8C36A",
    error="#F2777A",
    dark=True,
    variables={
        "footer-key-foreground": "#FF8533",
        "border-blurred": "#3A454B",
        "scrollbar": "#4A565C",
        "scrollbar-hover": "#5D6A71",
        "scrollbar-active": "#FF8533",
        "scrollbar-background": "#181D20",
        "scrollbar-background-hover": "#181D20",
        "scrollbar-background-active": "#181D20",
    },
)
LIGHT = Theme(
    name="formae-light",
    primary="#C24F00",
    secondary="#1F7484",
    accent="#1F7484",
    foreground="#1D2326",
    background="#FBFBFA",
    surface="#F3F4F3",
    panel="#E7EAEA",
    success="#1E7B3A",
    warning="#8A6100",
    error="#B3261E",
    dark=False,
    variables={
        "footer-key-foreground": "#C24F00",
        "border-blurred": "#BCC4C7",
        "scrollbar": "#AEB8BC",
        "scrollbar-hover": "#98A4A9",
        "scrollbar-active": "#C24F00",
        "scrollbar-background": "#ECEEED",
        "scrollbar-background-hover": "#ECEEED",
        "scrollbar-background-active": "#ECEEED",
    },
)
"""The brand's own orange and teal are too pale for text on white; these are their darker shades."""

LIGHTEST_DARK = 6
"""In COLORFGBG, the terminal's background is one of 16 colours; up to 6, and 8, they are dark."""


class CodeTheme(HighlightTheme):
    """Documents in two colours: names stand out, values are read."""

    STYLES = {  # noqa: RUF012 - as in the class it overrides
        Token.Comment: "$text-muted italic",
        Token.Keyword: "$text-primary",
        Token.Keyword.Constant: "$text-primary",
        Token.Literal.Number: "$text-accent",
        Token.Literal.String: "$text-accent",
        Token.Name.Tag: "bold",
        Token.Generic.Inserted: "$text-success",
        Token.Generic.Deleted: "$text-error",
        Token.Generic.Subheading: "$text-muted",
        Token.Generic.Heading: "bold",
    }


def fitting() -> str:
    """The theme for this terminal, where it tells its background; otherwise the dark one."""
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    if background.isdecimal() and int(background) > LIGHTEST_DARK and int(background) != 8:
        return LIGHT.name
    return DARK.name
