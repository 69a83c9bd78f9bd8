"""Every deployment there is, found in the account: choose one to change, look at or remove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Label, OptionList
from textual.widgets.option_list import Option

from screens.answers.fields.narrowing import Rows
from screens.background import in_background
from screens.deployments.status import ask_to_rotate
from screens.frame import Said, WizardScreen
from screens.words import middle_cut
from wizard.answers.model import Answers
from wizard.answers.questions import Group
from wizard.base.errors import WizardError
from wizard.engine.status.data import Report
from wizard.ui.common.deployments import Brief, brief
from wizard.ui.common.who import place_of

NONE = (
    "+: new one here · {elsewhere}. Missing one? It may be in another account: Esc returns to the "
    "first page, where you choose the profile."
)
"""What to do where nothing is deployed."""
HELP = (
    "All deployments in this region, found in the account by name and tag, without local files; v "
    "checks all regions. Enter changes the selected one: its answers are read from what is "
    "deployed. t shows its status, p rotates a password, x removes it, + creates another one with "
    "a different name."
)
COLUMNS = "{} {:<14} {:<11} {:<16} {:<8} {:<12} {}"
HEADS = ("Region", "Host", "Status", "Version", "Size", "Age")
LEAST_NAME, MOST_NAME = 12, 20
"""Cells for a deployment's name: how it is stays in sight beside the longest."""
SIGNS = {True: "✓", False: "!", None: "◐"}


class DeploymentsScreen(WizardScreen):
    """The list."""

    HELP_TITLE = "Deployments"
    HELP_TEXT = HELP
    MEANINGS: ClassVar[Mapping[str, str]] = {
        "edit": "Change its answers on the first page",
        "again": "Refresh from AWS",
        "back": "Back",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,e", "edit", "Change"),
        Binding("t", "status", "Status"),
        Binding("p", "password", "Password"),
        Binding("x", "remove", "Remove"),
        Binding("plus", "new", "New"),
        Binding("v", "everywhere", "All regions"),
        Binding("r,ctrl+l,f5", "again", "Refresh"),
        Binding("escape", "back", "Back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._briefs: list[Brief] = []
        self._everywhere = False
        self._looking = False
        self._asked = 0

    def compose_body(self) -> ComposeResult:
        """A row for each."""
        with Vertical(classes="page overview"):
            yield Label("Deployments", classes="title")
            yield Said(id="standing")
            yield Said(id="none")
            yield Label(head(LEAST_NAME), classes="heading", id="head")
            yield Rows(markup=False, compact=True, id="page")
            yield Said(id="trouble")
            with Horizontal(classes="buttons"):
                yield Button("Back", id="back", compact=True)
                yield Button("New", id="new", compact=True)
                yield Button("All regions", id="everywhere", compact=True)

    def on_mount(self) -> None:
        """Look at once."""
        self.query_one(Rows).focus()
        self.action_again()

    def action_again(self) -> None:
        """Ask the account; each is told as it is known."""
        self._asked += 1
        asked, place, everywhere = self._asked, self.session.likely, self._everywhere
        self._looking = True
        self._said("")

        def told(report: Report) -> None:
            self.call_later(self._grown, asked, report)

        in_background(
            self,
            lambda: self.wizard.reports(place, name="", everywhere=everywhere, told=told),
            lambda found: self._seen(asked, found),
        )

    def _grown(self, asked: int, report: Report) -> None:
        if asked == self._asked and self._looking:
            self._fill(report)

    def _seen(self, asked: int, found: Report | WizardError) -> None:
        if asked != self._asked:
            return
        self._looking = False
        problem = found if isinstance(found, WizardError) else found.problem
        if isinstance(found, Report):
            self._fill(found)
        gaps = [gap.words for gap in found.gaps] if isinstance(found, Report) else []
        self._said(str(problem) if problem else " ".join(gaps))

    def _fill(self, report: Report) -> None:
        rows, at = self.query_one(Rows), self._chosen
        self._briefs = [brief(state) for state in report.deployments]
        longest = max((len(each.name) for each in self._briefs), default=0)
        width = max(LEAST_NAME, min(MOST_NAME, longest))
        self.query_one("#head", Label).update(head(width))
        rows.set_options(Option(drawn(each, width)) for each in self._briefs)
        places = [(each.name, each.region) for each in self._briefs]
        held = (at.name, at.region) if at else None
        rows.highlighted = places.index(held) if held in places else (0 if places else None)
        self.refresh_bindings()

    def _said(self, trouble: str) -> None:
        where = "all regions" if self._everywhere else self.session.place[1]
        number = len(self._briefs)
        few = {0: "No deployments", 1: "1 deployment"}
        found = few.get(number, f"{number} deployments")
        empty = not number and not self._looking
        elsewhere = "r: refresh" if self._everywhere else "v: all regions"
        self.query_one("#head").display = not empty
        self.query_one("#none", Said).say(NONE.format(elsewhere=elsewhere) if empty else "")
        words = f"◐ Checking {where} …" if self._looking else f"{found} in {where}."
        self.query_one("#standing", Said).say(words)
        self.query_one("#trouble", Said).say(trouble)
        self.refresh_bindings()

    @property
    def _chosen(self) -> Brief | None:
        at = self.query_one(Rows).highlighted
        return self._briefs[at] if at is not None and at < len(self._briefs) else None

    @property
    def _place(self) -> Answers | None:
        chosen = self._chosen
        return place_of(self.session, chosen.name, chosen.region) if chosen else None

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_edit()

    def action_edit(self) -> None:
        """To the first page, with its answers."""
        if self._place:
            self.wizard.edit_deployment(self._place)

    def action_status(self) -> None:
        """How it is."""
        if self._place:
            self.wizard.show_status(self._place)

    def action_remove(self) -> None:
        """What would go."""
        if self._place:
            self.wizard.remove_deployment(self._place)

    def action_password(self) -> None:
        """Another password for its API or its database."""
        if self._place:
            ask_to_rotate(self, self._place)

    def action_new(self) -> None:
        """To the name, for one more."""
        self.session.led = False
        self.wizard.go(Group.ADVANCED.value, "name")

    def action_everywhere(self) -> None:
        """In all regions, or in this one alone again."""
        self._everywhere = not self._everywhere
        self._briefs = []
        self.query_one(Rows).clear_options()
        self.action_again()

    def action_back(self) -> None:
        """To the first page."""
        self.wizard.home()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        chosen = {"new": self.action_new, "everywhere": self.action_everywhere}
        chosen.get(event.button.id or "", self.action_back)()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now."""
        del parameters
        if action in {"edit", "status", "password", "remove"}:
            return self.composed and self._chosen is not None
        return action != "again" or not self._looking


def head(width: int) -> str:
    """What stands above the rows, with `width` cells for the name."""
    name = "Name".ljust(width)
    return f"  {COLUMNS.format(name, *HEADS)}"


def drawn(each: Brief, width: int = LEAST_NAME) -> Content:
    """The row; without colours, which would be lost on the cursor's."""
    name = middle_cut(each.name, width).ljust(width)
    told = (each.region, each.host, each.health, each.version, each.size, each.age)
    row = COLUMNS.format(name, *told)
    return Content(f"{SIGNS[each.well]} {row}".rstrip())
