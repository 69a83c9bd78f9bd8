"""The rows of the first page, drawn: where each belongs, its value, and the reason for it."""

from __future__ import annotations

from textual.content import Content

from screens.words import MUTED
from wizard.answers.questions import question
from wizard.ui.common.overview import HEADS, Row

GROUP_WIDTH, NAME_WIDTH = 12, 17


def drawn(row: Row) -> Content:
    """The line: where it belongs, what it is, its value, and why."""
    head = HEADS.get(row.group, row.group.value) if row.first else ""
    style = _style(row)
    value = row.value or ("missing" if row.problem else "none")
    reason = f"deployed: {row.deployed}" if row.deployed else row.reason
    said = row.problem or (f"({reason})" if reason else "")
    return Content.assemble(
        (f"{head:<{GROUP_WIDTH}}", "$text-accent"),
        (f"{row.mark} {row.name:<{NAME_WIDTH}} ", style),
        (value, f"bold {style}".strip()),
        "  ",
        (said, style or MUTED),
    )


def _style(row: Row) -> str:
    if row.problem:
        return "$text-warning" if row.doubtful else "$text-error"
    return "$text-warning" if row.drift else ""


def told(row: Row) -> Content:
    """The line in full, for where it was cut off."""
    why = Content.styled(question(row.key).why, MUTED)
    if row.problem:
        style = "bold $text-warning" if row.doubtful else "bold $text-error"
        return Content.styled(f"{row.mark} {row.problem}", style)
    reason = f"  ({row.reason})" if row.reason else ""
    head = Content.assemble((f"{row.name}: {row.value or 'none'}", "bold"), reason)
    lines = [Content(f"Deployed now: {row.deployed}")] if row.deployed else []
    lines += [Content.styled(f"! {each}", "bold $text-warning") for each in row.fates]
    return Content("\n").join([head, *lines, why])
