"""The first page: everything at once with its reason; start, change something, or be led.

The rows of the first page, drawn: where each belongs, its value, and the reason for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Label, OptionList, Static
from textual.widgets.option_list import Option

from screens.answers.fields.narrowing import Rows
from screens.background import after_refresh, renewed
from screens.frame import REVIEW, Said, WizardScreen
from screens.words import MUTED, middle_cut, signed_out
from wizard.answers.questions import Group, question
from wizard.base.errors import WizardError
from wizard.ui.common.drift import accept, can_go_back, turn
from wizard.ui.common.overview import HEADS, OverviewRow, rows, standing
from wizard.ui.common.who import can_sign_in, place_of

if TYPE_CHECKING:
    from wizard.engine.drift import Drift


GROUP_WIDTH, NAME_WIDTH = 12, 17
BEFORE = GROUP_WIDTH + NAME_WIDTH + 3
"""Cells before a row's value."""
PADDING = 2
"""Columns beside the rows, as in the stylesheet."""
LEAST_VALUE = 12
"""Cells that a value gets beside its reason."""
BESIDE = 8
"""Lines of the screen that the rows never get: the bar, the title, the costs, the keys."""
LEAST_TOLD, MOST_TOLD = 3, 9
"""Lines of the row in full, as in the stylesheet."""


def laid_out(found: Sequence[OverviewRow], width: int, room: int) -> list[Content]:
    """Draw the rows `width` cells wide; reasons that are longer are folded while the rows have no
    more than `room` lines, those of wrong rows first.
    """
    lines = {at: drawn(row) for at, row in enumerate(found)}
    spare = room - len(found)
    for at, row in sorted(enumerate(found), key=lambda each: not each[1].problem):
        if lines[at].cell_length <= width:
            continue
        head, rest = lines[at].divide([BEFORE])[:2]
        folded = rest.wrap(width - BEFORE)
        if len(folded) - 1 <= spare:
            spare -= len(folded) - 1
            lines[at] = head + Content("\n" + " " * BEFORE).join(folded)
        else:
            lines[at] = drawn(row, max(LEAST_VALUE, width - BEFORE))
    return list(lines.values())


def drawn(row: OverviewRow, width: int = 1000) -> Content:
    """The line: where it belongs, what it is, its value, and why; a name gets `width` cells."""
    head = HEADS.get(row.group, row.group.value) if row.first else ""
    style = _style(row)
    name = middle_cut(row.value, width) if " " not in row.value else row.value
    value = name or ("missing" if row.problem else "none")
    reason = f"deployed: {row.deployed}" if row.deployed else row.reason
    said = row.problem or (f"({reason})" if reason else "")
    return Content.assemble(
        (f"{head:<{GROUP_WIDTH}}", "$text-accent"),
        (f"{row.mark} {row.name:<{NAME_WIDTH}} ", style),
        (value, f"bold {style}".strip()),
        "  ",
        (said, style or MUTED),
    )


def _style(row: OverviewRow) -> str:
    if row.problem:
        return "$text-warning" if row.doubtful else "$text-error"
    return "$text-warning" if row.drift else ""


def overview_row(row: OverviewRow) -> Content:
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


HELP = (
    "Everything the wizard will do, with the reason for each value. Start opens the review, where "
    "you see every document before anything is created. Enter changes the selected row; “Guide me” "
    "asks topic by topic.\n\n"
    "✗ missing or wrong · ? needs another look because a related answer changed · ! changed in AWS "
    "since setup: b puts it back (again: leaves it), a accepts it."
)


class Page(Rows):
    """The rows, each on one line."""


class SummaryScreen(WizardScreen):
    """What the wizard would do, on one page."""

    HELP_TITLE = "Overview"
    HELP_TEXT = HELP
    MEANINGS: ClassVar[Mapping[str, str]] = {
        "start": "Review everything before anything is created",
        "again": "Check again who is signed in, with the credentials as they are now",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "start", "Start"),
        Binding("ctrl+n,ctrl+r", "start", show=False),
        Binding("enter", "change", "Change"),
        Binding("l", "lead", "Guide me"),
        Binding("ctrl+l", "again", "Check sign-in"),
        Binding("f5,r", "again", show=False),
        Binding("i", "sign_in", "Sign in"),
        Binding("f4", "sign_in", show=False),
        Binding("z", "afresh", "Start over"),
        Binding("b", "turn", "Put back or keep"),
        Binding("a", "accept", "Accept"),
        Binding("t", "status", "Status"),
        Binding("d", "deployments", "Deployments"),
        Binding("up,k", "rows", show=False),
        Binding("down,j", "rows", show=False),
    ]

    def __init__(self, at: str = "") -> None:
        super().__init__()
        self._at = at
        self._rows: list[OverviewRow] = []
        self._going = False
        self._lines: list[Content] = []
        self._room = (0, 0)
        """The width and the screen's height that the rows were drawn for."""
        self._drawn = -1
        """The row drawn as the cursor's."""

    def compose_body(self) -> ComposeResult:
        """Rows, the selected one in full, the cost, the ways on."""
        with Vertical(classes="page overview"):
            yield Label("A formae agent in your AWS account", classes="title")
            yield Said(id="standing")
            yield Page(markup=False, compact=True, id="page")
            yield Static(id="told")
            yield Static("Costs …", id="cost-line")
            yield Said(id="blocked")
            with Horizontal(classes="buttons"):
                yield Button("Start", id="next", compact=True)
                yield Button("Change (Enter)", id="change", compact=True)
                yield Button("Guide me (l)", id="lead", compact=True)

    def on_mount(self) -> None:
        """The way on has the focus; after a change, the row it was made from."""
        self.show_session()
        self.query_one("#page" if self._at else "#next").focus()

    def on_screen_resume(self) -> None:
        """What changed meanwhile."""
        if self._rows:
            self.show_session()

    def on_resize(self) -> None:
        """Rows that fit."""
        after_refresh(self, self._fit)

    def show_session(self) -> None:
        """Draw what changed."""
        super().show_session()
        found = rows(self.session)
        if found != self._rows:
            self._fill(found)
        after_refresh(self, self._show_costs)  # the first picture waits for no plan
        self.query_one("#standing", Said).say(" ".join(standing(self.session)))
        self.query_one("#blocked", Said).say(self._blocked())
        if self._going and self.session.signed_in is not None:
            self._going = False
            self.action_start()
        self.refresh_bindings()

    def _show_costs(self) -> None:
        from screens.answers.costs import cost_line

        costs = "Would cost " if self.session.demo else "Costs "
        line = Content.assemble(costs, cost_line(self.session))
        self.query_one("#cost-line", Static).update(line)

    def _fit(self) -> None:
        if self._rows and self._room != self._space():
            self._fill(self._rows)

    def _space(self) -> tuple[int, int]:
        """The rows' width, and the screen's height; known before the page is laid out."""
        columns = self.query_one(Page).size.width or self.app.size.width - PADDING
        return max(BEFORE + 1, columns - 1), self.app.size.height

    def _fill(self, found: list[OverviewRow]) -> None:
        page = self.query_one(Page)
        keys = [row.key for row in found]
        at = self._rows[page.highlighted or 0].key if self._rows else self._at
        self._rows, self._drawn = found, -1
        self._room = width, height = self._space()
        told = max((len(self._told(row).wrap(width - 2)) for row in found), default=0)
        told = max(LEAST_TOLD, min(MOST_TOLD, told))  # so that no row moves with the cursor
        self._lines = laid_out(found, width, height - BESIDE - told)
        page.set_options(map(Option, self._lines))
        page.highlighted = keys.index(at) if at in keys else 0
        self._tell()

    def _tell(self) -> None:
        page = self.query_one(Page)
        at = page.highlighted
        if at is None or at >= len(self._rows):
            return
        self.query_one("#told", Static).update(self._told(self._rows[at]))
        if 0 <= self._drawn < len(self._rows):
            page.replace_option_prompt_at_index(self._drawn, self._lines[self._drawn])
        plain = self._lines[at].plain  # colours of its own would be lost on the cursor's
        page.replace_option_prompt_at_index(at, Content(plain))
        self._drawn = at

    def _told(self, row: OverviewRow) -> Content:
        """The row in full; for a sign-in that AWS does not take, also how to renew it."""
        who = self.session.signed_in
        if row.key == "profile" and row.problem and isinstance(who, WizardError):
            return signed_out(self.session, who)
        return overview_row(row)

    def _blocked(self) -> str:
        wrong = [row.name for row in self._rows if row.problem]
        if wrong:
            return f"✗ Fix first: {', '.join(wrong)}"
        return "◐ Checking the AWS sign-in …" if self._going else ""

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._tell()
        self.refresh_bindings()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_change()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        {"next": self.action_start, "change": self.action_change, "lead": self.action_lead}[
            event.button.id or "next"
        ]()

    def action_start(self) -> None:
        """To the review, or to the first row that is in the way."""
        session = self.session
        wrong = next((at for at, row in enumerate(self._rows) if row.problem), None)
        if wrong is not None:
            self.app.bell()
            page = self.query_one(Page)
            page.focus()
            page.highlighted = wrong
        elif session.signed_in is None:
            self._going = True
            self.show_session()
        else:
            session.led = False
            self.wizard.go(REVIEW)

    def action_change(self) -> None:
        """To the field of the row."""
        row = self._rows[self.query_one(Page).highlighted or 0]
        self.session.led = False
        self.wizard.go(row.group.value, row.key)

    def action_lead(self) -> None:
        """Topic by topic."""
        self.session.led = True
        self.wizard.go(Group.ACCOUNT.value)

    def action_sign_in(self) -> None:
        """By AWS's own command, which has the terminal meanwhile."""
        renewed(self.app, self.session.place[0])
        self.action_again()

    def action_again(self) -> None:
        """Ask AWS anew who is signed in."""
        self.wizard.look(soon=True)
        self.wizard.show_session()

    def action_afresh(self) -> None:
        """Without the answers of an earlier time."""
        place = self.session.place
        self.session.start_afresh()
        if self.session.place != place:
            self.wizard.look(soon=True)
        self.wizard.show_session()

    def action_turn(self) -> None:
        """What somebody changed of the row since: put it back, or leave it as it is now."""
        for each in filter(can_go_back, self._drift):
            turn(self.session, each)
        self.wizard.show_session()

    def action_accept(self) -> None:
        """What somebody changed of the row since: keep it so, or do not insist on it."""
        for each in self._drift:
            accept(self.session, each)
        self.wizard.show_session()

    @property
    def _drift(self) -> tuple[Drift, ...]:
        at = self.query_one(Page).highlighted
        return self._rows[at].drift if at is not None and at < len(self._rows) else ()

    def action_status(self) -> None:
        """How the deployment of that name is."""
        session = self.session
        name, region = str(session.collected.values["name"]), session.place[1]
        self.wizard.show_status(place_of(session, name, region))

    def action_deployments(self) -> None:
        """Everything that is deployed already, to choose from."""
        self.wizard.list_deployments()

    def action_rows(self) -> None:
        """From the buttons into the rows."""
        self.query_one(Page).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works now."""
        del parameters
        if action == "afresh":
            return bool(self.session.resumed)
        if action == "status":
            return self.session.deployment is not None
        if action == "turn":
            return self.composed and any(map(can_go_back, self._drift))
        if action == "accept":
            return self.composed and bool(self._drift)
        if action == "deployments":
            return bool(self.session.account)
        out = isinstance(self.session.signed_in, WizardError)
        return {"again": out, "sign_in": can_sign_in(self.session)}.get(action, True)
