"""Small pieces of text that several screens share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from textual.app import App
from textual.content import Content

from wizard.base.errors import WizardError
from wizard.ui.common.session import Session
from wizard.ui.common.who import can_sign_in, renewal

MUTED = "$foreground-muted"


def cursor(app: App[Any], other: str = "") -> str:
    """What the cursor is on; `other` where the theme has more colours than the terminal's own."""
    if app.current_theme.ansi or app.no_color:
        return "reverse bold"
    return other or "$block-cursor-foreground on $block-cursor-background bold"


def in_a_line(
    parts: Mapping[str, Content], shorter: Sequence[tuple[str, Content]], width: int
) -> Content:
    """The parts with dots between them, in at most `width` cells where that can be.

    While there is no room, each of the `shorter` forms in turn takes the place of the part it
    names; an empty one leaves the part out. What is not named there is never cut.
    """
    shown = dict(parts)
    line = _dotted(shown)
    for name, form in shorter:
        if line.cell_length <= width:
            break
        if name in shown:
            shown[name] = form
            line = _dotted(shown)
    return line


def _dotted(parts: Mapping[str, Content]) -> Content:
    return Content(" · ").join(each for each in parts.values() if each.plain)


def middle_cut(text: str, width: int) -> str:
    """A name of at most `width` cells: what begins it and what ends it tell names apart."""
    if len(text) <= width:
        return text
    begin = width // 2
    return f"{text[:begin]}…{text[len(text) - (width - begin - 1) :]}"


def clock(seconds: float) -> str:
    """Minutes and seconds: 03:12."""
    whole = max(0, int(seconds))
    return f"{whole // 60:02d}:{whole % 60:02d}"


def problem_text(problem: WizardError) -> Content:
    """What happened, why, and what to do."""
    parts: list[tuple[str, str]] = [(f"✗ {problem.what}", "bold $text-error")]
    if problem.why:
        parts += [("\nWhy: ", "bold"), (problem.why, "")]
    if problem.fix:
        parts += [("\nWhat to do: ", "bold"), (problem.fix, "")]
    if problem.more:
        parts += [("\nMore: ", "bold"), (problem.more, MUTED)]
    return Content.assemble(*parts)


def signed_out(session: Session, problem: WizardError) -> Content:
    """Why nobody is signed in, how to renew it, and the key that asks AWS again."""
    words = renewal(session, problem)
    more = f"{words} " if words else ""
    key = "F4 signs in from here. " if can_sign_in(session) else ""
    again = Content.styled(f"{more}{key}To try again, press Ctrl-L.", "bold")
    return Content("\n").join([problem_text(problem), again])
