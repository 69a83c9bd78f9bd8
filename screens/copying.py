"""What stands on the screen, as text for the clipboard."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widgets import Static


def screen_text(screen: Screen[Any]) -> str:
    """All texts of the screen from above to below, also those one would have to scroll to."""
    texts = [str(each.visual) for each in screen.query(Static) if _seen(each)]
    return "\n".join(text.rstrip() for text in texts if text.strip()) + "\n"


def _seen(widget: Static) -> bool:
    return all(getattr(each, "display", True) for each in widget.ancestors_with_self)


def copy_screen(screen: Screen[Any]) -> None:
    """Copy it, and say so. Password fields are no texts and stay out."""
    screen.app.copy_to_clipboard(screen_text(screen))
    screen.app.notify("The screen's text is in the clipboard.")
