"""A document as it is shown: its reason, its text in colours, and a note where a part begins."""

from __future__ import annotations

from textual.content import Content

from screens.words import MUTED
from wizard.ui.common.pages import Page, View

LEXERS = {"json": "json", "pkl": "kotlin", "diff": "diff"}
"""Pkl has no lexer of its own; Kotlin's is near."""


def drawn(page: Page, view: View, *, width: int) -> Content:
    """The page, read that way."""
    head = [(f"{page.title}\n", "bold"), (f"{page.name}", "$text-accent")]
    if page.edited:
        head.append(("  ✎ edited by you", "bold $text-warning"))
    if page.against.words:
        head.append((f"  {page.against.words}", "$text-warning" if page.against.diff else MUTED))
    why = page.why + (f"\nNot to be edited here: {page.fixed}" if page.fixed else "")
    shown = f"Shown is {view.value}: d shows more.\n\n" if len(page.views) > 1 else ""
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


def _coloured(text: str, language: str) -> list[Content]:
    from textual.highlight import highlight  # loads a highlighter, not needed to paint first

    from screens.review.code import CodeTheme

    return highlight(text, language=LEXERS[language], theme=CodeTheme).split("\n", allow_blank=True)
