"""The documents of the plan in colours: read, copied, saved, and changed in one's own editor.

Each with its reason, and a note where a part begins.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.answers.fields.narrowing import Rows
from screens.background import after_refresh, edit
from screens.copying import SAVES, SaveDialog, copy
from screens.dialogs import Answer, Dialog
from screens.frame import Reading
from screens.words import MUTED
from wizard.base.errors import WizardError
from wizard.documents.edits import check_edit, editable, normal
from wizard.engine.flow import Prepared
from wizard.ui.common.plan_text import Page, View, pages

if TYPE_CHECKING:
    from textual.highlight import HighlightTheme

LEXERS = {"json": "json", "pkl": "kotlin", "diff": "diff"}
"""Pkl has no lexer of its own; Kotlin's is near."""


def drawn(page: Page, view: View, *, width: int) -> Content:
    """The page, read that way."""
    head = [(f"{page.title}\n", "bold"), (f"{page.name}", "$text-accent")]
    if page.edited:
        head.append(("  ✎ edited by you", "bold $text-warning"))
    if page.against.words:
        head.append((f"  {page.against.words}", "$text-warning" if page.against.diff else MUTED))
    why = page.why + (f"\nCannot be edited here: {page.fixed}" if page.fixed else "")
    words = f"{view.value[0].upper()}{view.value[1:]}. v: {following(page, view).value}.\n\n"
    shown = words if len(page.views) > 1 else ""
    top = Content.assemble(*head, (f"\n{why}", MUTED), "\n\n", (shown, "$text-accent"))
    if view is not View.WHOLE:
        return top + Content("\n").join(_coloured(page.viewed(view), "diff"))
    lines = []
    for number, line in enumerate(_coloured(page.text, page.document.language)):
        if number in page.notes:
            note = Content.styled(page.notes[number], f"italic {MUTED}")
            lines += [Content.styled("▎ ", "$text-accent") + each for each in note.wrap(width - 2)]
        lines.append(line)
    return top + Content("\n").join(lines)


def following(page: Page, view: View) -> View:
    """The way to read it that comes next."""
    at = page.views.index(view) if view in page.views else -1
    return page.views[(at + 1) % len(page.views)]


@cache
def _theme() -> type[HighlightTheme]:
    """Documents in two colours: names stand out, values are read."""
    from pygments.token import Token  # type: ignore[import-untyped]
    from textual.highlight import HighlightTheme

    class CodeTheme(HighlightTheme):
        STYLES = {  # noqa: RUF012 - as in the class it overrides
            Token.Comment: "$foreground-muted italic",
            Token.Keyword: "$text-primary",
            Token.Keyword.Constant: "$text-primary",
            Token.Literal.Number: "$text-accent",
            Token.Literal.String: "$text-accent",
            Token.Name.Tag: "bold",
            Token.Generic.Inserted: "$text-success",
            Token.Generic.Deleted: "$text-error",
            Token.Generic.Subheading: "$foreground-muted",
            Token.Generic.Heading: "bold",
        }

    return CodeTheme


def coloured(text: str, language: str) -> Content:
    """The text in colours, by the name of a highlighter's language."""
    from textual.highlight import highlight  # loads a highlighter, not needed to paint first

    return highlight(text, language=language, theme=_theme())


def _coloured(text: str, language: str) -> list[Content]:
    return coloured(text, LEXERS[language]).split("\n", allow_blank=True)


NAMED = {
    View.DEPLOYED: "What changes",
    View.WHOLE: "Whole text",
    View.EDITED: "Your changes",
}
"""A way to read a document, as the line of keys has room for."""
EDIT_AGAIN, DROP = "again", "drop"


class Documents(Horizontal):
    """A list, and the document under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "Edit"),
        Binding("b", "revert", "Revert"),
        Binding("v", "view", "Changes"),
        Binding("c", "copy", "Copy"),
        Binding("s", "save", "Save"),
    ]

    class Edited(Message):
        """The person changed a document; `text` is None for an edit taken back."""

        def __init__(self, name: str, text: str | None) -> None:
            super().__init__()
            self.name = name
            self.text = text

    def __init__(self, prepared: Prepared) -> None:
        super().__init__()
        self._pages = pages(prepared)
        self._place = 0
        self._view = 0
        """Which of the page's ways to be read."""

    def compose(self) -> ComposeResult:
        """List and text."""
        yield Rows(*map(_option, self._pages), markup=False, compact=True)
        with Reading():
            yield Static(id="document")

    def show(self, prepared: Prepared) -> None:
        """Show the documents of another plan, as after an edit; the place in the list stays."""
        self._pages = pages(prepared)
        options = self.query_one(OptionList)
        with options.prevent(OptionList.OptionHighlighted):
            options.clear_options()
            options.add_options(map(_option, self._pages))
            self._place = min(self._place, len(self._pages) - 1)
            options.highlighted = self._place
        self._view = 0
        self._draw()

    @property
    def page(self) -> Page:
        """What is under the cursor."""
        return self._pages[self._place]

    @property
    def view(self) -> View:
        """How it is read."""
        views = self.page.views
        return views[self._view % len(views)]

    def on_resize(self) -> None:
        """Notes are folded to the width."""
        after_refresh(self, self._draw)

    def _draw(self) -> None:
        reading = self.query_one(Reading)
        width = max(20, reading.scrollable_content_region.width)
        text = drawn(self.page, self.view, width=width)
        self.query_one("#document", Static).update(text)
        self.refresh_bindings()

    @on(OptionList.OptionHighlighted)
    def _shown(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._place, self._view = event.option_index, 0
        self._draw()
        self.query_one(Reading).scroll_home(animate=False)

    @on(OptionList.OptionSelected)
    def _read(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one(Reading).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what works for this document."""
        del parameters
        if action == "view":
            return len(self.page.views) > 1
        if action == "revert":
            return self.page.edited
        return not self.page.fixed if action == "edit" else True

    def worded(self, action: str) -> str:
        """What v shows next."""
        return NAMED[following(self.page, self.view)] if action == "view" else ""

    # -- keys

    def action_copy(self) -> None:
        """Into the clipboard."""
        copy(self.app, self.page.text, self.page.name, SAVES)

    def action_save(self) -> None:
        """Into a file."""

        def saved(path: Path | None) -> None:
            if path:
                self.app.notify(f"Saved as {path}, readable only by you.", markup=False)

        self.app.push_screen(SaveDialog(self.page.name, self.page.text), saved)

    def action_view(self) -> None:
        """What differs from the deployed one, the whole, what was changed by hand: the next one."""
        self._view += 1
        self._draw()
        self.query_one(Reading).scroll_home(animate=False)

    def action_revert(self) -> None:
        """Back to what the wizard made, after a question."""
        name = self.page.name
        text = f"Your edits to {name} will be lost."
        answers = (Answer("keep", "Keep editing", "k"), Answer(DROP, "Discard", "t"))

        def done(answer: str | None) -> None:
            if answer == DROP:
                self.post_message(self.Edited(name, None))

        self.app.push_screen(Dialog("Discard your edits?", text, answers), done)

    def action_edit(self) -> None:
        """In the person's own editor."""
        self.edit(editable(self.page.document))

    def edit(self, text: str) -> None:
        """Open the editor with this text, and take what comes back."""
        document = self.page.document
        try:
            changed = normal(edit(self.app, document.name, text))
        except WizardError as problem:
            words = "\n\n".join(filter(None, (problem.what, problem.why, problem.fix)))
            back = Answer("back", "Back", "b")
            self.app.push_screen(Dialog("Not changed", words, [back]))
            return
        self.app.refresh()
        if changed == normal(editable(document)):
            self.app.notify("Nothing was changed.")
            return
        wrong = check_edit(document, changed)
        if wrong:
            self.refuse(changed, wrong)
        else:
            self.post_message(self.Edited(document.name, changed))

    def refuse(self, text: str, wrong: str) -> None:
        """Say what is wrong with a text, and let the person choose."""
        answers = (
            Answer(EDIT_AGAIN, "Edit again", "e"),
            Answer(DROP, "Discard this change", "t"),
        )

        def done(answer: str | None) -> None:
            if answer == EDIT_AGAIN:
                after_refresh(self, self.edit, text)

        self.app.push_screen(Dialog("This text is not valid", wrong, answers), done)


def _option(page: Page) -> Option:
    mark = "✎ " if page.edited else "~ " if page.against.diff else ""
    return Option(Content(f"{mark}{page.title}"))
