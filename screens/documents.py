"""Every document of the plan, as it will be stored, with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.frame import Reading
from screens.words import MUTED
from wizard.flow import Prepared
from wizard.readings.preview import text_of

LEXERS = {"json": "json", "pkl": "kotlin", "diff": "diff"}
"""Pkl has no lexer of its own; Kotlin's is near."""


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the list."""

    name: str
    title: str
    why: str
    text: str
    language: str


def pages(prepared: Prepared) -> list[Page]:
    """All documents, and how the CLI's config would change where there is one."""
    found = [
        Page(each.name, each.title, each.why, text_of(each, prepared.plan), each.language)
        for each in prepared.plan.documents
    ]
    if prepared.client_diff:
        why = "What would change in the file the formae CLI reads now. Passwords are left out."
        found.append(Page("", "The CLI's config: changes", why, prepared.client_diff, "diff"))
    return found


class Documents(Horizontal):
    """A list, and the document under the cursor."""

    def __init__(self, prepared: Prepared) -> None:
        super().__init__()
        self._pages = pages(prepared)

    def compose(self) -> ComposeResult:
        """List and text."""
        yield OptionList(
            *(Option(Content(each.title)) for each in self._pages), markup=False, compact=True
        )
        with Reading():
            yield Static(id="document")

    @on(OptionList.OptionHighlighted)
    def _shown(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        page = self._pages[event.option_index]
        self.query_one("#document", Static).update(_drawn(page))
        self.query_one(Reading).scroll_home(animate=False)

    @on(OptionList.OptionSelected)
    def _read(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one(Reading).focus()


def _drawn(page: Page) -> Content:
    from textual.highlight import highlight  # loads a highlighter, not needed to paint first

    from screens.code import CodeTheme

    name = f"{page.name}\n" if page.name else ""
    code = highlight(page.text, language=LEXERS[page.language], theme=CodeTheme)
    return Content.assemble(
        (f"{page.title}\n", "bold"),
        (name, "$text-accent"),
        (page.why, MUTED),
        "\n\n",
        code,
    )
