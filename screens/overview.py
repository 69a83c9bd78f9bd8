"""The rows of the first page, drawn: where each belongs, its value, and the reason for it."""

from __future__ import annotations

from textual.content import Content

from screens.words import MUTED
from wizard.guided.overview import HEADS, Row
from wizard.questions import question

GROUP_WIDTH, NAME_WIDTH = 12, 17


def drawn(row: Row) -> Content:
    """The line: where it belongs, what it is, its value, and why."""
    head = HEADS.get(row.group, row.group.value) if row.first else ""
    style = ("$text-warning" if row.doubtful else "$text-error") if row.problem else ""
    value = row.value or ("missing" if row.problem else "none")
    said = row.problem or (f"({row.reason})" if row.reason else "")
    return Content.assemble(
        (f"{head:<{GROUP_WIDTH}}", "$text-accent"),
        (f"{row.mark} {row.name:<{NAME_WIDTH}} ", style),
        (value, f"bold {style}".strip()),
        "  ",
        (said, style or MUTED),
    )


def told(row: Row) -> Content:
    """The line in full, for where it was cut off."""
    why = Content.styled(question(row.key).why, MUTED)
    if row.problem:
        style = "bold $text-warning" if row.doubtful else "bold $text-error"
        return Content.styled(f"{row.mark} {row.problem}", style)
    reason = f"  ({row.reason})" if row.reason else ""
    return Content.assemble((f"{row.name}: {row.value or 'none'}", "bold"), reason, "\n", why)
