"""One screen for any group of questions, driven by the catalogue."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Label, Static

from screens.answers.fields.field import Field
from screens.answers.fields.line import Edited, Settled
from screens.answers.fields.narrowing import Looked, Narrowing
from screens.background import after_refresh
from screens.frame import OVERVIEW, REVIEW, Body, Rail, Said, WizardScreen
from wizard.answers.questions import Group, Question, question
from wizard.answers.resolving import collect
from wizard.ui.common.asking import EXCERPTS

HELP = {
    Group.ACCOUNT: "Choose the AWS profile and the region. The wizard shows your account at the "
    "top of every screen; nothing is created until you confirm at the end.",
    Group.SIZING: "Choose the size of the agent and its database. The defaults are the smallest "
    "that work well.",
    Group.DATABASE: "Create a new database, or choose an existing Aurora PostgreSQL cluster. The "
    "wizard tests it with its secret before you continue.",
    Group.SCOPE: "Choose what the agent may manage. The review shows the exact policies.",
    Group.PROTECTION: "Anyone who can use the agent's API can change your infrastructure, so it "
    "needs a password. It is stored in AWS Secrets Manager and in your formae CLI's config.",
    Group.ADVANCED: "Names, versions and files on this machine. Everything has a default.",
}


PUT_RIGHT = "Go to ✗"
"""The way on, where an answer will not do."""


class GroupScreen(WizardScreen):
    """The questions of one group."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "next", "Next"),
        Binding("escape", "back", "Back"),
        Binding("f2", "topics", "Topics"),
        Binding("ctrl+r", "review", "Review"),
    ]

    def __init__(self, group: Group) -> None:
        super().__init__()
        self.group = group
        self.start_at = ""
        """The key of the field to begin with."""
        self.HELP_TITLE = group.value
        self.HELP_TEXT = HELP[group]

    def compose_body(self) -> ComposeResult:
        """Topics on the left, fields on the right, the way on below."""
        with Horizontal():
            yield Rail(self.session, self.group.value)
            with Vertical(classes="page"):
                with Body():
                    yield Label(self.group.value, classes="title")
                    yield Label(EXCERPTS[self.group], classes="excerpt")
                    yield from self.compose_fields()
                yield from self.compose_foot()
                yield Said(id="blocked")
                with Horizontal(classes="buttons"):
                    yield Button("Back", id="back", compact=True)
                    yield Button(self._way_on, id="next", compact=True)

    def compose_fields(self) -> ComposeResult:
        """The group's questions, and what is to be said of answers that will do."""
        for each in self.session.questions(self.group):
            yield from self.compose_question(each)
        yield Static(id="remarks", classes="told")

    def compose_question(self, each: Question) -> ComposeResult:
        """One question; above it, what came of looking for what can be chosen."""
        if each.choices_from and each.choices_from.told:
            yield Looked(each, each.choices_from, self.session)
        yield Field(each, self.session)

    def compose_foot(self) -> ComposeResult:
        """What stays in sight below the fields."""
        yield from ()

    def worded(self, action: str) -> str:
        """What the button says that does the same."""
        return self._way_on.partition(":")[0] if action == "next" else ""

    @property
    def _way_on(self) -> str:
        if self.in_the_way():
            return PUT_RIGHT
        return f"Next: {self._following}" if self.session.led else "Done"

    @property
    def _following(self) -> str:
        if not self.session.led:
            return OVERVIEW
        groups = list(Group)
        at = groups.index(self.group) + 1
        return groups[at].value if at < len(groups) else REVIEW

    def on_mount(self) -> None:
        """The likely action has the focus: what is wrong, otherwise the way on."""
        self.show_session()
        wrong = self._wrong_field() if not self.start_at else None
        if wrong:
            after_refresh(self, wrong.focus_editor)
        elif self._has_field(self.start_at):
            after_refresh(self, self._begin)
        else:
            self.query_one("#next").focus()

    def _begin(self) -> None:
        """Into the field that is to be changed."""
        field = self.query_one(f"#field-{self.start_at}")
        first = next((each for each in field.query("*").results() if each.focusable), None)
        if first:
            first.focus()
            field.scroll_visible(animate=False)

    def on_resize(self) -> None:
        """Columns that fit."""
        self.show_session()

    def show_session(self) -> None:
        """Bring fields, topics and the way on in line."""
        super().show_session()
        for field in self.query(Field):
            field.show()
        for looked in self.query(Looked):
            looked.show()
        said = self._remarks()
        remarks = self.query_one("#remarks", Static)
        remarks.display = bool(said)
        remarks.update("\n".join(said))
        self.query_one(Rail).refresh()
        self.query_one("#blocked", Said).say(self.blocked())
        button = self.query_one("#next", Button)
        if str(button.label) != self._way_on:
            button.label = self._way_on
            self.refresh_bindings()

    def blocked(self) -> str:
        """Why one cannot go on; empty when one can."""
        names = self.in_the_way()
        return f"✗ Fix first: {', '.join(names)}" if names else ""

    def in_the_way(self) -> list[str]:
        """The questions whose answers will not do."""
        problems = self.session.problems(self.group)
        wrong = (key for key in problems if self._has_field(key) and not self.session.open(key))
        return [question(key).ask for key in wrong]

    def _remarks(self) -> list[str]:
        collected = self.session.collected
        found = [
            each.remark(collected.values[each.key])
            for each in self.session.questions(self.group)
            if self.session.asked(each) and not collected.problem(each.key)
        ]
        return [f"▲ {each}" for each in found if each]

    def _has_field(self, key: str) -> bool:
        return bool(key and self.query(f"#field-{key}"))

    def _wrong_field(self) -> Field | None:
        for key in self.session.problems(self.group):
            if self._has_field(key):
                return self.query_one(f"#field-{key}", Field)
        return None

    @on(Edited)
    def _edited(self, event: Edited) -> None:
        event.stop()
        self._take(event.key, event.text)

    def _take(self, key: str, text: str | None) -> None:
        if text is not None and not text.strip() and not self._may_be_empty(key):
            text = None
        self.session.type(key, text)
        self.session.bring_along(key)
        self.answered(key)
        self.show_session()
        self.wizard.lookout.tend()

    def _leaving(self) -> None:
        """What was typed and not entered is an answer, too, for one who goes elsewhere."""
        for each in self.query(Narrowing):
            text = each.waiting()
            if text is not None:
                self._take(each.key, text)

    def answered(self, _key: str) -> None:
        """An answer changed; screens with more to do about it say so here."""

    def _may_be_empty(self, key: str) -> bool:
        draft = {**self.session.draft}
        source = max(draft)
        draft[source] = {**draft[source], key: ""}
        return not collect(draft, self.session.detected, self.session.account).problem(key)

    @on(Settled)
    def _settled(self, event: Settled) -> None:
        event.stop()
        fields = [each for each in self.query(".field").results() if each.display]
        focused = self.focused
        inside = [each for each in fields if focused in each.walk_children()]
        following = fields[fields.index(inside[0]) + 1 :] if inside else []
        for field in following:
            first = next((each for each in field.query("*").results() if each.focusable), None)
            if first:
                first.focus()
                return
        self.query_one("#next").focus()

    @on(Button.Pressed, "#next")
    def _next_pressed(self) -> None:
        self.action_next()

    @on(Button.Pressed, "#back")
    def _back_pressed(self) -> None:
        self.action_back()

    @on(Rail.Went)
    def _went(self, event: Rail.Went) -> None:
        event.stop()
        self._leaving()
        self.session.leave(self.group)
        self.wizard.go(event.topic)

    def action_next(self) -> None:
        """Go on, or show what is in the way."""
        self._leaving()
        self.session.leave(self.group)
        self.show_session()
        wrong = self._wrong_field()
        if self.session.problems(self.group):
            self.app.bell()
            if wrong:
                wrong.focus_editor()
            return
        self.go_on()

    def go_on(self) -> None:
        """Nothing is in the way."""
        self.wizard.go(self._following, self.start_at)

    def action_back(self) -> None:
        """The screen before, with every answer kept."""
        groups = list(Group)
        at = groups.index(self.group)
        self._leaving()
        if at and self.session.led:
            self.wizard.go(groups[at - 1].value)
        else:
            self.session.leave(self.group)
            self.wizard.go(OVERVIEW, self.start_at)

    def action_topics(self) -> None:
        """Into the list on the left."""
        self.query_one(Rail).enter()

    def action_review(self) -> None:
        """Straight to the review, when nothing is missing."""
        self._leaving()
        self.session.leave(self.group)
        self.wizard.go(REVIEW)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The keys below name only what works now."""
        del parameters
        if action == "review":
            return self.session.ready
        return True
