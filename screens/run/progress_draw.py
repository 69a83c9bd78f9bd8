"""The pictures of a run: what the fold knows, as text of a given width.

Everything about one step of a run: what, why, how far, AWS's own lines, where to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from textual.content import Content

from screens.words import GLYPHS, MUTED, STYLES, clock, in_a_line
from wizard.base.events import FOUND, GONE, StepState
from wizard.base.text import clean
from wizard.engine.explain import Pace, console_link, equivalent, usual, watch
from wizard.ui.common.progress import GOOD, LAYER_ENDS, MOVING, Layer, Progress, StepRow

BAR = 12
NOTABLE = 60
"""Seconds from which on it is worth saying how long something usually takes."""
FAILED = frozenset({StepState.FAILED})
FULL, EMPTY = "█", "░"


def overall(progress: Progress, now: float, leaving: str = "", width: int = 1000) -> Content:
    """█████░░░░░ 12 of 22 done · 3 working · 03:12 · 4 to 9 min left · 1 failed.

    What went wrong and what is asked of the person stay where there is no room for all.
    """
    done, number = progress.count(GOOD), len(progress.rows)
    failed = progress.count(FAILED)
    counted = f"{done} of {number} done"
    left = "" if failed else left_words(*progress.left(now))
    if progress.signed_out and not leaving:
        leaving = "the sign-in has ended: i signs in"
    parts = {
        "done": Content.assemble(
            (bar(done / number if number else 1.0), "$text-accent"), f" {counted}"
        ),
        "working": Content(f"{progress.count(MOVING)} working"),
        "elapsed": Content.styled(clock(progress.elapsed(now)), "bold"),
        "left": Content(left),
        "failed": Content.styled(f"{failed} failed" if failed else "", "bold $text-error"),
        "leaving": Content.styled(leaving, "bold $text-warning"),
    }
    shorter = [
        ("done", Content(counted)),
        ("working", Content("")),
        ("left", Content("")),
        ("elapsed", Content("")),
    ]
    return in_a_line(parts, shorter, width)


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


def step_line(progress: Progress, row: StepRow, now: float, width: int, longest: int) -> Content:
    """One step in one line: glyph, title, state, AWS's word, time."""
    seconds = row.seconds(now)
    time = clock(seconds) if seconds is not None and row.state is not StepState.SKIPPED else ""
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
        (title, MUTED if row.state is StepState.WAITING else ""),
        "  ",
        (shown, style),
        (f"{time:>6} ", MUTED),
    )


def state_words(progress: Progress, row: StepRow, now: float, room: int = 1000) -> str:
    """The state in words, as many as there is room for."""
    words = row.note if row.state is StepState.DONE and row.note in GONE else row.state.value
    if row.state is StepState.KEPT and row.plan_step.only_looks:
        words = FOUND
    details = _details(progress, row)
    match row.state:
        case StepState.WAITING if details:
            words = f"waiting on {details}"
        case StepState.RETRYING if row.again_at is not None:
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


def _details(progress: Progress, row: StepRow) -> str:
    match row.state:
        case StepState.WAITING:
            return ", ".join(progress.waits_on(row))
        case StepState.WORKING if row.step == "image" and progress.layers_shown:
            return layer_sum(progress)
        case StepState.WORKING:
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


WORDS_SHOWN = 15


def detail(
    progress: Progress, row: StepRow, now: float, width: int, beyond: Iterable[Content] = ()
) -> Content:
    """The step under the cursor; `beyond` is how to do it, or to look at it, outside the wizard."""
    seconds = row.seconds(now)
    times = [clock(seconds)] if seconds is not None else []
    times.append(usual(row.plan_step))
    style = STYLES.get(row.state, "")
    blocks = [
        Content.assemble(
            (f"{GLYPHS[row.state]} {row.title}\n", "bold"),
            (state_words(progress, row, now, room=0), style),
            (f"\n{' · '.join(times)}\n", MUTED),
            row.plan_step.why,
        )
    ]
    if row.why:
        blocks.append(Content.styled(f"{row.note}\n{row.why}", "$text-error"))
    if row.step == "image" and progress.layers_shown:
        layers = [layer_line(each, width) for each in progress.layers_shown]
        blocks.append(Content("\n").join(layers))
    if row.words:
        lines = list(row.words)[-WORDS_SHOWN:]
        blocks.append(_block("AWS's messages", "\n".join(lines)))
    return Content("\n\n").join([*blocks, *beyond])


def beyond(
    progress: Progress, row: StepRow, profile: str, by_hand: str = "", *, demo: bool = False
) -> Iterator[Content]:
    """The command that does the step, or `by_hand`; what asks AWS about it, and its page there.

    What the `demo` makes cannot be looked at by AWS's own means.
    """
    by_hand = by_hand or command_of(progress, row, profile)
    yield _block("Do it by hand", by_hand, MUTED)
    if demo:
        return
    ask = watch(row.plan_step, progress.plan, progress.outputs, profile)
    if ask:
        yield _block("Check its progress in AWS", clean(ask), MUTED)
    link = link_of(progress, row)
    if link:
        yield _block("In the AWS console", link, MUTED)


def _block(title: str, text: str, style: str = "") -> Content:
    return Content.assemble((f"{title}\n", "bold $text-accent"), (text, style))


def command_of(progress: Progress, row: StepRow, profile: str) -> str:
    """What a person would type to do the step."""
    return equivalent(row.plan_step, progress.plan, progress.outputs, profile)


def link_of(progress: Progress, row: StepRow) -> str:
    """The step's page in the AWS console; empty where there is none."""
    return console_link(row.plan_step, progress.plan, progress.outputs) or ""
