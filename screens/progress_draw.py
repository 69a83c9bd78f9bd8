"""The pictures of a run: what the fold knows, as text of a given width."""

from __future__ import annotations

from rich.text import Text
from textual.content import Content

from screens.progress_model import GOOD, LAYER_ENDS, MOVING, Layer, Line, Progress, Row
from screens.words import GLYPHS, MUTED, STYLES, clock, usually
from wizard.console import clean
from wizard.events import State

BAR = 12
NOTABLE = 60
"""Seconds from which on it is worth saying how long something usually takes."""
FAILED = frozenset({State.FAILED})
WAITING = frozenset({State.WAITING})


def overall(progress: Progress, now: float, stopping: bool) -> Content:
    """12 done · 2 working · 1 failed · 03:12."""
    failed = progress.count(FAILED)
    parts = [
        Content.styled(f"{progress.count(GOOD)} done", "bold"),
        Content(f"{progress.count(MOVING)} working"),
        Content(f"{progress.count(WAITING)} waiting"),
        Content.styled(f"{failed} failed", "bold $text-error" if failed else MUTED),
        Content(clock(progress.elapsed(now))),
    ]
    if stopping:
        parts.append(Content.styled("stopping after the running calls", "bold $text-warning"))
    return Content(" · ").join(parts)


def step_table(progress: Progress, now: float, width: int) -> tuple[Content, int | None]:
    """All steps by section, and the line of the first one that moves or failed."""
    lines: list[Content] = []
    moving = None
    longest = max((len(row.title) for row in progress.rows.values()), default=0)
    for section, rows in progress.sections():
        lines.append(Content.styled(section.value, "bold $foreground-muted"))
        for row in rows:
            if moving is None and row.state in MOVING:
                moving = len(lines)
            lines.append(step_line(row, now, width, longest))
    return Content("\n").join(lines), moving


def step_line(row: Row, now: float, width: int, longest: int) -> Content:
    """One step in one line: glyph, title, state, AWS's word, time."""
    seconds = row.seconds(now)
    time = clock(seconds) if seconds is not None else ""
    style = STYLES.get(row.state, "")
    state = row.state.value
    if row.slow(now):
        state, style = "slower than usual", "$text-warning"
    title_width = min(longest, width // 2)
    title = _cut(row.title, title_width).ljust(title_width)
    room = max(0, width - title_width - 4 - 7)
    details = _details(row)
    shown = state + (f": {details}" if details else "")
    if row.state in MOVING and row.usual[1] >= NOTABLE and len(shown) + 24 <= room:
        shown += f" ({usually(row.usual)})"
    shown = _cut(shown, room).ljust(room)
    return Content.assemble(
        (f"{GLYPHS[row.state]} ", style),
        (title, MUTED if row.state is State.WAITING else ""),
        "  ",
        (shown, style),
        (f"{time:>6}", MUTED),
    )


def _details(row: Row) -> str:
    if row.state is State.WAITING:
        return usually(row.usual) if row.usual[1] >= NOTABLE else ""
    if row.state in {State.WORKING, State.RETRYING, State.FAILED}:
        return clean(row.note or row.status)
    return clean(row.status if row.state in MOVING else "")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def layer_lines(progress: Progress, width: int, most: int) -> Content:
    """The image's layers; those that move come first."""
    return Content("\n").join([_layer(each, width) for each in progress.layers_shown[:most]])


def layer_sum(progress: Progress) -> str:
    """How many layers have arrived."""
    layers = progress.layers_shown
    return f"{sum(each.phase in LAYER_ENDS for each in layers)} of {len(layers)} layers"


def _layer(layer: Layer, width: int) -> Content:
    share = layer.share
    size = f"{layer.total / 1e6:7.1f} MB" if layer.total else " " * 10
    name = layer.name[:12].ljust(12)
    if share is None:
        return Content.assemble((name, MUTED), f"  {layer.phase}")
    full = round(share * BAR)
    bar = "█" * full + "░" * (BAR - full)
    text = f"  {layer.phase:<13}{bar} {share:4.0%}"
    if width >= len(name) + len(text) + len(size):
        text += size
    return Content.assemble((name, MUTED), text)


def log_line(line: Line) -> Text:
    """One line of the log. Texts are AWS's, so no control character of theirs gets through."""
    return Text.assemble(
        (clock(line.at), "dim"),
        " ",
        (line.title, "bold" if line.kind == "state" else ""),
        " ",
        (clean(line.text), "dim" if line.kind == "call" else ""),
    )
