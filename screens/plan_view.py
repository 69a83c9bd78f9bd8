"""The plan: every step with what would happen to it, and for the chosen one why and how."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.frame import Reading
from screens.words import MUTED, problem_text
from wizard.flow import Prepared
from wizard.plan.graph import needs
from wizard.plan.model import Step
from wizard.readings.explain import console_link, equivalent, usual
from wizard.readings.survey import Finding, Verdict

GLYPHS = {
    Verdict.MAKE: "+",
    Verdict.KEEP: "=",
    Verdict.MEND: "✎",
    Verdict.REMAKE: "↻",
    Verdict.DO: "▸",
    Verdict.REFUSE: "✗",
}


class PlanView(Horizontal):
    """A list of steps by section, and the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "commands", "Command"),
        Binding("c", "copy", "Copy command"),
    ]

    def __init__(self, prepared: Prepared) -> None:
        super().__init__()
        self._prepared = prepared
        self._step = prepared.plan.steps[0]
        self._commands = False

    def compose(self) -> ComposeResult:
        """List and text."""
        yield OptionList(*_options(self._prepared), markup=False, compact=True)
        with Reading():
            yield Static(id="step")

    def show(self, prepared: Prepared) -> None:
        """The same after an edit."""
        self._prepared = prepared
        self._step = prepared.plan.step(self._step.id)
        self._draw()

    @on(OptionList.OptionHighlighted)
    def _shown(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._step = self._prepared.plan.step(event.option_id or "")
        self._draw()
        self.query_one(Reading).scroll_home(animate=False)

    @on(OptionList.OptionSelected)
    def _read(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one(Reading).focus()

    def _draw(self) -> None:
        text = step_text(self._step, self._prepared, command=self._commands)
        self.query_one("#step", Static).update(text)

    def action_commands(self) -> None:
        """The command that does the same by hand: shown, or not."""
        self._commands = not self._commands
        self._draw()

    def action_copy(self) -> None:
        """Copy that command."""
        self.app.copy_to_clipboard(_command(self._step, self._prepared))
        self.app.notify(f"The command for “{self._step.title}” is in the clipboard.", markup=False)


def _options(prepared: Prepared) -> list[Option]:
    options: list[Option] = []
    section = None
    for step in prepared.plan.steps:
        if step.section is not section:
            section = step.section
            options.append(Option(Content.styled(section.value, f"bold {MUTED}"), disabled=True))
        glyph = GLYPHS[_finding(step, prepared).verdict]
        options.append(Option(Content(f"{glyph} {step.title}"), id=step.id))
    return options


def _finding(step: Step, prepared: Prepared) -> Finding:
    return prepared.preflight.findings.get(step.id, Finding(Verdict.MAKE))


def _command(step: Step, prepared: Prepared) -> str:
    return equivalent(step, prepared.plan, profile=prepared.answers.profile)


def step_text(step: Step, prepared: Prepared, *, command: bool) -> Content:
    """What happens to a step, why, what it needs, how long it takes."""
    plan, finding = prepared.plan, _finding(step, prepared)
    differs = f": {', '.join(finding.differs)}" if finding.differs else ""
    refused = finding.verdict is Verdict.REFUSE
    titles = [each.title for each in plan.steps if each.id in needs(step)]
    blocks = [
        Content.assemble(
            (f"{step.title}\n", "bold"),
            (
                f"{GLYPHS[finding.verdict]} {finding.verdict.value}{differs}",
                "bold $text-error" if refused else "$text-accent",
            ),
            (f"  ·  {usual(step)}", MUTED),
        ),
        Content(step.why),
    ]
    if finding.problem:
        blocks.append(problem_text(finding.problem))
    if titles:
        blocks.append(Content.assemble(("Needs: ", "bold"), ", ".join(titles)))
    link = console_link(step, plan)
    if link and finding.verdict in {Verdict.KEEP, Verdict.MEND}:
        blocks.append(Content.assemble(("In the AWS console\n", "bold"), (link, MUTED)))
    if command:
        blocks.append(
            Content.assemble(
                ("The same by hand\n", "bold $text-accent"), (_command(step, prepared), MUTED)
            )
        )
    return Content("\n\n").join(blocks)
