"""The pictures of a run: what the fold knows, as text of a given width."""

from __future__ import annotations

from textual.content import Content

from screens.words import GLYPHS, MUTED, STYLES, clock
from wizard.base.events import State
from wizard.engine.timing import Pace, usual
from wizard.ui.common.progress import GOOD, LAYER_ENDS, MOVING, Layer, Progress, Row

BAR = 12
NOTABLE = 60
"""Seconds from which on it is worth saying how long something usually takes."""
FAILED = frozenset({State.FAILED})
FULL, EMPTY = "█", "░"


def overall(progress: Progress, now: float, leaving: str = "") -> Content:
    """█████░░░░░ 12 of 22 · 03:12 · about 4 to 9 min left · 1 failed."""
    done, number = progress.count(GOOD), len(progress.rows)
    failed = progress.count(FAILED)
    parts = [
        Content.assemble((bar(done / number if number else 1.0), "$text-accent"), f" {done} of "),
        Content(f"{progress.count(MOVING)} working"),
        Content.styled(clock(progress.elapsed(now)), "bold"),
    ]
    parts[0] += Content(f"{number} done")
    left = left_words(*progress.left(now))
    if left and not failed:
        parts.append(Content(left))
    if failed:
        parts.append(Content.styled(f"{failed} failed", "bold $text-error"))
    if progress.signed_out and not leaving:
        leaving = "the sign-in has ended: i signs in"
    if leaving:
        parts.append(Content.styled(leaving, "bold $text-warning"))
    return Content(" · ").join(parts)


def bar(share: float, width: int = BAR) -> str:
    """A share as a bar."""
    full = round(max(0.0, min(1.0, share)) * width)
    return FULL * full + EMPTY * (width - full)


def left_words(low: float, high: float) -> str:
    """How long the rest takes, as a range in words; empty at the end."""
    if high < 1:
        return ""
    if high < 90:
        return f"up to {round(high)} s left"
    first, last = round(low / 60), -(-round(high) // 60)
    return f"{first} to {last} min left" if 0 < first < last else f"up to {last} min left"


def step_line(progress: Progress, row: Row, now: float, width: int, longest: int) -> Content:
    """One step in one line: glyph, title, state, AWS's word, time."""
    seconds = row.seconds(now)
    time = clock(seconds) if seconds is not None and row.state is not State.SKIPPED else ""
    style = STYLES.get(row.state, "")
    title_width = max(1, min(longest, width // 2))
    title = cut(row.title, title_width).ljust(title_width)
    room = max(0, width - title_width - 4 - 7)
    slow = row.pace(now)
    if slow is not Pace.USUAL:
        style = "$text-warning"
    shown = cut(state_words(progress, row, now, room), room).ljust(room)
    return Content.assemble(
        (f"{GLYPHS[row.state]} ", style),
        (title, MUTED if row.state is State.WAITING else ""),
        "  ",
        (shown, style),
        (f"{time:>6} ", MUTED),
    )


def state_words(progress: Progress, row: Row, now: float, room: int = 1000) -> str:
    """The state in words, as many as there is room for."""
    words = row.state.value
    details = _details(progress, row)
    match row.state:
        case State.WAITING if details:
            words = f"waiting on {details}"
        case State.RETRYING if row.again_at is not None:
            words = f"retrying in {max(0, round(row.again_at - now))} s"
            reason = row.note.partition(": ")[2]
            words += f": {reason}" if reason else ""
        case _ if details:
            words += f": {details}"
        case _:
            pass
    slow = row.pace(now)
    more = usual(row.plan_step) if row.plan_step.usual[1] >= NOTABLE else ""
    if slow is not Pace.USUAL:
        words, more = f"{slow.value} · {words}", ""
    if row.state in MOVING and more and len(words) + len(more) + 3 <= room:
        words += f" · {more}"
    return words


def _details(progress: Progress, row: Row) -> str:
    match row.state:
        case State.WAITING:
            return ", ".join(progress.waits_on(row))
        case State.WORKING if row.step == "image" and progress.layers_shown:
            return layer_sum(progress)
        case State.WORKING:
            return row.note or row.status
        case state:
            return row.status if state in MOVING else ""


def cut(text: str, width: int) -> str:
    """A text that fits."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def layer_sum(progress: Progress) -> str:
    """How many layers have arrived, and how much of all."""
    layers = progress.layers_shown
    there = sum(each.phase in LAYER_ENDS for each in layers)
    total = sum(each.total for each in layers)
    done = sum(each.total * (each.share or 0.0) for each in layers)
    share = f"{bar(done / total, 8)} " if total else ""
    return f"{share}{there} of {len(layers)} layers"


def layer_line(layer: Layer, width: int) -> Content:
    """One layer with its bar."""
    share = layer.share
    size = f"{layer.total / 1e6:7.1f} MB" if layer.total else " " * 10
    name = layer.name[:12].ljust(12)
    if share is None:
        return Content.assemble((name, MUTED), f"  {layer.phase}")
    text = f"  {layer.phase:<13}{bar(share)} {share:4.0%}"
    if width >= len(name) + len(text) + len(size):
        text += size
    return Content.assemble((name, MUTED), text)
