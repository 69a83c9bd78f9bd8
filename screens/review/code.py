"""The colours of documents. Loads a highlighter, so it is imported where a document is drawn."""

from __future__ import annotations

from pygments.token import Token  # type: ignore[import-untyped]
from textual.highlight import HighlightTheme


class CodeTheme(HighlightTheme):
    """Documents in two colours: names stand out, values are read."""

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
