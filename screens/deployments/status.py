"""How one deployment is, drawn piece by piece as AWS answers; and the change of its passwords."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Label, Static

from screens.background import after_refresh, in_background
from screens.copying import copy
from screens.dialogs import Answer, Dialog
from screens.frame import Reading, Said, WizardScreen
from screens.words import MUTED, problem_text
from wizard.answers.model import Answers
from wizard.base.errors import WizardError
from wizard.base.text import clean
from wizard.engine.job import End
from wizard.engine.rotation import Rotation, Wish, prepare, rotate_job
from wizard.engine.status.data import Report
from wizard.ui.common.ending import rotation_headline as headline
from wizard.ui.common.ending import rotation_lines
from wizard.ui.common.status_text import (
    DOUBT,
    FINE,
    LABEL,
    UNKNOWN,
    WAITING,
    WRONG,
    Line,
    Shown,
    lines,
    log_head,
    month,
    verdict,
)

if TYPE_CHECKING:
    from screens.app import WizardApp

ASK = (
    "A new one is generated and kept beside the old one in the secret until it is proven to work. "
    "The API password is also written to the formae CLI's config."
)

WISHES = {
    "api": Wish(api=True),
    "database": Wish(database=True),
    "both": Wish(api=True, database=True),
}

ANSWERS = (
    Answer("no", "Cancel", "n"),
    Answer("api", "API password", "a"),
    Answer("database", "Database password", "d"),
    Answer("both", "Both", "b"),
)

UNTOUCHED = "Nothing was changed: every password is as it was."

SURE = (Answer("no", "Cancel", "l"), Answer("yes", "Go ahead", "g"))


def ask_to_rotate(screen: WizardScreen, place: Answers) -> None:
    """Ask which password, show what would be done, and begin once the person agrees."""

    def chosen(name: str | None) -> None:
        if name in WISHES:
            wish, flow = WISHES[name], screen.session.flow
            screen.notify(f"Checking the passwords of {place.name} …", markup=False)
            in_background(screen, lambda: prepare(flow, place, wish), shown(wish))

    def shown(wish: Wish) -> Callable[[Rotation | WizardError], None]:
        def show(found: Rotation | WizardError) -> None:
            trouble = [found] if isinstance(found, WizardError) else list(found.problems)
            if isinstance(found, WizardError) or trouble or found.nothing:
                told = str(trouble[0]) if trouble else "This is already the API password."
                screen.notify(told, severity="warning", timeout=30, markup=False)
                return
            screen.app.push_screen(
                Dialog(f"Rotate in {place.region}?", _plan(found), SURE),
                lambda sure: _begin(screen, found, wish) if sure == "yes" else None,
            )

        return show

    screen.app.push_screen(Dialog(f"New password for {place.name}", ASK, ANSWERS), chosen)


def _plan(rotation: Rotation) -> str:
    rows = [f"{row.action.symbol} {clean(row.title)}" for row in rotation.rows]
    doubts = [clean(f"! {each.what} {each.why}") for each in rotation.warnings]
    return "\n".join([*rows, *(f"\n{each}" for each in doubts)])


def _begin(screen: WizardScreen, rotation: Rotation, wish: Wish) -> None:
    screen.wizard.follow(rotate_job(screen.session.flow, rotation, wish))


def tell_end(app: WizardApp, ended: End | WizardError) -> None:
    """The last dialog, over the run: what works now, or why it could not begin."""
    if isinstance(ended, WizardError):
        title, paragraphs = "✗ It could not start", [clean(str(ended)), UNTOUCHED]
    else:
        title, paragraphs = headline(ended), list(rotation_lines(ended))
    first = (Answer("first", "First page", "f"),)
    app.push_screen(Dialog(title, "\n\n".join(paragraphs), first), lambda _: app.home())


HELP = (
    "The deployment's status: whether the agent answers and refuses requests without a password, "
    "versions, AWS's status of service and database, the last operations, drift, and the agent's "
    "last log lines. Each part appears as soon as it is known. This is read-only. r: refresh.\n\n"
    "$ gets this month's cost so far from Cost Explorer; AWS charges $0.01 for this."
)

STYLES = {
    FINE: "$text-success",
    DOUBT: "bold $text-warning",
    WRONG: "bold $text-error",
    UNKNOWN: MUTED,
    WAITING: "$text-accent",
}

ASKS = "Press $."

GAP = 2

LEAST = 20


class StatusScreen(WizardScreen):
    """One deployment."""

    HELP_TITLE = "Status"
    HELP_TEXT = HELP
    MEANINGS: ClassVar[Mapping[str, str]] = {
        "edit": "Change its answers on the first page",
        "again": "Refresh from AWS",
        "back": "Back",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,ctrl+l,f5", "again", "Refresh"),
        Binding("e", "edit", "Change it"),
        Binding("p", "rotate", "Rotate password"),
        Binding("x", "remove", "Remove it"),
        Binding("dollar_sign", "cost", "Cost so far"),
        Binding("u", "copy_url", "Copy URL"),
        Binding("escape", "back", "Back"),
    ]

    def __init__(self, place: Answers) -> None:
        super().__init__()
        self._place = place
        self._report: Report | None = None
        self._looking = False
        self._counting = False
        self._asked = 0

    def compose_body(self) -> ComposeResult:
        """The verdict, and everything below it."""
        with Vertical(classes="page"):
            yield Label(f"“{self._place.name}” in {self._place.region}", classes="title")
            yield Said(id="standing")
            with Reading():
                yield Static(id="status")
            with Horizontal(classes="buttons"):
                yield Button("Back", id="back", compact=True)
                yield Button("Change it", id="edit", compact=True)
                yield Button("Remove it", id="remove", compact=True)

    def on_mount(self) -> None:
        """Look at once."""
        self.query_one(Reading).focus()
        self.action_again()

    def on_resize(self, event: events.Resize) -> None:
        """Texts are folded to the width there is."""
        del event
        after_refresh(self, self._show)

    def action_again(self) -> None:
        """Look from all sides, each told as it comes in."""
        self._asked += 1
        asked, place = self._asked, self._place
        self._looking = True
        self._show()

        def told(report: Report) -> None:
            self.call_later(self._grown, asked, report)

        in_background(
            self,
            lambda: self.wizard.reports(place, name=place.name, everywhere=False, told=told),
            lambda found: self._seen(asked, found),
        )

    def _grown(self, asked: int, report: Report) -> None:
        """One more piece is known. A second look keeps what the first has shown until its end."""
        if asked == self._asked and self._looking and asked == 1:
            self._report = report
            self._show()

    def _seen(self, asked: int, found: Report | WizardError) -> None:
        if asked != self._asked:
            return
        self._looking = False
        if isinstance(found, WizardError):
            self.query_one("#status", Static).update(problem_text(found))
            self.query_one("#standing", Said).say("")
            return
        before = self._report.spent if self._report else None
        self._report = replace(found, spent=before)
        self._show()

    def action_cost(self) -> None:
        """What AWS has counted this month: asked only by this, for it takes money."""
        known, place = self._report, self._place
        if known is None:
            return
        self._counting = True
        self._show()
        in_background(self, lambda: self.wizard.spent(place, known), self._counted)

    def _counted(self, found: Report | WizardError) -> None:
        self._counting = False
        if self._report and isinstance(found, Report):
            self._report = replace(self._report, spent=found.spent, gaps=found.gaps)
            _, label, told = month(self._report, ASKS)  # its row may be out of sight
            said = Shown(self._report.secrets).text(told)
            self.notify(said.partition(": ")[0], title=label, markup=False)
        self._show()

    def _show(self) -> None:
        report = self._report
        said = "◐ Checking …"
        if report and not self._looking:
            said = "" if report.problem else verdict(report)
        elif report and self._asked > 1:
            said = "◐ Refreshing …"
        if self._counting:
            said = "◐ Getting this month's cost …"
        self.query_one("#standing", Said).say(said)
        if report:
            width = self.query_one(Reading).scrollable_content_region.width
            self.query_one("#status", Static).update(drawn(report, max(LEAST, width - GAP)))
        self.refresh_bindings()

    # -- what can be done with it

    def action_edit(self) -> None:
        """To the first page, with its answers."""
        self.wizard.edit_deployment(self._place)

    def action_remove(self) -> None:
        """To what would go."""
        self.wizard.remove_deployment(self._place)

    def action_rotate(self) -> None:
        """Another password for its API or its database."""
        ask_to_rotate(self, self._place)

    @property
    def _url(self) -> str:
        states = self._report.deployments if self._report else ()
        service = states[0].service if states else None
        return service.url if service else ""

    def action_copy_url(self) -> None:
        """The agent's address, into the clipboard."""
        copy(self.app, self._url, "The agent's URL")

    def action_back(self) -> None:
        """Where one came from."""
        self.wizard.back()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        chosen = {"edit": self.action_edit, "remove": self.action_remove}
        chosen.get(event.button.id or "", self.action_back)()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now."""
        del parameters
        if action == "copy_url":
            return bool(self._url)
        if action == "cost":
            known = bool(self._report and self._report.deployments) and not self.session.demo
            return known and not (self._looking or self._counting)
        return action != "again" or not self._looking


def drawn(report: Report, width: int) -> Content:
    """Everything of the report, folded to `width` cells."""
    return Content("\n").join(_drawn(report, width))


def _drawn(report: Report, width: int) -> Iterator[Content]:
    shown = Shown(report.secrets)
    if report.problem:
        yield problem_text(report.problem)
    for state in report.deployments:
        for row in lines(state, report.machine):
            yield from _row(row, shown, width)
        yield from _row(month(report, ASKS), shown, width)
        if state.logs:
            yield Content.styled(f"\n{log_head(state.logs)}", "bold $text-accent")
        for each in state.logs:
            yield from _hanging(Content(""), shown.text(each.text), width, MUTED)
    for gap in report.gaps:
        yield from _hanging(Content.styled(f"{UNKNOWN} ", MUTED), shown.text(gap.words), width)


def _row(line: Line, shown: Shown, width: int) -> Iterator[Content]:
    sign, label, told = line
    named = (f"{label.ljust(LABEL - 1)} ", "bold")
    head = Content.assemble((f"{sign or ' '} ", STYLES.get(sign, "")), named)
    yield from _hanging(head, shown.text(told), width)


def _hanging(head: Content, text: str, width: int, style: str = "") -> Iterator[Content]:
    """The head, and beside it the text, however many lines it takes."""
    beside = head.cell_length
    folded = Content.styled(text, style).wrap(max(LEAST, width - beside)) or [Content("")]
    yield head + folded[0]
    yield from (Content(" " * beside) + each for each in folded[1:])
