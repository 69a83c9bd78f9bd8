"""The plan: every step with what would happen to it, and for the chosen one why and how."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.answers.fields.narrowing import Rows
from screens.copying import copy
from screens.frame import Reading
from screens.words import MUTED, problem_text
from wizard.base.text import clean
from wizard.costs import snapshot
from wizard.engine.diff import Action, Difference
from wizard.engine.drift import Resolution, with_resolution
from wizard.engine.explain import console_link, equivalent, usual
from wizard.engine.flow import Prepared
from wizard.engine.plan_report import cost_of
from wizard.plan.graph import needs
from wizard.plan.model import Step
from wizard.ui.common.demo import handed_out
from wizard.ui.common.drift import fate_of_field, fields
from wizard.ui.common.plan_text import KEPT

SILENT = frozenset({Action.KEEP, Action.RUN})
"""Actions by which nothing becomes another."""


class PlanView(Horizontal):
    """A list of steps by section, and the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "turn", "Keep or put back"),
        Binding("m", "commands", "Command"),
        Binding("c", "copy", "Copy command"),
        Binding("v", "every", "All steps"),
    ]

    class Turned(Message):
        """What somebody changed is to be left as it is, or put back after all."""

        def __init__(self, field: str) -> None:
            super().__init__()
            self.field = field

    def __init__(self, prepared: Prepared, *, demo: bool = False) -> None:
        super().__init__()
        self._demo = demo
        self._prepared = prepared
        self._step = prepared.plan.steps[0]
        self._commands = False
        self._field = ""
        """What somebody changed of it, where that is under the cursor."""
        self._every = False
        """Whether steps are listed, too, whose things are as wanted."""

    def compose(self) -> ComposeResult:
        """List and text."""
        yield Rows(*_options(self._prepared, self._every), markup=False, compact=True)
        with Reading():
            yield Static(id="step")

    def show(self, prepared: Prepared) -> None:
        """Show another plan, as after an edit or with a field left; the place in the list stays."""
        self._prepared = prepared
        self._step = prepared.plan.step(self._step.id)
        found = self.query_one(OptionList)
        with found.prevent(OptionList.OptionHighlighted):
            at = found.highlighted
            found.set_options(_options(prepared, self._every))
            found.highlighted = at
        self._draw()

    @on(OptionList.OptionHighlighted)
    def _shown(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        step, _, field = (event.option_id or "").partition(".")
        self._step = self._prepared.plan.step(step)
        self._field = f"{step}.{field}" if field else ""
        self._draw()
        self.query_one(Reading).scroll_home(animate=False)

    @on(OptionList.OptionSelected)
    def _read(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one(Reading).focus()

    def _draw(self) -> None:
        command = self._command if self._commands else ""
        text = step_text(self._step, self._prepared, command=command, demo=self._demo)
        self.query_one("#step", Static).update(text)
        self.refresh_bindings()

    @property
    def _command(self) -> str:
        """What does the same as the step in a shell."""
        text = equivalent(self._step, self._prepared.plan, profile=self._prepared.answers.profile)
        return handed_out(text, demo=self._demo)

    def action_commands(self) -> None:
        """The command that does the same by hand: shown, or not."""
        self._commands = not self._commands
        self._draw()

    def action_every(self) -> None:
        """List what is as wanted, too; or only what differs."""
        self._every = not self._every
        found = self.query_one(OptionList)
        found.set_options(_options(self._prepared, self._every))
        found.action_first()

    def action_turn(self) -> None:
        """Leave what somebody changed as it is; or put it back, where it is left already."""
        self.post_message(self.Turned(self._field))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works: nothing is left out where everything is new."""
        del parameters
        if action == "turn":
            return bool(self._field)
        return action != "every" or 0 < len(_differing(self._prepared)) < _number(self._prepared)

    def action_copy(self) -> None:
        """Copy that command."""
        copy(self.app, self._command, f"The command for “{self._step.title}”")


def _options(prepared: Prepared, every: bool) -> list[Option]:
    """The steps by section: those that differ, where others are as wanted."""
    differing = _differing(prepared)
    shown = differing if differing and not every else {each.id for each in prepared.plan.steps}
    options: list[Option] = []
    section = None
    for step in prepared.plan.steps:
        if step.id not in shown:
            continue
        if step.section is not section:
            section = step.section
            options.append(Option(Content.styled(section.value, f"bold {MUTED}"), disabled=True))
        symbol = prepared.preflight.change(step).action.symbol
        options.append(Option(Content(f"{symbol} {step.title}"), id=step.id))
        for each in fields(prepared, step.id):
            mark = "=" if each.resolution is Resolution.ACCEPTED else "!"
            last = each.field.rpartition(".")[2]
            options.append(Option(Content(f"  {mark} {last}"), id=each.name))
    others = _number(prepared) - len(shown)
    if others:
        words = f"= {others} unchanged: v shows them"
        options.append(Option(Content.styled(words, MUTED), disabled=True))
    return options


def _number(prepared: Prepared) -> int:
    return len(prepared.plan.steps)


def _differing(prepared: Prepared) -> set[str]:
    """The steps that do something; all of them where nothing is there yet."""
    actions = {step.id: prepared.preflight.change(step).action for step in prepared.plan.steps}
    left = {each.resource for each in with_resolution(prepared.drift, Resolution.ACCEPTED)}
    found = left | {step_id for step_id, action in actions.items() if action not in SILENT}
    new = all(actions[step_id] is Action.CREATE for step_id in found)
    return set(actions) if new and found else found


def _difference(each: Difference) -> Content:
    """What is there, what is wanted, and what putting it right means for what runs."""
    lines = [Content.styled(clean(each.words), "bold")]
    lines += [Content.styled(clean(line), MUTED) for line in each.diff.splitlines()]
    lines += [Content(clean(each.effect))] if each.effect else []
    return Content("\n").join(lines)


def step_text(step: Step, prepared: Prepared, *, command: str = "", demo: bool = False) -> Content:
    """What happens to a step, why, what it needs, how long it takes; the command, where given.

    AWS's console does not show what the `demo` has.
    """
    plan, change = prepared.plan, prepared.preflight.change(step)
    what = f": {', '.join(change.differs)}" if change.differs else ""
    refused = change.action is Action.REFUSE
    titles = [each.title for each in plan.steps if each.id in needs(step)]
    blocks = [
        Content.assemble(
            (f"{step.title}\n", "bold"),
            (
                f"{change.action.symbol} {change.action.label}{what}",
                "bold $text-error" if refused else "$text-accent",
            ),
            (f"  ·  {usual(step)}", MUTED),
        ),
        *(
            Content.styled(f"! {fate_of_field(each)}", "bold $text-warning")
            for each in fields(prepared, step.id)
        ),
        Content(step.why),
    ]
    if change.problem:
        blocks.append(problem_text(change.problem))
    blocks += [_difference(each) for each in change.differences]
    answers, deployed = prepared.answers, prepared.deployed
    if cost := cost_of(step.id, answers, deployed, snapshot(answers.region, answers.host)):
        blocks.append(Content.styled(cost, "bold"))
    blocks += [Content(clean(KEPT + each)) for each in change.theirs]
    if titles:
        blocks.append(Content.assemble(("Needs: ", "bold"), ", ".join(titles)))
    link = console_link(step, plan)
    if link and change.action in {Action.KEEP, Action.UPDATE} and not demo:
        blocks.append(Content.assemble(("In the AWS console\n", "bold"), (link, MUTED)))
    if command:
        blocks.append(Content.assemble(("Do it by hand\n", "bold $text-accent"), (command, MUTED)))
    return Content("\n\n").join(blocks)
