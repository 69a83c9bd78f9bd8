"""Everything about one step of a run: what, why, how far, AWS's own lines, where to look."""

from __future__ import annotations

from textual.content import Content

from screens.run.progress_draw import layer_line, state_words
from screens.words import GLYPHS, MUTED, STYLES, clock
from wizard.base.text import clean
from wizard.engine.explain import equivalent, watch
from wizard.engine.links import console_link
from wizard.engine.timing import usual
from wizard.ui.common.progress import Progress, Row

WORDS_SHOWN = 15


def detail(
    progress: Progress, row: Row, now: float, width: int, profile: str, by_hand: str = ""
) -> Content:
    """The step under the cursor; `by_hand` is its command, where it is not the usual one."""
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
        blocks.append(_block("AWS's own lines", "\n".join(lines)))
    blocks += _where(progress, row, profile, by_hand or command_of(progress, row, profile))
    return Content("\n\n").join(blocks)


def _where(progress: Progress, row: Row, profile: str, by_hand: str) -> list[Content]:
    found = [_block("The same by hand", by_hand, MUTED)]
    ask = watch(row.plan_step, progress.plan, progress.outputs, profile)
    if ask:
        found.append(_block("Ask AWS how far it is", clean(ask), MUTED))
    link = link_of(progress, row)
    if link:
        found.append(_block("In the AWS console", link, MUTED))
    return found


def _block(title: str, text: str, style: str = "") -> Content:
    return Content.assemble((f"{title}\n", "bold $text-accent"), (text, style))


def command_of(progress: Progress, row: Row, profile: str) -> str:
    """What a person would type to do the step."""
    return equivalent(row.plan_step, progress.plan, progress.outputs, profile)


def link_of(progress: Progress, row: Row) -> str:
    """The step's page in the AWS console; empty where there is none."""
    return console_link(row.plan_step, progress.plan, progress.outputs) or ""
